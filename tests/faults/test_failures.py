import pytest
from faults.wire import Value, Wire

from pytest_fakemail.clock import Clock
from pytest_fakemail.errors import BadArgument
from pytest_fakemail.faults.failures import PLACEHOLDERS, Preset, filled
from pytest_fakemail.wire.effects import Close, Pause, Send, sent
from pytest_fakemail.wire.exchange import Connection, Exchange


def test_preset_answers_as_its_server_does(smtp: Wire) -> None:
    preset = Preset(
        name="gmail.NO_SUCH_USER",
        protocol="smtp",
        answer="reply",
        code=550,
        text="5.1.1 The account <{recipient}> at {domain}\n5.1.1 does not exist - gsmtp",
    )
    smtp.when("RCPT").fail(preset)
    assert sent(smtp.says("RCPT", recipients=["ann@example.test"])) == (
        b"550-5.1.1 The account <ann@example.test> at example.test\r\n"
        b"550 5.1.1 does not exist - gsmtp\r\n"
    )


def test_preset_can_speak_around_its_answer_and_close(imap: Wire) -> None:
    preset = Preset(
        name="m365.BASIC_DISABLED",
        protocol="imap",
        answer="no",
        text="Basic authentication is disabled.",
        before=("* OK {user} at {peer}",),
        after=("* BYE signing off {verb} {mailbox}",),
        closes=True,
        delay=2.0,
    )
    imap.connection.user = "ann"
    imap.when("LOGIN").fail(preset)
    assert imap.says("LOGIN", tag="a1", mailbox="INBOX") == [
        Pause(2.0),
        Send(b"* OK ann at 127.0.0.1\r\n"),
        Send(b"a1 NO Basic authentication is disabled.\r\n"),
        Send(b"* BYE signing off LOGIN INBOX\r\n"),
        Close(),
    ]


def test_preset_that_says_bye_closes_behind_everything(imap: Wire) -> None:
    preset = Preset(name="x.BYE", protocol="imap", answer="bye", text="Bye", after=("* OK",))
    imap.when("NOOP").fail(preset)
    assert imap.says("NOOP") == [Send(b"* BYE Bye\r\n"), Send(b"* OK\r\n"), Close()]


def test_preset_can_be_a_bare_line(imap: Wire) -> None:
    preset = Preset(
        name="m365.UNAVAILABLE", protocol="imap", answer="send", text="Server Unavailable. 15"
    )
    imap.when("NOOP").fail(preset)
    assert imap.says("NOOP") == [Send(b"Server Unavailable. 15\r\n")]


def test_preset_reads_as_its_name(smtp: Wire) -> None:
    preset = Preset(name="gmail.BUSY", protocol="smtp", answer="reply", code=450, text="4.2.1 Busy")
    assert repr(smtp.when("MAIL").fail(preset)) == "smtp.when('MAIL').fail(gmail.BUSY)"


@pytest.mark.parametrize(
    "facts",
    [
        {"protocol": "smtp", "answer": "no"},
        {"protocol": "http", "answer": "reply"},
        {"protocol": "smtp", "answer": "reply", "code": 42},
        {"protocol": "smtp", "answer": "reply"},
    ],
)
def test_preset_must_be_possible(facts: Value) -> None:
    with pytest.raises(
        BadArgument, match=r"^x\.WRONG: (no reply code|smtp has no answer|no protocol 'http')"
    ):
        Preset(name="x.WRONG", text="", **facts)


def test_fail_wants_a_preset(smtp: Wire) -> None:
    preset: Value = "RATE_LIMITED"
    with pytest.raises(BadArgument, match="no preset: 'RATE_LIMITED'"):
        smtp.when("MAIL").fail(preset)


@pytest.mark.parametrize("place", ["text", "challenge", "before", "after"])
def test_a_misspelt_placeholder_is_refused(place: str) -> None:
    wrong = "<{recipent}> no"
    facts: Value = {"text": "no"} | {place: (wrong,) if place in ("before", "after") else wrong}
    with pytest.raises(BadArgument, match=r"no placeholder .recipent.; did you mean .recip"):
        Preset(name="mine", protocol="smtp", answer="reply", code=550, **facts)
    Preset(name="mine", protocol="smtp", answer="reply", code=550, text="{5} {x} {recipient}")


def test_every_placeholder_is_filled() -> None:
    connection = Connection(1, "smtp")
    for name in PLACEHOLDERS:
        text = filled(f"<{{{name}}}>", Exchange(connection, "RCPT"), Clock(), "mx.example.test")
        assert "{" not in text
        assert f"``{{{name}}}``" in str(Preset.__doc__)
