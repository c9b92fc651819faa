"""Clients that read and change rights and quotas: imaplib and IMAPClient."""

import imaplib

import pytest
from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientError

from pytest_fakemail import FakeMail

pytestmark = pytest.mark.fakemail(imap_capabilities="all")


def connected(fakemail: FakeMail, user: str) -> IMAPClient:
    account = fakemail.account(user)
    client = IMAPClient(fakemail.imap.host, fakemail.imap.port, ssl=False)
    client.login(account.user, account.password)
    return client


def test_imapclient_shares_a_mailbox(fakemail: FakeMail) -> None:
    ann, bob = connected(fakemail, "ann"), connected(fakemail, "bob")
    with ann, bob:
        assert ann.has_capability("ACL")
        ann.create_folder("Work")
        ann.append("Work", b"Subject: One\r\n\r\nx")
        ann.setacl("Work", "bob", "lrs")
        assert ann.getacl("Work") == [(b"ann", b"lrswipkxtecda"), (b"bob", b"lrs")]
        assert bob.namespace().other == (("Users/", "/"),)
        assert bob.namespace().shared == (("Shared/", "/"),)
        [(_, _, name)] = bob.list_folders("Users/", "%/%")
        bob.select_folder(name)
        bob.add_flags(1, [b"\\Seen"])
        with pytest.raises(IMAPClientError, match="no right"):
            bob.append(name, b"x")
        ann.setacl("Work", "bob", "-s")
        bob.noop()
        with pytest.raises(IMAPClientError, match="no right"):
            bob.remove_flags(1, [b"\\Seen"])
    fakemail.account("ann").mailbox("Work").assert_one(subject="One", seen=True)


def test_imapclient_sets_quotas(fakemail: FakeMail) -> None:
    with connected(fakemail, "ann") as ann:
        from imapclient.imapclient import Quota

        ann.set_quota([Quota("", "STORAGE", 0, 10), Quota("", "MESSAGE", 0, 2)])
        ann.append("INBOX", b"Subject: One\r\n\r\nx")
        root, quotas = ann.get_quota_root("INBOX")
        assert root.quota_roots == [""]
        assert {(one.resource, one.usage, one.limit) for one in quotas} == {
            ("STORAGE", 1, 10),
            ("MESSAGE", 1, 2),
        }
        with pytest.raises(IMAPClientError, match="Over quota"):
            ann.append("INBOX", b"x" * 20_000)
    assert fakemail.account("ann").message_quota == 2


def test_imaplib_reads_rights_quotas_and_annotations(fakemail: FakeMail) -> None:
    team = fakemail.shared_mailbox("Team", members={"ann": "lrswipkxtea"})
    fakemail.account("ann").quota = 10_240
    client = fakemail.imap.client(fakemail.account("ann"))
    assert client.myrights("Shared/Team") == ("OK", [b"Shared/Team lrswipkxtecda"])
    assert client.setacl("Shared/Team", "bob", "lr")[0] == "OK"
    assert client.getacl("Shared/Team")[1] == [b"Shared/Team ann lrswipkxtecda bob lr"]
    assert client.deleteacl("Shared/Team", "bob")[0] == "OK"
    assert team.acl == {"ann": "lrswipkxtea"}
    assert client.getquotaroot("INBOX")[1] == [[b'INBOX ""'], [b'"" (STORAGE 0 10)']]
    imaplib.Commands.setdefault("GETMETADATA", ("AUTH", "SELECTED"))
    team.annotate("/shared/comment", "Ours")
    client._simple_command("GETMETADATA", "Shared/Team", "/shared/comment")
    answer = client._untagged_response("OK", [None], "METADATA")[1]
    assert answer == [b'Shared/Team ("/shared/comment" "Ours")']
