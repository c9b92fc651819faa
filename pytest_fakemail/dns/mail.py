"""Where a domain's mail goes by the zone: MX, or else the address (RFC 5321 §5.1, RFC 7505)."""

from collections.abc import Callable, Sequence

import dns.message
import dns.name
import dns.rcode
import dns.rdatatype

from pytest_fakemail.dns.server import DnsServer
from pytest_fakemail.relay.routes import Hop, NoServers

IsOwn = Callable[[str, tuple[str, int] | None], bool]
"""Takes the name of a mail server and where it listens, if that is known; whether it is us."""


def mail_servers(server: DnsServer, domain: str, is_own: IsOwn) -> Sequence[Hop] | NoServers:
    """Return the mail servers of a domain, the preferred first; or a reply that says why not.

    Each name stands for a server of the test, which `mx` or `server` has named.  Whoever asks
    is not among them, and nobody to whom the domain would prefer it: mail would go in circles.
    """
    answer = server.look_up(domain, "MX")
    if not _is_answer(answer):
        return _failed(domain)
    if answer is None or answer.rcode() == dns.rcode.NXDOMAIN:
        return NoServers(550, f"5.1.2 Domain {domain} not found")
    records = [
        rdata for rrset in answer.answer if rrset.rdtype == dns.rdatatype.MX for rdata in rrset
    ]
    if not records:
        return _by_address(server, domain, is_own)
    if any(record.exchange == dns.name.root for record in records):
        return NoServers(556, f"5.1.10 Domain {domain} does not accept mail (nullMX)")
    found = sorted(
        (record.preference, record.exchange.to_text(omit_final_dot=True)) for record in records
    )
    ours = [preference for preference, name in found if is_own(name, server.server_named(name))]
    left = [name for preference, name in found if not ours or preference < min(ours)]
    return _with_addresses(server, left) if left else _circling(domain)


def _with_addresses(server: DnsServer, names: Sequence[str]) -> Sequence[Hop] | NoServers:
    """Return the mail servers that have an address; all are looked up first, as Postfix does."""
    have = {name: _has_address(server, name) for name in names}
    hops = [_hop(server, name) for name in names if have[name]]
    unknown = next((name for name in names if have[name] is None), None)
    if hops:
        return hops
    if unknown is not None:
        return _failed(unknown)
    return NoServers(550, f"5.4.4 Mail server {names[0]} not found")


def _by_address(server: DnsServer, domain: str, is_own: IsOwn) -> Sequence[Hop] | NoServers:
    match _has_address(server, domain):
        case None:
            return _failed(domain)
        case False:
            return NoServers(550, f"5.4.4 Domain {domain} has no mail server")
        case True:
            is_us = is_own(domain, server.server_named(domain))
            return _circling(domain) if is_us else [_hop(server, domain)]


def _has_address(server: DnsServer, name: str) -> bool | None:
    """Whether a name has an address; None if that cannot be told now."""
    has_failed = False
    for kind in (dns.rdatatype.A, dns.rdatatype.AAAA):
        answer = server.look_up(name, kind.name)
        has_failed |= not _is_answer(answer)
        if answer is not None and any(rrset.rdtype == kind for rrset in answer.answer):
            return True
    return None if has_failed else False


def _is_answer(answer: dns.message.Message | None) -> bool:
    """Whether a name server has answered, be it that there is nothing."""
    return answer is not None and answer.rcode() in (dns.rcode.NOERROR, dns.rcode.NXDOMAIN)


def _failed(domain: str) -> NoServers:
    return NoServers(451, f"4.4.3 Temporary lookup failure of {domain}")


def _circling(domain: str) -> NoServers:
    return NoServers(554, f"5.4.6 Mail for {domain} loops back to myself")


def _hop(server: DnsServer, name: str) -> Hop:
    def address() -> tuple[str, int]:
        known = server.server_named(name)
        if known is None:
            raise ConnectionRefusedError(f"no server of the test has the name {name}")
        return known

    return Hop(name, address)
