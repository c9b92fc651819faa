"""An expectation of a test that is about how many mails there are."""

from collections.abc import Callable
from typing import Generic, TypeVar

from pytest_fakemail.asserts.search import Search
from pytest_fakemail.errors import BadArgument, UnmetExpectation
from pytest_fakemail.mime.mail import Mail

M = TypeVar("M", bound=Mail)


class Counted(Generic[M]):
    """A search for so many mails."""

    def __init__(self, search: Search[M], count: int, *, least: int = 0) -> None:
        """Check the count.

        Raises:
            BadArgument: it is no number, or too small.
        """
        self._search = search
        self._count = checked_count(count, least=least)

    def exactly(self) -> list[M] | None:
        """Return the matches when there are so many, None while there are fewer.

        Raises:
            UnmetExpectation: there are more.
        """
        found = self._search.all()
        if len(found) > self._count:
            raise UnmetExpectation(self._search.unwanted(str(self._count)))
        return found if len(found) == self._count else None

    def now(self) -> list[M] | None:
        """Return the matches while there are exactly so many, otherwise None."""
        found = self._search.all()
        return found if len(found) == self._count else None

    def require(
        self, found: list[M] | None, limit: float | None = None, *, hint: Callable[[], str] = str
    ) -> list[M]:
        """Return what was found.

        Raises:
            UnmetExpectation: it was not as many, in so many seconds; it ends with the hint.
        """
        if found is None:
            raise UnmetExpectation(self._search.unwanted(str(self._count), limit) + hint())
        return found


def checked_count(count: object, *, least: int = 0) -> int:
    """Return a number of mails.

    Raises:
        BadArgument: it is none, or too small.
    """
    if isinstance(count, bool) or not isinstance(count, int) or count < least:
        raise BadArgument(f"count={count!r}: wanted a whole number of at least {least}")
    return count
