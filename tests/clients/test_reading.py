"""Clients that we did not write read; the octets read are the octets in the mailbox."""

from pathlib import Path

import pytest
from _pytest.mark import ParameterSet
from clients.installed import needs
from clients.readers import READERS
from clients.visit import Visit

from pytest_fakemail import FakeMail

SECURITIES = ("none", "starttls", "implicit")
HEADER = (
    b"Date: Sun, 22 Nov 2026 10:00:00 +0000\r\n"
    b"Message-ID: <%d@example.test>\r\n"
    b"From: app@example.test\r\n"
    b"To: ann@example.test\r\n"
    b"Subject: Mail %d\r\n"
)
MAILS = [
    HEADER % (1, 1) + b"\r\n"
    b".a dot begins this line\r\n"
    b"..two this one\r\n"
    b".\r\n"
    b"a line with a trailing space \r\n"
    b"\r\n"
    b"a line of " + b"x" * 900 + b"\r\n",
    HEADER % (2, 2) + b"MIME-Version: 1.0\r\n"
    b'Content-Type: multipart/mixed; boundary="edge"\r\n'
    b"\r\n"
    b"--edge\r\n"
    b"Content-Type: text/plain; charset=utf-8\r\n"
    b"Content-Transfer-Encoding: 8bit\r\n"
    b"\r\n"
    b"Gr\xc3\xbc\xc3\x9fe\r\n"
    b"--edge\r\n"
    b"Content-Type: application/pdf\r\n"
    b"Content-Transfer-Encoding: base64\r\n"
    b"\r\n"
    b"JVBERi0=\r\n"
    b"--edge--\r\n",
]


def case(name: str, *more: object) -> ParameterSet:
    """Return the parameters of a test with this client, which is skipped where it is not."""
    return pytest.param(name, *more, marks=needs(*READERS[name].programs))


VISITS = [case(name, each) for name, reader in READERS.items() for each in reader.securities]
LOGINS = [case(name, each) for name, reader in READERS.items() for each in reader.logins]


@pytest.mark.parametrize(("name", "security"), VISITS)
def test_what_is_there_is_read(
    fakemail: FakeMail, tmp_path: Path, name: str, security: str
) -> None:
    inbox = fakemail.account().inbox
    inbox.deliver_many(MAILS)
    reader = READERS[name]

    messages = reader.read(Visit(fakemail, security, reader.logins[0], tmp_path))

    assert sorted(messages) == MAILS
    assert [message.raw for message in inbox.messages] == MAILS
    assert "[SERVERBUG]" not in str(fakemail.transcript)


@pytest.mark.parametrize(("name", "login"), LOGINS)
def test_each_login_that_a_client_knows_lets_it_in(
    fakemail: FakeMail, tmp_path: Path, name: str, login: str | None
) -> None:
    fakemail.account().inbox.deliver_many(MAILS)
    # By implicit TLS, because mutt shows a bearer token to nobody who listens.
    messages = READERS[name].read(Visit(fakemail, "implicit", login, tmp_path))

    assert sorted(messages) == MAILS
    if login is not None:
        assert login.removeprefix("+") in logins_used(fakemail)


def logins_used(fakemail: FakeMail) -> set[str]:
    """Return the login commands and SASL mechanisms that clients were let in by."""
    transcript = fakemail.transcript
    own = {one.verb for verb in ("LOGIN", "USER", "APOP") for one in transcript.commands(verb)}
    sasl = transcript.commands("AUTHENTICATE") + transcript.commands("AUTH")
    return own | {one.argument.split()[0].upper() for one in sasl if one.argument}


@pytest.mark.parametrize("name", [case(name) for name in READERS if "mutt" not in name])
def test_a_client_tells_of_a_wrong_password(fakemail: FakeMail, tmp_path: Path, name: str) -> None:
    fakemail.account(password="changed").inbox.deliver_many(MAILS)
    reader = READERS[name]
    with pytest.raises(Exception, match=r"(?i)auth|login|denied|password"):
        reader.read(Visit(fakemail, "implicit", None, tmp_path))
    refusals = {one.reply_code for one in fakemail.transcript.commands()} & {"NO", "-ERR"}
    assert refusals


@pytest.mark.fakemail(imap_revisions="rev1")
@pytest.mark.parametrize("name", [case(name) for name in READERS])
def test_a_client_makes_do_with_the_bare_protocol(
    fakemail: FakeMail, tmp_path: Path, name: str
) -> None:
    fakemail.imap.capabilities.only("IMAP4rev1")
    fakemail.pop3.capabilities.only("USER", "TOP", "UIDL")
    fakemail.account().inbox.deliver_many(MAILS)
    reader = READERS[name]

    messages = reader.read(Visit(fakemail, "implicit", reader.logins[0], tmp_path))

    assert sorted(messages) == MAILS


@pytest.mark.fakemail(imap_revisions="rev2")
@pytest.mark.parametrize("name", [case("imapflow"), case("mbsync")])
def test_a_client_speaks_rev2(fakemail: FakeMail, tmp_path: Path, name: str) -> None:
    fakemail.account().inbox.deliver_many(MAILS)

    messages = READERS[name].read(Visit(fakemail, "implicit", None, tmp_path))

    assert sorted(messages) == MAILS
