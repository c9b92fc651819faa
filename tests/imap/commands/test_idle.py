"""IDLE (RFC 2177)."""

from imap.talk import MAIL, Talk


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


def test_idle_in_a_mailbox_that_is_gone_does_not_wait_for_ever() -> None:
    talk = Talk().log_in()
    box = talk.account.mailboxes.create("box")
    talk.say("SELECT box")
    talk.account.mailboxes.delete(box.name)
    answer = talk.send(b"t IDLE\r\n").split("\r\n")
    assert answer[0].startswith("t NO [NONEXISTENT] ")
    assert answer[1].startswith("* BYE ")
