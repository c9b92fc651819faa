"""Python's own poplib, command by command."""

import poplib
from collections.abc import Iterator

import pytest
from clients.test_reading import MAILS

from pytest_fakemail import FakeMail, MailboxHandle


@pytest.fixture(autouse=True)
def inbox(fakemail: FakeMail) -> MailboxHandle:
    inbox = fakemail.account().inbox
    inbox.deliver_many(MAILS)
    return inbox


@pytest.fixture
def client(fakemail: FakeMail) -> Iterator[poplib.POP3]:
    client = poplib.POP3(*fakemail.pop3.address)
    client.user("user@example.test")
    client.pass_("password")
    yield client
    client.close()


def test_stat_list_uidl_and_top(client: poplib.POP3) -> None:
    octets = [len(mail) for mail in MAILS]
    assert client.stat() == (2, sum(octets))
    assert client.list()[1] == [b"%d %d" % one for one in enumerate(octets, 1)]
    assert str(client.list(2)) == str(b"+OK 2 %d" % octets[1])  # typeshed expects a tuple
    assert len(set(client.uidl()[1])) == 2
    assert client.top(1, 2)[1][-2:] == [b".a dot begins this line", b"..two this one"]
    assert client.capa()["EXPIRE"] == ["NEVER"]


def test_quit_deletes(client: poplib.POP3, inbox: MailboxHandle) -> None:
    client.dele(1)
    inbox.assert_count(2)
    client.quit()
    inbox.assert_count(1)
    inbox.assert_one(subject="Mail 2")


def test_reset_and_a_lost_connection_do_not(
    fakemail: FakeMail, client: poplib.POP3, inbox: MailboxHandle
) -> None:
    client.dele(1)
    client.rset()
    client.dele(2)
    fakemail.pop3.drop_connections()
    inbox.assert_count(2)


def test_a_second_session_is_refused(fakemail: FakeMail, client: poplib.POP3) -> None:
    with pytest.raises(poplib.error_proto, match="IN-USE"):
        fakemail.pop3.client()
    assert client.noop().startswith(b"+OK")


def test_utf8_is_switched_on(fakemail: FakeMail, inbox: MailboxHandle) -> None:
    client = poplib.POP3(*fakemail.pop3.address)
    assert client.utf8().startswith(b"+OK")
    client.user("user@example.test")
    client.pass_("password")
    assert client.stat()[0] == len(inbox)
    client.quit()
