"""What aiosmtpd would do wrong in our place; each test says what."""

import ast
import asyncio
import gc
import inspect
import logging
import socket
import sys
import textwrap
import warnings
from collections.abc import Callable, Coroutine, Generator
from email.message import EmailMessage
from typing import Any

import aiosmtpd.smtp
import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session
from cputime import fastest
from smtp.talk import Talk

from pytest_fakemail.smtp.session import SmtpSession
from pytest_fakemail.smtp.upstream import AiosmtpdServer
from pytest_fakemail.wire.effects import Close, Send


def test_a_client_is_an_aiosmtpd_server() -> None:
    client = Talk().client
    assert isinstance(client, SMTP)
    assert isinstance(client.session, Session)
    assert isinstance(client.envelope, Envelope)


def test_its_commands_read_nothing_that_is_not_set() -> None:
    """A newer aiosmtpd whose commands read one more attribute fails here, not at a client."""
    read = {
        name
        for command in (SMTP.smtp_HELO, SMTP.smtp_EHLO, SMTP.smtp_RSET, SMTP.smtp_NOOP)
        for name in attributes_of_self(command)
    }
    # EHLO asks for it with hasattr, and for the mechanisms only where TLS is its own.
    read -= {"ehlo_hook", "rset_hook", "_auth_methods"}
    assert {name for name in read if not hasattr(Talk().client, name)} == set()


def attributes_of_self(function: Callable[..., object]) -> set[str]:
    """Return the attributes of `self` that a function reads, and the methods it calls read."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    names = {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == "self"
    }
    called = {name for name in names if inspect.isfunction(vars(SMTP).get(name))}
    ours = set(vars(AiosmtpdServer))
    return names.union(*(attributes_of_self(vars(SMTP)[name]) for name in called - ours))


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


def test_a_new_connection_leaves_the_limits_of_others_alone() -> None:
    """aiosmtpd keeps `command_size_limits` on the class and clears it for each connection."""
    first = Talk(line_limits=True).hello()
    SMTP.command_size_limits["MAIL"] = 4321
    try:
        first.again().hello()
        assert SMTP.command_size_limits["MAIL"] == 4321
    finally:
        SMTP.command_size_limits.clear()


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


def test_addresses_are_read_without_the_email_packages_parser(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """aiosmtpd's `_getaddr` is the largest cost of a small message."""

    def parser(*_: object) -> None:
        raise AssertionError("parsed by the email package")

    monkeypatch.setattr(aiosmtpd.smtp, "get_angle_addr", parser)
    monkeypatch.setattr(aiosmtpd.smtp, "get_addr_spec", parser)
    Talk().begin('"odd local"@example.test', "x@example.test")


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


def test_a_coroutine_that_would_wait_is_a_bug_and_no_hang() -> None:
    async def waits() -> None:
        loop = asyncio.get_running_loop()
        await loop.create_future()

    async def suspends() -> None:
        await _Suspension()

    class Waiting(AiosmtpdServer):
        ok = ""
        command = waits

        def announcement(self) -> str:
            return ""

        def smtp_HELO(self, _: str) -> Coroutine[Any, Any, None]:  # noqa: N802
            return type(self).command()

    class Suspended(Waiting):
        command = suspends

    with pytest.raises(RuntimeError):
        Waiting("mail.example.test").helo("me")
    with pytest.raises(RuntimeError, match="will not come"):
        Suspended("mail.example.test").helo("me")


class _Suspension:
    def __await__(self) -> Generator[None]:
        yield


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
