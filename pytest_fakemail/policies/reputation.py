"""What is said of a client or a domain: block lists, SPF and DMARC, as told or by the zone."""

from collections.abc import Callable, Collection, Iterable, Mapping
from ipaddress import ip_address, ip_network

from pytest_fakemail import arguments, auth
from pytest_fakemail.blame import asked
from pytest_fakemail.errors import BadArgument
from pytest_fakemail.mime.mail import Mail
from pytest_fakemail.policies import authenticity
from pytest_fakemail.policies.authenticity import (
    DMARC_ERROR,
    DMARC_REJECT,
    SPF_ERROR,
    SPF_FAIL,
)
from pytest_fakemail.policies.policy import (
    ALL,
    MAIL,
    Behaviour,
    Place,
    Policy,
    Refusal,
    domain_of,
    one_of,
)
from pytest_fakemail.policies.replies import Reply
from pytest_fakemail.policies.visits import Visit
from pytest_fakemail.wire.exchange import END_OF_DATA

BLOCKED = Reply(
    "blocklist",
    smtp="554 5.7.1 Service unavailable; Client host [{client}] blocked",
    pop3="-ERR [SYS/PERM] Client host [{client}] blocked",
    imap="BYE Client host [{client}] blocked",
)
SPF_VERDICTS = ("pass", "fail", "softfail", "neutral", "none", "temperror", "permerror")
DMARC_VERDICTS = ("pass", "none", "quarantine", "reject", "temperror", "permerror")
AT = ("connect", "MAIL", "RCPT")

Verdict = str
SpfVerdicts = Mapping[str, Verdict] | Callable[[str, str], Verdict]
DmarcVerdicts = Mapping[str, Verdict] | Callable[[Mail], Verdict]


def blocklist(addresses: Iterable[str], *, at: str = "MAIL", reply: str | None = None) -> Policy:
    """Refuse clients from these addresses; at ``"connect"`` that ends the connection.

    Whoever is logged in is let through.  `FakeMail.seen_from` says whence clients come.

    Args:
        addresses: IP addresses, or networks: ``"192.0.2.0/24"``.
        at: where they are refused: at ``"connect"``, ``"MAIL"`` or ``"RCPT"``.  At first a
            client has no HELO name yet.  POP3 and IMAP have only ``"connect"``.
        reply: the reply in other words.

    Raises:
        BadArgument: what is no address, or none at all.
    """
    listed = arguments.several("addresses", addresses, "several, as in {'192.0.2.7'}")
    try:
        networks = tuple(
            ip_network(arguments.text("addresses", one, "IP addresses or networks"), strict=False)
            for one in listed
        )
    except ValueError as error:
        raise BadArgument(f"blocklist: {error}") from None
    point = one_of("at", at, AT)

    def begin(place: Place) -> Behaviour:
        return _Blocked(place, networks, point)

    protocols = ALL if point == "connect" else MAIL
    return Policy("blocklist", protocols, begin, (BLOCKED,), reply)


def spf(
    verdicts: SpfVerdicts | None = None,
    *,
    at: str = "MAIL",
    refuse: Collection[str] = ("fail", "temperror"),
    reply: str | None = None,
) -> Policy:
    """Refuse clients by what SPF says of the sender's domain (RFC 7208), by the zone or as told.

    Without verdicts the zone of `fakemail.dns` decides (extra `auth`), for a null sender by the
    name of EHLO, and what is accepted has Authentication-Results.  ``temperror`` gets 451 4.7.24,
    what else is refused 550 5.7.23.  Whoever is logged in is let through.

    Args:
        verdicts: by domain, unnamed ones have ``"none"``; or a function of client address and
            domain.  The null sender has none.
        at: ``"MAIL"`` or ``"RCPT"``.
        refuse: the results that are refused; none with ``refuse=()``.
        reply: the reply in other words.

    Raises:
        BadArgument: no such verdict or result.
        ImportError: without verdicts, and without the extra.
    """
    words = authenticity.results("refuse", refuse, SPF_VERDICTS)
    if verdicts is None:
        auth.load()
    point = one_of("at", at, AT[1:])
    told = verdicts if verdicts is None or callable(verdicts) else _checked(verdicts, SPF_VERDICTS)

    def begin(place: Place) -> Behaviour:
        if told is None:
            return authenticity.SpfByZone(place, words, point)
        return _Spf(place, told, words, point)

    return Policy("spf", MAIL, begin, (SPF_FAIL, SPF_ERROR), reply)


def dmarc(
    verdicts: DmarcVerdicts | None = None,
    *,
    refuse: Collection[str] = ("reject", "temperror"),
    reply: str | None = None,
) -> Policy:
    """Refuse messages by what DMARC says of the domain in From (RFC 7489), by the zone or as told.

    Without verdicts the zone of `fakemail.dns` decides (extra `auth`): of a message that fails,
    the policy's wish is the verdict; and what is accepted, ``quarantine`` unless it is refused,
    too, has the result in Authentication-Results.  With verdicts no such field is written.
    ``temperror`` gets 451 4.7.1 at the end of the data, what else is refused 550 5.7.1.
    Nothing is moved to Junk.  Whoever is logged in is let through.

    Args:
        verdicts: by domain, unnamed ones have ``"pass"``; or a function of the `Mail`.
        refuse: the verdicts that are refused; none with ``refuse=()``.
        reply: the reply in other words.

    Raises:
        BadArgument: no such verdict.
        ImportError: without verdicts, and without the extra.
    """
    words = authenticity.results("refuse", refuse, DMARC_VERDICTS)
    if verdicts is None:
        auth.load()
    told = (
        verdicts if verdicts is None or callable(verdicts) else _checked(verdicts, DMARC_VERDICTS)
    )

    def begin(place: Place) -> Behaviour:
        if told is None:
            return authenticity.DmarcByZone(place, words)
        return _Dmarc(place, told, words)

    return Policy("dmarc", MAIL, begin, (DMARC_REJECT, DMARC_ERROR), reply)


def _checked(verdicts: Mapping[str, Verdict], possible: tuple[str, ...]) -> dict[str, Verdict]:
    """Return verdicts by lower-case domain."""
    if not isinstance(verdicts, Mapping):
        raise BadArgument(
            f"no verdicts: {verdicts!r}; wanted them by domain, or a function that gives them"
        )
    for domain, verdict in verdicts.items():
        arguments.domain("verdicts", domain)
        one_of(f"verdict on {domain}", verdict, possible)
    return {domain.lower(): verdict for domain, verdict in verdicts.items()}


class _Blocked(Behaviour):
    def __init__(self, place: Place, networks: tuple[object, ...], point: str) -> None:
        super().__init__(place)
        self.networks, self.point = networks, point
        self.verbs = (point,)

    def instead(self, visit: Visit) -> Refusal | None:
        if visit.verb != self.point or visit.is_authenticated:
            return None
        client = ip_address(visit.client)
        if not any(client in network for network in self.networks):  # type: ignore[operator]
            return None
        return Refusal(BLOCKED, visit.client, closes=self.point == "connect")


class _Spf(Behaviour):
    def __init__(
        self, place: Place, verdicts: SpfVerdicts, refused: tuple[str, ...], point: str
    ) -> None:
        super().__init__(place)
        self.verdicts, self.refused, self.point = verdicts, refused, point
        self.verbs = (point,)

    def instead(self, visit: Visit) -> Refusal | None:
        domain = domain_of(visit.sender)
        if visit.verb != self.point or not domain or visit.is_authenticated:
            return None
        told = self.verdicts
        verdict = asked(told, visit.client, domain) if callable(told) else told.get(domain, "none")
        one_of("verdict of SPF", verdict, SPF_VERDICTS)
        if verdict not in self.refused:
            return None
        reply = SPF_ERROR if verdict == "temperror" else SPF_FAIL
        return Refusal(reply, f"{verdict}: {domain} from {visit.client}", {"domain": domain})


class _Dmarc(Behaviour):
    verbs = (END_OF_DATA,)

    def __init__(self, place: Place, verdicts: DmarcVerdicts, refused: tuple[str, ...]) -> None:
        super().__init__(place)
        self.verdicts, self.refused = verdicts, refused

    def instead(self, visit: Visit) -> Refusal | None:
        if visit.verb != END_OF_DATA or visit.is_authenticated:
            return None
        mail = Mail(visit.message)
        # RFC 7489 §6.6.1: with several authors, or none, there is no domain to speak of.
        authors = {domain_of(str(one)) for one in mail.headers.addresses("From")}
        domain = authors.pop() if len(authors) == 1 else ""
        told = self.verdicts
        verdict = asked(told, mail) if callable(told) else told.get(domain, "pass")
        one_of("verdict of DMARC", verdict, DMARC_VERDICTS)
        if verdict not in self.refused:
            return None
        reply = DMARC_ERROR if verdict == "temperror" else DMARC_REJECT
        return Refusal(reply, f"{verdict}: {domain}", {"domain": domain})
