from collections.abc import Iterable, Iterator

import pytest
from pop3.talk import MAIL, Talk

from pytest_fakemail.pop3.client import State
from pytest_fakemail.pop3.commands import BARE, COMMANDS
from pytest_fakemail.pop3.table import Command, Handler
from pytest_fakemail.wire.effects import Close, Effect, Send


def replace_noop(monkeypatch: pytest.MonkeyPatch, handler: Handler) -> None:
    command = Command("NOOP", handler, (State.TRANSACTION,))
    monkeypatch.setitem(COMMANDS, "NOOP", command)
    monkeypatch.setitem(BARE, b"NOOP\r\n", command)


# --- lines -----------------------------------------------------------------------------


@pytest.mark.parametrize("end", ["\r\n", "\n"])
def test_a_line_may_end_with_a_bare_lf(end: str) -> None:
    assert Talk().send(f"QUIT{end}".encode()) == "+OK Bye\r\n"


def test_commands_may_come_together_and_in_pieces() -> None:
    talk = Talk()
    assert talk.send(b"USER user@example.test\r\nPA") == "+OK Send the password\r\n"
    assert talk.send(b"SS password") == ""
    assert talk.send(b"\r\nSTAT\r\nQU") == "+OK Logged in, 0 messages\r\n+OK 0 0\r\n"


def test_an_answer_is_taken_before_the_next_command_happens() -> None:
    talk = Talk().log_in(MAIL)
    effects = iter(talk.session.receive_data(b"DELE 1\r\nQUIT\r\n"))
    assert next(effects) == Send(b"+OK Message 1 deleted\r\n")
    assert len(talk.inbox.messages) == 1
    assert [exchange.verb for exchange in talk.notebook.exchanges][-1] == "DELE"
    assert list(effects) == [Send(b"+OK Bye\r\n"), Close()]
    assert talk.inbox.messages == []


@pytest.mark.parametrize("line", ["", "HELO there", "XTND", "LAST", "GET / HTTP/1.1", "RETR1"])
def test_unknown_commands_are_refused(line: str) -> None:
    talk = Talk()
    assert talk.say(line) == "-ERR Unknown command"
    assert talk.say("QUIT") == "+OK Bye"


@pytest.mark.parametrize("line", [b"\xff\xfe\r\n", b"USER \xc3\r\n"])
def test_lines_that_are_no_text_are_refused(line: bytes) -> None:
    assert Talk().send(line) == "-ERR Not text\r\n"


def test_a_line_too_long_is_refused_once_and_forgotten() -> None:
    talk = Talk()
    assert talk.send(b"USER " + b"x" * 100_000) == ""
    assert talk.send(b"x" * 100_000 + b"\r\nQUIT\r\n") == "-ERR Line too long\r\n+OK Bye\r\n"
    assert len(talk.notebook.exchanges[-2].request) == 16 * 1024


def test_a_response_too_long_ends_the_authentication() -> None:
    talk = Talk()
    talk.say("AUTH PLAIN")
    assert talk.say("A" * 100_000) == "-ERR Line too long"
    assert talk.say("QUIT") == "+OK Bye"


@pytest.mark.parametrize("is_described", [False, True])
def test_too_many_bad_commands_in_a_row_end_the_session(*, is_described: bool) -> None:
    talk = Talk().log_in(MAIL)
    talk.notebook.wants_all = is_described
    talk.say("DELE 1")
    for _ in range(3):
        for _ in range(19):
            assert talk.say("BAD") == "-ERR Unknown command"
        talk.say("NOOP")
    answers = talk.send(b"BAD\r\n" * 100).splitlines()
    assert answers == ["-ERR Unknown command"] * 19 + ["-ERR Too many bad commands"]
    assert talk.effects[-1] == Close()
    assert len(talk.inbox.messages) == 1
    talk.again().log_in()


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"USER",
        b"PASS password",
        b"APOP name",
        b"AUTH PLAIN !",
        b"AUTH PLAIN =",
        b"NOOP",
        b"STLS now",
        b"UTF8 please",
        b"\xff",
        b"x" * 20_000,
    ],
)
def test_these_are_bad_commands(line: bytes) -> None:
    answers = Talk().send((line + b"\r\n") * 25).splitlines()
    assert answers[-1] == "-ERR Too many bad commands"
    assert len(answers) == 20


@pytest.mark.parametrize("line", ["DELE 1 2", "RETR x", "TOP 1", "STAT 1", "USER a"])
def test_these_are_bad_after_login(line: str) -> None:
    talk = Talk().log_in(MAIL)
    assert talk.send(f"{line}\r\n".encode() * 25).splitlines()[-1] == "-ERR Too many bad commands"


@pytest.mark.parametrize("line", ["AUTH NTLM", "AUTH PLAIN AGEAYg==", "LANG de", "USER a"])
def test_these_are_no_bad_commands(line: str) -> None:
    assert len(Talk().send(f"{line}\r\n".encode() * 25).splitlines()) == 25


def test_what_is_merely_not_there_is_no_bad_command() -> None:
    talk = Talk().log_in()
    assert talk.send(b"RETR 1\r\n" * 100).count("-ERR No message 1") == 100


def test_pipelining_is_refused_if_it_is_off() -> None:
    talk = Talk()
    talk.service.capabilities.off("PIPELINING")
    answers = talk.send(b"USER user@example.test\r\nPASS password\r\n").splitlines()
    assert answers == [
        "+OK Send the password",
        "-ERR Wait for the reply: PIPELINING is not offered",
    ]
    assert talk.notebook.exchanges[-1].is_secret
    assert talk.say("PASS password") == "+OK Logged in, 0 messages"


def test_a_bare_command_is_refused_if_pipelining_is_off() -> None:
    talk = Talk().log_in()
    talk.service.capabilities.off("PIPELINING")
    assert talk.send(b"NOOP\r\nQUIT\r\n").endswith("PIPELINING is not offered\r\n")


def test_a_response_is_no_command() -> None:
    talk = Talk()
    talk.say("AUTH PLAIN")
    assert talk.say("QUIT").startswith("-ERR")
    assert talk.say("QUIT") == "+OK Bye"


def test_a_pipelined_response_is_refused_if_pipelining_is_off() -> None:
    talk = Talk()
    talk.service.capabilities.off("PIPELINING")
    talk.send(b"AUTH PLAIN\r\nAHVzZXJAZXhhbXBsZS50ZXN0AHBhc3N3b3Jk\r\n")
    assert talk.say("QUIT") == "+OK Bye"


# --- the end ---------------------------------------------------------------------------


@pytest.mark.parametrize("times", [1, 2])
def test_a_lost_connection_removes_nothing(times: int) -> None:
    talk = Talk().log_in(MAIL)
    talk.send(b"DELE 1\r\nQUI")
    for _ in range(times):
        assert list(talk.session.receive_eof()) == []
    assert len(talk.inbox.messages) == 1
    assert [exchange.verb for exchange in talk.notebook.exchanges].count("eof") == 1
    assert talk.notebook.exchanges[-1].request == b"QUI"


def test_a_connection_that_ends_between_commands_leaves_nothing_unfinished() -> None:
    talk = Talk().log_in(MAIL)
    list(talk.session.receive_eof())
    assert talk.notebook.exchanges[-1].verb == "PASS"


def test_an_unfinished_password_is_secret() -> None:
    talk = Talk()
    talk.send(b"PASS secr")
    list(talk.session.receive_eof())
    assert talk.notebook.exchanges[-1].is_secret


def test_silence_ends_the_session_without_a_word() -> None:
    talk = Talk(pop3_timeout=600).log_in(MAIL)
    assert talk.session.timeout == 600
    talk.say("DELE 1")
    assert list(talk.session.timed_out()) == [Close()]
    assert len(talk.inbox.messages) == 1
    assert "POP3: the client was silent for too long" in talk.notebook.notes
    assert talk.send(b"QUIT\r\n") == ""
    talk.again().log_in()


def test_silence_may_last_for_ever() -> None:
    assert Talk(pop3_timeout=0).session.timeout is None


def test_new_mail_is_not_told() -> None:
    assert list(Talk().log_in().session.mailbox_changed()) == []


# --- exchanges, faults, bugs -----------------------------------------------------------


def test_each_command_is_an_exchange() -> None:
    talk = Talk().log_in(MAIL)
    talk.send(b"retr  1 \r\n")
    seen = [
        (one.verb, one.argument, one.is_secret, one.mailbox, one.user)
        for one in talk.notebook.exchanges
    ]
    assert seen == [
        ("connect", "", False, None, None),
        ("USER", "user@example.test", False, None, "user@example.test"),
        ("PASS", "password", True, None, "user@example.test"),
        ("RETR", "1", False, "INBOX", None),
    ]
    assert talk.notebook.exchanges[-1].request == b"retr  1 \r\n"


def test_apop_tells_who_wants_in() -> None:
    talk = Talk()
    talk.say("APOP ann 0123")
    assert talk.notebook.exchanges[-1].user == "ann"


@pytest.mark.parametrize("line", ["APOP a b", "AUTH PLAIN AAAA", "PASS x"])
def test_credentials_are_secret(line: str) -> None:
    talk = Talk()
    talk.say(line)
    assert talk.notebook.exchanges[-1].is_secret


def test_sasl_responses_are_secret_exchanges() -> None:
    talk = Talk()
    talk.say("AUTH PLAIN")
    talk.say("AHVzZXJAZXhhbXBsZS50ZXN0AHBhc3N3b3Jk")
    exchange = talk.notebook.exchanges[-1]
    assert (exchange.verb, exchange.argument, exchange.is_secret) == (
        "response",
        "PLAIN",
        True,
    )


@pytest.mark.parametrize(
    ("line", "uids"),
    [
        ("RETR 2", (8,)),
        ("TOP 1 1", (7,)),
        ("DELE 1", (7,)),
        ("UIDL 2", (8,)),
        ("LIST 3", ()),
        ("LIST", ()),
        ("RETR ²", ()),
        ("NOOP", ()),
    ],
)
def test_faults_are_told_the_uid(line: str, uids: tuple[int, ...]) -> None:
    talk = Talk()
    talk.inbox.append(MAIL, uid=7)
    talk.log_in(MAIL)
    talk.fault.is_active = True
    talk.say(line)
    assert tuple(talk.notebook.exchanges[-1].uids) == uids


def test_a_fault_can_work_on_the_answer() -> None:
    talk = Talk().log_in(MAIL)
    talk.fault.is_active = True
    talk.fault.change = lambda effects: [Send(b"?\r\n") for _ in effects]
    assert talk.send(b"DELE 1\r\n") == "?\r\n"
    talk.fault.is_active = False
    assert talk.say("STAT") == "+OK 0 0"


@pytest.mark.parametrize("is_described", [False, True])
def test_our_bug_is_owned_up_to(monkeypatch: pytest.MonkeyPatch, *, is_described: bool) -> None:
    talk = Talk().log_in()
    talk.notebook.wants_all = is_described

    def handler(_session: object, _argument: str) -> Iterable[Effect]:
        raise KeyError("ours")

    with monkeypatch.context() as patched:
        replace_noop(patched, handler)
        assert talk.say("NOOP") == "-ERR [SYS/TEMP] Our fault, not yours"
    assert [type(bug) for bug in talk.service.bugs] == [KeyError]
    assert talk.say("NOOP") == "+OK Nothing done"


@pytest.mark.parametrize("is_described", [False, True])
def test_our_bug_in_the_middle_of_an_answer_breaks_the_connection(
    monkeypatch: pytest.MonkeyPatch, *, is_described: bool
) -> None:
    talk = Talk().log_in(MAIL)
    talk.notebook.wants_all = is_described

    def handler(_session: object, _argument: str) -> Iterator[Effect]:
        yield Send(b"+OK\r\nhalf")
        raise KeyError("ours")

    replace_noop(monkeypatch, handler)
    assert talk.send(b"NOOP\r\nSTAT\r\n") == "+OK\r\nhalf"
    assert talk.effects[-1] == Close(reset=True)
    assert len(talk.service.bugs) == 1
    talk.again().log_in()
