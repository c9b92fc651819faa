"""Waiting for what clients do: a command, so many of it, IDLE."""

from collections.abc import Callable

from pytest_fakemail.asserts.counting import checked_count
from pytest_fakemail.asserts.search import checked_timeout
from pytest_fakemail.asserts.waits import blocked_loop, wait
from pytest_fakemail.clock import Duration
from pytest_fakemail.errors import UnmetExpectation
from pytest_fakemail.faults.history import times
from pytest_fakemail.faults.matching import canonical
from pytest_fakemail.net.waiting import until
from pytest_fakemail.transcript.exchanges import RecordedConnection, RecordedExchange
from pytest_fakemail.transcript.record import Record
from pytest_fakemail.transcript.transcript import Transcript

_PUSH = "push"
_IDLE = "IDLE"


class Traffic:
    """What the clients of one protocol do, as the transcript has it."""

    def __init__(self, protocol: str, record: Record) -> None:
        self._protocol = protocol
        self._transcript = Transcript(record)

    def wait_for_command(self, verb: str, count: int, timeout: Duration) -> list[RecordedExchange]:
        """Return the commands as soon as there are so many."""
        attempt, limit = self._commands(verb, count), checked_timeout(timeout)
        found = wait(self._transcript.subscribe, attempt, limit)
        if found is None:
            raise UnmetExpectation(self._missing(verb, count, limit) + blocked_loop())
        return found

    async def wait_for_command_async(
        self,
        verb: str,
        count: int,
        timeout: Duration,  # noqa: ASYNC109  (as its twin)
    ) -> list[RecordedExchange]:
        """Do as `wait_for_command` without blocking the loop that awaits it."""
        attempt, limit = self._commands(verb, count), checked_timeout(timeout)
        found = await until(self._transcript.subscribe, attempt, limit)
        if found is None:
            raise UnmetExpectation(self._missing(verb, count, limit))
        return found

    def wait_for_idle(self, count: int, timeout: Duration) -> list[RecordedConnection]:
        """Return the connections as soon as so many idle."""
        attempt, limit = self._idling(count), checked_timeout(timeout)
        found = wait(self._transcript.subscribe, attempt, limit)
        if found is None:
            raise UnmetExpectation(self._missing(_IDLE, count, limit) + blocked_loop())
        return found

    async def wait_for_idle_async(
        self,
        count: int,
        timeout: Duration,  # noqa: ASYNC109  (as its twin)
    ) -> list[RecordedConnection]:
        """Do as `wait_for_idle` without blocking the loop that awaits it."""
        attempt, limit = self._idling(count), checked_timeout(timeout)
        found = await until(self._transcript.subscribe, attempt, limit)
        if found is None:
            raise UnmetExpectation(self._missing(_IDLE, count, limit))
        return found

    def _commands(self, verb: str, count: int) -> Callable[[], list[RecordedExchange] | None]:
        point = canonical(self._protocol, verb)
        checked_count(count, least=1)

        def attempt() -> list[RecordedExchange] | None:
            found = self._all(point)
            return found if len(found) >= count else None

        return attempt

    def _all(self, point: str) -> list[RecordedExchange]:
        all_protocols = self._transcript.commands(point)
        return [each for each in all_protocols if each.connection.protocol == self._protocol]

    def _idling(self, count: int) -> Callable[[], list[RecordedConnection] | None]:
        checked_count(count, least=1)

        def attempt() -> list[RecordedConnection] | None:
            found = [each for each in self._transcript.connections if _idles(each)]
            return found if len(found) >= count else None

        return attempt

    def _missing(self, verb: str, count: int, limit: float) -> str:
        came = len(self._all(canonical(self._protocol, verb)))
        others = ", ".join(sorted({each.shown_verb for each in self._all("any")})) or "nothing"
        if came:
            name = "a client idled" if verb == _IDLE else f"{verb} came"
            said = f"{name} {times(came)}"
        else:
            said = "no client idled" if verb == _IDLE else f"{verb} never came"
        return f"{said}, wanted {times(count)} within {limit:g} s; what came: {others}"


def _idles(connection: RecordedConnection) -> bool:
    """Whether a client was told to go on with IDLE and has not ended it (RFC 9051 §6.3.13)."""
    if connection.closed is not None:
        return False
    asked = [each for each in connection.exchanges if each.verb != _PUSH]
    return bool(asked) and asked[-1].verb == _IDLE and asked[-1].answer.startswith(b"+")
