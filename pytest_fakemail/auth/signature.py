"""A DKIM-Signature field, read (RFC 6376 §3.5, §6.1.1)."""

import binascii
import re
from base64 import b64decode

from pytest_fakemail.auth.canonical import Form, SignedField
from pytest_fakemail.auth.tags import BadTags, tags, without_blanks
from pytest_fakemail.dataclass import dataclass

REQUIRED = ("v", "a", "b", "bh", "d", "h", "s")
ALGORITHMS = ("rsa-sha256", "ed25519-sha256", "rsa-sha1")
_CANONICAL: dict[str, Form] = {"simple": "simple", "relaxed": "relaxed"}
_DIGITS = re.compile(r"[0-9]{1,76}\Z")
_DATE = re.compile(r"[0-9]{1,12}\Z")
_VALUE_OF_B = re.compile(rb"((?:\A|;)[ \t\r\n]*b[ \t\r\n]*=)[^;]*")


class BadSignature(Exception):
    """A DKIM-Signature field that no verifier can use."""


@dataclass(frozen=True, slots=True)
class Signature:
    """What a DKIM-Signature says.

    Attributes:
        place: which of the message's fields it is, from the top.
        algorithm: ``"rsa-sha256"`` or another.
        value: the signature itself, decoded.
        body_hash: likewise.
        forms: the canonical forms of header and body.
        domain: who signed, ``d=``, in lower case.
        names: the fields that were signed, in lower case, in order.
        identity: for whom, ``i=``.
        length: how many octets of the body were signed, None for all.
        selector: which of the domain's keys it is.
        signed_at: in seconds since the epoch, if it says so.
        expires_at: likewise.
        copies: the fields as they were when it was made (``z=``), if it says so.
    """

    place: int
    algorithm: str
    value: bytes
    body_hash: bytes
    forms: tuple[Form, Form]
    domain: str
    names: tuple[str, ...]
    identity: str
    length: int | None
    selector: str
    signed_at: int | None
    expires_at: int | None
    copies: tuple[tuple[str, str], ...]

    @property
    def key_name(self) -> str:
        """The name at which its key is published (§3.6.2.1)."""
        return f"{self.selector}._domainkey.{self.domain}"


def signature(fields: list[SignedField], place: int) -> Signature:
    """Read the field at this place.

    Raises:
        BadSignature: it says nothing that could be verified, in words.
    """
    said = said_by(fields[place])
    missing = [f"{name}=" for name in REQUIRED if name not in said]
    if missing:
        raise BadSignature(f"it lacks {', '.join(missing)} (RFC 6376 §6.1.1)")
    _require_usable(said)
    domain, names = said["d"].lower(), _names(said["h"])
    identity = said.get("i", f"@{domain}")
    _require_kin(identity, domain)
    signed_at, expires_at = _date(said, "t"), _date(said, "x")
    if signed_at is not None and expires_at is not None and expires_at <= signed_at:
        raise BadSignature(f"it expires (x={expires_at}) before it was made (t={signed_at})")
    return Signature(
        place=place,
        algorithm=said["a"],
        value=_base64(said, "b"),
        body_hash=_base64(said, "bh"),
        forms=_forms(said.get("c", "simple/simple")),
        domain=domain,
        names=names,
        identity=identity,
        length=_length(said),
        selector=said["s"],
        signed_at=signed_at,
        expires_at=expires_at,
        copies=_copies(said.get("z", "")),
    )


def said_by(field: SignedField) -> dict[str, str]:
    """Return a signature's tags.

    Raises:
        BadSignature: it is no list of tags.
    """
    value = field.octets.partition(b":")[2].decode("utf-8", "surrogateescape")
    try:
        return tags(value)
    except BadTags as error:
        raise BadSignature(f"{error} (RFC 6376 §3.2)") from None


def without_value(octets: bytes) -> bytes:
    """Return a DKIM-Signature field as it was signed: ``b=`` is empty (§3.7)."""
    name, colon, value = octets.partition(b":")
    return name + colon + _VALUE_OF_B.sub(rb"\1", value)


def _require_usable(said: dict[str, str]) -> None:
    if said["v"] != "1":
        raise BadSignature(f"v={said['v']}: there is only version 1")
    if said["a"] not in ALGORITHMS:
        raise BadSignature(f"a={said['a']}: wanted one of {', '.join(ALGORITHMS)}")
    if "dns/txt" not in said.get("q", "dns/txt").replace(" ", "").split(":"):
        raise BadSignature(f"q={said['q']}: keys are fetched by dns/txt only")
    for name in ("d", "s"):
        if not said[name] or not re.fullmatch(r"[^\s@;:,()<>\\\[\]]+", said[name]):
            raise BadSignature(f"{name}={said[name]} is no domain name")


def _names(value: str) -> tuple[str, ...]:
    names = tuple(one.strip(" \t\r\n").lower() for one in value.split(":"))
    if "" in names:
        raise BadSignature(f"h={value[:60]} has an empty name")
    if "from" not in names:
        raise BadSignature(f"h= has no From, which must be signed: {':'.join(names)} (§5.4)")
    return names


def _require_kin(identity: str, domain: str) -> None:
    at = identity.rpartition("@")[2].lower()
    if "@" not in identity or not (at == domain or at.endswith(f".{domain}")):
        raise BadSignature(f"i={identity} is not within d={domain} (§3.5)")


def _forms(value: str) -> tuple[Form, Form]:
    header, _, rest = without_blanks(value).partition("/")
    try:
        return _CANONICAL[header], _CANONICAL[rest or "simple"]
    except KeyError:
        raise BadSignature(f"c={value}: wanted simple or relaxed, for header and body") from None


def _base64(said: dict[str, str], name: str) -> bytes:
    try:
        value = b64decode(without_blanks(said[name]), validate=True)
    except (binascii.Error, ValueError):
        raise BadSignature(f"{name}= is no base64") from None
    if not value:
        raise BadSignature(f"{name}= is empty")
    return value


def _length(said: dict[str, str]) -> int | None:
    if "l" not in said:
        return None
    if _DIGITS.match(said["l"]) is None:
        raise BadSignature(f"l={said['l'][:60]} is no number of octets")
    return int(said["l"])


def _date(said: dict[str, str], name: str) -> int | None:
    if name not in said:
        return None
    if _DATE.match(said[name]) is None:
        raise BadSignature(f"{name}={said[name][:60]} is no number of seconds since 1970")
    return int(said[name])


def _copies(value: str) -> tuple[tuple[str, str], ...]:
    """``sig-z-tag``: fields in DKIM-Quoted-Printable, between bars (§2.11, §3.5)."""
    if not value:
        return ()
    pieces = (one.partition(":") for one in without_blanks(value).split("|"))
    return tuple((_unquoted(name).lower(), _unquoted(text)) for name, _, text in pieces)


def _unquoted(text: str) -> str:
    return re.sub(r"=([0-9A-F]{2})", lambda found: chr(int(found[1], 16)), text)
