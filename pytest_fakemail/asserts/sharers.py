"""Who shares a mailbox, and with which rights, as a test says it."""

from typing import Protocol

from pytest_fakemail import arguments
from pytest_fakemail.errors import BadArgument
from pytest_fakemail.store.acl import RIGHTS, UnknownRight, rights_in


class Named(Protocol):
    """An account, as a test holds it."""

    @property
    def user(self) -> str:
        """The login name."""


With = str | Named
"""With whom a mailbox is shared: an account, its address or login name, ``"anyone"`` …"""


def identifier(with_: object) -> str:
    """Return whom an entry of an access control list is for."""
    user = with_ if isinstance(with_, str) else getattr(with_, "user", None)
    wanted = "an account, its address, 'authenticated' or 'anyone'"
    return arguments.text("with_", with_ if user is None else user, wanted)


def rights(given: object) -> frozenset[str]:
    """Return the rights of RFC 4314 that a text gives."""
    try:
        return rights_in(arguments.text("rights", given, f"letters of {RIGHTS!r}"))
    except UnknownRight as unknown:
        raise BadArgument(
            f"rights={given!r}: there is no right {str(unknown)!r}; wanted letters of {RIGHTS!r}"
        ) from None
