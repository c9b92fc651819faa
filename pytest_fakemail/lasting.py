"""What a test leaves in a FakeMail that it shares with others.

What was there before the test is not the test's, nor is what fixtures of a wider scope do while
it is set up: an app that serves a whole module may keep its connection.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from pytest_fakemail.dataclass import dataclass, field

if TYPE_CHECKING:
    from pytest_fakemail.fakemail import FakeMail
    from pytest_fakemail.remains import Known
    from pytest_fakemail.transcript.transcript import Place


@dataclass(slots=True)
class Share:
    """What is not a test's own, in each of the FakeMails that it shares with others."""

    known: "dict[FakeMail, Known]" = field(default_factory=dict)
    places: "dict[FakeMail, Place]" = field(default_factory=dict)
    """Of those that were there before the test: how far their transcripts were."""
    is_armed: bool = False
    """Whether the test will be asked, when its own fixtures have ended."""

    def begin(self, shared: "Iterable[FakeMail]", living: "Iterable[FakeMail]") -> None:
        """Take note of what is there before the test, in those that it shares and in all."""
        for one in living:
            self.places[one] = one.transcript._place()  # noqa: SLF001  (our own, as below)
        for one in _asked(shared):
            self.known[one] = one._known()  # noqa: SLF001  (our own)

    @contextmanager
    def of_others(self, shared: "Iterable[FakeMail]") -> Iterator[None]:
        """Take note that what comes in this block is not the test's."""
        asked = list(_asked(shared))
        before = {one: one._known() for one in asked}  # noqa: SLF001
        yield
        for one in asked:
            new = one._known().without(before[one])  # noqa: SLF001
            self.known[one] = self.known[one].also(new) if one in self.known else new

    def leaks(self, shared: "Iterable[FakeMail]") -> list[str]:
        """Return what is left that must not be, in words."""
        return [
            leak
            for one in _asked(shared)
            for leak in one._leaks(others=self.known.get(one))  # noqa: SLF001
        ]


def _asked(shared: "Iterable[FakeMail]") -> "Iterator[FakeMail]":
    return (one for one in shared if one.settings.leaks and not one.is_closed)
