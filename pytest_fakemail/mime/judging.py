"""What assertions about who sent a mail ask, and whom."""

from typing import TYPE_CHECKING, cast

from pytest_fakemail.errors import BadArgument

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_fakemail.mime.name_server import Envelope, Judge, NameServer


def judge_of(
    mail: object, own: "Callable[[], NameServer | None]", dns: "NameServer | None"
) -> "Judge":
    """Return the judge of a name server, of the mail's own if none is given.

    Raises:
        BadArgument: there is none.
    """
    judge = getattr(own() if dns is None else dns, "judge", None)
    if judge is None:
        what = f"{mail!r} knows no name server" if dns is None else f"no name server: {dns!r}"
        raise BadArgument(f"{what}: give dns=fakemail.dns")
    return cast("Judge", judge)


def require_envelope(mail: object, envelope: "Envelope | None") -> "Envelope":
    """Return what SPF goes by.

    Raises:
        BadArgument: it is not known.
    """
    if envelope is None:
        raise BadArgument(f"{mail!r} does not know who sent it: give client= and sender=")
    return envelope
