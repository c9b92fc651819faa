"""fetchmail takes mail from a server to a script, and takes it away from the server."""

import re
from pathlib import Path

import pytest
from clients.installed import needs
from clients.readers import fetched, fetchmail
from clients.test_reading import MAILS
from clients.visit import Visit

from pytest_fakemail import FakeMail, MailboxHandle

pytestmark = needs("fetchmail")

NO_MAIL, SOCKET_ERROR = 1, 2
PROTOCOLS = pytest.mark.parametrize("protocol", ["imap", "pop3"])


@pytest.fixture
def visit(fakemail: FakeMail, tmp_path: Path) -> Visit:
    return Visit(fakemail, "starttls", None, tmp_path)


@pytest.fixture
def inbox(fakemail: FakeMail) -> MailboxHandle:
    return fakemail.account().inbox


@PROTOCOLS
def test_what_was_fetched_is_gone(visit: Visit, inbox: MailboxHandle, protocol: str) -> None:
    inbox.deliver_many(MAILS)
    fetchmail(visit, protocol)

    assert sorted(fetched(visit)) == MAILS
    inbox.assert_empty()
    fetchmail(visit, protocol, accepted=(NO_MAIL,))


@PROTOCOLS
def test_what_is_kept_is_not_fetched_twice(
    visit: Visit, inbox: MailboxHandle, protocol: str
) -> None:
    inbox.deliver_many(MAILS)
    options = ["--keep"] if protocol == "imap" else ["--keep", "--uidl"]
    fetchmail(visit, protocol, *options)
    inbox.deliver(subject="a new one")

    fetchmail(visit, protocol, *options)

    assert len(fetched(visit)) == 3
    inbox.assert_count(3)
    inbox.assert_count(3 if protocol == "imap" else 0, seen=True)


@PROTOCOLS
def test_a_connection_lost_while_fetching_loses_nothing(
    visit: Visit, inbox: MailboxHandle, protocol: str
) -> None:
    inbox.deliver_many(MAILS)
    if protocol == "imap":
        visit.fakemail.imap.when("FETCH", uid=2).drop(in_literal=100).once()
    else:
        visit.fakemail.pop3.when("TOP", argument=re.compile("^2 ")).drop(after_bytes=100).once()
    fetchmail(visit, protocol, accepted=(SOCKET_ERROR,))
    inbox.assert_one(uid=2)
    if protocol == "imap":
        answer = visit.fakemail.transcript.commands("FETCH")[-1].answer
        assert re.search(rb"\{\d+\}\r\n.{100}\Z", answer, re.DOTALL)

    fetchmail(visit, protocol)

    assert set(MAILS) <= set(fetched(visit))


def test_another_mailbox_is_fetched_by_imap(visit: Visit) -> None:
    work = visit.fakemail.account().mailbox("Work/Größe", create=True)
    work.deliver_many(MAILS)
    fetchmail(visit, "imap", "--folder", "Work/Gr&APYA3w-e")
    assert sorted(fetched(visit)) == MAILS
    work.assert_empty()
