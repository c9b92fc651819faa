"""What TXT records for mail must say: SPF, DKIM, DMARC, MTA-STS, TLS-RPT.

A test that wants a broken record writes it with ``dns.txt``, which takes any text: each refusal
here says so.
"""

import ipaddress
import re
from base64 import b64decode, b64encode
from collections.abc import Callable

from pytest_fakemail.arguments import text, whole
from pytest_fakemail.auth.tags import BadTags, tags, without_blanks
from pytest_fakemail.errors import BadArgument, did_you_mean
from pytest_fakemail.spelling import unknown

_WISHES = ("none", "quarantine", "reject")
_DMARC_TAGS = (
    *("v", "p", "sp", "rua", "ruf", "adkim", "aspf", "pct", "fo", "rf", "ri"),  # RFC 7489 §6.3
    *("np", "psd", "t"),  # RFC 9091, and what is to follow RFC 7489
)
_DKIM_TAGS = ("v", "h", "k", "n", "p", "s", "t", "g")  # RFC 6376 §3.6.1; g= was RFC 4871's
_DKIM_KINDS = ("rsa", "ed25519")
_ED25519_OCTETS = 32  # RFC 8463 §4.2
_MODIFIER = re.compile(r"([A-Za-z][A-Za-z0-9_.-]*)=(.*)")
_MECHANISM = re.compile(r"[-+?~]?([A-Za-z][A-Za-z0-9_.-]*)(:[^/]*|)(/.*|)", re.DOTALL)
_LENGTHS = re.compile(r"(?:/\d{1,2})?(?://\d{1,3})?")
_POLICY_ID = re.compile(r"[A-Za-z0-9]{1,32}")  # RFC 8461 §3.1


def spf(policy: object) -> str:
    """Return an SPF policy (RFC 7208 §12).

    Raises:
        BadArgument: it is none.
    """
    said = _text("SPF policy", policy)
    version, *terms = said.split()
    if version.lower() != "v=spf1":
        raise _bad("SPF policy", policy, "it begins with v=spf1")
    for term in terms:
        modifier = _MODIFIER.fullmatch(term)
        complaint = _modifier(modifier) if modifier else _mechanism(term)
        if complaint:
            raise _bad("SPF policy", policy, complaint)
    return said


def dmarc(policy: object) -> str:
    """Return a DMARC record (RFC 7489 §6.3), of ``"reject"`` alone, too.

    Raises:
        BadArgument: it is none.
    """
    said = _text("DMARC policy", policy)
    if said in _WISHES:
        return f"v=DMARC1; p={said}"
    found = _tags("DMARC policy", said, _DMARC_TAGS)
    if next(iter(found), "") != "v" or found["v"].upper() != "DMARC1":
        raise _bad("DMARC policy", policy, "wanted 'v=DMARC1; p=…' or 'reject'")
    possible = {
        "p": _WISHES,
        "sp": _WISHES,
        "np": _WISHES,
        "adkim": ("r", "s"),
        "aspf": ("r", "s"),
    }
    for name, words in possible.items():
        if name in found and found[name].lower() not in words:
            what = f"{name}={found[name]}"
            raise _bad("DMARC policy", policy, unknown(what, found[name], words))
    if "p" not in found:
        raise _bad("DMARC policy", policy, f"it lacks p=, which is {', '.join(_WISHES)}")
    percent = found.get("pct", "100")
    if not percent.isdecimal() or int(percent) > 100:  # noqa: PLR2004
        raise _bad("DMARC policy", policy, f"pct={percent} is not from 0 to 100")
    return said


def dkim(key: object) -> str:
    """Return a DKIM key's record (RFC 6376 §3.6.1): of the record, of PEM, or of DER.

    Of a private key in PEM, its public half.

    Raises:
        BadArgument: it is no key.
    """
    if isinstance(key, bytes) and b"-----BEGIN" not in key:
        return _key_record(f"v=DKIM1; k=rsa; p={b64encode(key).decode()}", key)
    if isinstance(key, bytes):
        key = key.decode("latin-1")
    if not isinstance(key, str):
        raise _bad("DKIM key", key, "wanted a record, PEM, or octets in DER")
    said = key
    if "PRIVATE KEY-----" in said:
        from pytest_fakemail.auth.keys import record_of

        return record_of(said)
    if "-----BEGIN" in said:
        said = "".join(line for line in said.splitlines() if "-----" not in line)
    return _key_record(said if "p=" in said else f"v=DKIM1; k=rsa; p={said}", key)


def selector(value: object) -> str:
    """Return a DKIM selector (RFC 6376 §3.1): labels, as of a domain."""
    said = text("selector", value, "a DKIM selector such as 'mail'")
    if not re.fullmatch(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*", said):
        raise BadArgument(f"selector={value!r}: wanted a DKIM selector such as 'mail'")
    return said


def mta_sts(policy_id: object) -> str:
    """Return an MTA-STS record (RFC 8461 §3.1)."""
    if not isinstance(policy_id, str) or not _POLICY_ID.fullmatch(policy_id):
        raise _bad("MTA-STS policy id", policy_id, "wanted 1 to 32 letters and digits")
    return f"v=STSv1; id={policy_id};"


def tls_rpt(to: object) -> str:
    """Return a TLS-RPT record (RFC 8460 §3) by an address or a URL."""
    said = _text("place for TLS reports", to)
    uri = said if ":" in said else f"mailto:{said}"
    if not re.fullmatch(r"mailto:[^\s@]+@[^\s@]+|https://\S+", uri, re.IGNORECASE):
        raise _bad("place for TLS reports", to, "wanted an address, or a URL of mailto or https")
    return f"v=TLSRPTv1; rua={uri}"


def certificate(octets: object) -> bytes:
    """Return a certificate in DER."""
    if not isinstance(octets, bytes) or not octets or b"-----BEGIN" in octets:
        raise BadArgument(f"no certificate: {octets!r:.60}; wanted its octets in DER")
    return octets


def usage(value: object) -> int:
    """Return the certificate usage of a TLSA record (RFC 6698 §2.1.1)."""
    return whole("usage", value, 0, 3)


def _key_record(record: str, key: object) -> str:
    found = _tags("DKIM key", record, _DKIM_TAGS)
    if "v" in found and (next(iter(found)) != "v" or found["v"] != "DKIM1"):
        raise _bad("DKIM key", key, "v=DKIM1 comes first, if it is there")
    kind = found.get("k", "rsa")
    if kind not in _DKIM_KINDS:
        raise _bad("DKIM key", key, unknown(f"k={kind}", kind, _DKIM_KINDS))
    try:
        octets = b64decode(without_blanks(found["p"]), validate=True)
    except KeyError:
        raise _bad("DKIM key", key, "it lacks p=") from None
    except ValueError:
        raise _bad("DKIM key", key, "p= is not base64") from None
    is_revoked = not octets
    is_key = len(octets) == _ED25519_OCTETS if kind == "ed25519" else octets[:1] == b"\x30"
    if not (is_revoked or is_key):
        raise _bad("DKIM key", key, f"p= is no {kind} key")
    return record


def _modifier(found: re.Match[str]) -> str:
    """Return what is wrong with a modifier; others than these two are possible (RFC 7208 §6)."""
    name, value = found[1].lower(), found[2]
    if name in ("redirect", "exp"):
        return "" if value else f"{name}= names no domain"
    guess = did_you_mean(name, ("redirect", "exp"))
    return f"{name}= is not known; {guess}" if guess else ""


def _mechanism(term: str) -> str:
    found = _MECHANISM.fullmatch(term)
    name = found[1].lower() if found else term
    if found is None or name not in _MECHANISMS:
        return unknown(f"mechanism {name!r}", name, _MECHANISMS)
    if found[2] == ":":
        return f"{name}: names nothing"
    return _MECHANISMS[name](name, found[2].removeprefix(":"), found[3])


def _alone(name: str, value: str, length: str) -> str:
    return f"{name} stands alone" if value or length else ""


def _with_domain(name: str, value: str, length: str) -> str:
    # A macro may have a slash in its delimiters: %{i/} (§7.1).
    is_domain = value and (not length or "%{" in value)
    return "" if is_domain else f"{name}:{value}{length} names no domain"


def _maybe_domain(name: str, value: str, length: str) -> str:
    is_length = "%{" in value or _LENGTHS.fullmatch(length)
    return "" if is_length else f"{name} has no such length as {length}"


def _network(version: int) -> Callable[[str, str, str], str]:
    kind = ipaddress.IPv4Network if version == 4 else ipaddress.IPv6Network  # noqa: PLR2004

    def complaint(name: str, value: str, length: str) -> str:
        try:
            kind(value + length, strict=False)
        except ValueError:
            return f"{name}:{value}{length} is no IPv{version} network"
        return ""

    return complaint


_MECHANISMS: dict[str, Callable[[str, str, str], str]] = {
    "all": _alone,
    "include": _with_domain,
    "exists": _with_domain,
    "a": _maybe_domain,
    "mx": _maybe_domain,
    "ptr": _maybe_domain,
    "ip4": _network(4),
    "ip6": _network(6),
}


def _tags(what: str, record: str, known: tuple[str, ...]) -> dict[str, str]:
    """Return the tags of a record; one that nobody knows is a slip of the pen."""
    try:
        found = tags(record)
    except BadTags as error:
        raise _bad(what, record, str(error)) from None
    for name in found:
        if name not in known:
            raise _bad(what, record, unknown(f"tag {name}=", name, known))
    return found


def _text(what: str, value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise _bad(what, value, "wanted its text")
    return value


def _bad(what: str, value: object, why: str) -> BadArgument:
    return BadArgument(
        f"no {what}: {value!r}; {why.strip().rstrip(';')} (dns.txt writes any text, broken too)"
    )
