"""Addresses without an account of their own: aliases, and the postmaster."""

from pytest_fakemail.domains import address_key, in_ascii
from pytest_fakemail.smtp.paths import split
from pytest_fakemail.wire.session import Service


def members(service: Service, address: str) -> tuple[str, ...] | None:
    """Return the members of an alias, None if this is none."""
    local_part, domain = split(address.lower())
    key = f"{local_part}@{domain or service.settings.domain}"
    return service.store.aliases.get(address_key(key))


def needs_no_account(service: Service, address: str) -> bool:
    """Whether it is an alias for elsewhere, or the postmaster (RFC 5321 §4.5.1)."""
    local_part, domain = split(address.lower())
    is_own = in_ascii(domain) in ("", in_ascii(service.settings.domain))
    return (local_part == "postmaster" and is_own) or members(service, address) is not None
