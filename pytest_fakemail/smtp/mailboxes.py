"""What the store says of an address: is somebody there, and can he take mail now."""

from collections.abc import Sequence

from pytest_fakemail.smtp.replies import Refused
from pytest_fakemail.store.account import Account
from pytest_fakemail.wire.session import Service


def accounts_for(service: Service, address: str, size: int) -> Sequence[Account]:
    """Return the accounts that a message of so many octets would reach by this address.

    Raises:
        Refused: nobody is there and settings want somebody, or he can take nothing now.
    """
    accounts = service.store.accounts_at(address)
    if accounts:
        check_room(accounts, size)
    elif service.settings.unknown_recipients == "reject":
        from pytest_fakemail.smtp.aliases import needs_no_account

        if not (needs_no_account(service, address) or service.store.takes_elsewhere(address)):
            raise Refused(550, "5.1.1", "No such mailbox here")
    return accounts


def check_room(accounts: Sequence[Account], size: int) -> None:
    """Ask whether one of these accounts can take so many octets.

    Raises:
        Refused: there are some, and none of them can.
    """
    unlocked = [account for account in accounts if not account.is_locked]
    if accounts and not unlocked:
        raise Refused(450, "4.2.1", "Mailbox is disabled for now, not accepting messages")
    if unlocked and all(account.is_over_quota(size) for account in unlocked):
        raise Refused(552, "5.2.2", "Mailbox is full")
