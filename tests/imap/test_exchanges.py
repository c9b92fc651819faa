"""What an IMAP session tells fault rules and transcript, and what faults do to it."""

from collections.abc import Iterable

import pytest
from imap.talk import MAIL, Talk

from pytest_fakemail.wire.effects import Close, Effect, Send


def test_exchanges_say_what_fault_rules_ask_for() -> None:
    talk = Talk().select(MAIL, MAIL, MAIL)
    talk.fault.is_active = True
    talk.say("UID FETCH 2:9 (FLAGS)")
    exchange = talk.notebook.exchanges[-1]
    assert (exchange.verb, exchange.tag, exchange.argument) == ("UID FETCH", "a3", "2:9 (FLAGS)")
    assert (exchange.mailbox, exchange.uids) == ("INBOX", {2, 3})
    assert exchange.request == b"a3 UID FETCH 2:9 (FLAGS)\r\n"
    talk.say("STATUS Sent (MESSAGES)")
    assert talk.notebook.exchanges[-1].mailbox == "Sent"


@pytest.mark.parametrize(
    ("command", "mailbox", "uids"),
    [
        ("DELETE Sent", "Sent", set()),
        ("EXPUNGE", "INBOX", {2}),
        ("CLOSE", "INBOX", {2}),
        ("UID EXPUNGE 1:2", "INBOX", {1, 2}),
        ("COPY 3 Trash", "INBOX", {3}),
        ("STORE 9 FLAGS ()", "INBOX", set()),
        ("SEARCH ALL", "INBOX", set()),
        ("NOOP", "INBOX", set()),
    ],
)
def test_commands_are_about_a_mailbox_and_messages(
    command: str, mailbox: str, uids: set[int]
) -> None:
    talk = Talk().select(MAIL, MAIL, MAIL)
    talk.say("STORE 2 +FLAGS.SILENT (\\Deleted)")
    talk.fault.is_active = True
    talk.say(command)
    exchange = talk.notebook.exchanges[-1]
    assert (exchange.mailbox, set(exchange.uids)) == (mailbox, uids)
    assert exchange.target == ("Trash" if "COPY" in command else None)


def test_without_rules_no_uids_are_collected() -> None:
    talk = Talk().select(MAIL)
    talk.say("FETCH 1 FLAGS")
    assert not talk.notebook.exchanges[-1].uids


def test_a_literal_is_told_to_the_transcript_once() -> None:
    talk = Talk().log_in()
    talk.send(b"a APPEND INBOX {5}\r\n")
    talk.send(b"hello\r\n")
    asked, appended = talk.notebook.exchanges[-2:]
    assert (asked.verb, asked.request, asked.tag) == ("literal", b"a APPEND INBOX {5}\r\n", "a")
    assert (appended.verb, appended.request, appended.mailbox) == ("APPEND", b"hello\r\n", "INBOX")


def test_a_long_message_is_shared_with_the_transcript() -> None:
    talk = Talk().log_in()
    raw = b"x" * 10_000
    talk.send(b"a APPEND INBOX {10000+}\r\n" + raw + b"\r\n")
    assert talk.notebook.exchanges[-1].payload is talk.inbox.messages[0].raw


@pytest.mark.parametrize(
    "command", [b"LOGIN user@example.test password", b"AUTHENTICATE PLAIN AHVzZXIAcA=="]
)
def test_credentials_are_secret(command: bytes) -> None:
    talk = Talk()
    talk.send(b"a " + command + b"\r\n")
    assert talk.notebook.exchanges[-1].is_secret


def test_a_login_says_whom_it_is_about() -> None:
    talk = Talk()
    talk.send(b"a LOGIN bob wrong\r\n")
    assert talk.notebook.exchanges[-1].user == "bob"
    assert talk.connection.user is None
    talk.log_in()
    assert talk.connection.user == "user@example.test"


def test_a_fault_instead_of_a_command_lets_nothing_happen() -> None:
    talk = Talk().select(MAIL)
    talk.fault.is_active = True
    talk.fault.answer = [Send(b"a NO not now\r\n")]
    assert talk.send(b"a STORE 1 +FLAGS \\Seen\r\n") == "a NO not now\r\n"
    assert talk.inbox.messages[0].flags == frozenset()


def test_a_fault_after_a_command_works_on_its_answer() -> None:
    talk = Talk().select(MAIL)

    def lost(effects: Iterable[Effect]) -> Iterable[Effect]:
        list(effects)
        return [Close(reset=True)]

    talk.fault.is_active = True
    talk.fault.change = lost
    assert talk.send(b"a STORE 1 +FLAGS \\Seen\r\n") == ""
    assert talk.effects == [Close(reset=True)]
    assert talk.inbox.messages[0].flags == {"\\Seen"}


def test_a_literal_refused_by_a_fault_is_not_waited_for() -> None:
    talk = Talk().log_in()
    talk.fault.is_active = True
    talk.fault.answer = [Send(b"a NO not now\r\n")]
    assert talk.send(b"a APPEND INBOX {5}\r\n") == "a NO not now\r\n"
    talk.fault.is_active = False
    assert talk.send(b"b NOOP\r\n") == "b OK NOOP completed\r\n"
    assert talk.notebook.exchanges[-1].request == b"b NOOP\r\n"


def test_done_answered_by_a_fault_ends_idle() -> None:
    talk = Talk().select(MAIL)
    talk.send(b"a IDLE\r\n")
    talk.fault.is_active = True
    talk.fault.answer = [Send(b"a NO not now\r\n")]
    assert talk.send(b"DONE\r\n") == "a NO not now\r\n"
    talk.fault.is_active = False
    assert talk.send(b"b NOOP\r\n") == "b OK NOOP completed\r\n"
