"""What a sequence of mails says when a test looks in it for what it can never hold."""

from typing import TYPE_CHECKING, ClassVar

from pytest_fakemail.errors import BadArgument
from pytest_fakemail.mime.mail import Mail
from pytest_fakemail.visible import shortened

if TYPE_CHECKING:
    from collections.abc import Iterator

_MOST = 60
_OF_NO_MAIL = ("builtins", "datetime", "email", "pathlib", "pytest_fakemail", "re")
"""Whose objects are never equal to a mail."""


class Members:
    """Has `in`, which refuses what can be none of its members, and says how to ask instead.

    ``"ann@example.test" not in outbox`` would be true whatever was sent.
    """

    __slots__ = ()

    _member: ClassVar[tuple[type, str]]
    """What each of them is, and in a word."""
    _place: ClassVar[str]
    """What a test calls it."""
    _criterion: ClassVar[str] = "subject"
    """By what a text without an @ asks for one."""
    _number: ClassVar[str] = ""
    """By what a number does."""

    if TYPE_CHECKING:  # each has its own

        def __iter__(self) -> "Iterator[object]": ...

    def __contains__(self, wanted: object) -> bool:
        """Whether this very one is in it.

        Raises:
            BadArgument: what can be none of them.
        """
        return any(one is wanted or one == wanted for one in self) or self._is_absent(wanted)

    def _is_absent(self, wanted: object) -> bool:
        """Return that it is not there, if it could be.

        What compares itself, as dirty-equals does, has said so.
        """
        kind, word = self._member
        root = type(wanted).__module__.partition(".")[0]
        compares_itself = type(wanted).__eq__ is not object.__eq__ and root not in _OF_NO_MAIL
        if type(wanted) is kind or compares_itself:
            return False
        asked = _asked(wanted, self._criterion, self._number)
        ways = f"{self._place}.all({asked}), or {self._place}.assert_none({asked})"
        raise BadArgument(f"no {word}: {shortened(repr(wanted), _MOST)}; ask by {ways}")


class MemberSequence(Members):
    """Has `count` besides, which refuses the same."""

    __slots__ = ()

    def count(self, wanted: object) -> int:
        """Return how often this very one is in it.

        Raises:
            BadArgument: what can be none of them.
        """
        return sum(one is wanted or one == wanted for one in self) or self._is_absent(wanted)


def _asked(wanted: object, criterion: str, number: str) -> str:
    """Return the criterion that was perhaps meant."""
    if isinstance(wanted, Mail):
        criterion, wanted = "subject", wanted.subject
    elif isinstance(wanted, int) and number:
        criterion = number
    elif isinstance(wanted, str) and "@" in wanted:
        criterion = "to"
    elif not isinstance(wanted, str):
        return f"{criterion}=…"
    return f"{criterion}={shortened(repr(wanted), _MOST)}"
