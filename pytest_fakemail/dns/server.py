"""The name server of a test: a zone in words, faults, and what was asked."""

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

import dns.exception
import dns.message
import dns.rcode
import dns.rdatatype

from pytest_fakemail.clock import Clock
from pytest_fakemail.dns import answering
from pytest_fakemail.dns.listening import Listening, Reply
from pytest_fakemail.dns.queries import Queries, Query
from pytest_fakemail.dns.rules import DnsRule, DnsRules
from pytest_fakemail.dns.words import Words
from pytest_fakemail.dns.zone import Zone
from pytest_fakemail.errors import NotRunning

if TYPE_CHECKING:
    from pytest_fakemail.auth.judge import Judge
    from pytest_fakemail.auth.keys import Kind

_RCODES = {
    "servfail": dns.rcode.SERVFAIL,
    "nxdomain": dns.rcode.NXDOMAIN,
    "refuse": dns.rcode.REFUSED,
    "no_data": dns.rcode.NOERROR,
}
_ANOTHER_ID = 0x5A5A


class DnsServer(Words):
    """A name server that is the authority for every name; listens once its address is read.

    Names that nobody wrote are NXDOMAIN.

    Attributes:
        queries: what was asked, in order, with waits and assertions.
    """

    queries: Queries

    def __init__(self, host: str, clock: Clock, own_up: Callable[[BaseException], object]) -> None:
        super().__init__(Zone())
        self.queries = Queries()
        self._host = host
        self._clock = clock
        self._own_up = own_up
        self._rules = DnsRules()
        self._lock = threading.Lock()
        self._listening: Listening | None = None
        self._is_closed = False

    def __repr__(self) -> str:
        place = "not listening" if self._listening is None else "{}:{}".format(*self.address)
        return f"<DnsServer {place}, {len(self._zone)} record sets, {len(self.queries)} queries>"

    @property
    def address(self) -> tuple[str, int]:
        """Host and port, for UDP and TCP; reading them starts the server.

        Raises:
            NotRunning: it was closed.
        """
        with self._lock:
            if self._is_closed:
                raise NotRunning("this name server is closed")
            if self._listening is None:
                self._listening = Listening(self._host, self._clock, self._reply)
            return self._listening.address

    @property
    def judge(self) -> "Judge":
        """Who says, by this zone and its clock, whether mail is authentic: SPF, DKIM, DMARC."""
        from pytest_fakemail.auth.judge import Judge

        return Judge(self, self._clock.time, self._text_names)

    def dkim_key(
        self,
        selector: str = "mail",
        *,
        domain: str = "example.test",
        kind: "Kind" = "rsa",
        bits: int = 2048,
    ) -> str:
        """Make a pair of DKIM keys, publish the public one, return the private one as PEM.

        Args:
            selector: which of the domain's keys it is (RFC 6376 §3.1).
            domain: whose.
            kind: ``"rsa"``, or ``"ed25519"`` (RFC 8463).
            bits: the size of an RSA key, from 1024.

        Raises:
            BadArgument: no selector, domain, kind or size.
        """
        from pytest_fakemail.auth.keys import new_pair

        private, record = new_pair(kind, bits)
        self.dkim(selector, record, domain=domain)
        return private

    def _text_names(self) -> list[str]:
        found = (one for one in self._zone if one.rdtype == dns.rdatatype.TXT)
        return [one.name.to_text(omit_final_dot=True) for one in found]

    def when(self, kind: str, **conditions: object) -> DnsRule:
        """Begin a fault: at queries of this type (``"any"``: of all), under these conditions.

        Args:
            kind: a record type, ``"MX"``, or ``"any"``.
            conditions: ``name transport where``, as in `queries`.

        Raises:
            BadArgument: an unknown type or condition.
        """
        return self._rules.when(kind, **conditions)

    def look_up(self, name: str, kind: str) -> dns.message.Message | None:
        """Ask without a network, as the relays of the test do; None if nobody answers.

        Whoever asks so does not wait: rules with a delay do not strike here.
        """
        query = dns.message.make_query(name, kind)
        reply = self._answered(query, "local")
        response = None if reply is None else dns.message.from_wire(reply[1])
        # Who asks takes no notice of an answer to something else (RFC 5452 §9.1).
        return None if response is None or response.id != query.id else response

    def clear_faults(self) -> None:
        """Take back every fault."""
        self._rules.clear()

    def unfired(self) -> list[str]:
        """Return what to say of each fault that should have struck and did not."""
        return [rule.why_unfired(list(self.queries)) for rule in self._rules.unfired()]

    def reset(self) -> list[str]:
        """Forget records, faults and queries; keep the port; return what `unfired` says."""
        unfired = self.unfired()
        self._zone.clear()
        self._servers.clear()
        self._rules.clear()
        self.queries.clear()
        return unfired

    def close(self) -> None:
        """Stop; queries can still be read; a second call does nothing."""
        with self._lock:
            self._is_closed = True
            listening, self._listening = self._listening, None
        if listening is not None:
            listening.close()

    def _reply(self, octets: bytes, transport: str) -> Reply | None:
        """Return what to answer; runs in the server's thread."""
        try:
            query = dns.message.from_wire(octets)
        except dns.exception.DNSException:
            return _not_understood(octets)
        try:
            return self._answered(query, transport)
        except Exception as bug:  # noqa: BLE001  (our mistake: the test is told, the client too)
            self._own_up(bug)
            return 0.0, answering.refusal(query, dns.rcode.SERVFAIL).to_wire()

    def _answered(self, query: dns.message.Message, transport: str) -> Reply | None:
        rule = None
        if query.question:
            name = query.question[0].name.to_text(omit_final_dot=True).lower()
            kind = dns.rdatatype.to_text(query.question[0].rdtype)
            asked = Query(name, kind, transport, self._clock.now())
            rule = self._rules.meeting(asked)
            self.queries.add(asked)
        delay = 0.0 if rule is None else rule.delayed
        action = None if rule is None else rule.action
        if action == "ignore":
            return None
        if action in _RCODES:
            response = answering.refusal(query, _RCODES[action])
        elif action == "truncate":
            response = answering.truncated(query)
        else:
            response = answering.answer(self._zone, query)
        if action == "wrong_id":
            response.id ^= _ANOTHER_ID
        if transport == "udp":
            return delay, answering.udp_octets(query, response)
        return delay, response.to_wire(max_size=65535)


def _not_understood(octets: bytes) -> Reply | None:
    """Return FORMERR with the id of what could not be read, or nothing if it has none."""
    header = 12
    if len(octets) < header or octets[2] & 0x80:  # too short, or itself a response
        return None
    return 0.0, octets[:2] + b"\x81\x81" + bytes(8)
