"""IMAPClient, with the extensions that it makes use of."""

from collections.abc import Iterator

import imapclient
import pytest
from clients.programs import TIMEOUT

from pytest_fakemail import AccountHandle, FakeMail


@pytest.fixture
def account(fakemail: FakeMail) -> AccountHandle:
    return fakemail.account()


@pytest.fixture
def client(fakemail: FakeMail) -> Iterator[imapclient.IMAPClient]:
    with imapclient.IMAPClient(*fakemail.imap.address, ssl=False, timeout=TIMEOUT) as client:
        client.login("user@example.test", "password")
        yield client


def test_mailboxes_and_special_uses(client: imapclient.IMAPClient, account: AccountHandle) -> None:
    assert client.find_special_folder(b"\\Trash") == "Trash"
    client.create_folder("Größe & Co")
    assert ((b"\\HasNoChildren",), b"/", "Größe & Co") in client.list_folders()
    account.mailbox("Größe & Co").deliver(subject="x")
    assert client.folder_status("Größe & Co", ["MESSAGES", "UNSEEN"]) == {
        b"MESSAGES": 1,
        b"UNSEEN": 1,
    }
    assert client.namespace().personal == (("", "/"),)
    client.rename_folder("Größe & Co", "Archive/Größe")
    assert "Archive/Größe" in account.mailboxes
    assert client.id_({"name": "trial"})[0][:2] == (b"name", b"pytest-fakemail")


def test_envelope_and_structure(client: imapclient.IMAPClient, account: AccountHandle) -> None:
    account.inbox.deliver(
        from_="Jürgen <juergen@example.test>", subject="Grüße", attachments={"a.txt": "text"}
    )
    client.select_folder("INBOX", readonly=True)
    fetched = client.fetch([1], ["ENVELOPE", "BODYSTRUCTURE", "INTERNALDATE", "RFC822.SIZE"])[1]
    envelope, structure = fetched[b"ENVELOPE"], fetched[b"BODYSTRUCTURE"]
    assert envelope.subject.startswith(b"=?utf-8?")
    assert envelope.from_[0].mailbox == b"juergen"
    assert structure.is_multipart
    assert [part[1] for part in structure[0]] == [b"plain", b"plain"]
    assert fetched[b"RFC822.SIZE"] == len(account.inbox.messages[0].raw)


def test_search_sort_and_thread(client: imapclient.IMAPClient, account: AccountHandle) -> None:
    account.inbox.deliver_many([{"subject": "b"}, {"subject": "Grüße"}, {"subject": "a"}])
    client.select_folder("INBOX")
    assert client.search(["SUBJECT", "Grüße"], charset="UTF-8") == [2]
    assert client.sort("SUBJECT") == [3, 1, 2]
    assert client.thread() == ((1,), (2,), (3,))
    assert client.search(["NOT", "DELETED"]).modseq is None
    client.add_flags([1], ["$Paid"])
    assert client.search(["KEYWORD", "$Paid", "MODSEQ", "1"]).modseq is not None


def test_append_move_and_delete(client: imapclient.IMAPClient, account: AccountHandle) -> None:
    first, second = b"Subject: one\r\n\r\n1\r\n", b"Subject: two\r\n\r\n2\r\n"
    client.append("INBOX", first, flags=[b"\\Flagged"])
    client.multiappend("INBOX", [second, {"msg": first, "flags": ["$Again"]}])
    assert [message.raw for message in account.inbox] == [first, second, first]
    client.select_folder("INBOX")
    client.move([1], "Archive")
    client.copy([2], "Archive")
    client.delete_messages([2])
    client.uid_expunge([2])
    account.inbox.assert_one(uid=3)
    account.mailbox("Archive").assert_count(1, subject="one", flagged=True)
    account.mailbox("Archive").assert_count(1, subject="two")


def test_idle_hears_at_once(client: imapclient.IMAPClient, account: AccountHandle) -> None:
    account.inbox.deliver_many([{"subject": "one"}, {"subject": "two"}])
    client.select_folder("INBOX")
    client.idle()
    account.inbox.add_flags(1, "flagged")
    account.inbox.expunge(2)
    account.inbox.deliver(subject="three")
    heard: set[tuple[object, ...]] = set()
    while not heard >= {(1, b"FETCH"), (2, b"EXPUNGE"), (2, b"EXISTS")}:
        lines = client.idle_check(timeout=TIMEOUT)
        assert lines, f"heard nothing more than {heard}"
        heard |= {line[:2] for line in lines}
    client.idle_done()


@pytest.mark.fakemail(imap_idle_still_here="2m", imap_timeout="5m")
def test_idle_hears_that_the_server_is_there(
    fakemail: FakeMail, client: imapclient.IMAPClient
) -> None:
    client.select_folder("INBOX")
    client.idle()
    for _ in range(3):
        fakemail.clock.advance("2m")
        assert client.idle_check(timeout=TIMEOUT) == [(b"OK", b"Still here")]
    assert client.idle_done()[1] == []


def test_quota(client: imapclient.IMAPClient, account: AccountHandle) -> None:
    account.quota = 10 * 1024
    [quota] = client.get_quota()
    assert (quota.quota_root, quota.resource, quota.limit) == ("", "STORAGE", 10)


@pytest.mark.fakemail(imap_without=["MOVE", "UIDPLUS", "IDLE"])
def test_it_does_without_what_is_switched_off(
    client: imapclient.IMAPClient, account: AccountHandle
) -> None:
    account.inbox.deliver(subject="one")
    client.select_folder("INBOX")
    for attempt in (lambda: client.move([1], "Archive"), client.idle):
        with pytest.raises(imapclient.exceptions.CapabilityError):
            attempt()
    account.inbox.assert_count(1)
