"""Time: sessions that end after a while, and answers that are slow on purpose."""

from collections.abc import Iterable, Iterator
from itertools import chain

from pytest_fakemail.clock import Duration
from pytest_fakemail.errors import BadArgument
from pytest_fakemail.policies.policy import (
    ALL,
    Behaviour,
    Place,
    Policy,
    Reaction,
    Refusal,
    is_accepted,
    one_of,
    some_seconds,
)
from pytest_fakemail.policies.replies import Reply
from pytest_fakemail.policies.visits import Visit
from pytest_fakemail.store.account import Account
from pytest_fakemail.wire.effects import Effect, Later, Pause
from pytest_fakemail.wire.exchange import asks_for_response

ON = ("refusals", "everything")

IDLE = Reply(
    "idle_timeout",
    smtp="421 4.4.2 {host} Error: timeout exceeded",
    pop3="-ERR Disconnected for inactivity.",
    imap="BYE Disconnected for inactivity.",
)
EXPIRED = Reply(
    "session_timeout",
    smtp="421 4.7.0 Connection expired, try reconnecting.",
    pop3="-ERR [SYS/TEMP] Session expired, try again",
    imap="BYE Session expired, please login again.",
)
TOKEN_EXPIRED = Reply(
    "token_expiry",
    smtp="421 4.7.0 Session expired, please login again.",
    pop3="-ERR [AUTH] Session expired, please login again.",
    imap="BYE Session expired, please login again.",
)


def idle_timeout(after: Duration, *, reply: str | None = None) -> Policy:
    """End a connection whose client has given no command for so long, IDLE's included.

    Unlike the settings ``smtp_timeout`` … it is of one server, of those whom its criteria are
    for, and says what the test wants.

    Raises:
        BadArgument: no duration.
    """
    limit = some_seconds("after", after)
    return Policy("idle_timeout", ALL, lambda place: _Idle(place, limit), (IDLE,), reply)


def session_timeout(after: Duration, *, reply: str | None = None) -> Policy:
    """End a connection so long after it was made, whatever it is doing between two commands.

    Raises:
        BadArgument: no duration.
    """
    limit = some_seconds("after", after)
    return Policy("session_timeout", ALL, lambda place: _Session(place, limit), (EXPIRED,), reply)


def token_expiry(*, reply: str | None = None) -> Policy:
    """End a session when the token that it was begun with has expired, or was revoked.

    Of an expiry the client hears at that moment, in IDLE, too; of a revocation with its next
    command, which does not happen.  Without this policy a session outlives its token, as it
    does at most servers.
    """
    return Policy("token_expiry", ALL, _Token, (TOKEN_EXPIRED,), reply)


def tarpit(delay: Duration, *, after: int = 0, on: str = "refusals") -> Policy:
    """Answer slowly: each refusal takes so long, or each answer.

    Args:
        delay: how long an answer takes.
        after: how many refusals (or answers) of a connection are quick, before.
        on: ``"refusals"``, or ``"everything"``, the greeting included.

    Raises:
        BadArgument: a value that there is not.
    """
    pause = some_seconds("delay", delay)
    if isinstance(after, bool) or not isinstance(after, int) or after < 0:
        raise BadArgument(f"after={after!r}: wanted a whole number from 0")
    kind = one_of("on", on, ON)
    return Policy("tarpit", ALL, lambda place: _Tarpit(place, pause, after, kind))


class _Session(Behaviour):
    verbs = ("connect",)

    def __init__(self, place: Place, limit: float) -> None:
        super().__init__(place)
        self.limit = limit

    def after(self, visit: Visit, effects: Iterable[Effect]) -> Iterable[Effect]:
        if visit.verb != "connect":
            return effects
        end = self.place.farewell(visit, Refusal(EXPIRED, f"{self.limit:g} s", closes=True))
        return chain(effects, (Later(self.limit, end),))


class _Idle(Behaviour):
    def __init__(self, place: Place, limit: float) -> None:
        super().__init__(place)
        self.limit = limit

    def after(self, visit: Visit, effects: Iterable[Effect]) -> Iterable[Effect]:
        if visit.verb != "connect":
            return effects
        return chain(effects, (Later(self.limit, self._looked_at(visit)),))

    def _looked_at(self, visit: Visit) -> Iterator[Effect]:
        """End the session, or look again when it can be time."""
        left = visit.guest.heard_at + self.limit - self.place.clock.elapsed()
        if left > 0:
            yield Later(left, self._looked_at(visit))
            return
        yield from self.place.farewell(visit, Refusal(IDLE, f"{self.limit:g} s", closes=True))


class _Token(Behaviour):
    def instead(self, visit: Visit) -> Refusal | None:
        if not visit.is_command or self._state(visit) in ("valid", ""):
            return None
        return Refusal(TOKEN_EXPIRED, f"{self._state(visit)}: {visit.user}", closes=True)

    def after(self, visit: Visit, effects: Iterable[Effect]) -> Iterable[Effect]:
        if not visit.is_login:
            return effects
        return self._watched(visit, effects)

    def _watched(self, visit: Visit, effects: Iterable[Effect]) -> Iterator[Effect]:
        yield from effects
        account = self._account(visit)
        token = visit.guest.connection.token
        if account is None or token is None:
            return
        left = account.tokens.expires_in(token)
        if left is not None:
            yield Later(left, self._ended(visit))

    def _ended(self, visit: Visit) -> Iterator[Effect]:
        state = self._state(visit)
        if state not in ("valid", ""):
            refusal = Refusal(TOKEN_EXPIRED, f"{state}: {visit.user}", closes=True)
            yield from self.place.farewell(visit, refusal)

    def _state(self, visit: Visit) -> str:
        """Return the token's state; nothing if the client did not log in by one that we know."""
        account, token = self._account(visit), visit.guest.connection.token
        if account is None or token is None:
            return ""
        state = account.tokens.state(token)
        return "" if state == "unknown" else state

    def _account(self, visit: Visit) -> Account | None:
        user = visit.guest.connection.user
        return None if user is None else self.place.store.account(user)


class _Tarpit(Behaviour):
    def __init__(self, place: Place, pause: float, after: int, kind: str) -> None:
        super().__init__(place)
        self.pause, self.quick, self.kind = pause, after, kind
        self.met: dict[int, int] = {}

    def answered(self, visit: Visit, answer: bytes) -> Reaction | None:
        is_refusal = not is_accepted(answer, visit) and not asks_for_response(answer)
        if self.kind == "refusals" and not is_refusal:
            return None
        number = visit.guest.connection.number
        self.met[number] = self.met.get(number, 0) + 1
        if self.met[number] <= self.quick:
            return None
        return Reaction(f"{self.pause:g} s", (Pause(self.pause),))
