"""Beside aiosmtpd: where it is right we answer as it does; each other test says what is wrong."""

import asyncio
import contextlib
import gc
import logging
import socket
import sys
import warnings
from email.message import EmailMessage
from pathlib import Path
from types import FrameType

import pytest
from cputime import fastest
from hypothesis import given
from hypothesis import strategies as st
from smtp.talk import Talk

from pytest_fakemail.smtp.client import Client
from pytest_fakemail.smtp.session import SmtpSession
from pytest_fakemail.wire.effects import Close, Send

with warnings.catch_warnings():  # Python 3.15 deprecates what it imports
    warnings.simplefilter("ignore", DeprecationWarning)
    from aiosmtpd.smtp import SMTP, Envelope, Session


class Theirs(SMTP):
    """aiosmtpd without its transport: a reply is kept instead of written."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(object(), loop=loop, hostname="mail.example.test")
        self.session = Session(loop)
        self.envelope = Envelope()
        self.said = ""

    def agreed(self) -> tuple[object, ...]:
        """Return what has been agreed and begun, in the order of `agreed` below."""
        session, envelope = self.session, self.envelope
        assert session is not None
        assert envelope is not None
        return session.host_name, session.extended_smtp, envelope.mail_from, envelope.rcpt_tos

    async def push(self, status: str | bytes) -> None:
        self.said += status if isinstance(status, str) else status.decode()

    def code(self, line: str) -> str:
        """Return the reply code that a line is answered with."""
        self.said = ""
        verb, _, argument = line.partition(" ")
        command = getattr(self, f"smtp_{verb}")(argument)
        with pytest.raises(StopIteration):
            command.send(None)
        return self.said[:3]


def agreed(client: Client) -> tuple[object, ...]:
    transaction = client.transaction
    return client.host_name, client.is_extended, transaction.sender, transaction.recipients


@given(lines=st.lists(st.sampled_from((
    "HELO me", "HELO", "EHLO me", "EHLO", "RSET", "RSET all", "NOOP", "NOOP text",
    "MAIL FROM:<a@b.test>", "RCPT TO:<c@d.test>",
))))  # fmt: skip
def test_a_session_begins_and_begins_again_as_aiosmtpds_does(lines: list[str]) -> None:
    with contextlib.closing(asyncio.new_event_loop()) as loop:
        talk, theirs = Talk(), Theirs(loop)
        theirs.data_size_limit = 10_000
        for line in lines:
            assert talk.say(line)[:3] == theirs.code(line), line
            assert agreed(talk.client) == theirs.agreed()


def test_no_connection_touches_the_warning_filters() -> None:
    """aiosmtpd without `loop` looks for one under a `catch_warnings` of the user's thread."""
    before = warnings.filters[:]
    Talk().begin().data()
    assert warnings.filters == before


def test_a_session_needs_no_event_loop_and_leaves_none_behind() -> None:
    with pytest.raises(RuntimeError):
        asyncio.get_running_loop()
    talk = Talk()
    talk.begin().data()
    talk.say("QUIT")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        del talk
        gc.collect()


def test_greeting_again_does_not_lengthen_what_a_command_may_be() -> None:
    """aiosmtpd adds 26 octets for SIZE at each EHLO."""
    talk = Talk(line_limits=True)
    for _ in range(50):
        talk.hello()
    assert talk.code(f"MAIL FROM:<a@b.test> ENVID={'x' * 1300}") == "500 5.5.2"


def test_auth_is_offered_on_implicit_tls() -> None:
    """aiosmtpd knows only of the TLS that it started itself."""
    talk = Talk(require_tls=True)
    talk.connection.tls = talk.start_tls().connection.tls
    assert "250-AUTH PLAIN" in talk.say("EHLO me")


@pytest.mark.parametrize("mechanism", ["PLAIN", "plain", "Plain"])
def test_mechanisms_are_known_in_any_case(mechanism: str) -> None:
    talk = Talk().hello()
    assert talk.code(f"AUTH {mechanism} AHVzZXJAZXhhbXBsZS50ZXN0AHBhc3N3b3Jk") == "235 2.7.0"


def test_an_equals_sign_is_an_empty_initial_response() -> None:
    """aiosmtpd decodes it as base64 and fails."""
    talk = Talk(client_certificates=True).start_tls("user@example.test").hello()
    assert talk.code("AUTH EXTERNAL =") == "235 2.7.0"


def test_a_response_may_have_twelve_thousand_octets() -> None:
    """aiosmtpd refuses lines of more than 512, tokens in XOAUTH2 are longer."""
    talk = Talk().hello()
    assert talk.code("AUTH PLAIN") == "334"
    assert talk.code("QUFB" * 3070) == "501 5.5.2"
    assert talk.code("AUTH PLAIN " + "QUFB" * 3060) == "501 5.5.2"


def test_the_null_reverse_path_is_no_text() -> None:
    """aiosmtpd keeps ``<>``, and would take an empty one for no MAIL at all."""
    talk = Talk().begin(sender="")
    talk.data()
    assert talk.delivery.sender == ""


def test_parameters_keep_their_case_and_order() -> None:
    """aiosmtpd refuses most, and upper-cases the rest."""
    talk = Talk().hello()
    talk.say("MAIL FROM:<a@b.test> Size=9 RET=hdrs ENVID=Qq+3Dx body=8bitmime XThing=aB")
    talk.say("RCPT TO:<user@example.test> ORCPT=rfc822;User+40Example notify=SUCCESS,Delay")
    talk.data()
    assert list(talk.delivery.parameters.items()) == [
        ("Size", "9"),
        ("RET", "hdrs"),
        ("ENVID", "Qq+3Dx"),
        ("body", "8bitmime"),
        ("XThing", "aB"),
    ]
    assert list(talk.delivery.recipients[0].parameters.items()) == [
        ("ORCPT", "rfc822;User+40Example"),
        ("notify", "SUCCESS,Delay"),
    ]


def test_421_ends_the_connection() -> None:
    """aiosmtpd goes on after a hook's 421."""
    talk = Talk()
    list(talk.session.timed_out())
    assert talk.send(b"NOOP\r\n") == ""


def test_a_bug_is_not_told_to_the_client(monkeypatch: pytest.MonkeyPatch) -> None:
    """aiosmtpd sends the exception's class and text."""
    talk = Talk().begin()

    def deliver(*_: object, **__: object) -> None:
        raise ZeroDivisionError("our secret")

    monkeypatch.setattr(talk.service.store, "deliver", deliver)
    assert talk.data() == "451 4.3.0 Local error in processing\r\n"
    assert [type(bug) for bug in talk.service.bugs] == [ZeroDivisionError]
    assert talk.code("NOOP") == "250 2.0.0"


def test_the_hosts_name_is_not_looked_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """aiosmtpd asks `getfqdn`, which may ask a name server, which may be slow."""

    def getfqdn(*_: object) -> str:
        raise AssertionError("looked up")

    monkeypatch.setattr(socket, "getfqdn", getfqdn)
    assert "mail.example.test" in Talk().say("HELO me")


def test_addresses_are_read_without_the_email_packages_parser() -> None:
    """aiosmtpd's `_getaddr` is the largest cost of a small message."""
    called = set()

    def note(frame: FrameType, *_: object) -> None:
        called.add(Path(frame.f_code.co_filename).name)

    talk = Talk()
    sys.setprofile(note)
    try:
        talk.begin('"odd local"@example.test', "x@example.test")
    finally:
        sys.setprofile(None)
    assert "envelope.py" in called
    assert "_header_value_parser.py" not in called


def test_ehlo_is_one_write() -> None:
    """aiosmtpd writes each line by itself, and drains after each."""
    talk = Talk()
    talk.say("EHLO me")
    assert len(talk.effects) == 1


def test_an_answer_has_a_status_code() -> None:
    """aiosmtpd's texts have none."""
    talk = Talk()
    lines = ["NOOP", "RSET", "MAIL FROM:<a@b.test>", "DATA", "NONSENSE", "VRFY ann", "QUIT"]
    answers = [talk.say(line).split(" ") for line in lines]
    assert [answer[1][:2] for answer in answers] == ["2.", "2.", "5.", "5.", "5.", "2.", "2."]
    assert [answer[1][0] for answer in answers] == [answer[0][0] for answer in answers]


def test_nothing_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    """aiosmtpd logs each line of DATA, and a deprecation at each AUTH."""
    with caplog.at_level(logging.DEBUG):
        talk = Talk().hello()
        talk.say("AUTH PLAIN AHVzZXJAZXhhbXBsZS50ZXN0AHBhc3N3b3Jk")
        talk.begin().data()
    assert caplog.records == []


def test_a_connection_costs_a_fraction_of_aiosmtpds() -> None:
    """aiosmtpd inspects its own class and the handler for each connection."""
    loop = asyncio.new_event_loop()
    talk = Talk()

    def make_theirs() -> None:
        for _ in range(100):
            SMTP(object(), loop=loop, hostname="x")

    def make_ours() -> None:
        for _ in range(100):
            SmtpSession(talk.service, talk.connection)

    theirs, ours = fastest(make_theirs, make_ours)
    loop.close()
    assert ours < theirs / 5


def calls_for(message: bytes) -> int:
    """Return how many calls, of Python's functions and of C's, a message of one piece costs."""
    talk = Talk().begin()
    talk.say("DATA")
    calls = 0

    def count(*_: object) -> None:
        nonlocal calls
        calls += 1

    gc.disable()  # what is done for other tests' garbage is no cost of this message
    sys.setprofile(count)
    try:
        answer = talk.send(message + b".\r\n")
    finally:
        sys.setprofile(None)
        gc.enable()
    assert answer.startswith("250")
    assert talk.delivery.raw == message
    return calls


def test_a_message_is_not_taken_line_by_line() -> None:
    """aiosmtpd reads a line at a time: 25 MB/s."""
    for _ in range(30):  # modules are loaded with the first, and classes get initialisers
        calls_for(b"x\r\n")
    assert calls_for(b"x\r\n" * 100_000) == calls_for(b"x\r\n")


def test_what_is_delivered_are_octets_as_they_came() -> None:
    """aiosmtpd can decode; what is stored here is what the client sent."""
    message = b"Subject: \xff\xfe\r\n\r\n\x00 \x80\r\n"
    talk = Talk().begin()
    talk.data(message)
    assert talk.delivery.raw == message
    assert isinstance(talk.delivery.message, EmailMessage)
    assert talk.inbox.messages


def test_a_faults_421_ends_the_session() -> None:
    talk = Talk().hello()
    talk.fault.is_active = True
    talk.fault.answer = [Send(b"421 4.3.2 Later\r\n"), Close()]
    assert talk.send(b"NOOP\r\nNOOP\r\n") == "421 4.3.2 Later\r\n"
    assert isinstance(talk.effects[-1], Close)
