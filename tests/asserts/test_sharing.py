"""Mailboxes of several users, as a test makes and sees them."""

import pytest

from pytest_fakemail import FakeMail
from pytest_fakemail.errors import BadArgument, BadSetting, UnknownMailbox

BOB = "bob@example.test"


def test_a_mailbox_is_shared_and_seen_from_both_sides(fakemail: FakeMail) -> None:
    ann, bob = fakemail.account("ann@example.test"), fakemail.account(BOB)
    invoices = ann.share("Invoices", with_=BOB, rights="lrswi")
    assert invoices.acl == {"ann@example.test": "lrswipkxtea", BOB: "lrswi"}
    seen = bob.mailbox("Users/ann@example.test/Invoices")
    seen.deliver(subject="Invoice 7")
    assert seen == invoices == ann.mailbox("Invoices")
    invoices.assert_one(subject="Invoice 7")
    client = fakemail.imap.client(bob)
    client.select('"Users/ann@example.test/Invoices"')
    client.store("1", "+FLAGS", "(\\Seen)")
    invoices.assert_one(seen=True)


def test_a_shared_mailbox_is_nobodys_own(fakemail: FakeMail) -> None:
    ann, bob = fakemail.account("ann"), fakemail.account("bob")
    team = fakemail.shared_mailbox("Team", members={ann: "lr", "bob": "lrswipkxtea"})
    assert team.acl == {"ann": "lr", "bob": "lrswipkxtea"}
    assert ann.mailbox("Shared/Team") == bob.mailbox("Shared/Team") == team
    assert fakemail.shared_mailbox("Team", members={"eve": "l"}).acl["eve"] == "l"
    client = fakemail.imap.client(bob)
    assert client.create('"Shared/Team/Old"')[0] == "OK"
    assert bob.mailbox("Shared/Team/Old").acl == team.acl
    with pytest.raises(UnknownMailbox):
        fakemail.account("joe").mailbox("Shared/Team")


def test_what_was_shared_can_be_taken_back(fakemail: FakeMail) -> None:
    ann, bob = fakemail.account("ann"), fakemail.account("bob")
    work = ann.share("Work", with_=bob, rights="lr")
    work.unshare(bob)
    assert "bob" not in work.acl
    with pytest.raises(UnknownMailbox):
        bob.mailbox("Users/ann/Work")
    with pytest.raises(BadArgument, match="'Work' is not shared with 'bob', but with ann"):
        work.unshare("bob")
    with pytest.raises(BadArgument, match="'INBOX' is not shared with 'bob', but with nobody"):
        ann.inbox.unshare("bob")
    assert ann.inbox.acl == {}


def test_mistakes_are_told_at_the_call(fakemail: FakeMail) -> None:
    ann = fakemail.account("ann")
    with pytest.raises(BadArgument, match="no right 'q'; wanted letters of 'lrswipkxtea'"):
        ann.share("Work", with_="bob", rights="lrq")
    with pytest.raises(BadArgument, match="rights=''"):
        ann.share("Work", with_="bob", rights="")
    with pytest.raises(BadArgument, match="with_=7: wanted an account, its address"):
        ann.share("Work", with_=7, rights="l")  # type: ignore[arg-type]  # that is the test
    with pytest.raises(BadArgument, match="no mailbox name"):
        ann.share("Work//x", with_="bob", rights="l")
    assert "Work" not in ann.mailboxes


@pytest.mark.parametrize("settings", [{"namespaces": ()}, {"separator": "NIL"}])
def test_without_namespaces_nothing_can_be_shared(settings: dict[str, object]) -> None:
    with FakeMail(**settings) as fakemail:  # type: ignore[arg-type]  # of a row
        with pytest.raises(BadArgument, match="no namespaces for it with namespaces="):
            fakemail.account("ann").share("Work", with_="bob", rights="l")
        with pytest.raises(BadArgument, match="no namespaces"):
            fakemail.shared_mailbox("Team", members={})


@pytest.mark.parametrize(
    "names", [("Users",), ("Users", "Users"), ("A", "B", "C"), ("INBOX", "B"), ("A/B", "C")]
)
def test_namespaces_have_names_that_can_be(names: tuple[str, ...]) -> None:
    with pytest.raises(BadSetting, match=r"namespaces=.*wanted two names"):
        FakeMail(namespaces=names)


def test_namespaces_are_called_as_the_settings_say() -> None:
    with FakeMail(namespaces=["Others", "Public"], separator=".") as fakemail:
        fakemail.account("ann@x.test").share("Work", with_="bob", rights="lr")
        bob = fakemail.account("bob")
        assert bob.mailbox("Others.ann@x^test.Work").name == "Work"
        client = fakemail.imap.client(bob)
        assert client.namespace()[1] == [b'(("" ".")) (("Others." ".")) (("Public." "."))']
        assert b'(\\HasNoChildren) "." "Others.ann@x^test.Work"' in client.list()[1]


def test_quotas_of_every_kind(fakemail: FakeMail) -> None:
    ann = fakemail.account("ann")
    ann.message_quota, ann.mailbox_quota, ann.has_soft_quota = 5, 7, True
    assert (ann.quota, ann.message_quota, ann.mailbox_quota) == (None, 5, 7)
    assert ann.has_soft_quota
    for name in ("quota", "message_quota", "mailbox_quota"):
        for value in (-1, True, "5"):
            with pytest.raises(BadArgument, match=f"{name}={value!r}: wanted"):
                setattr(ann, name, value)
    with pytest.raises(BadArgument, match="has_soft_quota=1"):
        ann.has_soft_quota = 1  # type: ignore[assignment]  # that is the test


def test_a_reset_forgets_what_was_shared(fakemail: FakeMail) -> None:
    fakemail.shared_mailbox("Team", members={"ann": "lr"})
    fakemail.account("ann").mailbox("Shared/Team")
    fakemail.reset()
    with pytest.raises(UnknownMailbox):
        fakemail.account("ann").mailbox("Shared/Team")


def test_each_user_has_read_what_he_has_read() -> None:
    with FakeMail(shared_seen="per-user") as fakemail:
        ann, bob = fakemail.account("ann"), fakemail.account("bob")
        team = fakemail.shared_mailbox("Team", members={bob: "lrswi", ann: "lrswi"})
        team.deliver(subject="Hello")
        client = fakemail.imap.client(bob)
        client.select('"Shared/Team"')
        client.store("1", "+FLAGS", "(\\Seen \\Flagged)")
        bob.mailbox("Shared/Team").assert_one(subject="Hello", seen=True, flagged=True)
        ann.mailbox("Shared/Team").assert_one(subject="Hello", seen=False, flagged=True)
        team.assert_one(subject="Hello", seen=False, flagged=True)
        team.change_uidvalidity()
        team.expunge(1)
        bob.mailbox("Shared/Team").assert_empty()
