"""What stands behind a test's rules: policies, quirks, and the manners of a personality."""

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING, Protocol

from pytest_fakemail.wire.capabilities import Capabilities
from pytest_fakemail.wire.effects import Effect
from pytest_fakemail.wire.exchange import Exchange

if TYPE_CHECKING:  # what a rule is made of is loaded with the first
    from pytest_fakemail.faults.attention import Verbs
    from pytest_fakemail.faults.failures import Failure
    from pytest_fakemail.faults.steps import Effects


class Manners(Protocol):
    """How a server's own answers are worded where it pretends to be another."""

    def verbs(self, protocol: str) -> "Verbs":
        """Return the commands and moments that may be answered in other words."""

    def worded(self, exchange: Exchange, effects: "Effects") -> "Effects":
        """Return its answer in other words."""

    def wording(self, protocol: str, *replies: str) -> "Failure | None":
        """Return how the first of these replies of policies is worded that has words of its own."""

    def switch(self, protocol: str, capabilities: Capabilities, without: Iterable[str]) -> None:
        """Leave on what is to be announced, but not what the settings have switched off."""


class Standing(Protocol):
    """What is asked behind the rules, at the exchanges of its verbs."""

    @property
    def is_active(self) -> bool:
        """Whether any of it could still apply to anything."""

    @property
    def is_bare(self) -> bool:
        """Whether all of it is the server's own, and nothing a test's."""

    def verbs(self, protocol: str) -> "Verbs":
        """Return the commands and moments at which it has anything to do."""

    def instead(self, exchange: Exchange) -> list[Effect] | None:
        """Return the answer that replaces the command, or None to let it happen."""

    def after(self, exchange: Exchange, effects: Iterable[Effect]) -> Iterable[Effect]:
        """Return the answer as it shall reach the client."""

    def begin_anew(self) -> None:
        """Be as at first: the server's own alone, which remembers nothing."""


class Quirk(Protocol):
    """A standing misbehaviour of one protocol's servers."""

    @property
    def protocol(self) -> str:
        """Whose it is."""

    @property
    def verbs(self) -> Collection[str]:
        """The commands and moments that it is for; empty, all of them."""

    @property
    def is_last(self) -> bool:
        """Whether others can read nothing of what it leaves, and so go first."""

    def refused(self, exchange: Exchange) -> list[Effect] | None:
        """Return what is answered instead of a command; None lets it happen."""

    def begin(self, exchange: Exchange) -> None:
        """Hear of a command that no quirk refuses, before it happens."""

    def bent(self, exchange: Exchange, effects: "Effects") -> "Effects":
        """Return a server's own answer as the quirk makes it."""
