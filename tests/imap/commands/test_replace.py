"""REPLACE: how it reads its arguments, and what it does."""

from imap.cursors import parsed, refusal
from imap.talk import MAIL, Talk

from pytest_fakemail.imap.commands.replace import Replace, replace
from pytest_fakemail.imap.grammar.append import Appended
from pytest_fakemail.imap.grammar.numbers import STAR


def test_a_draft_is_replaced_in_one_step() -> None:
    talk = Talk().select(MAIL, MAIL)
    answer = talk.send(b"a REPLACE 1 INBOX (\\Draft) {3+}\r\nnew\r\n")
    assert answer == (
        f"* OK [APPENDUID {talk.inbox.uidvalidity} 3] Replacement message ready\r\n"
        "* 1 EXPUNGE\r\n* 2 EXISTS\r\n* 2 RECENT\r\na OK REPLACE completed\r\n"
    )
    assert [message.raw for message in talk.inbox.messages] == [MAIL, b"new"]
    assert talk.inbox.messages[1].flags == {"\\Draft"}


def test_a_replacement_may_go_elsewhere() -> None:
    talk = Talk().select(MAIL)
    assert "a OK" in talk.send(b"a UID REPLACE 1 Sent {3+}\r\nnew\r\n")
    assert talk.inbox.messages == []
    assert len(talk.account.mailboxes["Sent"]) == 1


def test_what_cannot_be_replaced_stays() -> None:
    talk = Talk().select(MAIL)
    assert talk.send(b"a REPLACE 1 nowhere {3+}\r\nnew\r\n").startswith("a NO [TRYCREATE]")
    assert talk.send(b"a REPLACE 2 INBOX {3+}\r\nnew\r\n").startswith("a BAD ")
    assert talk.send(b"a UID REPLACE 7 INBOX {3+}\r\nnew\r\n").startswith("a NO [EXPUNGEISSUED]")
    talk.account.quota = len(MAIL)
    assert talk.send(b"a REPLACE 1 INBOX {99+}\r\n" + b"x" * 99 + b"\r\n").startswith(
        "a NO [OVERQUOTA]"
    )
    assert [message.raw for message in talk.inbox.messages] == [MAIL]
    assert "a OK" in talk.send(b"a REPLACE 1 INBOX {3+}\r\nnew\r\n")


def test_replace_names_one_message() -> None:
    assert parsed(replace, b" 4 a (x) {1}\r\nm") == Replace(4, "a", Appended(("x",), None, b"m"))
    assert parsed(replace, b" * a {1}\r\nm") == Replace(STAR, "a", Appended(raw=b"m"))
    assert refusal(replace, b" 4:5 a {1}\r\nm").status == "BAD"
    assert refusal(replace, b" 0 a {1}\r\nm").status == "BAD"
