r"""Flags as a test author writes them: ``"\Seen"``, ``"seen"``, keywords, lists of these."""

from collections.abc import Iterable

from pytest_fakemail.errors import BadArgument
from pytest_fakemail.store.flags import SYSTEM_FLAGS, spelt
from pytest_fakemail.store.rights import NEW_KEYWORDS
from pytest_fakemail.store.special_uses import POSSIBLE_USES

Flagging = str | Iterable[str]
"""A flag, several separated by blanks, or a list of them."""

_SPECIAL_USES = {use[1:].lower(): use for use in POSSIBLE_USES}


def flags_of(*given: Flagging) -> list[str]:
    r"""Return flags in IMAP's spelling; ``seen`` is taken for ``\Seen``, which it must mean.

    Raises:
        BadArgument: ``\Recent``, which no one can set, or what is neither flag nor keyword.
    """
    return [_flag(word) for each in given for word in _words(each)]


def special_uses_of(given: Flagging) -> list[str]:
    r"""Return special uses in RFC 6154's spelling; ``archive`` is taken for ``\Archive``.

    Raises:
        BadArgument: what is no use that a mailbox here can have.
    """
    return [_special_use(word) for word in _words(given)]


def permanent_flags_of(given: Flagging) -> tuple[str, ...]:
    r"""Return flags as PERMANENTFLAGS lists them, ``\*`` for new keywords among them.

    Raises:
        BadArgument: what can be no flag.
    """
    words = list(_words(given))
    flags = [NEW_KEYWORDS if word == NEW_KEYWORDS else _flag(word) for word in words]
    return tuple(dict.fromkeys(flags))


def _special_use(word: object) -> str:
    known = _SPECIAL_USES.get(word.removeprefix("\\").lower()) if isinstance(word, str) else None
    if known is None:
        from pytest_fakemail.spelling import unknown

        raise BadArgument(unknown(f"special use {word!r}", word, _SPECIAL_USES.values()))
    return known


def _words(given: object) -> Iterable[object]:
    if isinstance(given, str):
        return given.split()
    return given if isinstance(given, Iterable) else [given]


def _flag(word: object) -> str:
    if isinstance(word, str) and (flag := spelt(word)) is not None:
        return flag
    system = " ".join(SYSTEM_FLAGS)
    raise BadArgument(f"no flag: {word!r}; there is {system}, and keywords without blanks")
