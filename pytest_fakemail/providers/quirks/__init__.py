"""Known misbehaviours of real servers, by name.

``fakemail.imap.quirk("fetch.uid_after_literal")`` switches one on.  A quirk never makes a test
fail for not acting.
"""

from collections.abc import Mapping
from itertools import chain

from pytest_fakemail.errors import BadArgument
from pytest_fakemail.providers.quirks import (
    envelopes,
    fetching,
    mailboxes,
    pop3,
    searching,
    sessions,
    smtp,
    spellings,
    structures,
    unasked,
)
from pytest_fakemail.providers.quirks.quirk import Quirk
from pytest_fakemail.spelling import unknown

_SHOWN = 5
_MODULES = (
    sessions,
    mailboxes,
    fetching,
    spellings,
    unasked,
    envelopes,
    structures,
    searching,
    pop3,
    smtp,
)

QUIRKS: Mapping[str, Mapping[str, Quirk]] = {
    protocol: {
        one.name: one
        for one in chain.from_iterable(module.ROWS for module in _MODULES)
        if one.protocol == protocol
    }
    for protocol in ("imap", "pop3", "smtp")
}
"""All of them, by protocol and name."""


def quirk(protocol: str, name: str) -> Quirk:
    """Return the quirk of this name.

    Raises:
        BadArgument: the protocol has none of this name; the text tells the nearest.
    """
    known = QUIRKS.get(protocol, {})
    others = [one for one in QUIRKS if isinstance(name, str) and name in QUIRKS[one]]
    if others and protocol not in others:
        raise BadArgument(f"quirk {name!r} is for {' and '.join(others)}, not for {protocol}")
    if not isinstance(name, str) or name not in known:
        raise BadArgument(unknown(f"quirk {name!r} in {protocol}", name, known, several=True))
    return known[name]


def quirks(protocol: str, names: tuple[str, ...]) -> list[Quirk]:
    """Return the quirks of these names.

    Raises:
        BadArgument: no name, one twice, or none that the protocol has.
    """
    if not names:
        known = list(QUIRKS.get(protocol, {}))
        raise BadArgument(
            f"quirk(): wanted at least one of {len(known)}: {', '.join(known[:_SHOWN])} …; "
            f"docs/reference/quirks.md has them all"
        )
    found = [quirk(protocol, name) for name in names]
    for place, one in enumerate(found):
        if one in found[:place]:
            raise BadArgument(f"quirk {one.name!r} is there twice: once is enough")
    return found
