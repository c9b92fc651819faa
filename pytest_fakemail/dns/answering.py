"""A query in, a response out: what a server that is the authority for everything says."""

import dns.flags
import dns.message
import dns.name
import dns.opcode
import dns.rcode
import dns.rdata
import dns.rdataclass
import dns.rdatatype
import dns.rrset

from pytest_fakemail.dns.zone import Zone

_SOA = "ns.invalid. hostmaster.invalid. 1 3600 600 86400 60"
_UDP_SIZE = 512  # RFC 1035 §2.3.4; more where EDNS says so


def answer(zone: Zone, query: dns.message.Message) -> dns.message.Message:
    """Return the response: the records, or that there are none, or that the name is not."""
    response = dns.message.make_response(query, recursion_available=True)
    response.flags |= dns.flags.AA
    if query.opcode() != dns.opcode.QUERY:
        response.set_rcode(dns.rcode.NOTIMP)
        return response
    if len(query.question) != 1 or query.question[0].rdclass != dns.rdataclass.IN:
        response.set_rcode(dns.rcode.REFUSED)
        return response
    question = query.question[0]
    found = zone.find(question.name.canonicalize(), question.rdtype)
    response.answer.extend(found.rrsets)
    if not found.exists:
        response.set_rcode(dns.rcode.NXDOMAIN)
    if not any(rrset.rdtype == question.rdtype for rrset in found.rrsets):
        response.authority.append(_soa(question.name))  # RFC 2308 §3: how long to remember it
    else:
        response.additional.extend(_addresses(zone, found.rrsets))
    return response


def refusal(query: dns.message.Message, rcode: dns.rcode.Rcode) -> dns.message.Message:
    """Return a response without records."""
    response = dns.message.make_response(query, recursion_available=True)
    response.set_rcode(rcode)
    if rcode == dns.rcode.NXDOMAIN and query.question:
        response.authority.append(_soa(query.question[0].name))
    return response


def truncated(query: dns.message.Message) -> dns.message.Message:
    """Return a response that says: ask again over TCP."""
    response = dns.message.make_response(query, recursion_available=True)
    response.flags |= dns.flags.TC
    return response


def udp_octets(query: dns.message.Message, response: dns.message.Message) -> bytes:
    """Return a response that fits into a datagram, truncated if it would not."""
    size = max(_UDP_SIZE, query.payload if query.edns >= 0 else 0)
    wire: bytes = response.to_wire(max_size=65535)
    return wire if len(wire) <= size else truncated(query).to_wire()


def _soa(owner: dns.name.Name) -> dns.rrset.RRset:
    apex = dns.name.Name(owner.labels[-2:]) if len(owner.labels) > 1 else owner
    rdata = dns.rdata.from_text(dns.rdataclass.IN, dns.rdatatype.SOA, _SOA)
    return dns.rrset.from_rdata(apex, 60, rdata)


def _addresses(zone: Zone, rrsets: tuple[dns.rrset.RRset, ...]) -> list[dns.rrset.RRset]:
    """Return the addresses of the servers that MX records name."""
    hosts = [
        rdata.exchange
        for rrset in rrsets
        if rrset.rdtype == dns.rdatatype.MX
        for rdata in rrset
        if rdata.exchange != dns.name.root
    ]
    kinds = (dns.rdatatype.A, dns.rdatatype.AAAA)
    found = [zone.find(host.canonicalize(), kind) for host in hosts for kind in kinds]
    return [rrset for one in found for rrset in one.rrsets]
