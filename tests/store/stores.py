"""A store at a standstill of time, for tests."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from pytest_fakemail.clock import Clock
from pytest_fakemail.settings import Settings
from pytest_fakemail.store.account import Account
from pytest_fakemail.store.mailbox import Mailbox
from pytest_fakemail.store.store import Store

if TYPE_CHECKING:
    from typing import Unpack

    from pytest_fakemail.setting_changes import SettingChanges

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
MAIL = b"Subject: one\r\n\r\nfirst line\r\n"


def make_store(**settings: "Unpack[SettingChanges]") -> Store:
    clock = Clock()
    clock.freeze(NOW)
    return Store(Settings().but(**settings), clock)


def default_account(store: Store) -> Account:
    account = store.account("user@example.test")
    assert account is not None
    return account


def make_inbox(*messages: bytes) -> Mailbox:
    """Return the INBOX of a fresh store, with these messages."""
    inbox = default_account(make_store()).inbox
    for raw in messages:
        inbox.append(raw)
    return inbox
