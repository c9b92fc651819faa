import pytest
from smtp.talk import Talk

from pytest_fakemail.wire.effects import Send, StartTls


def test_helo_has_one_line_and_ehlo_many() -> None:
    talk = Talk()
    assert talk.say("HELO me") == "250 mail.example.test"
    first, *lines = talk.say("EHLO me").split("\r\n")
    assert first == "250-mail.example.test"
    assert all(line.startswith("250-") for line in lines[:-1])
    assert lines[-1].startswith("250 ")


@pytest.mark.parametrize("verb", ["HELO", "EHLO"])
def test_a_name_is_wanted(verb: str) -> None:
    assert Talk().code(verb) == "501 5.5.4"


@pytest.mark.parametrize("line", ["HELO me", "EHLO me", "RSET"])
def test_a_new_beginning_forgets_the_transaction(line: str) -> None:
    talk = Talk().begin()
    assert talk.code(line)[:3] == "250"
    assert talk.code("RCPT TO:<a@b.test>") == "503 5.5.1"
    assert talk.code("MAIL FROM:<a@b.test>") == "250 2.1.0"


def test_the_name_is_told_with_the_delivery() -> None:
    talk = Talk()
    talk.say("EHLO client.test")
    talk.begin().data()
    assert (talk.delivery.helo, talk.delivery.protocol) == ("client.test", "ESMTP")


def test_helo_means_no_extensions() -> None:
    talk = Talk()
    talk.say("HELO client.test")
    assert talk.code("MAIL FROM:<a@b.test> SIZE=1") == "555 5.5.4"
    talk.begin().data()
    assert talk.delivery.protocol == "SMTP"


def test_starttls_asks_for_a_handshake() -> None:
    talk = Talk().hello()
    assert talk.say("STARTTLS") == "220 2.0.0 Ready to start TLS"
    assert [type(effect) for effect in talk.effects] == [Send, StartTls]


def test_starttls_once_is_enough() -> None:
    assert Talk().start_tls().hello().code("STARTTLS") == "503 5.5.1"


def test_nothing_may_be_pipelined_behind_starttls() -> None:
    talk = Talk().hello()
    assert talk.send(b"STARTTLS\r\nMAIL FROM:<evil@example.test>\r\nNO") == (
        "454 4.5.0 No commands may be pipelined after STARTTLS, see RFC 3207\r\n"
    )
    assert talk.code("NOOP") == "250 2.0.0", "what came with it is gone, half a command too"
    assert talk.code("RCPT TO:<a@b.test>") == "503 5.5.1"
