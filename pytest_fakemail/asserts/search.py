"""One expectation of a test: criteria, the mail among which to look, and how it can fail."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Generic, TypeVar

from pytest_fakemail.clock import Duration, seconds
from pytest_fakemail.errors import BadArgument, UnmetExpectation
from pytest_fakemail.mime.mail import Mail
from pytest_fakemail.query.criteria import Criteria

if TYPE_CHECKING:
    from pytest_fakemail.asserts.wording import Wording

M = TypeVar("M", bound=Mail)


class Search(Generic[M]):
    """Looks for mail; made for one expectation, asked again after each change.

    `candidates` returns the mail that there is now, `wording` how a failure speaks of it.  It
    speaks of what was there at the last look, whatever came since.
    """

    def __init__(
        self,
        wording: "Callable[[], Wording]",
        criteria: Criteria,
        candidates: Callable[[], Sequence[M]],
    ) -> None:
        self._wording = wording
        self._criteria = criteria
        self._candidates = candidates
        self._verdicts: dict[M, bool] = {}

    def all(self) -> list[M]:
        """Return every match; what was looked at before is not read again."""
        old, match = self._verdicts, self._criteria.match
        self._verdicts = {
            mail: old[mail] if mail in old else match(mail) for mail in self._candidates()
        }
        return [mail for mail, is_match in self._verdicts.items() if is_match]

    def one(self) -> M | None:
        """Return the only match, None while there is none.

        Raises:
            UnmetExpectation: several match.
        """
        found = self.all()
        if len(found) > 1:
            raise UnmetExpectation(self.unwanted("one"))
        return found[0] if found else None

    def none(self) -> None:
        """Return None while nothing matches.

        Raises:
            UnmetExpectation: something does.
        """
        if self.all():
            raise UnmetExpectation(self.unwanted("none"))

    def require_one(
        self, found: M | None, limit: float | None = None, *, hint: Callable[[], str] = str
    ) -> M:
        """Return what was found.

        Raises:
            UnmetExpectation: nothing was, in so many seconds; it ends with the hint.
        """
        if found is None:
            from pytest_fakemail.asserts import explain

            mails = list(self._verdicts)
            text = explain.missing(self._wording(), self._criteria, mails, _within(limit))
            raise UnmetExpectation(text + hint())
        return found

    def require_any(self) -> list[M]:
        """Return every match.

        Raises:
            UnmetExpectation: there is none.
        """
        found = self.all()
        if not found:
            self.require_one(None)
        return found

    def unwanted(self, wanted: str, limit: float | None = None) -> str:
        """Return what fails a test that wanted another number of matches."""
        from pytest_fakemail.asserts import explain

        mails = list(self._verdicts)
        return explain.unwanted(self._wording(), self._criteria, mails, wanted, _within(limit))


def checked_timeout(timeout: Duration) -> float:
    """Return a time to wait in seconds.

    Raises:
        BadArgument: it is no duration.
    """
    try:
        return seconds(timeout)
    except BadArgument:
        raise BadArgument(
            f"no time to wait: {timeout!r}; wanted seconds, text such as '5m', or a timedelta"
        ) from None


def _within(limit: float | None) -> str:
    return "" if limit is None else f" within {limit:g} s"
