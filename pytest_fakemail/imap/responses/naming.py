"""How responses name messages: by number in FETCH, or by UID in UIDFETCH (RFC 9586 §3.3)."""

from collections.abc import Sequence

from pytest_fakemail.imap.client import Client
from pytest_fakemail.store.message import Message

FETCH = b"FETCH"


def named(
    client: Client, numbers: Sequence[int], messages: Sequence[Message]
) -> tuple[bytes, Sequence[int]]:
    """Return the word of the responses, and what each of the messages is named by."""
    if client.is_uid_only:
        return b"UIDFETCH", [message.uid for message in messages]
    return FETCH, numbers
