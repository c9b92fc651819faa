"""To what of the conversations anybody attends; asked at every exchange, so it says it at once.

Rules, policies, quirks and personalities tell at which commands and moments they have anything
to do.  Every other exchange passes them by as if there were none.  It is only counted, for a rule
that never strikes says what came instead.
"""

from collections.abc import Callable, Collection, Iterable, Mapping

from pytest_fakemail.faults.history import Tally
from pytest_fakemail.faults.plan import Plan
from pytest_fakemail.wire.exchange import SASL_COMMANDS, SASL_RESPONSE

Verbs = Collection[str] | None
"""Commands and moments, of IMAP without ``UID``; None is all of them."""

PROTOCOLS = ("smtp", "lmtp", "pop3", "imap")


class Attention:
    """What is attended to of one protocol's conversations.

    `verbs` are as exchanges have them, None is all of them; `plans` are the rules that can still
    strike, `unbegun` those of them whose author has not gone on yet.
    """

    __slots__ = ("plans", "tally", "unbegun", "verbs")

    def __init__(
        self, plans: list[Plan], tally: Tally | None, verbs: frozenset[str] | None
    ) -> None:
        self.plans = plans
        self.tally = tally
        self.verbs = verbs
        self.unbegun = [plan for plan in plans if not plan.history.has_begun]

    def begin(self, tally: Tally) -> None:
        """Let rules begin whose authors have gone on."""
        self.unbegun = [plan for plan in self.unbegun if not plan.begins(tally)]


def attentions(
    rules: Iterable[Plan],
    others: Callable[[str], Iterable[Verbs]],
    tallies: dict[str, Tally],
) -> Mapping[str, Attention]:
    """Return what is attended to, by protocol; those without anything are left out.

    Args:
        rules: all of them, in the order of the test.
        others: gives, of a protocol, to what each attends that is no rule.
        tallies: what has come, by protocol; where rules begin, those that are missing are added.
    """
    found: dict[str, Attention] = {}
    live = [plan for plan in rules if not plan.is_spent]
    for protocol in PROTOCOLS:
        plans = [plan for plan in live if plan.condition.protocol == protocol]
        verbs = _together([*(plan.condition.verbs for plan in plans), *others(protocol)])
        if plans:
            tally = tallies.setdefault(protocol, Tally(protocol))
            found[protocol] = Attention(plans, tally, verbs)
        elif verbs is None or verbs:
            found[protocol] = Attention([], None, verbs)
    return found


def _together(several: Iterable[Verbs]) -> frozenset[str] | None:
    """Return all of these as exchanges have them: with IMAP's UID, and the lines of a login."""
    found: set[str] = set()
    for verbs in several:
        if verbs is None:
            return None
        found.update(verbs)
    found.update([f"UID {verb}" for verb in found])
    if not found.isdisjoint(SASL_COMMANDS):
        found.add(SASL_RESPONSE)
    return frozenset(found)
