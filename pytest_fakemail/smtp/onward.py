"""Addresses that lead elsewhere: source routes, ``user%elsewhere@here``, who is forwarded."""

from collections.abc import Sequence

from pytest_fakemail.settings import Settings
from pytest_fakemail.smtp.paths import split
from pytest_fakemail.smtp.replies import RECIPIENT_OK, Refused, Reply
from pytest_fakemail.store.account import Account


def readdressed(settings: Settings, address: str, *, is_routed: bool) -> str:
    """Return the address that a recipient really has, as the settings read it.

    RFC 5321 §3.6.1 has source routes ignored, and §3.9.2 leaves local parts to the server
    that they are for; many refuse both, because they were used to relay in disguise.

    Raises:
        Refused: settings want it refused.
    """
    if is_routed and settings.source_routes == "refuse":
        raise Refused(550, "5.7.1", "Source routes are not accepted")
    local_part, domain = split(address)
    if "%" not in local_part or settings.percent_hack == "literal":
        return address
    user, _, elsewhere = local_part.rpartition("%")
    if settings.percent_hack == "refuse" or not (user and elsewhere):
        raise Refused(550, "5.7.1", f"Routing by % is not accepted at {domain}")
    return f"{user}@{elsewhere}"


def accepted(settings: Settings, accounts: Sequence[Account]) -> Reply:
    """Return the reply to a recipient; who is forwarded may be told (RFC 5321 §3.4).

    Raises:
        Refused: settings want the client to write to the new address itself.
    """
    if len(accounts) != 1:
        return RECIPIENT_OK
    forwarding = accounts[0].forwarding
    if forwarding is None or forwarding.keeps_copy:
        return RECIPIENT_OK
    to = forwarding.to[0]
    if settings.forwarding_reply == "551":
        raise Refused(551, "5.1.6", f"User not local; please try <{to}>")
    return Reply(251, "2.1.5", f"User not local; will forward to <{to}>")
