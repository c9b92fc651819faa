import pytest
from imap.talk import MAIL, Talk

from pytest_fakemail.imap import reading
from pytest_fakemail.imap.answers import CHUNK, MOST_BAD_COMMANDS
from pytest_fakemail.wire.effects import Close, Send, StartTls, sent
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


def test_messages_of_one_append_have_a_limit_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MESSAGES_LIMIT", 1)
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


@pytest.mark.parametrize(
    "command", ["SEARCH 1", "SORT (DATE) UTF-8 1", "THREAD REFERENCES UTF-8 1"]
)
def test_a_uid_command_with_message_numbers_holds_expunges(command: str) -> None:
    talk = Talk().select(MAIL, MAIL)
    talk.inbox.expunge([1])
    assert not [line for line in talk.say(f"UID {command}") if line.endswith(" EXPUNGE")]
    assert "* 1 EXPUNGE" in talk.say("UID SEARCH UID 1:*")


def test_nothing_of_the_store_is_held_after_the_end() -> None:
    for end in (b"a LOGOUT\r\n", None):
        talk = Talk().select(MAIL)
        if end is not None:
            talk.send(end)
        list(talk.session.receive_eof())
        assert talk.session._client.view is None
