"""MESSAGELIMIT and SAVELIMIT: how many messages one command may be about (RFC 9738).

With MESSAGELIMIT the newest messages are worked on and the client is told where that ended; what
is all or nothing is refused.  SAVELIMIT is for COPY and APPEND alone.
"""

from collections.abc import Sequence
from typing import TypeVar

from pytest_fakemail.imap.client import Client
from pytest_fakemail.imap.table import Refused
from pytest_fakemail.store.message import Message

_T = TypeVar("_T")


def message_limit(client: Client) -> int:
    """Return how many messages a command may be about; 0 without a limit."""
    if "MESSAGELIMIT" not in client.granted:
        return 0
    return client.service.settings.imap_message_limit


def require_few(client: Client, messages: Sequence[object]) -> None:
    """Go on if so many messages may be put into a mailbox at once, all or none.

    Raises:
        Refused: MESSAGELIMIT, there are more; with the UID up to which it would have worked.
    """
    most = message_limit(client)
    if "SAVELIMIT" in client.granted:
        most = client.service.settings.imap_message_limit
    if not most or len(messages) <= most:
        return
    lowest = messages[-most]
    uid = f" {lowest.uid}" if isinstance(lowest, Message) else ""
    raise Refused("Too many messages, try a smaller subset", code=f"MESSAGELIMIT {most}{uid}")


def require_short(client: Client, count: int) -> None:
    """Go on if a command that cannot do a part of its work may be about so many messages.

    Raises:
        Refused: MESSAGELIMIT.
    """
    most = message_limit(client)
    if most and count > most:
        raise Refused(f"That exceeds the limit of {most} messages", code=f"MESSAGELIMIT {most}")


def newest(client: Client, messages: list[Message]) -> tuple[list[Message], str]:
    """Return those of the messages that may be worked on, ascending, and the response code."""
    most = message_limit(client)
    if not most or len(messages) <= most:
        return messages, ""
    kept = messages[-most:]
    return kept, f"MESSAGELIMIT {most} {kept[0].uid}"


def newest_first(
    client: Client, numbers: list[_T], messages: list[Message]
) -> tuple[list[_T], list[Message], str]:
    """Return those that may be worked on, from the highest UID down if not all may (§3.1)."""
    kept, code = newest(client, messages)
    if not code:
        return numbers, messages, ""
    return numbers[: -len(kept) - 1 : -1], kept[::-1], code


def told(code: str, limit: str) -> tuple[bytes, str]:
    """Return what is told before the tagged response, and its code: the limit if there is room."""
    if code and limit:
        return f"* NO [{limit}] Completed for some\r\n".encode(), code
    return b"", code or limit
