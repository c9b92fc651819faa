r"""Flags as a test is given them: sets and rows of which ``"seen" in flags`` asks for ``\Seen``."""

from collections.abc import Callable, Collection, Iterable

from pytest_fakemail.asserts.flags import flags_of, permanent_flags_of, special_uses_of
from pytest_fakemail.errors import BadArgument
from pytest_fakemail.query.comparing import flag


def _is_in(wanted: object, flags: Iterable[str], read: Callable[[str], Collection[str]]) -> bool:
    """Whether a flag is among others, however it is spelt.

    Raises:
        BadArgument: what can be no flag, or several.
    """
    if isinstance(wanted, str) and any(wanted == one for one in flags):
        return True
    words = read(wanted) if isinstance(wanted, str) else ()
    if len(words) != 1:
        raise BadArgument(f"no flag: {wanted!r}; wanted one, as in 'seen' in flags")
    return flag(*words) in map(flag, flags)


class FlagSet(frozenset[str]):
    """Flags in IMAP's spelling; `in` takes them in any that a test may write."""

    __slots__ = ()

    def __contains__(self, wanted: object) -> bool:
        """Whether this is one of them.

        Raises:
            BadArgument: what can be none, or several in one text.
        """
        return _is_in(wanted, self, self._read)

    def isdisjoint(self, others: Iterable[object]) -> bool:
        """Whether none of the others is one of them."""
        return not any(one in self for one in others)

    def __repr__(self) -> str:
        return repr(frozenset(self))

    def _read(self, given: str) -> Collection[str]:
        return flags_of(given)


class UseSet(FlagSet):
    """Special uses of a mailbox, likewise."""

    __slots__ = ()

    def _read(self, given: str) -> Collection[str]:
        return special_uses_of(given)


class LabelSet(FlagSet):
    """Gmail's labels, likewise."""

    __slots__ = ()

    def _read(self, given: str) -> Collection[str]:
        return [given]  # it may have any letters


class FlagRow(tuple[str, ...]):
    r"""Flags in order, ``\*`` perhaps among them, likewise."""

    __slots__ = ()

    def __contains__(self, wanted: object) -> bool:
        """Whether this is one of them.

        Raises:
            BadArgument: what can be none, or several in one text.
        """
        return _is_in(wanted, self, permanent_flags_of)
