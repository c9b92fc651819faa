"""What a test does with an account."""

import asyncio
import threading

import pytest
from asserts.world import World
from store.stores import default_account, make_store

from pytest_fakemail.asserts.account import AccountHandle
from pytest_fakemail.errors import BadArgument, UnknownMailbox, UnmetExpectation


def test_it_has_the_credentials(world: World) -> None:
    account = AccountHandle(world.store.add_account("ann", "s3cret"), world.store)
    assert (account.user, account.address, account.password) == (
        "ann",
        "ann@example.test",
        "s3cret",
    )
    assert repr(account) == "<AccountHandle ann>"
    account.password = "other"
    assert world.store.login("ann", "other") is not None


def test_tokens_are_issued_expire_and_are_revoked(world: World) -> None:
    account = world.store.accounts["user@example.test"]
    world.clock.freeze()
    lasting, short = world.account.token(), world.account.token(expires_in="1h")
    assert [account.token_state(token) for token in (lasting, short)] == ["valid", "valid"]
    world.clock.advance("1h")
    assert account.token_state(short) == "expired"
    world.account.revoke(lasting)
    assert account.token_state(lasting) == "revoked"


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
    with pytest.raises(UnknownMailbox, match=r"no mailbox 'Work\.a/b'; there is INBOX, .*Old\.a/b"):
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


def test_a_mailbox_that_the_app_makes_is_waited_for(world: World) -> None:
    tree = world.store.accounts["user@example.test"].mailboxes
    thread = threading.Thread(target=tree.create, args=("Late",))
    thread.start()
    assert world.account.wait_for_mailbox("Late", timeout=60).name == "Late"
    thread.join()

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
