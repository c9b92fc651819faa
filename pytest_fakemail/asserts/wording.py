"""How a failed expectation speaks of the mail among which was looked."""

from collections.abc import Callable
from typing import Any

from pytest_fakemail.dataclass import dataclass
from pytest_fakemail.query.criteria import Criteria


@dataclass(frozen=True, slots=True)
class Wording:
    """The mail among which was looked, as a report speaks of it.

    Attributes:
        one: what a single one is called, ``"mail"``.
        many: what several are called, ``"mails"``.
        place: where they are, ``" in INBOX"``, or nothing.
        empty: what to say when there is none at all.
        label: how the author gets at one of them, from its place in the wording and itself.
        elsewhere: lines that say where else there is mail that fits.
        late: a line for who has not waited, if mail may be on its way.
        why_none: the reason why there is none, and lines that say more about it.
    """

    one: str
    many: str
    place: str
    empty: str
    label: Callable[[int, Any], str]
    elsewhere: Callable[[Criteria], list[str]] = lambda _: []
    late: str = ""
    why_none: Callable[[], list[str]] = list

    def reasons(self) -> list[str]:
        """Return why there is none at all: a few words, and lines below them."""
        return self.why_none() or [self.empty]

    def counted(self, count: int, criteria: Criteria) -> str:
        """Return ``2 mails to 'ann@example.test'``."""
        return f"{count} {self.one if count == 1 else self.many}{self.described(criteria)}"

    def described(self, criteria: Criteria) -> str:
        """Return what is behind ``no mail``: criteria and place."""
        described = str(criteria)
        return f" {described}{self.place}" if described else self.place
