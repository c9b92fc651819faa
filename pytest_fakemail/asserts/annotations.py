"""Annotations, as a test reads and sets them (RFC 5464)."""

from pytest_fakemail import arguments
from pytest_fakemail.errors import BadArgument
from pytest_fakemail.store.annotations import book, flaw
from pytest_fakemail.store.mailbox import Mailbox
from pytest_fakemail.store.store import Store


def annotations(store: Store, mailbox: Mailbox | None, user: str = "") -> dict[str, str]:
    """Return what is annotated, as a user sees it, by entry."""
    with store.registry as registry:
        known = book(registry).page(mailbox).of(user).values()
        return {entry: value.decode("utf-8", "surrogateescape") for entry, value in known}


def annotate(
    store: Store, mailbox: Mailbox | None, entry: object, value: object, user: str = ""
) -> None:
    """Set an annotation, or remove it by None; clients that enabled METADATA are told.

    Raises:
        BadArgument: what cannot be an entry or a value.
    """
    name = arguments.text("entry", entry, "an entry such as '/shared/comment'")
    if reason := flaw(name):
        raise BadArgument(f"entry={entry!r} {reason}: wanted one such as '/shared/comment'")
    octets = arguments.encodable("value", value).encode() if isinstance(value, str) else value
    if octets is not None and not isinstance(octets, bytes):
        raise BadArgument(f"value={value!r}: wanted text, bytes, or None to remove it")
    with store.registry as registry:
        book(registry).change(mailbox, {name: octets}, user)
