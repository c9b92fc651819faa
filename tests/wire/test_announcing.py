"""What is announced and not there, and what is there and not announced."""

import imaplib
import poplib
import subprocess
import sys

import pytest

from pytest_fakemail import BadArgument, FakeMail, UnknownCapability


def test_imap_announces_what_is_not_there(fakemail: FakeMail) -> None:
    fakemail.imap.capabilities.announce("NOTIFIER", "X-MINE")
    fakemail.imap.capabilities.announce("X-MINE")
    client = fakemail.imap.client()
    assert client.capabilities[-2:] == ("NOTIFIER", "X-MINE")
    with pytest.raises(imaplib.IMAP4.error, match="Unknown command"):
        client.xatom("NOTIFIER")


def test_imap_serves_what_it_conceals(fakemail: FakeMail) -> None:
    fakemail.account().inbox.deliver(subject="One")
    fakemail.imap.capabilities.conceal("MOVE", "quota")
    client = fakemail.imap.client()
    told = client.capability()[1][0].split()
    assert not {b"MOVE", b"QUOTA"} & set(told)
    assert b"QUOTA=RES-STORAGE" in told
    client.select()
    assert client._simple_command("MOVE", "1", "Archive")[0] == "OK"
    assert client.getquotaroot("INBOX")[0] == "OK"


def test_smtp_and_pop3_do_the_same(fakemail: FakeMail) -> None:
    fakemail.smtp.capabilities.announce("X-MINE 7")
    fakemail.smtp.capabilities.conceal("SIZE")
    fakemail.pop3.capabilities.announce("X-MINE")
    fakemail.pop3.capabilities.conceal("TOP")
    smtp = fakemail.smtp.client()
    smtp.ehlo()
    assert smtp.esmtp_features["x-mine"] == "7"
    assert "size" not in smtp.esmtp_features
    assert smtp.docmd("MAIL", "FROM:<a@x.test> SIZE=10")[0] == 250
    pop3 = poplib.POP3(*fakemail.pop3.address)
    assert "X-MINE" in pop3.capa()
    assert "TOP" not in pop3.capa()
    pop3.close()


def test_switching_at_once(fakemail: FakeMail) -> None:
    client = fakemail.imap.client()
    fakemail.imap.capabilities.announce("X-LATE")
    assert client.capability()[1][-1].endswith(b" X-LATE")


def test_mistakes_are_told(fakemail: FakeMail) -> None:
    with pytest.raises(BadArgument, match="no capability to announce: 'X\\\\r\\\\nY'"):
        fakemail.imap.capabilities.announce("X\r\nY")
    with pytest.raises(UnknownCapability, match="no capability 'MVOE'; did you mean 'MOVE'"):
        fakemail.imap.capabilities.conceal("MVOE")


def test_nothing_of_providers_is_loaded_by_who_does_not_ask() -> None:
    code = (
        "import sys\n"
        "from pytest_fakemail import FakeMail\n"
        "with FakeMail() as one:\n"
        "    one.smtp.client().sendmail('a@x.test', 'b@x.test', 'Subject: x')\n"
        "    one.imap.client().select()\n"
        "print([name for name in sys.modules if name.startswith('pytest_fakemail.providers')])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "[]"
