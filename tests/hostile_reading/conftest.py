"""The onlooker of hostile tests: a client that was there before and must be served."""

from collections.abc import Iterator

import pytest
from hostile_reading.remote import RemoteReader

from pytest_fakemail import FakeMail

MAIL = b"From: ann@example.test\r\nSubject: kept\r\n\r\n.dot\r\nlast line\r\n"


@pytest.fixture
def onlooker(fakemail: FakeMail) -> Iterator[RemoteReader]:
    """Watch an INBOX of three messages, and find it at the end as it is by what was told."""
    inbox = fakemail.account().inbox
    for _ in range(3):
        inbox.deliver(MAIL)
    with RemoteReader(fakemail.imap.host, fakemail.imap.port) as one:
        one.select()
        yield one
        one.say("NOOP")
        assert [known.uid for known in one.messages] == [kept.uid for kept in inbox.messages]
        assert [kept.raw for kept in inbox.messages] == [MAIL] * 3
