"""Questions to a name server of the test, with the answers that SPF, DKIM and DMARC tell apart."""

from typing import TYPE_CHECKING, Protocol

from pytest_fakemail.dataclass import dataclass

if TYPE_CHECKING:
    import dns.message
    import dns.rdata

_MOST_OCTETS = 255
_LONGEST_LABEL = 63


class NameServer(Protocol):
    """What is asked: ``fakemail.dns``."""

    def look_up(self, name: str, kind: str) -> "dns.message.Message | None":
        """Return the response; None if nobody answers."""


class NoAnswer(Exception):
    """The name server failed, refused or did not answer: another time it may know."""

    def __init__(self, name: str, kind: str, why: str) -> None:
        super().__init__(f"DNS: {kind} {name}: {why}")
        self.why = why


@dataclass(frozen=True, slots=True)
class Found:
    """The records of one name and type, aliases followed; `exists`: there is such a name."""

    records: tuple["dns.rdata.Rdata", ...]
    exists: bool


def ask(server: NameServer, name: str, kind: str) -> Found:
    """Ask for records.

    Raises:
        NoAnswer: a response that says neither what there is nor that there is nothing.
    """
    import dns.exception
    import dns.rcode
    import dns.rdatatype

    if not is_possible(name):
        return Found((), exists=False)
    try:
        response = server.look_up(name, kind)
    except (dns.exception.DNSException, UnicodeError):  # nothing that can be asked for
        return Found((), exists=False)
    if response is None:
        raise NoAnswer(name, kind, "no answer in time")
    rcode = response.rcode()
    if rcode not in (dns.rcode.NOERROR, dns.rcode.NXDOMAIN):
        raise NoAnswer(name, kind, dns.rcode.to_text(rcode))
    wanted = dns.rdatatype.from_text(kind)
    records = [one for rrset in response.answer if rrset.rdtype == wanted for one in rrset]
    return Found(tuple(records), exists=rcode == dns.rcode.NOERROR)


def texts(server: NameServer, name: str) -> list[bytes]:
    """Return the TXT records of a name, the strings of each joined (RFC 7208 §3.3).

    Raises:
        NoAnswer: as `ask`.
    """
    return [b"".join(getattr(one, "strings", ())) for one in ask(server, name, "TXT").records]


def is_possible(name: str) -> bool:
    """Whether a name has labels of 1 to 63 octets, and 253 at most in all (RFC 1035 §2.3.4)."""
    labels = name.removesuffix(".").encode("utf-8", "surrogateescape").split(b".")
    in_all = sum(map(len, labels)) + len(labels) + 1
    return in_all <= _MOST_OCTETS and all(0 < len(label) <= _LONGEST_LABEL for label in labels)
