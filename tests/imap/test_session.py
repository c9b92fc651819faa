from collections.abc import Iterable

import pytest
from imap.talk import MAIL, Talk

from pytest_fakemail.imap.answers import CHUNK, MOST_BAD_COMMANDS
from pytest_fakemail.wire.effects import Close, Effect, Send, StartTls, sent
from pytest_fakemail.wire.exchange import Tls


def test_the_greeting_tells_the_capabilities() -> None:
    talk = Talk()
    assert talk.greeting.startswith("* OK [CAPABILITY IMAP4rev1 IMAP4rev2 ")
    assert talk.notebook.exchanges[0].verb == "connect"


# --- literals --------------------------------------------------------------------------


def test_a_literal_is_asked_for_and_never_taken_for_a_command() -> None:
    talk = Talk().log_in()
    assert talk.send(b"a APPEND INBOX {14}\r\n") == "+ OK\r\n"
    assert talk.send(b"b LOGOUT\r\nxyz\n") == ""
    assert talk.send(b"\r\n").startswith("a OK [APPENDUID ")
    assert talk.inbox.messages[0].raw == b"b LOGOUT\r\nxyz\n"


def test_a_message_too_big_is_refused_before_it_is_sent() -> None:
    talk = Talk(max_message_size=10).log_in()
    assert talk.send(b"a APPEND INBOX {11}\r\n") == "a NO [TOOBIG] Message too big\r\n"
    assert talk.send(b"b NOOP\r\n") == "b OK NOOP completed\r\n"


def test_a_message_too_big_that_is_under_way_is_thrown_away() -> None:
    talk = Talk(max_message_size=10).log_in()
    assert talk.send(b"a APPEND INBOX {11+}\r\n") == "a NO [TOOBIG] Message too big\r\n"
    assert talk.send(b"b LOGOUT\r\nx\r\nc NOOP\r\n") == "c OK NOOP completed\r\n"
    assert len(talk.inbox) == 0


def test_messages_of_one_append_have_a_limit_together() -> None:
    talk = Talk(max_message_size=10).log_in()
    answer = talk.send(b"a APPEND INBOX {9+}\r\n123456789 {9+}\r\n123456789 {9+}\r\n123456789\r\n")
    assert answer == "a NO [TOOBIG] Literal too big\r\n"
    assert len(talk.inbox) == 0


def test_strangers_may_send_small_literals_only() -> None:
    talk = Talk()
    assert talk.send(b"a LOGIN {4}\r\n") == "+ OK\r\n"
    assert talk.send(b"user {99999}\r\n") == "a NO [TOOBIG] Literal too big\r\n"
    assert talk.send(b"b APPEND INBOX {1000}\r\n").startswith("b BAD APPEND is not allowed")


def test_literals_unasked_for_are_refused_where_that_is_off() -> None:
    talk = Talk(imap_without=("LITERAL+",)).log_in()
    refusal = "a BAD Literal sent without being asked for\r\n"
    assert talk.send(b"a APPEND INBOX {3+}\r\nxyz\r\n") == refusal
    talk.service.capabilities.on("LITERAL-")
    assert "OK" in talk.send(b"a APPEND INBOX {3+}\r\nxyz\r\n")
    answer = talk.send(b"a APPEND INBOX {4097+}\r\n" + b"x" * 4097 + b"\r\n")
    assert answer == refusal.replace("BAD", "BAD [TOOBIG]")


# --- mistakes ---------------------------------------------------------------------------


@pytest.mark.parametrize("line", [b"\r\n", b"*\r\n", b"\xff\0\x80\r\n", b"tag\r\n", b"a UID\r\n"])
def test_lines_that_are_no_command_are_bad(line: bytes) -> None:
    talk = Talk()
    answer = talk.send(line)
    assert " BAD " in answer
    assert answer.count("\r\n") == 1
    assert talk.send(b"b NOOP\r\n") == "b OK NOOP completed\r\n"


def test_too_many_bad_commands_in_a_row_end_the_connection() -> None:
    talk = Talk()
    for _ in range(MOST_BAD_COMMANDS - 1):
        talk.send(b"a WHAT\r\n")
    assert talk.send(b"a NOOP\r\n") == "a OK NOOP completed\r\n"
    for _ in range(MOST_BAD_COMMANDS - 1):
        talk.send(b"a WHAT\r\n")
    answer = talk.send(b"a WHAT\r\nb NOOP\r\n")
    assert answer == "a BAD Unknown command\r\n* BYE Too many bad commands\r\n"
    assert talk.effects[-1] == Close()
    assert talk.send(b"b NOOP\r\n") == ""


def test_a_line_too_long_is_refused_by_its_tag() -> None:
    talk = Talk()
    answer = talk.send(b"a1 LOGIN " + b"x" * 2_000_000 + b"\r\nb NOOP\r\n")
    assert answer == "a1 BAD Command line too long\r\nb OK NOOP completed\r\n"


def test_an_exception_of_ours_is_told_as_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    talk = Talk().log_in()
    bug = RuntimeError("oops")

    def fail(_name: str) -> None:
        raise bug

    monkeypatch.setattr(type(talk.account.mailboxes), "get", lambda _tree, name: fail(name))
    assert talk.send(b"a STATUS INBOX (MESSAGES)\r\n").startswith("a NO [SERVERBUG] ")
    assert talk.service.bugs == [bug]
    assert talk.send(b"b NOOP\r\n") == "b OK NOOP completed\r\n"


# --- answers ----------------------------------------------------------------------------


def test_commands_may_come_together_and_in_pieces() -> None:
    talk = Talk().log_in()
    whole = b"a NOOP\r\nb APPEND INBOX {3+}\r\nxyz\r\nc STATUS INBOX (MESSAGES)\r\n"
    at_once = talk.send(whole)
    talk.inbox.expunge([1])
    piecewise = "".join(talk.send(bytes([octet])) for octet in whole)
    assert piecewise == at_once.replace("APPENDUID 1 1", "APPENDUID 1 2")


def test_a_command_happens_when_the_answer_before_it_is_taken() -> None:
    talk = Talk().select(MAIL)
    effects = iter(talk.session.receive_data(b"a NOOP\r\nb STORE 1 +FLAGS.SILENT \\Seen\r\n"))
    assert next(effects) == Send(b"a OK NOOP completed\r\n")
    assert talk.inbox.messages[0].flags == frozenset()
    assert sent(effects) == b"b OK STORE completed\r\n"
    assert talk.inbox.messages[0].flags == {"\\Seen"}


def test_a_long_answer_is_made_piece_by_piece_as_it_is_taken() -> None:
    talk = Talk().select(*[b"x" * 5000] * 40)
    effects = iter(talk.session.receive_data(b"a FETCH 1:* BODY[]\r\n"))
    first = next(effects)
    assert isinstance(first, Send)
    assert CHUNK <= len(first.data) <= 2 * CHUNK
    assert talk.inbox.messages[-1].flags == frozenset()
    rest = [effect.data for effect in effects if isinstance(effect, Send)]
    assert sum(map(len, rest)) + len(first.data) > 200_000
    assert len(rest) == 2
    assert talk.inbox.messages[-1].flags == {"\\Seen"}


def test_a_small_answer_is_one_piece() -> None:
    talk = Talk().select(MAIL)
    assert len(list(talk.session.receive_data(b"a FETCH 1 BODY.PEEK[]\r\n"))) == 1


# --- TLS, silence, the end --------------------------------------------------------------


def test_what_came_behind_starttls_in_the_clear_is_forgotten() -> None:
    talk = Talk()
    assert talk.send(b"a STARTTLS\r\nb LOGIN user@example.test password\r\n").startswith("a OK")
    assert talk.effects[-1] == StartTls()
    talk.connection.tls = Tls("TLSv1.3", "AES")
    assert list(talk.session.tls_started()) == []
    assert "STARTTLS" not in talk.say("CAPABILITY")[0]
    assert talk.say("SELECT INBOX")[-1].startswith("BAD SELECT is not allowed")
    assert talk.say("STARTTLS")[-1] == "BAD TLS is active already"


def test_silence_ends_the_connection() -> None:
    talk = Talk(imap_timeout=1800.0)
    assert talk.session.timeout == 1800.0
    effects = list(talk.session.timed_out())
    assert effects == [Send(b"* BYE Disconnected for inactivity\r\n"), Close()]
    assert Talk(imap_timeout=0.0).session.timeout is None


def test_the_end_of_a_connection_does_nothing_that_was_unfinished() -> None:
    talk = Talk().log_in()
    talk.send(b"a APPEND INBOX {10}\r\n")
    talk.send(b"12345")
    assert list(talk.session.receive_eof()) == []
    assert len(talk.inbox) == 0
    eof = talk.notebook.exchanges[-1]
    assert (eof.verb, eof.request) == ("eof", b"a APPEND INBOX {10}\r\n12345")


def test_logout_ends_the_connection() -> None:
    talk = Talk().select(MAIL)
    assert talk.send(b"a LOGOUT\r\nb NOOP\r\n") == (
        "* BYE Logging out\r\na OK LOGOUT completed\r\n"
    )
    assert talk.effects[-1] == Close()


# --- IDLE -------------------------------------------------------------------------------


def test_an_idling_client_is_told_as_things_happen() -> None:
    talk = Talk().select(MAIL)
    assert talk.send(b"a IDLE\r\n") == "+ idling\r\n"
    talk.inbox.append(MAIL)
    assert talk.wakes == 1
    assert talk.pushed() == "* 2 EXISTS\r\n* 2 RECENT\r\n"
    assert talk.pushed() == ""
    talk.inbox.expunge([1])
    assert talk.pushed() == "* 1 EXPUNGE\r\n* 1 RECENT\r\n"
    assert talk.send(b"DONE\r\n") == "a OK IDLE terminated\r\n"
    talk.inbox.append(MAIL)
    assert talk.wakes == 2
    assert talk.pushed() == ""
    assert talk.say("NOOP")[0] == "* 2 EXISTS"


def test_news_from_before_is_told_as_idle_begins() -> None:
    talk = Talk().select(MAIL)
    talk.inbox.append(MAIL)
    assert talk.send(b"a IDLE\r\n") == "+ idling\r\n* 2 EXISTS\r\n* 2 RECENT\r\n"


def test_idle_without_a_mailbox_waits_for_done() -> None:
    talk = Talk().log_in()
    assert talk.send(b"a IDLE\r\n") == "+ idling\r\n"
    assert talk.pushed() == ""
    assert talk.send(b"done\r\n") == "a OK IDLE terminated\r\n"


def test_idle_is_ended_by_anything_else_too() -> None:
    talk = Talk().select(MAIL)
    talk.send(b"a IDLE\r\n")
    assert talk.send(b"b NOOP\r\n") == "a BAD Expected DONE\r\n"
    talk.inbox.append(MAIL)
    assert talk.wakes == 0


def test_a_connection_that_ends_in_idle_is_woken_no_more() -> None:
    talk = Talk().select(MAIL)
    talk.send(b"a IDLE\r\n")
    talk.session.receive_eof()
    talk.inbox.append(MAIL)
    assert talk.wakes == 0


# --- mailboxes that go away -------------------------------------------------------------


def test_a_client_whose_mailbox_is_deleted_is_sent_away() -> None:
    talk = Talk().log_in()
    talk.account.mailboxes.create("gone")
    talk.say("SELECT gone")
    talk.account.mailboxes.delete("gone")
    assert talk.send(b"a NOOP\r\n") == (
        "a OK NOOP completed\r\n* BYE The selected mailbox is gone\r\n"
    )
    assert talk.effects[-1] == Close()


def test_an_idling_client_whose_mailbox_changes_its_uidvalidity_is_sent_away() -> None:
    talk = Talk().select(MAIL)
    talk.send(b"a IDLE\r\n")
    talk.inbox.change_uidvalidity()
    assert talk.pushed() == "* BYE The selected mailbox is gone\r\n"


def test_imap4rev2_only_leaves_the_mailbox() -> None:
    talk = Talk(imap_revisions="rev2").select(MAIL)
    talk.inbox.change_uidvalidity()
    answer = talk.say("FETCH 1 FLAGS")
    assert answer == [
        "* OK [CLOSED] The selected mailbox is gone",
        "NO [NONEXISTENT] The selected mailbox is gone",
    ]
    assert talk.say("FETCH 1 FLAGS")[-1].startswith("BAD FETCH is not allowed")


def test_a_renamed_mailbox_stays_selected() -> None:
    talk = Talk().select(MAIL)
    talk.account.mailboxes.create("before")
    talk.say("SELECT before")
    talk.account.mailboxes.rename("before", "after")
    talk.account.mailboxes["after"].append(MAIL)
    assert talk.say("NOOP")[0] == "* 1 EXISTS"


# --- faults and transcript --------------------------------------------------------------


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
        ("COPY 3 Trash", "Trash", {3}),
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


def test_idle_in_a_mailbox_that_is_gone_does_not_wait_for_ever() -> None:
    talk = Talk().log_in()
    box = talk.account.mailboxes.create("box")
    talk.say("SELECT box")
    talk.account.mailboxes.delete(box.name)
    answer = talk.send(b"t IDLE\r\n").split("\r\n")
    assert answer[0].startswith("t NO [NONEXISTENT] ")
    assert answer[1].startswith("* BYE ")


@pytest.mark.parametrize(
    "command", ["SEARCH 1", "SORT (DATE) UTF-8 1", "THREAD REFERENCES UTF-8 1"]
)
def test_a_uid_command_with_message_numbers_holds_expunges(command: str) -> None:
    talk = Talk().select(MAIL, MAIL)
    talk.inbox.expunge([1])
    assert not [line for line in talk.say(f"UID {command}") if line.endswith(" EXPUNGE")]
    assert "* 1 EXPUNGE" in talk.say("UID SEARCH UID 1:*")
