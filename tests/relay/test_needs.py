"""What a message needs of the next server: sent as it came, or returned, never altered."""

import smtplib

import pytest

from pytest_fakemail import FakeMail

BINARY = (
    b"Subject: x\r\nMIME-Version: 1.0\r\nContent-Type: application/octet-stream\r\n"
    b"Content-Transfer-Encoding: binary\r\n\r\n"
)


@pytest.fixture
def a(a: FakeMail) -> FakeMail:
    a.account("ann@a.test")
    return a


@pytest.fixture
def b(a: FakeMail, b: FakeMail) -> FakeMail:
    a.route("x.test", b)
    return b


def send(
    fakemail: FakeMail, message: bytes, *options: str, sender: str = "ann@a.test", bdat: bool
) -> None:
    with smtplib.SMTP(*fakemail.smtp.address) as client:
        client.ehlo()
        client.command_encoding = "utf-8"
        assert client.mail(sender, options)[0] == 250
        assert client.rcpt("bob@x.test")[0] == 250
        if bdat:
            client.send(b"BDAT %d LAST\r\n" % len(message) + message)
            assert client.getreply()[0] == 250
        else:
            assert client.data(message)[0] == 250
    fakemail.clock.advance(0)


@pytest.mark.parametrize(
    "body",
    [
        b"no end",
        b"bare\nLF\r\n",
        b"bare\rCR\r\n",
        b"NUL \0\r\n",
        b"\n.\n\r\n.\r\n.",
        b"x" * 1200 + b"\r\n",
        bytes(range(256)),
    ],
)
def test_binary_octets_go_as_binary_octets(a: FakeMail, b: FakeMail, body: bytes) -> None:
    send(a, BINARY + body, "BODY=BINARYMIME", bdat=True)
    [mail] = b.outbox
    assert mail.raw.endswith(b"\r\n" + BINARY + body)
    assert mail.parameters["BODY"] == "BINARYMIME"
    assert [one.verb for one in b.transcript.commands("BDAT")] == ["BDAT"]
    assert b.transcript.commands("DATA") == []


@pytest.mark.parametrize("missing", ["BINARYMIME", "CHUNKING"])
def test_what_cannot_go_as_binary_octets_comes_back(a: FakeMail, b: FakeMail, missing: str) -> None:
    b.smtp.capabilities.off(missing)
    send(a, BINARY + b"bare\nLF", "BODY=BINARYMIME", bdat=True)
    assert b"5.6.3 BINARYMIME is required" in a.account("ann@a.test").inbox.assert_one().raw
    b.outbox.assert_none()


@pytest.mark.parametrize(("text", "kind"), [("Hello", "7BIT"), ("Grüße", "8BITMIME")])
def test_lines_of_text_need_nothing_binary(a: FakeMail, b: FakeMail, text: str, kind: str) -> None:
    """RFC 3030 §4.1: what was declared as binary, and is none, goes wherever text does."""
    b.smtp.capabilities.off("BINARYMIME")
    message = b"Subject: x\r\n\r\n" + text.encode() + b"\r\n"
    send(a, message, "BODY=BINARYMIME", bdat=True)
    [mail] = b.outbox
    assert mail.raw.endswith(message)
    assert mail.parameters["BODY"] == kind


def test_to_say_smtputf8_does_not_make_a_message_need_it(a: FakeMail, b: FakeMail) -> None:
    b.smtp.capabilities.off("SMTPUTF8")
    send(a, b"Subject: x\r\n\r\nHello\r\n", "SMTPUTF8", bdat=False)
    assert "SMTPUTF8" not in b.outbox.one().parameters


def test_smtputf8_is_said_to_those_who_have_it(a: FakeMail, b: FakeMail) -> None:
    send(a, b"Subject: x\r\n\r\nHello\r\n", "SMTPUTF8", bdat=False)
    assert "SMTPUTF8" in b.outbox.one().parameters


@pytest.mark.parametrize(
    ("message", "sender"),
    [("Subject: Grüße\r\n\r\nHello\r\n", "ann@a.test"), ("Subject: x\r\n\r\n\r\n", "ännä@a.test")],
)
def test_an_internationalized_message_comes_back(
    a: FakeMail, b: FakeMail, message: str, sender: str
) -> None:
    b.smtp.capabilities.off("SMTPUTF8")
    inbox = a.account(sender).inbox
    send(a, message.encode(), "SMTPUTF8", sender=sender, bdat=False)
    assert b"5.6.7 SMTPUTF8 is required" in inbox.assert_one().raw
    b.outbox.assert_none()


def test_a_server_that_leaves_at_ehlo_is_quoted(a: FakeMail, b: FakeMail) -> None:
    a.clock.freeze()
    b.smtp.when("EHLO").reply(421, "4.3.2 Going down").once()
    send(a, b"Subject: x\r\n\r\nHello\r\n", bdat=False)
    assert a.queue.one().attempts[0].reply.endswith(": 421 4.3.2 Going down")
    a.clock.advance("5m")
    b.outbox.one()
