"""What becomes of mail that is not, or not only, for mailboxes here, as a store knows it."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

from pytest_fakemail.store.account import Account

if TYPE_CHECKING:
    from pytest_fakemail.store.delivery import Delivery


class Office(Protocol):
    """What becomes of mail that is not, or not only, for mailboxes here."""

    @property
    def has_routes(self) -> bool:
        """Whether mail goes anywhere else."""

    def is_local(self, domain: str) -> bool:
        """Whether a domain is said to be ours."""

    def takes(self, address: str) -> bool:
        """Whether mail for an address goes somewhere though nobody here has it."""

    def keeps(self, address: str) -> bool:
        """Whether mail for an address may go into a mailbox here."""

    def accepted(
        self, delivery: "Delivery", here: Mapping[Account, str], elsewhere: Sequence[str]
    ) -> None:
        """Take a message: the accounts that have it, and for whom it has to leave."""

    def flush_domain(self, domain: str) -> int:
        """Try now what waits for a domain (``@x.test``: and for those below it); count it."""
