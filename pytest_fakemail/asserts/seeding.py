"""What a test gives to be put into a mailbox, made into what the mailbox takes."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from os import PathLike
from typing import TYPE_CHECKING, Any, TypedDict

from pytest_fakemail.asserts import loading
from pytest_fakemail.asserts.flags import Flagging, flags_of
from pytest_fakemail.errors import BadArgument
from pytest_fakemail.mime.compose import Names, Parts
from pytest_fakemail.mime.mail import Mail
from pytest_fakemail.store.arrivals import Arrival

if TYPE_CHECKING:
    from email.message import EmailMessage, Message

    Given = bytes | Mail | EmailMessage | Message | str | PathLike[str]
    """A whole message: its octets, a `Mail`, an object of `email`, or the path of a file."""


class Composed(TypedDict, total=False):
    """The parts of a message that is to be composed, and what a mailbox keeps beside it."""

    from_: Names
    to: Names
    cc: Names
    subject: str
    text: str
    html: str
    attachments: Mapping[str, bytes | str]
    headers: Mapping[str, str | Sequence[str] | None]
    flags: Flagging
    received_at: datetime
    uid: int


Compose = Callable[[Parts, datetime | None], bytes]
"""Makes a message of its parts, written when it was received; None: now."""

_BESIDE = ("flags", "received_at", "uid")


def arrival(given: "Given | None", options: Mapping[str, Any], compose_parts: Compose) -> Arrival:
    """Return the message on its way, from one that is whole or from parts to compose.

    Raises:
        BadArgument: both, an unknown option, or a value that is not possible.
    """
    for name in options:
        if name not in Composed.__annotations__:
            from pytest_fakemail.spelling import unknown

            raise BadArgument(
                unknown(f"option {name!r} of deliver", name, Composed.__annotations__)
            )
    parts = {
        name: value for name, value in options.items() if name not in _BESIDE and value is not None
    }
    received_at = options.get("received_at")
    if received_at is not None:
        if not isinstance(received_at, datetime):
            raise BadArgument(f"received_at={received_at!r}: wanted an aware datetime")
        if received_at.tzinfo is None:
            raise BadArgument(f"received_at={received_at!r} has no time zone")
    if given is None:
        raw = compose_parts(Parts(**parts), received_at)
    elif parts:
        names = ", ".join(parts)
        raise BadArgument(f"{names} beside a whole message: give either the one or the other")
    else:
        raw = octets(given)
    uid = options.get("uid")
    if uid is not None and (isinstance(uid, bool) or not isinstance(uid, int)):
        raise BadArgument(f"uid={uid!r}: wanted a whole number")
    return Arrival(raw, flags_of(options.get("flags") or ()), received_at, uid)


def octets(given: "Given") -> bytes:
    """Return a whole message: bytes and mails as they are, an `email` object, a file's content.

    Raises:
        BadArgument: it is none of these, or the file cannot be read.
    """
    if isinstance(given, bytes | bytearray | memoryview):
        return bytes(given)
    if isinstance(given, Mail):
        return given.raw
    if isinstance(given, str | PathLike):
        return loading.eml(given)
    as_bytes = getattr(given, "as_bytes", None)
    if as_bytes is None:
        raise BadArgument(
            f"no message: {given!r}; wanted bytes, a Mail, an EmailMessage, or the path of an .eml"
        )
    data: bytes = as_bytes(policy=given.policy.clone(linesep="\r\n"))
    return data
