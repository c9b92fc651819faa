"""What a test does with an account."""

import asyncio

import pytest
from asserts.world import World
from companions import beside
from store.stores import default_account, make_store

from pytest_fakemail import FakeMail
from pytest_fakemail.asserts.account import AccountHandle
from pytest_fakemail.errors import BadArgument, UnknownAttribute, UnknownMailbox, UnmetExpectation
from pytest_fakemail.store.logins import login


def test_it_has_the_credentials(world: World) -> None:
    account = AccountHandle(world.store.add_account("ann", "s3cret"), world.store)
    assert (account.user, account.address, account.password) == (
        "ann",
        "ann@example.test",
        "s3cret",
    )
    assert repr(account) == "<AccountHandle ann>"
    account.password = "other"
    assert login(world.store, "ann", "other") is not None


def test_tokens_are_issued_expire_and_are_revoked(world: World) -> None:
    account = world.store.accounts["user@example.test"]
    world.clock.freeze()
    lasting, short = world.account.token(), world.account.token(expires_in="1h")
    assert [account.tokens.state(token) for token in (lasting, short)] == ["valid", "valid"]
    world.clock.advance("1h")
    assert account.tokens.state(short) == "expired"
    world.account.revoke(lasting)
    assert account.tokens.state(lasting) == "revoked"


def test_revoking_what_is_no_token_is_told(world: World) -> None:
    with pytest.raises(BadArgument, match=r"^no token of user@example.test: 'abc'; "):
        world.account.revoke("abc")


def test_it_can_be_locked(world: World) -> None:
    world.account.lock()
    assert world.account.is_locked
    world.account.unlock()
    assert not world.account.is_locked


def test_its_mailboxes_are_found_by_name(world: World) -> None:
    assert list(world.account.mailboxes) == ["INBOX", "Archive", "Drafts", "Junk", "Sent", "Trash"]
    assert world.account.mailboxes["Sent"].name == "Sent"
    assert world.account.mailbox("inbox").name == "INBOX"
    assert world.account.inbox.name == "INBOX"
    assert world.account.subscribed == sorted(world.account.mailboxes)


@pytest.mark.parametrize(
    ("separator", "names"), [(".", {"Work", "Work.a/b"}), ("NIL", {"Work.a/b"})]
)
def test_its_mailboxes_are_named_with_its_separator(separator: str, names: set[str]) -> None:
    store = make_store(separator=separator, mailboxes="inbox")
    account = AccountHandle(default_account(store), store)
    account.mailbox("Work.a/b", create=True)
    assert account.mailboxes.keys() == names | {"INBOX"}
    account.mailbox("Work.a/b").rename("Old.a/b")
    with pytest.raises(UnknownMailbox, match=r"no mailbox 'Work\.a/b'; .* INBOX, .*Old\.a/b"):
        account.mailbox("Work.a/b")


def test_a_mailbox_is_made_on_demand(world: World) -> None:
    made = world.account.mailbox("Work/Invoices", create=True)
    made.deliver(subject="a")
    assert len(world.account.mailbox("Work/Invoices", create=True)) == 1
    assert "Work" in world.account.mailboxes


def test_a_mailbox_that_is_not_there_is_told(world: World) -> None:
    with pytest.raises(UnknownMailbox) as failure:
        world.account.mailbox("Invoices")
    assert str(failure.value) == (
        "no mailbox 'Invoices'; there is INBOX, Archive, Drafts, Junk, Sent, Trash; "
        "create=True makes one"
    )
    with pytest.raises(BadArgument):
        world.account.mailbox("a//b", create=True)


def test_a_mailbox_that_is_shared_is_told_by_its_whole_name() -> None:
    with FakeMail() as one:
        one.shared_mailbox("Team", members={"ann": "lrs", "bob": "lrs"})
        with pytest.raises(UnknownMailbox) as failure:
            one.account("ann").mailbox("Team")
        assert str(failure.value).startswith(
            "no mailbox 'Team'; did you mean 'Shared/Team'? there is INBOX, Archive, "
        )
        assert "Trash, Shared/Team; create=True" in str(failure.value)
        with pytest.raises(UnknownMailbox) as failure:
            one.account().mailbox("Team")
        assert "Shared" not in str(failure.value)
        with pytest.raises(UnknownMailbox, match=r"'Archiv'; did you mean 'Archive'\? there is"):
            one.account().mailbox("Archiv")


def test_a_mailbox_that_the_app_makes_is_waited_for(world: World) -> None:
    tree = world.store.accounts["user@example.test"].mailboxes
    with beside(tree.create, "Late"):
        assert world.account.wait_for_mailbox("Late", timeout=60).name == "Late"

    async def main() -> str:
        return (await world.account.wait_for_mailbox_async("Late")).name

    assert asyncio.run(main()) == "Late"


def test_a_mailbox_that_is_not_made_in_time_is_told(world: World) -> None:
    text = r"^no mailbox 'X' within 0\.01 s; there is INBOX, Archive, Drafts, Junk, Sent, Trash$"
    with pytest.raises(UnmetExpectation, match=text):
        world.account.wait_for_mailbox("X", timeout=0.01)

    async def main() -> None:
        await world.account.wait_for_mailbox_async("X", timeout=0.01)

    with pytest.raises(UnmetExpectation, match=text):
        asyncio.run(main())


def test_it_has_a_quota(world: World) -> None:
    assert world.account.quota is None
    world.account.inbox.deliver(b"1234")
    world.account.quota = 5
    assert (world.account.quota, world.account.octets) == (5, 4)
    account = world.store.accounts["user@example.test"]
    assert account.is_over_quota(2)
    world.account.quota = None
    assert not account.is_over_quota(2)


@pytest.mark.parametrize("octets", [-1, "1", 1.5, True])
def test_an_impossible_quota_is_told(world: World, octets: int) -> None:
    with pytest.raises(BadArgument, match=f"^quota={octets!r}: wanted"):
        world.account.quota = octets


def test_handles_of_one_account_are_equal(world: World) -> None:
    again = AccountHandle(world.store.accounts["user@example.test"], world.store)
    other = AccountHandle(world.store.add_account("ann", "x"), world.store)
    assert again == world.account
    assert len({again, world.account, other}) == 2
    assert again != "user@example.test"


def test_a_mailbox_is_made_for_a_use(world: World) -> None:
    """RFC 6154."""
    made = world.account.mailbox("Old", create=True, special_use="archive")
    assert made.special_use == {"\\Archive"}
    again = world.account.mailbox("Old", create=True, special_use=["\\Junk", "flagged"])
    assert again == made
    assert made.special_use == {"\\Junk", "\\Flagged"}
    assert world.account.mailbox("Plain", create=True).special_use == frozenset()
    assert world.account.mailbox("Old", create=True).special_use == {"\\Junk", "\\Flagged"}


def test_an_impossible_use_is_told(world: World) -> None:
    with pytest.raises(BadArgument, match=r"^no special use 'all'; there is \\Archive, "):
        world.account.mailbox("All", create=True, special_use="all")
    assert "All" not in world.account.mailboxes
    with pytest.raises(BadArgument, match=r"is for a new mailbox: add create=True$"):
        world.account.mailbox("INBOX", special_use="junk")


@pytest.mark.parametrize("name", ["\ud800", "A\u030a", "a\u2028b", "a\x85", "\x9b31mred"])
def test_a_name_that_no_client_could_give_is_refused(world: World, name: str) -> None:
    with pytest.raises(BadArgument, match=r"^no mailbox name"):
        world.account.mailbox(name, create=True)
    with pytest.raises(BadArgument, match=r"^no mailbox name"):
        world.account.mailbox("Archive").rename(name)


def test_what_it_does_not_have_cannot_be_set(world: World) -> None:
    with pytest.raises(UnknownAttribute, match=r"no attribute 'qouta'; did you mean 'quota'\?"):
        world.account.qouta = 1000  # type: ignore[attr-defined]  # the mistake
    with pytest.raises(UnknownAttribute, match=r"^AccountHandle.user cannot be set; there is "):
        world.account.user = "b"  # type: ignore[misc]  # the mistake
    with pytest.raises(UnknownAttribute, match=r"^MailboxHandle has no attribute 'readonly'; did "):
        world.account.inbox.readonly = True  # type: ignore[attr-defined]  # the mistake
    with pytest.raises(UnknownAttribute, match=r"^Outbox.clear cannot be set; there is nothing$"):
        world.outbox.clear = None  # type: ignore[assignment,method-assign]  # the mistake
    with pytest.raises(BadArgument, match=r"^password of type int: wanted text$"):
        world.account.password = 7  # type: ignore[assignment]  # the mistake
