"""The words in which a test writes a zone: ``dns.mx("elsewhere.test", other.smtp)``."""

import ipaddress
import re
from hashlib import sha256
from typing import Protocol

import dns.name
import dns.rdatatype

from pytest_fakemail.arguments import ip, port, text, whole
from pytest_fakemail.dns import records
from pytest_fakemail.dns.zone import TTL, Zone, name_of
from pytest_fakemail.errors import BadArgument
from pytest_fakemail.spelling import Fixed, Spelt

_PREFERENCE = 10
_LONGEST_STRING = 255  # RFC 1035 §3.3.14: one <character-string>


class HasAddress(Protocol):
    """A server of a test."""

    @property
    def address(self) -> tuple[str, int]:
        """Host and port."""


class Words(Fixed, Spelt):
    """Writes records; each word may be said again, and adds.

    Raises:
        BadArgument: (all of them) a name or value that is not possible.
    """

    def __init__(self, zone: Zone) -> None:
        self._zone = zone
        self._servers: dict[dns.name.Name, tuple[str, int]] = {}

    def record(self, name: str, kind: str, *values: str, ttl: int = TTL) -> None:
        """Add records of any type, their values written as in a zone file."""
        self._zone.add(name, kind, *values, ttl=ttl)

    def remove(self, name: str, kind: str | None = None) -> None:
        """Remove a name's records, of one type or all; it must have some."""
        self._zone.require(name, kind)
        self._zone.remove(name, kind)

    def a(self, name: str, *addresses: str, ttl: int = TTL) -> None:
        """Give a name IPv4 addresses."""
        self._zone.add(name, "A", *addresses, ttl=ttl)

    def aaaa(self, name: str, *addresses: str, ttl: int = TTL) -> None:
        """Give a name IPv6 addresses."""
        self._zone.add(name, "AAAA", *addresses, ttl=ttl)

    def cname(self, name: str, target: str, *, ttl: int = TTL) -> None:
        """Make a name an alias of another."""
        self._zone.add(name, "CNAME", _host(target), ttl=ttl)

    def mx(
        self,
        domain: str,
        server: "str | HasAddress | tuple[str, int]",
        *,
        preference: int = _PREFERENCE,
        name: str | None = None,
        ttl: int = TTL,
    ) -> None:
        """Let a domain's mail go to a server.

        Args:
            domain: whose mail it is.
            server: a server of the test, whose address the name is then given; an address and
                a port; or a host name alone, whose records are written elsewhere.
            preference: the lower, the sooner it is tried (RFC 5321 §5.1).
            name: the server's name; ``mx.`` and the domain, or ``mx20.`` for another
                preference than 10, if none is given.
            ttl: in seconds.
        """
        whole("preference", preference, 0, 65535)
        if isinstance(server, str):
            if name is not None:
                raise BadArgument(f"name={name!r}: {server!r} is the server's name already")
            host = _named(server)
        else:
            _require_smtp(server)
            given = f"mx{'' if preference == _PREFERENCE else preference}.{domain}"
            host = given if name is None else text("name", name, "a host name")
            self.server(host, server, ttl=ttl)
        self._zone.add(domain, "MX", f"{preference} {_host(host)}", ttl=ttl)

    def null_mx(self, domain: str, *, ttl: int = TTL) -> None:
        """Say that a domain takes no mail (RFC 7505)."""
        self._zone.add(domain, "MX", "0 .", ttl=ttl)

    def server(self, name: str, server: "HasAddress | tuple[str, int]", *, ttl: int = TTL) -> None:
        """Give a name the address of a server, and remember its port for routes."""
        key = name_of(name)
        address, number = _place(server)
        if self._servers.get(key) != (address, number):
            kind = "AAAA" if ipaddress.ip_address(address).version == 6 else "A"  # noqa: PLR2004
            self._zone.remove(name, kind)
            self._zone.add(name, kind, address, ttl=ttl)
        self._servers[key] = (address, number)

    def server_named(self, name: str) -> tuple[str, int] | None:
        """Return address and port of the server of the test that has this name, or None.

        An alias has it, too: an MX must not lead to one (RFC 2181 §10.3), but those are followed.
        """
        owner = name_of(name)
        rrsets = self._zone.find(owner, dns.rdatatype.A).rrsets
        aliases = [one[0].target for one in rrsets if one.rdtype == dns.rdatatype.CNAME]
        return next((self._servers[one] for one in (owner, *aliases) if one in self._servers), None)

    def txt(self, name: str, *texts: str, ttl: int = TTL) -> None:
        """Give a name texts; a long one is cut into strings (RFC 1035 §3.3.14)."""
        for one in texts:
            if not isinstance(one, str):
                raise BadArgument(f"no TXT record of {name!r}: {one!r}; wanted text")
        self._zone.add(name, "TXT", *map(_strings, texts), ttl=ttl)

    def spf(self, domain: str, policy: str = "v=spf1 ip4:127.0.0.1 -all") -> None:
        """Say who may send for a domain (RFC 7208); another policy replaces the one before."""
        self._replace_text(domain, "v=spf1", records.spf(policy))

    def dkim(self, selector: str, key: str | bytes, *, domain: str = "example.test") -> None:
        """Publish a DKIM key (RFC 6376 §3.6): the record's text, PEM, or the octets in DER.

        Of a private key in PEM, its public half.
        """
        name_of(domain)
        name = f"{records.selector(selector)}._domainkey.{domain}"
        self._only_text(name, records.dkim(key))

    def dmarc(self, domain: str, policy: str = "v=DMARC1; p=reject") -> None:
        """Publish a DMARC policy (RFC 7489 §6.1): the record's text, or ``"reject"`` alone."""
        name_of(domain)
        self._only_text(f"_dmarc.{domain}", records.dmarc(policy))

    def ptr(self, address: str, name: str, *, ttl: int = TTL) -> None:
        """Give an address a name."""
        self._zone.add(_reverse(address), "PTR", _host(name), ttl=ttl)

    def blocklist(self, zone: str, *addresses: str, answer: str = "127.0.0.2") -> None:
        """List addresses in a block list (RFC 5782 §2.1); 127.0.0.2 is always listed (§5).

        Of a list with nobody else on it, say ``"127.0.0.2"``.
        """
        name_of(zone)
        if not addresses:
            raise BadArgument(
                f"blocklist({zone!r}): wanted the addresses that it lists; '127.0.0.2' for none"
            )
        for address in addresses:
            ip(address)
        for address in ("127.0.0.2", *addresses):
            name = f"{_reversed(address)}.{zone}"
            self._zone.remove(name)
            self._zone.add(name, "A", answer)
            self.txt(name, f"{address} is listed in {zone}")

    def mta_sts(self, domain: str, policy_id: str = "20260101000000") -> None:
        """Announce an MTA-STS policy (RFC 8461 §3.1); the policy itself comes over HTTPS."""
        name_of(domain)
        self._only_text(f"_mta-sts.{domain}", records.mta_sts(policy_id))

    def tls_rpt(self, domain: str, to: str) -> None:
        """Say where reports on TLS go (RFC 8460 §3): an address, or a URL."""
        name_of(domain)
        self._only_text(f"_smtp._tls.{domain}", records.tls_rpt(to))

    def tlsa(self, host: str, certificate: bytes, *, port: int = 25, usage: int = 3) -> None:
        """Pin a server's certificate, in DER, by its digest (RFC 6698 §2.1, RFC 7672)."""
        name_of(host)
        whole("port", port, 1, 65535)
        digest = sha256(records.certificate(certificate)).hexdigest()
        value = f"{records.usage(usage)} 0 1 {digest}"
        self._zone.add(f"_{port}._tcp.{host}", "TLSA", value)

    def _only_text(self, name: str, text: str) -> None:
        self._zone.remove(name, "TXT")
        self.txt(name, text)

    def _replace_text(self, name: str, prefix: str, text: str) -> None:
        name_of(name)
        kept = [
            b"".join(rdata.strings).decode("utf-8", "replace")
            for rrset in self._zone
            if rrset.name.to_text(omit_final_dot=True) == name.lower() and rrset.rdtype == 16  # noqa: PLR2004  (TXT)
            for rdata in rrset
        ]
        self._zone.remove(name, "TXT")
        self.txt(name, *(one for one in kept if not one.lower().startswith(prefix)), text)


def _host(name: str) -> str:
    """Return a host's name as a record has it.

    Raises:
        BadArgument: it is none.
    """
    name_of(name)
    return f"{name.rstrip('.')}."


def _named(server: str) -> str:
    """Return the name of a mail server; RFC 5321 §5.1: an address is none."""
    name_of(server)
    if ":" in server or re.fullmatch(r"[\d.]+", server):
        raise BadArgument(f"no host name: {server!r}; wanted a name, or a tuple (address, port)")
    return server


def _require_smtp(server: object) -> None:
    """Refuse a server that does not take mail."""
    protocol = getattr(server, "protocol", "smtp")
    if protocol != "smtp":
        raise BadArgument(f"{server!r} takes no mail: it speaks {protocol}; wanted one of SMTP")


def _place(server: object) -> tuple[str, int]:
    """Return address and port of a server of the test.

    Raises:
        BadArgument: it has none.
    """
    match server:
        case (address, number):
            return ip(address), port("port", number)
        case _ if isinstance(found := getattr(server, "address", None), tuple):
            return found
        case _:
            raise BadArgument(
                f"no server: {server!r}; wanted one such as fakemail.smtp, or (address, port)"
            )


def _strings(text: str) -> str:
    """Return a text as the strings of a TXT record, each of at most 255 octets, in quotes."""
    raw = text.encode()
    pieces = [raw[at : at + _LONGEST_STRING] for at in range(0, len(raw), _LONGEST_STRING)] or [b""]
    return " ".join(f'"{_escaped(piece)}"' for piece in pieces)


def _escaped(piece: bytes) -> str:
    plain = range(0x20, 0x7F)
    return "".join(
        f"\\{chr(octet)}" if octet in b'"\\' else chr(octet) if octet in plain else f"\\{octet:03}"
        for octet in piece
    )


def _reversed(address: str) -> str:
    pointer = ipaddress.ip_address(ip(address)).reverse_pointer
    return pointer.removesuffix(".in-addr.arpa").removesuffix(".ip6.arpa")


def _reverse(address: str) -> str:
    backwards = _reversed(address)
    return f"{backwards}.{'ip6' if ':' in address else 'in-addr'}.arpa"
