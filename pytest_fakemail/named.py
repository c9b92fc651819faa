"""A list of things that have names: `in` and `count` take a name as well as the thing itself."""

from collections.abc import Iterable
from typing import Protocol, TypeVar

from pytest_fakemail import arguments
from pytest_fakemail.errors import BadArgument


class Named(Protocol):
    """A thing that is spoken of by its name."""

    @property
    def name(self) -> str:
        """The name."""


T = TypeVar("T", bound=Named)


class NamedList(list[T]):
    """A list as any other, but for what `in` and `count` say of a name.

    ``"no-quit" not in conduct`` would otherwise be true of every list.

    Args:
        found: the things.
        known: all names that a thing could have.
        what: what a thing is, in a word.
    """

    __slots__ = ("_known", "_what")

    def __init__(self, found: Iterable[T], known: Iterable[str], what: str) -> None:
        super().__init__(found)
        self._known = known
        self._what = what

    def __contains__(self, wanted: object) -> bool:
        """Whether it is here, or one of this name.

        Raises:
            BadArgument: no thing has such a name, or it is neither a thing nor a name.
        """
        return self.count(wanted) > 0

    def count(self, wanted: object) -> int:
        """Return how often it is here, or how many have this name.

        Raises:
            BadArgument: no thing has such a name, or it is neither a thing nor a name.
        """
        if isinstance(wanted, str):
            arguments.names_of(self._what, wanted, self._known, self._what)
            return sum(one.name == wanted for one in self)
        if not hasattr(wanted, "name"):
            a_name = f"a name, as {next(iter(self._known))!r}"
            raise BadArgument(f"{wanted!r} is no {self._what}; wanted {a_name}, or a {self._what}")
        return sum(one == wanted for one in self)
