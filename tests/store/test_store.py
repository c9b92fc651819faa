import pytest
from store.stores import MAIL, NOW, default_account, make_store

from pytest_fakemail.errors import BadArgument
from pytest_fakemail.store.delivery import Delivery, Recipient
from pytest_fakemail.store.logins import login


def delivery(*recipients: str) -> Delivery:
    return Delivery(
        MAIL,
        sender="ann@example.org",
        recipients=[Recipient(address) for address in recipients],
        received_at=NOW,
    )


def test_a_new_store_has_the_default_account() -> None:
    store = make_store()
    assert list(store.accounts) == ["user@example.test"]
    assert login(store, "user@example.test", "password") is default_account(store)
    assert login(store, "user@example.test", "Password") is None


def test_the_only_account_gets_its_mailboxes_when_somebody_looks() -> None:
    store = make_store()
    account = default_account(store)
    assert account.usage.mailboxes == 0
    assert [*account.mailboxes] == ["INBOX", "Archive", "Drafts", "Junk", "Sent", "Trash"]
    assert account.usage.mailboxes == 6
    assert account.mailboxes is account.furnished()


def test_uidvalidities_are_in_the_order_of_the_accounts_whoever_looks_first() -> None:
    store = make_store()
    bob = store.add_account("bob", "secret")
    assert bob.inbox.uidvalidity == 7
    assert default_account(store).inbox.uidvalidity == 1


def test_accounts_are_found_by_name_and_address_in_any_case() -> None:
    store = make_store()
    bob = store.add_account("Bob", "secret")
    assert bob.address == "Bob@example.test"
    assert store.account("bob") is bob
    assert store.account("BOB@EXAMPLE.TEST") is bob
    assert store.account("bobby") is None


def test_adding_an_account_again_changes_its_password() -> None:
    store = make_store()
    first = store.add_account("bob", "one")
    assert store.add_account("BOB", "two") is first
    assert login(store, "bob", "two") is first


@pytest.mark.parametrize("name", ["", "bob smith", "bob\r\n"])
def test_login_names_that_are_none_are_refused(name: str) -> None:
    with pytest.raises(BadArgument, match="no login name"):
        make_store().add_account(name, "secret")


def test_any_login_makes_an_account_if_the_settings_say_so() -> None:
    store = make_store(accept_any_login=True)
    carol = login(store, "carol", "whatever")
    assert carol is not None
    assert login(store, "carol", "something else") is carol
    assert login(store, "", "") is None


@pytest.mark.parametrize(
    "address",
    [
        "user@example.test",
        "USER@Example.Test",
        "user+tag@example.test",
        '"user"@example.test',
        "user",
    ],
)
def test_an_account_is_reached_by_each_spelling_of_its_address(address: str) -> None:
    store = make_store()
    assert store.accounts_at(address) == [default_account(store)]


@pytest.mark.parametrize("address", ["", "@example.test", "user@example.org", "users@example.test"])
def test_other_addresses_reach_nobody(address: str) -> None:
    assert make_store().accounts_at(address) == []


def test_an_account_with_a_plus_in_its_name_is_not_a_sub_address() -> None:
    store = make_store()
    tagged = store.add_account("user+tag@example.test", "x")
    assert store.accounts_at("user+tag@example.test") == [tagged]


def test_aliases_reach_their_members_through_each_other_and_in_circles() -> None:
    store = make_store()
    bob = store.add_account("bob", "x")
    store.add_alias("team", ["user", "boss@example.test", "outside@example.org"])
    store.add_alias("boss@example.test", ["BOB@example.test", "team"])
    assert store.accounts_at("Team+x@example.test") == [default_account(store), bob]
    assert store.aliases["boss@example.test"] == ("BOB@example.test", "team")


def test_an_alias_wants_a_list_of_members() -> None:
    with pytest.raises(BadArgument, match="wanted a list"):
        make_store().add_alias("team", "user")
    with pytest.raises(BadArgument, match="no members"):
        make_store().add_alias("team", [])


def test_a_delivery_comes_once_to_each_account_addressed() -> None:
    store = make_store()
    bob = store.add_account("bob", "x")
    store.add_alias("team", ["user", "bob"])
    sent = delivery("team@example.test", "bob@example.test", "nobody@example.org")
    store.deliver(sent)
    assert store.deliveries == [sent]
    assert [message.raw for message in bob.inbox.messages] == [MAIL]
    assert len(default_account(store).inbox) == 1
    assert bob.inbox.messages[0].content is default_account(store).inbox.messages[0].content
    assert bob.inbox.messages[0].internal_date == NOW


def test_each_copy_says_to_which_address_it_was_delivered() -> None:
    store = make_store()
    store.add_account("ann", "x")
    store.add_alias("all@example.test", ["user@example.test", "ann"])
    trace = b"Return-Path: <a@x.test>\r\nReceived: here\r\n"
    store.deliver(delivery("Ann+1@example.test", "all@example.test"), trace=trace)
    copies = [
        account.inbox.messages[0].raw.split(b"\r\n")[:3] for account in store.accounts.values()
    ]
    assert copies == [
        [b"Return-Path: <a@x.test>", b"Delivered-To: %b" % address, b"Received: here"]
        for address in (b"all@example.test", b"Ann+1@example.test")
    ]


def test_the_trace_stands_in_the_mailbox_and_not_in_the_outbox() -> None:
    store = make_store()
    store.deliver(delivery("user@example.test"), trace=b"Received: here\r\n")
    assert default_account(store).inbox.messages[0].raw == (
        b"Delivered-To: user@example.test\r\nReceived: here\r\n" + MAIL
    )
    assert store.deliveries[0].raw == MAIL


def test_listeners_hear_of_a_change_once_and_with_the_lock_free() -> None:
    store = make_store()
    heard: list[int] = []
    unsubscribe = store.subscribe(lambda: heard.append(len(store.deliveries)))
    store.deliver(delivery("user@example.test"))
    assert heard == [1]
    unsubscribe()
    store.deliver(delivery("nobody@example.org"))
    assert heard == [1]
