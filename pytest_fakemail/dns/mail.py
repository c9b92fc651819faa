"""Where a domain's mail goes by the zone: MX, or else the address (RFC 5321 §5.1, RFC 7505)."""

from collections.abc import Sequence

import dns.name
import dns.rcode
import dns.rdatatype

from pytest_fakemail.dns.server import DnsServer
from pytest_fakemail.relay.routes import Hop, NoServers


def mail_servers(server: DnsServer, domain: str) -> Sequence[Hop] | NoServers:
    """Return the mail servers of a domain, the preferred first; or a reply that says why not.

    Each name stands for a server of the test, which `mx` or `server` has named.
    """
    answer = server.look_up(domain, "MX")
    if answer is None or answer.rcode() not in (dns.rcode.NOERROR, dns.rcode.NXDOMAIN):
        return NoServers(451, f"4.4.3 Temporary lookup failure of {domain}")
    if answer.rcode() == dns.rcode.NXDOMAIN:
        return NoServers(550, f"5.1.2 Domain {domain} not found")
    records = [
        rdata for rrset in answer.answer if rrset.rdtype == dns.rdatatype.MX for rdata in rrset
    ]
    if not records:
        return _by_address(server, domain)
    if any(record.exchange == dns.name.root for record in records):
        return NoServers(556, f"5.1.10 Domain {domain} does not accept mail (nullMX)")
    records.sort(key=lambda record: (record.preference, record.exchange))
    names = [record.exchange.to_text(omit_final_dot=True) for record in records]
    return [_hop(server, name) for name in names]


def _by_address(server: DnsServer, domain: str) -> Sequence[Hop] | NoServers:
    for kind in ("A", "AAAA"):
        answer = server.look_up(domain, kind)
        if answer is not None and answer.answer:
            return [_hop(server, domain)]
    return NoServers(550, f"5.4.4 Domain {domain} has no mail server")


def _hop(server: DnsServer, name: str) -> Hop:
    def address() -> tuple[str, int]:
        known = server.server_named(name)
        if known is None:
            raise ConnectionRefusedError(f"no server of the test has the name {name}")
        return known

    return Hop(name, address)
