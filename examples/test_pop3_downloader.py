"""A POP3 downloader that neither loses nor doubles a mail when QUIT is lost.

POP3 deletes at QUIT.  When its answer does not come, the client cannot know whether the mail
is gone.  This one names each file by the mail's unique-id (RFC 1939 §7), so that it knows at
the next run what it has; and a file gets its name only when it is complete.
"""

import poplib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

import pytest

from pytest_fakemail import FakeMail, MailboxHandle


def download(pop3_url: str, directory: Path) -> None:
    """Put the mail of an account into files, and take it away from the server."""
    with logged_in(pop3_url) as client:
        for line in client.uidl()[1]:
            number, uid = line.decode().split()
            path = directory / (quote(uid, safe="") + ".eml")
            if not path.exists():
                _, lines, _ = client.retr(int(number))
                unfinished = path.with_suffix(".part")
                unfinished.write_bytes(b"".join(each + b"\r\n" for each in lines))
                unfinished.replace(path)
            client.dele(int(number))
        client.quit()


@contextmanager
def logged_in(pop3_url: str) -> Iterator[poplib.POP3]:
    server = urlsplit(pop3_url)
    with closing(poplib.POP3(server.hostname or "", server.port or 110)) as client:
        client.user(unquote(server.username or ""))
        client.pass_(unquote(server.password or ""))
        yield client


SUBJECTS = ["one", "two", "three"]
LOST = (poplib.error_proto, OSError)


@pytest.fixture
def inbox(fakemail: FakeMail) -> MailboxHandle:
    inbox = fakemail.account().inbox
    inbox.deliver_many([{"subject": subject} for subject in SUBJECTS])
    return inbox


@pytest.fixture
def url(fakemail: FakeMail) -> str:
    return fakemail.pop3.url_for(fakemail.account())


def assert_has_all_once(directory: Path, inbox: MailboxHandle, mails: list[bytes]) -> None:
    inbox.assert_empty()
    assert sorted(path.read_bytes() for path in directory.iterdir()) == sorted(mails)


@pytest.fixture
def mails(inbox: MailboxHandle) -> list[bytes]:
    return [message.raw for message in inbox]


def test_mail_is_downloaded(
    url: str, tmp_path: Path, inbox: MailboxHandle, mails: list[bytes]
) -> None:
    download(url, tmp_path)
    assert_has_all_once(tmp_path, inbox, mails)


@pytest.mark.parametrize("is_deleted", [True, False])
def test_a_lost_quit_neither_loses_nor_doubles(
    fakemail: FakeMail,
    url: str,
    tmp_path: Path,
    inbox: MailboxHandle,
    mails: list[bytes],
    *,
    is_deleted: bool,
) -> None:
    quitting = fakemail.pop3.when("QUIT").once()
    if is_deleted:
        quitting.lose_reply()  # the mail is gone, but nobody says so
    else:
        quitting.close()  # the server went before it deleted anything
    with pytest.raises(LOST):
        download(url, tmp_path)
    inbox.assert_count(0 if is_deleted else 3)
    mails.append(inbox.deliver(subject="four").raw)

    download(url, tmp_path)

    assert_has_all_once(tmp_path, inbox, mails)


def test_a_connection_lost_in_the_middle_of_a_mail(
    fakemail: FakeMail, url: str, tmp_path: Path, inbox: MailboxHandle, mails: list[bytes]
) -> None:
    fakemail.pop3.when("RETR", nth=2).drop(after_bytes=100)
    with pytest.raises(LOST):
        download(url, tmp_path)
    inbox.assert_count(3)  # without QUIT nothing is deleted

    download(url, tmp_path)

    assert_has_all_once(tmp_path, inbox, mails)


def test_a_locked_maildrop_is_left_alone(
    fakemail: FakeMail, url: str, tmp_path: Path, inbox: MailboxHandle
) -> None:
    fakemail.pop3.when("PASS").err("[IN-USE] Mailbox is locked")
    with pytest.raises(poplib.error_proto, match="IN-USE"):
        download(url, tmp_path)
    inbox.assert_count(3)
    assert not list(tmp_path.iterdir())
