"""Greylisting: whoever comes for the first time is sent away, and welcome when he comes again."""

from pytest_fakemail.clock import Duration
from pytest_fakemail.errors import BadArgument
from pytest_fakemail.policies.policy import (
    MAIL,
    Behaviour,
    Place,
    Policy,
    Refusal,
    some_seconds,
)
from pytest_fakemail.policies.replies import Reply
from pytest_fakemail.policies.visits import Visit

GREYLISTED = Reply(
    "greylisting",
    smtp="450 4.2.0 <{to}>: Recipient address rejected: Greylisted, try again in {seconds} seconds",
)

_Triplet = tuple[str, str, str]


def greylisting(
    *,
    delay: Duration = "5m",
    retry_within: Duration = "2d",
    remembered: Duration = "35d",
    reply: str | None = None,
) -> Policy:
    """Refuse, for a while, each client, sender and recipient that were not seen together before.

    RCPT gets 450 until `delay` after the first attempt; then it is accepted, and goes on being
    (RFC 6647).  Whoever is logged in is let through at once.

    Args:
        delay: how long the first attempt must be ago.
        retry_within: an attempt so long ago counts as none: it begins anew.
        remembered: how long, after its last mail, one that was let through is known.
        reply: the reply in other words.

    Raises:
        BadArgument: no possible duration, or no time left to try again.
    """
    wait, window = some_seconds("delay", delay), some_seconds("retry_within", retry_within)
    known = some_seconds("remembered", remembered)
    if window <= wait:
        raise BadArgument(f"retry_within={retry_within!r}: wanted more than the delay, {delay!r}")
    return Policy(
        "greylisting",
        MAIL,
        lambda place: _Greylisting(place, wait, window, known),
        (GREYLISTED,),
        reply,
    )


class _Greylisting(Behaviour):
    verbs = ("RCPT",)

    def __init__(self, place: Place, wait: float, window: float, known: float) -> None:
        super().__init__(place)
        self.wait, self.window, self.known = wait, window, known
        self.first_seen: dict[_Triplet, float] = {}
        self.last_seen: dict[_Triplet, float] = {}

    def instead(self, visit: Visit) -> Refusal | None:
        if visit.verb != "RCPT" or visit.is_authenticated or not visit.recipient:
            return None
        key = (visit.client, visit.sender.lower(), visit.recipient.lower())
        now = visit.now
        last = self.last_seen.get(key)
        if last is not None and now - last < self.known:
            self.last_seen[key] = now
            return None
        first = self.first_seen.get(key, now)
        if now - first >= self.window:
            first = now
        left = first + self.wait - now
        if left <= 0:
            self.first_seen.pop(key, None)
            self.last_seen[key] = now
            return None
        self.first_seen[key] = first
        seconds = f"{left:.0f}" if left >= 1 else "1"
        why = f"{key[0]} from <{key[1]}> to <{key[2]}>, {seconds} s left"
        return Refusal(GREYLISTED, why, {"seconds": seconds})
