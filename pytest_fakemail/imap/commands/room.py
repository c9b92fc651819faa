"""Room for messages that a client adds: the quota of whose mailbox it is (RFC 9208 §4.3.1)."""

from pytest_fakemail.imap.table import Refused
from pytest_fakemail.store.usage import Usage


def require_room(usage: Usage, octets: int, messages: int) -> bytes:
    """Go on only if so much more fits; return what the client is to be told where it may not.

    Raises:
        Refused: OVERQUOTA.
    """
    if not usage.is_over(octets, messages):
        return b""
    if not usage.is_soft:
        raise Refused("Over quota", code="OVERQUOTA")
    return b"* NO [OVERQUOTA] Soft quota has been exceeded\r\n"
