"""Who sent a message, judged by the zone of `fakemail.dns`: SPF, DKIM, DMARC (extra `auth`).

What is not refused gets the result in its Authentication-Results (RFC 8601).
"""

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING, cast

from pytest_fakemail.domains import in_ascii
from pytest_fakemail.errors import BadArgument
from pytest_fakemail.policies.policy import (
    MAIL,
    Behaviour,
    Place,
    Policy,
    Refusal,
    one_of,
)
from pytest_fakemail.policies.replies import Reply
from pytest_fakemail.policies.visits import Visit
from pytest_fakemail.wire.effects import Effect
from pytest_fakemail.wire.exchange import END_OF_DATA

if TYPE_CHECKING:
    from pytest_fakemail.auth.dmarc import Checked as Dmarc
    from pytest_fakemail.auth.judge import Envelope, Judge
    from pytest_fakemail.auth.results import Result

# RFC 7372 §3 has the codes of SPF and DKIM; RFC 7489 §10.3 has 5.7.1 for DMARC.
SPF_FAIL = Reply("spf.fail", smtp="550 5.7.23 SPF validation failed for {domain} from {client}")
SPF_ERROR = Reply("spf.temperror", smtp="451 4.7.24 SPF validation error for {domain}")
DKIM_FAIL = Reply("dkim.fail", smtp="550 5.7.20 No passing DKIM signature found")
DKIM_ERROR = Reply("dkim.temperror", smtp="451 4.4.3 DKIM key of {domain} cannot be looked up")
DMARC_REJECT = Reply(
    "dmarc.reject",
    smtp="550 5.7.1 Email rejected per DMARC policy for {domain}",
)
DMARC_ERROR = Reply("dmarc.temperror", smtp="451 4.7.1 DMARC evaluation failed for {domain}")

DKIM_WORDS = ("pass", "fail", "policy", "none", "temperror", "permerror")

# Of several signatures the best one counts: RFC 6376 §6.1; what may yet pass comes first.
_RANK = ("pass", "temperror", "policy", "fail", "permerror", "neutral", "none")


def dkim(
    *,
    refuse: Collection[str] = ("fail", "policy", "none", "temperror", "permerror"),
    reply: str | None = None,
) -> Policy:
    """Refuse messages without a valid DKIM signature, by the keys in the zone (extra `auth`).

    They get 550 5.7.20 at the end of the data, and 451 4.4.3 where the look-up of a key failed;
    whoever is logged in is let through.  What is accepted has Authentication-Results.

    Args:
        refuse: the results that are refused; none with ``refuse=()``.
        reply: the reply in other words.

    Raises:
        BadArgument: no such result.
    """
    words = results("refuse", refuse, DKIM_WORDS)
    return Policy("dkim", MAIL, lambda place: _Dkim(place, words), (DKIM_FAIL, DKIM_ERROR), reply)


class _Judging(Behaviour):
    """Keeps what it has found out about a message until that is accepted or not.

    `found` has the line for Authentication-Results of each open message, by its connection.
    """

    def __init__(self, place: Place, refused: tuple[str, ...]) -> None:
        super().__init__(place)
        self.verbs: tuple[str, ...] = (END_OF_DATA,)
        self.refused = refused
        self.found: dict[int, str] = {}

    def judge(self) -> "Judge":
        name_server = self.place.store.name_server
        server = None if name_server is None else name_server()
        if server is None:
            raise BadArgument("there is no zone to judge mail by: it is fakemail.dns")
        return cast("Judge", server.judge)

    def envelope(self, visit: Visit) -> "Envelope":
        from pytest_fakemail.auth.judge import Envelope

        return Envelope(visit.client, visit.sender, visit.guest.helo or "")

    def keep(self, visit: Visit, *results: "Result") -> None:
        from pytest_fakemail.auth.header import resinfo

        said = ";\r\n\t".join(resinfo(one) for one in results)
        self.found[visit.exchange.connection.number] = said

    def tell(self, visit: Visit) -> None:
        """Let the message at hand have the line in its Authentication-Results."""
        connection = visit.exchange.connection
        said = self.found.pop(connection.number, None)
        if said is not None:
            connection.results = (*connection.results, said)

    def after(self, visit: Visit, effects: Iterable[Effect]) -> Iterable[Effect]:
        yield from effects
        if visit.verb == END_OF_DATA:
            visit.exchange.connection.results = ()


class SpfByZone(_Judging):
    """SPF at MAIL or RCPT, told at the end of the data."""

    def __init__(self, place: Place, refused: tuple[str, ...], point: str) -> None:
        super().__init__(place, refused)
        self.verbs = (point, END_OF_DATA)
        self.point = point

    def instead(self, visit: Visit) -> Refusal | None:
        """Check at the point; tell of it at the end of the data."""
        if visit.verb == END_OF_DATA:
            self.tell(visit)
        if visit.verb != self.point or visit.is_authenticated:
            return None
        hostname = self.place.settings.hostname
        result = self.judge().check_spf(self.envelope(visit), hostname).result
        self.keep(visit, result)
        if result.word not in self.refused:
            return None
        reply = SPF_ERROR if result.word == "temperror" else SPF_FAIL
        return Refusal(
            reply, f"{result.word}: {result.reason}", {"domain": in_ascii(result.domain)}
        )


class _Dkim(_Judging):
    def instead(self, visit: Visit) -> Refusal | None:
        from pytest_fakemail.auth.results import Result

        if visit.verb != END_OF_DATA or visit.is_authenticated:
            return None
        found = [check.result for check in self.judge().check_dkim(visit.message)]
        self.keep(visit, *(found or [Result("dkim", "none", "no signature")]))
        self.tell(visit)
        words = [result.word for result in found] or ["none"]
        best = min(words, key=_RANK.index)
        if best not in self.refused:
            return None
        why = "; ".join(map(str, found)) or "no signature"
        domain = next((result.domain for result in found if result.word == best), "")
        reply = DKIM_ERROR if best == "temperror" else DKIM_FAIL
        return Refusal(reply, why, {"domain": in_ascii(domain)})


class DmarcByZone(_Judging):
    """DMARC at the end of the data, with SPF and DKIM of its own."""

    def __init__(self, place: Place, refused: tuple[str, ...]) -> None:
        super().__init__(place, refused)
        self.counted = 0

    def instead(self, visit: Visit) -> Refusal | None:
        """Check at the end of the data."""
        from pytest_fakemail.mime.mail import Mail

        if visit.verb != END_OF_DATA or visit.is_authenticated:
            return None
        hostname = self.place.settings.hostname
        found = self.judge().verdict(Mail(visit.message), self.envelope(visit), hostname).dmarc
        self.keep(visit, found.result)
        self.tell(visit)
        word = self.disposition(found)
        if word not in self.refused:
            return None
        reply = DMARC_ERROR if word == "temperror" else DMARC_REJECT
        why = f"{found.result.word}: {found.result.reason}"
        return Refusal(reply, why, {"domain": in_ascii(found.author)})

    def disposition(self, found: "Dmarc") -> str:
        """Return what becomes of a message; of what is not sampled, the milder (§6.6.4).

        The sample is not drawn by chance: of each 100, ``pct=`` are spread evenly.
        """
        if found.result.word in ("temperror", "permerror"):
            return found.result.word
        if found.result.word != "fail" or found.record is None:
            return "pass"
        self.counted += 1
        percent = min(found.record.percent, 100)
        is_sampled = self.counted * percent // 100 > (self.counted - 1) * percent // 100
        milder = {"reject": "quarantine", "quarantine": "none", "none": "none"}
        return found.wish if is_sampled else milder[found.wish]


def results(name: str, words: object, possible: tuple[str, ...]) -> tuple[str, ...]:
    """Return several results that are possible.

    Raises:
        BadArgument: one that is not, or no several.
    """
    if isinstance(words, str) or not isinstance(words, Collection):
        raise BadArgument(f"{name}={words!r}: wanted several results, as in ('fail',)")
    return tuple(one_of(name, word, possible) for word in words)
