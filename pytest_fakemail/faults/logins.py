"""Rules on a login that takes several lines: they work on the answer that ends it.

A login is one thing that a client does.  A rule that answers in the server's place does so at
the first line that it fits; a rule that works on the server's own answer, as `lose_reply` does,
means the one that says what came of the login, and lets the challenges pass.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from pytest_fakemail.wire.effects import Effect, sent
from pytest_fakemail.wire.exchange import Exchange, asks_for_response

if TYPE_CHECKING:
    from pytest_fakemail.faults.plan import Plan
    from pytest_fakemail.faults.steps import Change


class Logins:
    """The rules that wait for the end of a login, one login for each connection."""

    def __init__(self) -> None:
        self._waiting: dict[int, tuple[Exchange, list[Plan]]] = {}
        self._concluding: dict[int, tuple[Exchange, Change]] = {}

    @property
    def protocols(self) -> set[str]:
        """Where any rule waits."""
        logins = [*self._waiting.values(), *self._concluding.values()]
        return {login.connection.protocol for login, _ in logins}

    def conclude(self, exchange: Exchange, conclusion: "Change") -> None:
        """Keep what ends the login once the client has answered a fault's challenge."""
        login = exchange.continues or exchange
        self._concluding[exchange.connection.number] = (login, conclusion)

    def concluded(self, exchange: Exchange) -> list[Effect] | None:
        """Return what ends this login, if a fault has asked for this response."""
        if not self._concluding:
            return None
        login, conclusion = self._concluding.pop(exchange.connection.number, (None, None))
        if conclusion is None or login is not exchange.continues:
            return None
        return list(conclusion(exchange, ()))

    def resumed(self, exchange: Exchange) -> "list[Plan]":
        """Return the rules that have waited for what comes of this exchange."""
        if not exchange.is_of_login:
            return []
        login, plans = self._waiting.pop(exchange.connection.number, (None, []))
        if login is None or login is not exchange.continues:
            return []
        for plan in plans:
            plan.count()
        return plans

    def held(
        self, exchange: Exchange, plans: "list[Plan]", effects: Iterable[Effect]
    ) -> "tuple[list[Plan], Iterable[Effect]]":
        """Return the rules that work on this answer, and the answer.

        Behind a challenge they are kept until the client has responded, and have not struck.
        """
        answer = list(effects)
        if not asks_for_response(sent(answer)):
            return plans, answer
        later = [plan for plan in plans if not plan.comes_later]
        for plan in later:
            plan.take_back()
        if later:
            self._waiting[exchange.connection.number] = (exchange.continues or exchange, later)
        return [plan for plan in plans if plan.comes_later], answer

    def forget_ended(self) -> None:
        """Forget those whose connection is over."""
        for logins in (self._waiting, self._concluding):
            for number, (login, _) in list(logins.items()):  # to which the loop may be adding
                if login.connection.is_over:
                    logins.pop(number, None)

    def clear(self) -> None:
        """Forget them all."""
        self._waiting.clear()
        self._concluding.clear()
