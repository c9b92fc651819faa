"""What a server of a personality says or does by itself, unasked."""

import imaplib
import socket

import pytest

from pytest_fakemail import FakeMail


@pytest.mark.fakemail(provider="dovecot")
def test_what_a_server_says_by_itself_is_worded_too(fakemail: FakeMail) -> None:
    with socket.create_connection(fakemail.imap.address, timeout=30) as client:
        said = client.makefile("rb")
        client.sendall(b"a1 LOGIN user@example.test password\r\na2 IDLE\r\n")
        assert [said.readline() for _ in range(3)][-1].startswith(b"+ ")
        fakemail.clock.advance("2m")
        assert said.readline() == b"* OK Still here\r\n"
        client.sendall(b"DONE\r\n")
        assert said.readline().startswith(b"a2 OK")
        fakemail.clock.advance("31m")
        assert said.readline() == b"* BYE Disconnected for inactivity.\r\n"
        assert said.readline() == b""


@pytest.mark.parametrize(
    ("provider", "said"),
    [
        ("m365", b"* BYE Connection closed. 14\r\n"),
        ("yandex", b"* BYE Autologout; idle for too long\r\n"),
        ("none", b"* BYE Disconnected for inactivity\r\n"),
    ],
)
def test_its_own_time_out_is_worded_too(provider: str, said: bytes) -> None:
    with (
        FakeMail(provider=provider) as fakemail,
        socket.create_connection(fakemail.imap.address, timeout=30) as client,
    ):
        heard = client.makefile("rb")
        heard.readline()
        fakemail.clock.advance("31m")
        assert heard.readline() == said


@pytest.mark.fakemail(provider="m365")
def test_what_is_sent_is_in_microsofts_sent_items(fakemail: FakeMail) -> None:
    account = fakemail.account("ann@example.test")
    fakemail.smtp.client(account).sendmail("ann@example.test", "b@x.test", "Subject: x\n\n")
    assert [mail.subject for mail in account.mailbox("Sent").messages] == ["x"]


@pytest.mark.fakemail(provider="ses")
def test_ses_waits_ten_seconds(fakemail: FakeMail) -> None:
    with socket.create_connection(fakemail.smtp.address, timeout=30) as client:
        said = client.makefile("rb")
        said.readline()
        fakemail.clock.advance("10s")
        assert said.readline() == b"451 4.4.2 Timeout waiting for data from client.\r\n"
        assert said.readline() == b""


@pytest.mark.fakemail(provider="gmail")
def test_a_session_of_gmails_ends_with_its_token(fakemail: FakeMail) -> None:
    account = fakemail.account()
    client = imaplib.IMAP4(*fakemail.imap.address, timeout=30)
    words = f"user={account.user}\1auth=Bearer {account.token(expires_in='10m')}\1\1"
    client.authenticate("XOAUTH2", lambda _: words.encode())
    fakemail.clock.advance("9m")
    assert client.noop()[0] == "OK"
    fakemail.clock.advance("1m")
    with pytest.raises(imaplib.IMAP4.abort, match="Session expired, please login again"):
        client.noop()
    client.shutdown()
