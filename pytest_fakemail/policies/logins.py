"""Logins: penalties for wrong ones, the lock after too many, the delay between right ones."""

from pytest_fakemail.clock import Duration
from pytest_fakemail.errors import BadArgument
from pytest_fakemail.policies.policy import (
    ALL,
    Behaviour,
    Place,
    Policy,
    Reaction,
    Refusal,
    one_of,
    positive,
    some_seconds,
    status_of,
)
from pytest_fakemail.policies.replies import Reply
from pytest_fakemail.policies.visits import LOGINS, Visit
from pytest_fakemail.wire.effects import Pause
from pytest_fakemail.wire.exchange import asks_for_response

BY = ("account", "client")

LOCKED_OUT = Reply(
    "lockout",
    smtp="454 4.7.0 Too many login attempts, please try again later.",
    pop3="-ERR [SYS/TEMP] Too many failed logins, try again later",
    imap="NO [UNAVAILABLE] Too many failed logins, try again later",
)
TOO_SOON = Reply(
    "login_delay", pop3="-ERR [LOGIN-DELAY] Minimum time between mail checks violation"
)


def login_penalty(*, first: Duration = "2s", most: Duration = "15s") -> Policy:
    """Let a client wait for the answer to a wrong login: each time twice as long.

    The count is of the client's address, as Dovecot's; a right login ends it.

    Args:
        first: how long the answer to the first wrong login takes.
        most: the longest that one takes.

    Raises:
        BadArgument: no duration, or a first one that is longer than the longest.
    """
    start, limit = some_seconds("first", first), some_seconds("most", most)
    if start > limit:
        raise BadArgument(f"first={first!r} is more than most={most!r}")
    return Policy("login_penalty", ALL, lambda place: _Penalty(place, start, limit))


def lockout(
    *, after: int, lasts: Duration = "15m", by: str = "account", reply: str | None = None
) -> Policy:
    """Refuse logins for a time after so many wrong ones, with the right password, too.

    A right login before that begins the count anew, and so does the end of the time.

    Args:
        after: how many wrong logins lock.
        lasts: for how long, from the last wrong one.
        by: whose count it is: the ``"account"``'s, or the ``"client"`` address's.
        reply: the reply in other words.

    Raises:
        BadArgument: a value that there is not.
    """
    positive("after", after)
    duration = some_seconds("lasts", lasts)
    by = one_of("by", by, BY)
    return Policy(
        f"lockout after {after} by {by}",
        ALL,
        lambda place: _Lockout(place, after, duration, by),
        (LOCKED_OUT,),
        reply,
    )


def login_delay(delay: Duration = "15m", *, reply: str | None = None) -> Policy:
    """Refuse a login so soon after the account's last one: POP3's LOGIN-DELAY (RFC 2449 §8.1.1).

    Raises:
        BadArgument: no duration.
    """
    wait = some_seconds("delay", delay)
    return Policy(
        "login_delay", ("pop3",), lambda place: _LoginDelay(place, wait), (TOO_SOON,), reply
    )


def is_wrong(answer: bytes, visit: Visit) -> bool:
    """Whether a login was refused for its credentials, not for its grammar."""
    match visit.protocol:
        case "pop3":
            is_temporary = answer.startswith((b"-ERR [IN-USE]", b"-ERR [LOGIN-DELAY]"))
            return answer.startswith(b"-ERR") and not is_temporary
        case "imap":
            return status_of(answer, visit) == b"NO" and b"[CANNOT]" not in answer
        case _:
            return answer.startswith((b"535", b"534"))


class _Penalty(Behaviour):
    verbs = LOGINS

    def __init__(self, place: Place, first: float, most: float) -> None:
        super().__init__(place)
        self.first, self.most = first, most
        self.failures: dict[str, int] = {}

    def answered(self, visit: Visit, answer: bytes) -> Reaction | None:
        if not visit.is_login or asks_for_response(answer):
            return None
        if visit.is_authenticated:
            self.failures.pop(visit.client, None)
            return None
        if not is_wrong(answer, visit):
            return None
        before = self.failures.get(visit.client, 0)
        self.failures[visit.client] = before + 1
        pause = min(self.first * 2 ** min(before, 30), self.most)
        return Reaction(f"{visit.client} waits for {pause:g} s", (Pause(pause),))


class _Lockout(Behaviour):
    verbs = LOGINS

    def __init__(self, place: Place, after: int, lasts: float, by: str) -> None:
        super().__init__(place)
        self.most, self.lasts, self.by = after, lasts, by
        self.failures: dict[str, int] = {}
        self.failed_at: dict[str, float] = {}

    def instead(self, visit: Visit) -> Refusal | None:
        key = self._key(visit)
        if not visit.is_login or key is None:
            return None
        if visit.now - self.failed_at.get(key, visit.now) >= self.lasts:
            self._forget(key)
        if self.failures.get(key, 0) < self.most:
            return None
        left = self.failed_at[key] + self.lasts - visit.now
        seconds = f"{max(left, 1):.0f}"
        return Refusal(LOCKED_OUT, f"{key}, {seconds} s left", {"seconds": seconds})

    def answered(self, visit: Visit, answer: bytes) -> None:
        key = self._key(visit)
        if not visit.is_login or key is None:
            return
        if visit.is_authenticated:
            self._forget(key)
        elif is_wrong(answer, visit) and self.failures.get(key, 0) < self.most:
            self.failures[key] = self.failures.get(key, 0) + 1
            self.failed_at[key] = visit.now

    def _key(self, visit: Visit) -> str | None:
        if self.by == "client":
            return visit.client
        return self.account_of(visit)

    def _forget(self, key: str) -> None:
        self.failures.pop(key, None)
        self.failed_at.pop(key, None)


class _LoginDelay(Behaviour):
    verbs = LOGINS

    def __init__(self, place: Place, wait: float) -> None:
        super().__init__(place)
        self.wait = wait
        self.logged_in_at: dict[str, float] = {}

    def instead(self, visit: Visit) -> Refusal | None:
        user = self.account_of(visit)
        if not visit.is_login or user is None:
            return None
        last = self.logged_in_at.get(user)
        if last is None or visit.now - last >= self.wait:
            return None
        left = max(last + self.wait - visit.now, 1)
        return Refusal(TOO_SOON, f"{user}, {left:.0f} s left", {"seconds": f"{left:.0f}"})

    def answered(self, visit: Visit, answer: bytes) -> None:
        del answer
        if visit.is_login and visit.is_authenticated:
            self.logged_in_at[str(self.account_of(visit))] = visit.now
