"""Special uses as clients set them: with CREATE, and as an annotation (RFC 6154 §3, §4)."""

from collections.abc import Iterable, Mapping

from pytest_fakemail.imap.client import Client
from pytest_fakemail.imap.responses.metadata import SPECIAL_USE
from pytest_fakemail.imap.table import Refused
from pytest_fakemail.store.mailbox import Mailbox
from pytest_fakemail.store.special_uses import POSSIBLE_USES

_POSSIBLE_USES = {use.lower(): use for use in POSSIBLE_USES}


def checked_uses(words: Iterable[str]) -> tuple[str, ...]:
    r"""Return special uses as they are told, each once: ``\trash`` is ``\Trash``.

    Raises:
        Refused: USEATTR, there is no such use. ``\All`` is none: no mailbox shows the messages of
            others.
    """
    uses = [(word, _POSSIBLE_USES.get(word.lower())) for word in words]
    for word, use in uses:
        if use is None:
            raise Refused(f"{word} is not supported", code="USEATTR")
    return tuple(dict.fromkeys(use for _, use in uses if use is not None))


def uses_to_set(
    client: Client, mailbox: Mailbox | None, values: Mapping[str, bytes | None]
) -> tuple[str, ...] | None:
    """Return the special uses that SETMETADATA names, ``()`` for NIL; None if it names none.

    Raises:
        Refused: USEATTR; NOPERM, the mailbox is another's; CANNOT, the server's own.
    """
    named = [value for entry, value in values.items() if entry.lower() == SPECIAL_USE]
    if mailbox is None or not named or "SPECIAL-USE" not in client.granted:
        return None
    if not client.is_own(mailbox):
        raise Refused("You have no right to do that", code="NOPERM")
    if mailbox.fixed:
        raise Refused(f"{mailbox.name!r} is the server's own", code="CANNOT")
    return checked_uses((named[-1] or b"").decode("utf-8", "replace").split())
