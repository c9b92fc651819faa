"""A mailbox watcher on imaplib that logs in by token: the token expires, the IDLE is dropped.

The watcher asks its provider for a new token when the old one is refused or the server says
goodbye, and looks for what it has missed.  An hour passes with one line.
"""

import imaplib
from collections.abc import Callable

import pytest

from pytest_fakemail import FakeMail, policies

GONE = (imaplib.IMAP4.abort, ConnectionError)


class Watcher:
    """Knows the mail of one account up to a UID; its connection may go at any time."""

    def __init__(self, address: tuple[str, int], user: str, refresh: Callable[[], str]) -> None:
        self.address, self.user, self.refresh = address, user, refresh
        self.last_uid = 0
        self.logins = 0
        self.client: imaplib.IMAP4 | None = None

    def connect(self) -> imaplib.IMAP4:
        """Log in by a new token, and select the INBOX."""
        client = imaplib.IMAP4(*self.address, timeout=5)
        words = f"user={self.user}\1auth=Bearer {self.refresh()}\1\1".encode()
        client.authenticate("XOAUTH2", lambda challenge: b"" if challenge else words)
        client.select("INBOX", readonly=True)
        self.logins += 1
        return client

    def new_mail(self) -> list[bytes]:
        """Return the subjects of what came since the last call; reconnect once if need be."""
        for is_last in (False, True):
            try:
                self.client = self.client or self.connect()
                return self.fetch(self.client)
            except GONE:
                self.close()
                if is_last:
                    raise
        return []

    def wait(self) -> None:
        """IDLE until the server says anything; if that is goodbye, be ready to reconnect."""
        assert self.client is not None
        self.client.send(b"idle1 IDLE\r\n")
        self.client.readline()
        line = self.client.readline()
        if not line or b"BYE" in line:
            self.close()
            return
        self.client.send(b"DONE\r\n")
        while line and not line.startswith(b"idle1"):
            line = self.client.readline()

    def fetch(self, client: imaplib.IMAP4) -> list[bytes]:
        """Ask for all UIDs behind the last one known."""
        client.noop()
        _, [found] = client.uid("SEARCH", f"UID {self.last_uid + 1}:*")
        uids = [uid for uid in found.split() if int(uid) > self.last_uid]
        subjects = []
        for uid in uids:
            _, data = client.uid("FETCH", uid.decode(), "(BODY.PEEK[HEADER.FIELDS (SUBJECT)])")
            subjects.append(data[0][1].strip())
            self.last_uid = int(uid)
        return subjects

    def close(self) -> None:
        """Let the connection go."""
        if self.client is not None:
            self.client.shutdown()
            self.client = None


@pytest.fixture
def watcher(fakemail: FakeMail) -> Watcher:
    oauth = fakemail.account().oauth(provider="gmail")

    def refresh() -> str:  # what the app would ask the provider's token endpoint
        status, body = oauth.answer({"grant_type": "refresh_token", **oauth.config})
        assert status == 200
        return str(body["access_token"])

    fakemail.clock.freeze()
    fakemail.imap.enforce(policies.token_expiry())
    return Watcher(fakemail.imap.address, oauth.user, refresh)


def test_goes_on_when_the_token_expires_in_mid_session(
    fakemail: FakeMail, watcher: Watcher
) -> None:
    inbox = fakemail.account().inbox
    inbox.deliver(subject="one")
    assert watcher.new_mail() == [b"Subject: one"]
    fakemail.clock.advance("59m")
    inbox.deliver(subject="two")
    assert watcher.new_mail() == [b"Subject: two"]
    fakemail.clock.advance("1m")
    inbox.deliver(subject="three")
    assert watcher.new_mail() == [b"Subject: three"]
    assert watcher.logins == 2
    watcher.close()


def test_misses_nothing_when_the_idle_is_dropped(fakemail: FakeMail, watcher: Watcher) -> None:
    fakemail.imap.when("IDLE").bye("Session expired, please login again.").once()
    inbox = fakemail.account().inbox
    assert watcher.new_mail() == []
    watcher.wait()
    assert watcher.client is None
    inbox.deliver(subject="meanwhile")
    assert watcher.new_mail() == [b"Subject: meanwhile"]
    watcher.close()


def test_hears_of_mail_while_it_idles(fakemail: FakeMail, watcher: Watcher) -> None:
    assert watcher.new_mail() == []
    fakemail.imap.when("IDLE").say("* 1 EXISTS")
    watcher.wait()
    fakemail.account().inbox.deliver(subject="news")
    assert watcher.new_mail() == [b"Subject: news"]
    watcher.close()
