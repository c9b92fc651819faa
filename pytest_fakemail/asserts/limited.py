"""The half of an account's handle that says how much it may hold (RFC 9208)."""

from pytest_fakemail import arguments
from pytest_fakemail.asserts.handle import Handle
from pytest_fakemail.errors import BadArgument, NotRunning
from pytest_fakemail.store.account import Account
from pytest_fakemail.store.store import Store


class Limited(Handle):
    """An account with its quota.  What is there already stays, whatever the limits."""

    __slots__ = ("_held", "_store")

    def __init__(self, account: Account, store: Store) -> None:
        self._held = account
        self._store = store

    @property
    def _account(self) -> Account:
        """The account, for whatever asks it, or changes it.

        Raises:
            NotRunning: a reset has forgotten it, and nobody can log in to it any more.
        """
        if self._store.is_past:
            name = self._held.name
            raise NotRunning(
                f"account {name!r} was forgotten by reset(); fakemail.account(…) makes another"
            )
        return self._held

    @property
    def quota(self) -> int | None:
        """The most octets that all mailboxes together may hold, None without limit.

        May be set.
        """
        return self._account.quota

    @quota.setter
    def quota(self, octets: int | None) -> None:
        limit = _limit("quota", octets, "octets")
        with self._store.lock:
            self._account.quota = limit

    @property
    def message_quota(self) -> int | None:
        """The most messages in all mailboxes together, None without limit.

        May be set.
        """
        return self._account.usage.most_messages

    @message_quota.setter
    def message_quota(self, messages: int | None) -> None:
        limit = _limit("message_quota", messages, "messages")
        with self._store.lock:
            self._account.usage.most_messages = limit

    @property
    def mailbox_quota(self) -> int | None:
        """The most mailboxes that clients may make there be, INBOX included; None without limit.

        May be set.
        """
        return self._account.usage.most_mailboxes

    @mailbox_quota.setter
    def mailbox_quota(self, mailboxes: int | None) -> None:
        limit = _limit("mailbox_quota", mailboxes, "mailboxes")
        with self._store.lock:
            self._account.usage.most_mailboxes = limit

    @property
    def has_soft_quota(self) -> bool:
        """Whether the limits can be gone beyond: IMAP then warns, and refuses nothing.

        May be set.
        """
        return self._account.usage.is_soft

    @has_soft_quota.setter
    def has_soft_quota(self, is_soft: bool) -> None:
        soft = arguments.switch("has_soft_quota", is_soft)
        with self._store.lock:
            self._account.usage.is_soft = soft

    @property
    def octets(self) -> int:
        """How many octets all mailboxes together hold."""
        return self._account.usage.octets


def _limit(name: str, value: object, unit: str) -> int | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int):
        raise BadArgument(f"{name}={value!r}: wanted {unit}, or None for no limit")
    if value < 0:
        raise BadArgument(f"{name}={value!r}: wanted zero or more {unit}")
    return value
