"""flaws: what a careful reviewer finds in a mail before its readers do."""

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING

from pytest_fakemail import arguments
from pytest_fakemail.errors import UnmetExpectation
from pytest_fakemail.mime.flaws.content import content_flaws
from pytest_fakemail.mime.flaws.flaw import SOURCES, Flaw
from pytest_fakemail.mime.flaws.header import header_flaws
from pytest_fakemail.mime.flaws.structure import structure_flaws
from pytest_fakemail.named import NamedList

if TYPE_CHECKING:
    from pytest_fakemail.mime.mail import Mail

__all__ = ["SOURCES", "Flaw", "flaws_of", "require_sound"]


def flaws_of(mail: "Mail") -> list[Flaw]:
    """Return every flaw of a mail, those of the header first; each once."""
    parameters = {name.upper() for name in getattr(mail, "parameters", ())}
    received_at = getattr(mail, "received_at", None)
    is_utf8 = "SMTPUTF8" in parameters
    found = [
        *header_flaws(mail.raw, received_at, is_utf8=is_utf8),
        *structure_flaws(mail.raw, is_utf8=is_utf8),
        *content_flaws(mail),
    ]
    return NamedList(dict.fromkeys(found), SOURCES, "flaw")


def require_sound(found: Iterable[Flaw], ignore: Collection[str]) -> None:
    """Fail if there is a flaw that is not to be ignored.

    Raises:
        UnmetExpectation: there are some; the text lists them with their sources.
        BadArgument: a name in `ignore` that is no flaw's.
    """
    names = arguments.names_of("ignore", ignore, SOURCES, "flaw")
    left = [one for one in found if one.name not in names]
    if left:
        if len(left) == 1:
            raise UnmetExpectation(str(left[0]))
        found_names = ", ".join(dict.fromkeys(one.name for one in left))
        raise UnmetExpectation("\n  ".join([f"{len(left)} flaws: {found_names}", *map(str, left)]))
