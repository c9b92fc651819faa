import pytest
from smtp.talk import Talk

from pytest_fakemail.wire.effects import Close


@pytest.mark.parametrize("line", ["noop", "Noop", "NOOP ", "NOOP   with words \t"])
def test_verbs_have_no_case_and_lines_may_trail(line: str) -> None:
    assert Talk().code(line) == "250 2.0.0"


def test_a_bare_line_feed_ends_a_command() -> None:
    assert Talk().send(b"NOOP\nNOOP\r\n") == "250 2.0.0 Ok\r\n" * 2


def test_a_bare_line_feed_is_refused_if_settings_say_so() -> None:
    talk = Talk(bare_newlines="refuse")
    assert talk.send(b"NOOP\nNOOP\r\n")[:9] == "550 5.5.2"


@pytest.mark.parametrize("line", ["XYZZY", "XYZZY <a@b>", "NOOPS", "MAILFROM:<a@b>"])
def test_an_unknown_command(line: str) -> None:
    assert Talk().code(line)[:3] == "500"


@pytest.mark.parametrize("line", ["", " ", "\x00\x01", "\udcff\udcfe", "<a@b>", " NOOP", "{}"])
def test_what_is_no_command(line: str) -> None:
    assert Talk().code(line) == "500 5.5.2"


def test_a_line_of_ten_megabytes_is_refused_whole() -> None:
    talk = Talk()
    for _ in range(100):
        assert talk.send(b"NOOP" + b"x" * 100_000) == ""
    assert talk.send(b"\r\nNOOP\r\n") == "500 5.5.2 Line too long\r\n250 2.0.0 Ok\r\n"
    assert talk.notes[-1] == "a line of 10000402 octets, of which 16384 are kept"
    assert len(talk.exchanges[-2].request) == 16384


@pytest.mark.parametrize("verb", ["GET", "POST", "CONNECT", "OPTIONS"])
def test_a_browser_is_sent_away(verb: str) -> None:
    talk = Talk()
    assert talk.send(f"{verb} / HTTP/1.1\r\nHost: x\r\n\r\n".encode())[:9] == "221 2.7.0"
    assert isinstance(talk.effects[-1], Close)


def test_long_commands_are_refused_if_settings_say_so() -> None:
    line = "NOOP " + "x" * 505
    assert Talk(line_limits=True).code(line) == "250 2.0.0"
    assert Talk(line_limits=True).code(line + "x") == "500 5.5.2"
    assert Talk().code(line + "x" * 9000) == "250 2.0.0"


@pytest.mark.parametrize("line", ["DATA x", "RSET x", "QUIT x", "STARTTLS x"])
def test_commands_without_arguments_take_none(line: str) -> None:
    talk = Talk().begin()
    assert talk.code(line) == "501 5.5.4"
    assert talk.data().startswith("250")


@pytest.mark.parametrize("verb", ["TURN", "SEND", "SOML", "SAML", "ETRN"])
def test_commands_of_old_are_not_implemented(verb: str) -> None:
    assert Talk().hello().code(f"{verb} FROM:<a@b.test>") == "502 5.5.1"


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("BDAT 3 LAST", "CHUNKING"),
        ("STARTTLS", "STARTTLS"),
        ("AUTH PLAIN", "AUTH"),
        ("EXPN team", "EXPN"),
        ("HELP", "HELP"),
    ],
)
def test_commands_of_an_extension_that_is_off(line: str, name: str) -> None:
    talk = Talk().begin() if name == "CHUNKING" else Talk().hello()
    talk.service.capabilities.off(name)
    assert talk.code(line) == "502 5.5.1"
    assert talk.code("NOOP") == "250 2.0.0"


# --- the order of things -----------------------------------------------------------------


@pytest.mark.parametrize("line", ["MAIL FROM:<a@b.test>", "RCPT TO:<a@b.test>", "DATA", "AUTH X"])
def test_most_commands_want_a_greeting_first(line: str) -> None:
    assert Talk().code(line) == "503 5.5.1"


@pytest.mark.parametrize("line", ["NOOP", "HELP", "VRFY user", "RSET", "EXPN team", "QUIT"])
def test_some_commands_may_come_at_any_time(line: str) -> None:
    assert Talk().code(line)[:3] != "503"


@pytest.mark.parametrize(
    "line", ["HELP", "RSET", "VRFY x", "MAIL FROM:<a@b.test>", "DATA", "AUTH PLAIN", "BDAT 0 LAST"]
)
def test_tls_is_required_if_settings_say_so(line: str) -> None:
    talk = Talk(require_tls=True).hello()
    assert talk.code(line) == "530 5.7.0"
    assert talk.start_tls().hello().code(line) != "530 5.7.0"


@pytest.mark.parametrize("line", ["NOOP", "EHLO me", "HELO me", "STARTTLS", "QUIT"])
def test_some_commands_may_come_before_tls(line: str) -> None:
    assert Talk(require_tls=True).code(line)[:3] != "530"


@pytest.mark.parametrize(
    "line", ["VRFY x", "EXPN x", "MAIL FROM:<a@b.test>", "RCPT TO:<a@b.test>", "DATA"]
)
def test_authentication_is_required_if_settings_say_so(line: str) -> None:
    talk = Talk(require_auth=True).hello()
    assert talk.code(line) == "530 5.7.0"
    assert talk.code("AUTH PLAIN AHVzZXJAZXhhbXBsZS50ZXN0AHBhc3N3b3Jk") == "235 2.7.0"
    assert talk.code(line) != "530 5.7.0"


@pytest.mark.parametrize("line", ["NOOP", "RSET", "HELP", "EHLO me", "HELO me", "QUIT"])
def test_some_commands_may_come_before_authentication(line: str) -> None:
    assert Talk(require_auth=True).code(line)[0] == "2"


def test_a_missing_login_is_told_before_a_bad_argument() -> None:
    assert Talk(require_auth=True).hello().code("MAIL nonsense") == "530 5.7.0"


# --- pipelining --------------------------------------------------------------------------


def test_pipelining_is_refused_where_it_is_off() -> None:
    talk = Talk().hello()
    talk.service.capabilities.off("PIPELINING")
    answers = talk.send(b"MAIL FROM:<a@b.test>\r\nRCPT TO:<c@d.test>\r\nNOOP\r\n").split("\r\n")
    assert [answer[:9] for answer in answers[:3]] == ["250 2.1.0", "503 5.5.0", "503 5.5.0"]
    assert talk.code("RCPT TO:<c@d.test>") == "250 2.1.5"


def test_what_waits_for_each_answer_is_no_pipelining() -> None:
    talk = Talk()
    talk.service.capabilities.off("PIPELINING")
    talk.begin().data()
    assert talk.delivery.raw


def test_half_a_command_too_many_is_pipelining() -> None:
    talk = Talk().hello()
    talk.service.capabilities.off("PIPELINING")
    assert talk.send(b"NOOP\r\nNO") == "250 2.0.0 Ok\r\n"
    assert talk.send(b"OP\r\n")[:9] == "503 5.5.0"
    assert talk.code("NOOP") == "250 2.0.0"
