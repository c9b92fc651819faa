"""Referrals are scenarios: a test's rules say who, and which mailbox, is elsewhere."""

import imaplib
import re

import pytest

from pytest_fakemail import FakeMail

_REFERRAL = re.compile(r"\[REFERRAL imap://(?:[^@]*@)?([^:/]+):(\d+)/([^\]]*)\]")


def followed(text: object) -> tuple[imaplib.IMAP4, str]:
    found = _REFERRAL.search(str(text))
    assert found is not None, text
    return imaplib.IMAP4(found[1], int(found[2])), found[3]


def test_a_login_is_referred_to_another_server(fakemail: FakeMail) -> None:
    """RFC 2221 §4.1."""
    with FakeMail() as other:
        for one in (fakemail, other):
            one.account("mike", password="secret")
        url = f"imap://mike@127.0.0.1:{other.imap.port}/"
        fakemail.imap.capabilities.on("LOGIN-REFERRALS")
        fakemail.imap.when("LOGIN", user="mike").no(f"[REFERRAL {url}] Try the other one")
        with imaplib.IMAP4(*fakemail.imap.address) as home:
            assert "LOGIN-REFERRALS" in home.capabilities
            with pytest.raises(imaplib.IMAP4.error) as refused:
                home.login("mike", "secret")
            client, _ = followed(refused.value)
            with client:
                assert client.login("mike", "secret")[0] == "OK"


def test_a_connection_is_referred_at_once(fakemail: FakeMail) -> None:
    """RFC 2221 §4.2."""
    fakemail.imap.when("connect").bye("[REFERRAL imap://user;AUTH=*@127.0.0.1:143/] Try it")
    with pytest.raises(imaplib.IMAP4.error, match="REFERRAL"):
        imaplib.IMAP4(*fakemail.imap.address)


def test_a_mailbox_is_on_another_server(fakemail: FakeMail) -> None:
    """RFC 2193 §4.1, §5.1."""
    with FakeMail() as other:
        other.account().mailbox("Shared", create=True).deliver(subject="remote")
        fakemail.account()
        fakemail.imap.capabilities.on("MAILBOX-REFERRALS")
        url = f"imap://user;AUTH=*@127.0.0.1:{other.imap.port}/Shared"
        fakemail.imap.when("SELECT", mailbox="Shared").no(f"[REFERRAL {url}] Remote mailbox")
        fakemail.imap.when("RLIST").say(b'* LIST () "/" Shared\r\n', at="before")
        with imaplib.IMAP4(*fakemail.imap.address) as home:
            home.login("user@example.test", "password")
            imaplib.Commands.setdefault("RLIST", ("AUTH", "SELECTED"))
            home._simple_command("RLIST", '""', "*")
            listed = home._untagged_response("OK", [None], "LIST")[1]
            assert b'() "/" Shared' in listed
            status, text = home.select("Shared")
            assert status == "NO"
            client, mailbox = followed(text)
            with client:
                client.login("user@example.test", "password")
                assert client.select(mailbox) == ("OK", [b"1"])
