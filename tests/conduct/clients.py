"""Clients in a few lines, for good conduct and bad."""

import imaplib
import poplib
import smtplib
import socket
from collections.abc import Callable

import pytest

from pytest_fakemail import FakeMail

MAIL = b"Message-ID: <%d@x.test>\r\nSubject: Hi\r\n\r\nHello\r\n"
Act = Callable[[FakeMail], object]


def names(fakemail: FakeMail) -> list[str]:
    return [one.name for one in fakemail.conduct()]


class Raw:
    """A client of a few octets, which reads what it has asked for."""

    def __init__(self, address: tuple[str, int]) -> None:
        self.socket = socket.create_connection(address, timeout=10)
        self.file = self.socket.makefile("rb")
        self.line()

    def line(self) -> bytes:
        return self.file.readline()

    def say(self, data: bytes, lines: int = 1) -> list[bytes]:
        self.socket.sendall(data)
        return [self.line() for _ in range(lines)]

    def ehlo(self) -> None:
        self.socket.sendall(b"EHLO x.test\r\n")
        self.rest()

    def rest(self) -> bytes:
        while (line := self.line())[3:4] == b"-":
            pass
        return line

    def close(self) -> None:
        self.file.close()
        self.socket.close()


def smtp(fakemail: FakeMail, count: int = 1, first: int = 0) -> None:
    with smtplib.SMTP(*fakemail.smtp.address) as client:
        for place in range(first, first + count):
            client.sendmail("a@x.test", ["b@x.test"], MAIL % place)


def imap(fakemail: FakeMail, *messages: str) -> imaplib.IMAP4:
    """Return a client in INBOX, over TLS."""
    account = fakemail.account()
    for text in messages:
        account.inbox.deliver(subject=text, text=text)
    client = imaplib.IMAP4_SSL(
        fakemail.imap.host, fakemail.imap.tls_port, ssl_context=fakemail.tls.client_context()
    )
    client.login(account.user, account.password)
    client.select()
    return client


def refused(act: Callable[[], object]) -> None:
    with pytest.raises((smtplib.SMTPException, imaplib.IMAP4.error)):
        act()


def two_readers(fakemail: FakeMail) -> tuple[imaplib.IMAP4, imaplib.IMAP4]:
    """Return two clients in INBOX that both know the UIDs of its two messages."""
    first, second = imap(fakemail, "Hi", "Ho"), imap(fakemail)
    for client in (first, second):
        client.fetch("1:2", "(UID)")
    return first, second


def smtp_plain_login(fakemail: FakeMail) -> None:
    fakemail.account()
    with smtplib.SMTP(*fakemail.smtp.address) as client:
        client.ehlo()
        client.user, client.password = "user@example.test", "password"
        client.auth("PLAIN", client.auth_plain)


def imap_login(fakemail: FakeMail) -> None:
    account = fakemail.account()
    client = imaplib.IMAP4(*fakemail.imap.address)
    client.login(account.user, account.password)
    client.logout()


def pop3_login(fakemail: FakeMail) -> None:
    account = fakemail.account()
    client = poplib.POP3(*fakemail.pop3.address)
    client.user(account.user)
    client.pass_(account.password)
    client.quit()


def poll(fakemail: FakeMail) -> None:
    client = imap(fakemail, "Hi")
    for _ in range(3):
        client.noop()
        client.search(None, "UNSEEN")
    client.logout()


def at_once_after_450(fakemail: FakeMail) -> None:
    fakemail.smtp.when("RCPT").reply(450, "4.2.1 Busy").once()
    with smtplib.SMTP(*fakemail.smtp.address) as client:
        refused(lambda: client.sendmail("a@x.test", ["b@x.test"], MAIL % 1))
        client.sendmail("a@x.test", ["b@x.test"], MAIL % 1)
