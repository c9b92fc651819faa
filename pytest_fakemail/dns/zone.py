"""The zone: records by name and type, and what is found in them (RFC 1034 §4.3.2).

Names that nobody wrote do not exist.  A name exists if it, or one below it, has a record.
"""

import threading
from collections.abc import Iterator, Mapping

import dns.exception
import dns.name
import dns.rdata
import dns.rdataclass
import dns.rdatatype
import dns.rrset

from pytest_fakemail.arguments import whole
from pytest_fakemail.dataclass import dataclass, field
from pytest_fakemail.errors import BadArgument, did_you_mean
from pytest_fakemail.spelling import unknown

TTL = 300
_LONGEST_TTL = 2**31 - 1  # RFC 2181 §8
_MOST_ALIASES = 8


@dataclass(frozen=True, slots=True)
class Found:
    """What a look-up found: the records to answer with, and whether the name exists."""

    rrsets: tuple[dns.rrset.RRset, ...] = ()
    exists: bool = False


@dataclass(slots=True)
class Zone:
    """Records by name and type; may be written in any thread while it is asked."""

    _records: dict[tuple[dns.name.Name, dns.rdatatype.RdataType], dns.rrset.RRset] = field(
        default_factory=dict
    )
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __iter__(self) -> Iterator[dns.rrset.RRset]:
        with self._lock:
            return iter(list(self._records.values()))

    def __len__(self) -> int:
        return len(self._records)

    def add(self, name: str, kind: str, *values: str, ttl: int = TTL) -> None:
        """Add records of one type, written as in a zone file.

        Raises:
            BadArgument: not a name, a type or a value of this type; a CNAME beside other
                records (RFC 1034 §3.6.2).
        """
        owner, rdtype = name_of(name), type_of(kind)
        whole("ttl", ttl, 0, _LONGEST_TTL)
        if not values:
            raise BadArgument(f"no {kind} record of {name!r}: wanted at least one value")
        rdatas = [_rdata(name, rdtype, value) for value in values]
        with self._lock:
            self._require_no_alias_beside(owner, rdtype, name)
            known = self._records.get((owner, rdtype))
            rrset = dns.rrset.from_rdata_list(owner, ttl, [*(known or ()), *rdatas])
            self._records[owner, rdtype] = rrset

    def remove(self, name: str, kind: str | None = None) -> None:
        """Remove a name's records, of one type or all; what is not there is not missed."""
        owner, rdtype = name_of(name), None if kind is None else type_of(kind)
        with self._lock:
            for key in list(self._records):
                if key[0] == owner and rdtype in (None, key[1]):
                    del self._records[key]

    def require(self, name: str, kind: str | None) -> None:
        """Refuse a name that has no such records.

        Raises:
            BadArgument: it has none; the text tells the nearest name that has.
        """
        owner, rdtype = name_of(name), None if kind is None else type_of(kind)
        with self._lock:
            types = {kind for known, kind in self._records if known == owner}
            names = {known.to_text(omit_final_dot=True) for known, _ in self._records}
        if not types:
            raise BadArgument(unknown(f"record of {name!r}", name.rstrip("."), sorted(names)))
        if rdtype is not None and rdtype not in types:
            there = sorted(map(dns.rdatatype.to_text, types))
            raise BadArgument(unknown(f"{kind} record of {name!r}", kind, there))

    def clear(self) -> None:
        """Remove every record."""
        with self._lock:
            self._records.clear()

    def find(self, owner: dns.name.Name, rdtype: dns.rdatatype.RdataType) -> Found:
        """Return what a resolver would be told, aliases followed, wildcards at work."""
        with self._lock:
            rrsets: list[dns.rrset.RRset] = []
            for _ in range(_MOST_ALIASES):
                records, exists = self._at(owner)
                if rdtype == dns.rdatatype.ANY:
                    return Found((*rrsets, *records.values()), exists)
                if rdtype in records:
                    return Found((*rrsets, records[rdtype]), exists=True)
                alias = records.get(dns.rdatatype.CNAME)
                if alias is None:
                    return Found(tuple(rrsets), exists)  # of the last alias: RFC 6604 §3
                rrsets.append(alias)
                owner = alias[0].target
            return Found(tuple(rrsets), exists=True)

    def _at(
        self, owner: dns.name.Name
    ) -> tuple[Mapping[dns.rdatatype.RdataType, dns.rrset.RRset], bool]:
        """Return the records of a name by type, and whether the name exists."""
        own = {kind: rrset for (name, kind), rrset in self._records.items() if name == owner}
        if own or any(name.is_subdomain(owner) for name, _ in self._records):
            return own, True
        return self._wild(owner)

    def _wild(
        self, owner: dns.name.Name
    ) -> tuple[Mapping[dns.rdatatype.RdataType, dns.rrset.RRset], bool]:
        """RFC 4592 §3.3: ``*`` below the closest name that exists stands for what is not there."""
        names = {name for name, _ in self._records}
        encloser = owner
        while encloser != dns.name.root:
            encloser = encloser.parent()
            wildcard = dns.name.Name((b"*", *encloser.labels))
            if wildcard in names:
                found = {
                    kind: dns.rrset.from_rdata_list(owner, rrset.ttl, list(rrset))
                    for (name, kind), rrset in self._records.items()
                    if name == wildcard
                }
                return found, True
            if any(name.is_subdomain(encloser) for name in names):
                break
        return {}, False

    def _require_no_alias_beside(
        self, owner: dns.name.Name, rdtype: dns.rdatatype.RdataType, name: str
    ) -> None:
        others = {kind for known, kind in self._records if known == owner} - {rdtype}
        if rdtype == dns.rdatatype.CNAME and (others or (owner, rdtype) in self._records):
            raise BadArgument(f"{name!r} has records: a CNAME stands alone (RFC 1034 §3.6.2)")
        if dns.rdatatype.CNAME in others:
            raise BadArgument(f"{name!r} is a CNAME and has no other records (RFC 1034 §3.6.2)")


def name_of(name: str) -> dns.name.Name:
    """Return a domain name, absolute, in lower case, its letters beyond ASCII by IDNA.

    Raises:
        BadArgument: not a possible name.
    """
    if not isinstance(name, str) or not name:
        raise BadArgument(f"no domain name: {name!r}")
    try:
        return dns.name.from_text(name.rstrip(".") or ".").canonicalize()
    except (dns.exception.DNSException, UnicodeError) as error:
        raise BadArgument(f"no domain name: {name!r} ({error})") from None


def type_of(kind: str) -> dns.rdatatype.RdataType:
    """Return a record type by its name in any case: ``"MX"``.

    Raises:
        BadArgument: there is none.
    """
    try:
        return dns.rdatatype.from_text(kind if isinstance(kind, str) else "")
    except (dns.exception.DNSException, ValueError):
        known = [one.name for one in dns.rdatatype.RdataType]
        guess = did_you_mean(kind, known) if isinstance(kind, str) else ""
        raise BadArgument(
            f"no record type {kind!r}; {guess}there is A, AAAA, MX, TXT, CNAME …"
        ) from None


def _rdata(name: str, rdtype: dns.rdatatype.RdataType, value: object) -> dns.rdata.Rdata:
    if not isinstance(value, str):
        kind = dns.rdatatype.to_text(rdtype)
        raise BadArgument(f"no {kind} record of {name!r}: {value!r}; wanted text")
    try:
        return dns.rdata.from_text(dns.rdataclass.IN, rdtype, value, relativize=False)
    except (dns.exception.DNSException, ValueError) as error:
        kind = dns.rdatatype.to_text(rdtype)
        raise BadArgument(f"no {kind} record of {name!r}: {value!r} ({error})") from None
