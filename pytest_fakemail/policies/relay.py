"""Relaying: whose mail goes elsewhere; and which recipients there are."""

from collections.abc import Iterable

from pytest_fakemail import arguments
from pytest_fakemail.clock import Duration
from pytest_fakemail.domains import in_ascii
from pytest_fakemail.policies.policy import (
    MAIL,
    Behaviour,
    Place,
    Policy,
    Refusal,
    domain_of,
    some_seconds,
)
from pytest_fakemail.policies.replies import Reply
from pytest_fakemail.policies.visits import Visit
from pytest_fakemail.query.comparing import Comparison, Field, Judge
from pytest_fakemail.query.judging import judge
from pytest_fakemail.query.possible import recipient
from pytest_fakemail.query.wanted import Text

RELAY_DENIED = Reply("relay", smtp="554 5.7.1 <{to}>: Relay access denied")
NOT_VERIFIED_YET = Reply(
    "verification.pending",
    smtp="450 4.1.1 <{to}>: Recipient address rejected: unverified address: "
    "Address verification in progress",
)
NO_SUCH_RECIPIENT = Reply(
    "verification.unknown",
    smtp="550 5.1.1 <{to}>: Recipient address rejected: undeliverable address",
)

_ADDRESS = Field("known", lambda address: (address,), Comparison.ANY_CASE, complaint=recipient)


def no_relay(*, local: Iterable[str] | None = None, reply: str | None = None) -> Policy:
    """Refuse recipients elsewhere, unless the client is logged in: RCPT gets 554 5.7.1.

    Args:
        local: the domains that are here, besides ``settings.domain``, `local_domains` and those
            of accounts and aliases.
        reply: the reply in other words.

    Raises:
        BadArgument: something that is no domain, or no domains at all.
    """
    return _relay("no_relay", local, None, reply)


def pop_before_smtp(
    *, window: Duration = "30m", local: Iterable[str] | None = None, reply: str | None = None
) -> Policy:
    """Refuse recipients elsewhere, unless the client has read its mail a short while ago.

    As `no_relay`; but a client address from which somebody has logged in by POP3 or IMAP may
    relay for a time, counted from the last login.

    Args:
        window: how long ago that may be.
        local: the domains that are here, besides ``settings.domain``, `local_domains` and those
            of accounts and aliases.
        reply: the reply in other words.

    Raises:
        BadArgument: no duration, or something that is no domain.
    """
    return _relay("pop_before_smtp", local, some_seconds("window", window), reply)


def recipient_verification(
    *, takes: Duration = "6s", known: Text = None, reply: str | None = None
) -> Policy:
    """Ask first whether a recipient can be delivered to: RCPT gets 450 while that takes.

    Then it is accepted, or refused by 550 5.1.1 if there is none.

    Args:
        takes: how long after the first RCPT for an address the answer is there.
        known: which there are, in the language of criteria; the accounts, aliases, the
            postmaster, and who is elsewhere by a route, if not given.
        reply: the refusal in other words, both of them.

    Raises:
        BadArgument: no duration, or what no address can be.
    """
    wait = some_seconds("takes", takes)
    is_known = None if known is None else judge(known, _ADDRESS)
    return Policy(
        "recipient_verification",
        MAIL,
        lambda place: _Verification(place, wait, is_known),
        (NOT_VERIFIED_YET, NO_SUCH_RECIPIENT),
        reply,
    )


def _relay(
    name: str, local: Iterable[str] | None, window: float | None, reply: str | None
) -> Policy:
    mine: frozenset[str] = frozenset()
    if local is not None:
        given = arguments.several("local", local, "domains, as in ['example.test']")
        mine = frozenset(in_ascii(arguments.domain("local", one)) for one in given)
    return Policy(name, MAIL, lambda place: _Relay(place, mine, window), (RELAY_DENIED,), reply)


class _Relay(Behaviour):
    verbs = ("RCPT",)

    def __init__(self, place: Place, local: frozenset[str], window: float | None) -> None:
        super().__init__(place)
        self.local, self.window = local, window
        self.read_at: dict[str, float] = {}

    def overhears(self, visit: Visit) -> None:
        if self.window is not None and visit.protocol in ("pop3", "imap"):
            self.read_at[visit.client] = visit.now

    def instead(self, visit: Visit) -> Refusal | None:
        if visit.verb != "RCPT" or visit.is_authenticated or not visit.recipient:
            return None
        domain = domain_of(visit.recipient)
        if not domain or self._is_local(domain) or self._has_read(visit):
            return None
        return Refusal(RELAY_DENIED, f"<{visit.recipient}> for {visit.client}")

    def _is_local(self, domain: str) -> bool:
        place = self.place
        if domain in self.local or domain == in_ascii(place.settings.domain):
            return True
        store = place.store
        addresses = [*(one.address for one in list(store.accounts.values())), *store.aliases]
        office = store.office
        is_ours = office is not None and office.is_local(domain)
        return is_ours or any(domain_of(one) == domain for one in addresses)

    def _has_read(self, visit: Visit) -> bool:
        read_at = self.read_at.get(visit.client)
        return read_at is not None and visit.now - read_at < (self.window or 0)


class _Verification(Behaviour):
    verbs = ("RCPT",)

    def __init__(self, place: Place, wait: float, is_known: Judge | None) -> None:
        super().__init__(place)
        self.wait, self.is_known = wait, is_known
        self.asked_at: dict[str, float] = {}

    def instead(self, visit: Visit) -> Refusal | None:
        address = visit.recipient
        if visit.verb != "RCPT" or not address:
            return None
        left = self.asked_at.setdefault(address.lower(), visit.now) + self.wait - visit.now
        if left > 0:
            seconds = f"{max(left, 1):.0f}"
            return Refusal(NOT_VERIFIED_YET, f"<{address}>, {seconds} s left", {"seconds": seconds})
        if self._is_there(address):
            return None
        return Refusal(NO_SUCH_RECIPIENT, f"<{address}>")

    def _is_there(self, address: str) -> bool:
        if self.is_known is not None:
            return self.is_known((address,))
        store, ours = self.place.store, self.place.settings.domain.lower()
        is_known = bool(store.accounts_at(address)) or address.lower() in store.aliases
        postmaster = ("postmaster", f"postmaster@{ours}")  # RFC 5321 §4.5.1
        return is_known or address.lower() in postmaster or store.takes_elsewhere(address)
