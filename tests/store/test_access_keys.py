from datetime import UTC, datetime

from pytest_fakemail.clock import Clock
from pytest_fakemail.settings import Settings
from pytest_fakemail.store.access_keys import access_keys
from pytest_fakemail.store.store import Store


def test_each_user_has_a_key_of_his_own_of_each_mailbox() -> None:
    clock = Clock()
    clock.freeze(datetime(2030, 1, 1, tzinfo=UTC))
    store = Store(Settings(), clock)
    ann = store.add_account("ann", "secret")
    keys = access_keys(store.registry)
    assert access_keys(store.registry) is keys
    places = [(user, ann.mailboxes[name]) for user in ("ann", "bob") for name in ("INBOX", "Sent")]

    def tokens() -> list[str]:
        return [keys.token(*place, b"imap://x") for place in places]

    first = tokens()
    assert len(set(first)) == len(places)
    keys.replace("ann", ann.inbox)
    second = tokens()
    assert [old == new for old, new in zip(first, second, strict=True)] == [False, True, True, True]
    keys.remove_all("bob")
    third = tokens()
    assert [old == new for old, new in zip(second, third, strict=True)] == [
        True,
        True,
        False,
        False,
    ]
    keys.remove_all("ann")
    assert set(tokens()).isdisjoint({*first, *second, *third[:2]})
