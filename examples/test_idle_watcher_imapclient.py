"""A watcher on IMAPClient: it hears of new mail by IDLE and outlives its connections.

IDLE ends in many ways: the network drops it, the server says BYE after half an hour, or
nobody says anything any more.  The watcher reconnects and asks what is unread, so that it
does not matter what it heard.  It marks a mail as read only once it has been handled.
"""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

import pytest

from pytest_fakemail import FakeMail, MailboxHandle

imapclient = pytest.importorskip("imapclient", reason="IMAPClient is not installed")

RENEWAL = 29 * 60.0
"""RFC 2177: servers may log out who idles for half an hour.

What comes together with the server's "+" IMAPClient does not see before the next word of it: who
cannot wait so long for a mail that comes just then renews more often.
"""


@dataclass
class Watcher:
    """Calls `handle` with each mail that is unread; `run` it in a thread of its own."""

    imap_url: str
    handle: Callable[[EmailMessage], None]
    pause: float = 10.0
    renewal: float = RENEWAL
    is_listening: threading.Event = field(default_factory=threading.Event)
    is_stopped: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        """Watch until `is_stopped`, however often the connection is lost."""
        while not self.is_stopped.is_set():
            try:
                self.watch()
            except (OSError, imapclient.exceptions.IMAPClientError):
                self.is_listening.clear()
                self.is_stopped.wait(self.pause)

    def watch(self) -> None:
        """Connect; handle what is unread, and wait for more, for as long as it goes well."""
        server = urlsplit(self.imap_url)
        with imapclient.IMAPClient(server.hostname, server.port, ssl=False) as client:
            client.login(unquote(server.username or ""), unquote(server.password or ""))
            client.select_folder("INBOX")
            while not self.is_stopped.is_set():
                for uid in client.search("UNSEEN"):
                    raw = client.fetch(uid, "BODY.PEEK[]")[uid][b"BODY[]"]
                    self.handle(message_from_bytes(raw, policy=policy.default))
                    client.add_flags(uid, imapclient.SEEN)
                client.idle()
                self.is_listening.set()
                client.idle_check(self.renewal)
                self.is_listening.clear()
                client.idle_done()


@pytest.fixture
def inbox(fakemail: FakeMail) -> MailboxHandle:
    return fakemail.account().inbox


@pytest.fixture
def handled() -> list[str]:
    """Return the subjects of the mail that was handled."""
    return []


@pytest.fixture
def watcher(fakemail: FakeMail, handled: list[str]) -> Iterator[Watcher]:
    """Return a watcher that runs until the test ends."""
    url = fakemail.imap.url_for(fakemail.account())
    watcher = Watcher(url, lambda mail: handled.append(mail["Subject"]), pause=0, renewal=1)
    thread = threading.Thread(target=watcher.run)
    thread.start()
    yield watcher
    watcher.is_stopped.set()
    fakemail.imap.drop_connections()  # wakes it
    thread.join()


def test_mail_is_handled_at_once(
    inbox: MailboxHandle, watcher: Watcher, handled: list[str]
) -> None:
    assert watcher.is_listening.wait(5)
    inbox.deliver(subject="Hello")

    inbox.wait_for(subject="Hello", seen=True)
    assert handled == ["Hello"]


def test_mail_that_comes_as_idle_begins_is_not_overlooked(
    fakemail: FakeMail, inbox: MailboxHandle, handled: list[str], watcher: Watcher
) -> None:
    assert watcher.is_listening.wait(5)
    fakemail.imap.when("IDLE").do(lambda _: inbox.deliver(subject="Hello")).once()
    fakemail.imap.drop_connections()

    inbox.wait_for(subject="Hello", seen=True)
    assert handled == ["Hello"]


def test_a_dropped_connection_is_survived(
    fakemail: FakeMail, inbox: MailboxHandle, watcher: Watcher, handled: list[str]
) -> None:
    assert watcher.is_listening.wait(5)
    fakemail.imap.drop_connections()
    inbox.deliver(subject="Hello")

    inbox.wait_for(subject="Hello", seen=True)
    assert handled == ["Hello"]


def test_a_session_that_expires_is_survived(
    fakemail: FakeMail, inbox: MailboxHandle, watcher: Watcher, handled: list[str]
) -> None:
    fakemail.imap.when("IDLE").bye("Session expired").after("24m").once()
    inbox.deliver(subject="The first")
    inbox.wait_for(subject="The first", seen=True)
    assert watcher.is_listening.wait(5)

    fakemail.clock.advance("24m")

    inbox.deliver(subject="The second")
    inbox.wait_for(subject="The second", seen=True)
    assert handled == ["The first", "The second"]


def test_what_came_meanwhile_is_handled(
    fakemail: FakeMail, inbox: MailboxHandle, watcher: Watcher, handled: list[str]
) -> None:
    assert watcher.is_listening.wait(5)
    fakemail.imap.when("connect").bye("Too many connections").times(3)
    fakemail.imap.drop_connections()
    inbox.deliver_many([{"subject": "one"}, {"subject": "two"}])

    inbox.wait_for_count(2, seen=True)
    assert handled == ["one", "two"]


def test_a_mail_cut_short_is_fetched_again(
    fakemail: FakeMail, inbox: MailboxHandle, watcher: Watcher, handled: list[str]
) -> None:
    assert watcher.is_listening.wait(5)
    fakemail.imap.when("FETCH").drop(in_literal=50).once()
    inbox.deliver(subject="Hello")

    inbox.wait_for(subject="Hello", seen=True)
    assert handled == ["Hello"]
