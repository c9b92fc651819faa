r"""Flags as a test author writes them: ``"\Seen"``, ``"seen"``, keywords, lists of these."""

import re
from collections.abc import Iterable

from pytest_fakemail.errors import BadArgument
from pytest_fakemail.store.flags import SYSTEM_FLAGS

Flagging = str | Iterable[str]
"""A flag, several separated by blanks, or a list of them."""

_SYSTEM = {flag[1:].lower(): flag for flag in SYSTEM_FLAGS}
# flag-keyword = atom (RFC 9051 §9)
_KEYWORD = re.compile(r"[!#$&'+,./:;<=>?@^_`|}~0-9A-Za-z\[-]+")


def flags_of(*given: Flagging) -> list[str]:
    r"""Return flags in IMAP's spelling; ``seen`` is taken for ``\Seen``, which it must mean.

    Raises:
        BadArgument: ``\Recent``, which no one can set, or what is neither flag nor keyword.
    """
    return [_flag(word) for each in given for word in _words(each)]


def _words(given: object) -> Iterable[object]:
    if isinstance(given, str):
        return given.split()
    return given if isinstance(given, Iterable) else [given]


def _flag(word: object) -> str:
    if isinstance(word, str):
        known = _SYSTEM.get(word.removeprefix("\\").lower())
        if known is not None:
            return known
        if _KEYWORD.fullmatch(word):
            return word
    system = " ".join(SYSTEM_FLAGS)
    raise BadArgument(f"no flag: {word!r}; there is {system}, and keywords without blanks")
