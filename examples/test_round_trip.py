"""A round trip: what is sent by SMTP is read by IMAP and POP3, octet for octet."""

import imaplib
import poplib
import smtplib
from contextlib import closing

import pytest

from pytest_fakemail import FakeMail

ANN, PASSWORD = "ann@example.test", "s3cret"
HEADER = (
    b"From: bob@example.test\r\nTo: ann@example.test\r\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\n"
)
MAILS = {
    "plain": HEADER + b"\r\nHello Ann\r\n",
    "dots": HEADER + b"\r\n.\r\n..\r\n.hidden\r\n",
    "8bit": HEADER + b"Content-Type: text/plain; charset=utf-8\r\n\r\nGr\xc3\xbc\xc3\x9fe\r\n",
    "no text": HEADER + b"\r\n",
    "blank lines": HEADER + b"\r\n\r\n \r\n\r\n\r\n",
    "a long line": HEADER + b"\r\n" + b"x" * 998 + b"\r\n",
    "big": HEADER + b"\r\n" + b"All work and no play makes Jack a dull boy.\r\n" * 25_000,
}


def send(smtp: tuple[str, int], mail: bytes) -> None:
    with smtplib.SMTP(*smtp) as client:
        client.sendmail("bob@example.test", ANN, mail)


def read_by_imap(imap: tuple[str, int]) -> bytes:
    with imaplib.IMAP4(*imap) as client:
        client.login(ANN, PASSWORD)
        client.select("INBOX", readonly=True)
        _, fetched = client.fetch("1", "(BODY[])")
        return b"".join(item[1] for item in fetched if isinstance(item, tuple))


def read_by_pop3(pop3: tuple[str, int]) -> bytes:
    with closing(poplib.POP3(*pop3)) as client:
        client.user(ANN)
        client.pass_(PASSWORD)
        _, lines, _ = client.retr(1)
        client.quit()
        return b"".join(line + b"\r\n" for line in lines)


@pytest.mark.parametrize("mail", MAILS.values(), ids=MAILS)
def test_the_same_octets_arrive(fakemail: FakeMail, mail: bytes) -> None:
    ann = fakemail.account(ANN, password=PASSWORD)

    send(fakemail.smtp.address, mail)

    assert fakemail.outbox.one(to=ANN).raw == mail
    assert ann.inbox.assert_one().raw == mail
    assert read_by_imap(fakemail.imap.address) == mail
    assert read_by_pop3(fakemail.pop3.address) == mail


def test_what_one_deletes_is_gone_for_the_other(fakemail: FakeMail) -> None:
    fakemail.account(ANN, password=PASSWORD)
    send(fakemail.smtp.address, MAILS["plain"])
    with imaplib.IMAP4(*fakemail.imap.address) as reader:
        reader.login(ANN, PASSWORD)
        reader.select("INBOX")
        with closing(poplib.POP3(*fakemail.pop3.address)) as client:
            client.user(ANN)
            client.pass_(PASSWORD)
            client.dele(1)
            client.quit()

        reader.noop()

        assert reader.response("EXPUNGE") == ("EXPUNGE", [b"1"])
