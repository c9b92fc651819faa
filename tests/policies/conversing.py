"""Clients of few words, for tests of policies."""

import smtplib
from collections.abc import Iterator
from contextlib import contextmanager

from pytest_fakemail import FakeMail
from pytest_fakemail.server import Server

SENDER = "app@x.test"
ANN = "ann@example.test"


@contextmanager
def smtp(server: FakeMail | Server, name: str = "client.test") -> Iterator[smtplib.SMTP]:
    """Connect, say EHLO, and hang up at the end, whatever happened."""
    found = server.smtp if isinstance(server, FakeMail) else server
    client = smtplib.SMTP(*found.address, local_hostname=name, timeout=5)
    try:
        client.ehlo()
        yield client
    finally:
        client.close()


def rcpt(fakemail: FakeMail, to: str = ANN, sender: str = SENDER) -> tuple[int, str]:
    """Begin a message; return the answer to RCPT."""
    with smtp(fakemail) as client:
        client.mail(sender)
        code, text = client.rcpt(to)
        return code, text.decode()


def send(fakemail: FakeMail, to: str = ANN, sender: str = SENDER, text: str = "x") -> int:
    """Send a mail; return the code of the first refusal, or of the last reply."""
    with smtp(fakemail) as client:
        return send_on(client, to, sender, text)


def send_on(client: smtplib.SMTP, to: str = ANN, sender: str = SENDER, text: str = "x") -> int:
    """Send a mail on this connection."""
    try:
        client.sendmail(sender, [to], text)
    except smtplib.SMTPRecipientsRefused as refused:
        return next(iter(refused.recipients.values()))[0]
    except smtplib.SMTPResponseException as refused:
        return refused.smtp_code
    return 250


def notes(fakemail: FakeMail) -> list[str]:
    """Return what the transcript says of policies."""
    return [
        line.split("-- ", 1)[1]
        for line in str(fakemail.transcript).splitlines()
        if "-- policy: " in line
    ]
