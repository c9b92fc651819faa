"""DKIM: whether the signatures of a message are valid (RFC 6376 §6.1)."""

from collections.abc import Iterator
from hashlib import sha256
from typing import NoReturn

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.hashes import SHA256

from pytest_fakemail.auth import canonical
from pytest_fakemail.auth.asking import NameServer, NoAnswer, texts
from pytest_fakemail.auth.canonical import Octets, SignedField
from pytest_fakemail.auth.keys import LEAST_BITS, BadKey, Key, key
from pytest_fakemail.auth.results import Result, Word
from pytest_fakemail.auth.signature import (
    BadSignature,
    Signature,
    said_by,
    signature,
    without_value,
)
from pytest_fakemail.dataclass import dataclass

MOST_SIGNATURES = 20  # each costs a query and a hash of the body: RFC 6376 §6.1


@dataclass(frozen=True, slots=True)
class Check:
    """One signature, and how far its check came: None where it did not.

    Attributes:
        result: what came of it.
        octets: the message.
        signature: what the field says, if it can be read.
        key: the key that it was checked with.
        is_body_same: whether the body is what was signed.
        is_header_same: likewise.
    """

    result: Result
    octets: Octets
    signature: Signature | None = None
    key: Key | None = None
    is_body_same: bool | None = None
    is_header_same: bool | None = None


class _Ended(Exception):
    """The check is over, with a word and its reason."""

    def __init__(self, word: Word, reason: str) -> None:
        super().__init__(reason)
        self.word = word
        self.reason = reason


def checks(raw: bytes, server: NameServer, now: float) -> list[Check]:
    """Check each DKIM-Signature of a message, from the top; an empty list: it has none.

    Args:
        raw: the message.
        server: who knows the keys.
        now: in seconds since the epoch, for signatures that expire.
    """
    octets = canonical.octets_of(raw)
    places = [at for at, one in enumerate(octets.fields) if one.name.lower() == "dkim-signature"]
    return [_check(octets, place, server, now) for place in places[:MOST_SIGNATURES]]


def _check(octets: Octets, place: int, server: NameServer, now: float) -> Check:
    try:
        found = signature(octets.fields, place)
    except BadSignature as error:
        words = f"the signature cannot be used: {error}"
        return Check(_unread(octets.fields[place], words), octets)
    last: Check | None = None
    for one in _with_keys(octets, found, server, now):
        if one.result.has_passed:
            return one
        last = last or one
    if last is None:  # a record is needed to say anything at all
        raise AssertionError(place)
    return last


def _with_keys(octets: Octets, found: Signature, server: NameServer, now: float) -> Iterator[Check]:
    """Check a signature with each key at its selector: there should be one (§3.6.2.2)."""
    try:
        _require_current(found, now)
        records = _records(found, server)
    except _Ended as end:
        yield Check(_result(found, end.word, end.reason), octets, found)
        return
    for record in records:
        try:
            public = key(record)
            _require_fitting(found, public)
        except BadKey as error:
            yield Check(_result(found, "permerror", f"{found.key_name}: {error}"), octets, found)
            continue
        except _Ended as end:
            yield Check(_result(found, end.word, end.reason), octets, found, public)
            continue
        yield _compared(octets, found, public)


def _require_current(found: Signature, now: float) -> None:
    if found.algorithm == "rsa-sha1":
        _end("permerror", "a=rsa-sha1 must not be used any more (RFC 8301 §3.1)")
    if found.expires_at is not None and found.expires_at < now:
        late = int(now - found.expires_at)
        _end("permerror", f"the signature expired {late} s ago: x={found.expires_at} (§3.5)")


def _records(found: Signature, server: NameServer) -> list[str]:
    try:
        records = texts(server, found.key_name)
    except NoAnswer as error:
        _end("temperror", str(error))
    if not records:
        _end("permerror", f"no key: there is no TXT record {found.key_name} in the zone")
    return [record.decode("utf-8", "surrogateescape") for record in records]


def _require_fitting(found: Signature, public: Key) -> None:
    kind, _, digest = found.algorithm.partition("-")
    name = found.key_name
    if kind != public.kind:
        _end("permerror", f"a={found.algorithm}, and the key at {name} is k={public.kind}")
    if public.hashes is not None and digest not in public.hashes:
        allowed = ":".join(sorted(public.hashes))
        _end("permerror", f"a={found.algorithm}, and the key at {name} allows h={allowed}")
    if "s" in public.flags and found.identity.rpartition("@")[2].lower() != found.domain:
        _end("permerror", f"t=s of the key at {name} wants i=@{found.domain}: {found.identity}")
    bits = public.rsa_bits
    if bits is not None and bits < LEAST_BITS:
        _end("policy", f"the key at {name} has {bits} bits, wanted 1024 (RFC 8301 §3.2)")


def _compared(octets: Octets, found: Signature, public: Key) -> Check:
    body = canonical.body(octets.body, found.forms[1])
    if found.length is not None and found.length > len(body):
        words = f"l={found.length}, and the body has {len(body)} octets (§3.5)"
        return Check(_result(found, "permerror", words), octets, found, public)
    is_body_same = sha256(body[: found.length]).digest() == found.body_hash
    is_header_same = is_signed(found, public, sha256(signed_header(octets, found)).digest())
    word: Word = "pass" if is_body_same and is_header_same else "fail"
    reason = "" if is_body_same else "the body is not what was signed"
    if is_body_same and not is_header_same:
        reason = _why_unsigned(found, public)
    if word == "pass" and (unsigned := _unsigned_author(octets, found)):
        word, reason = "policy", unsigned
    result = _result(found, word, reason)
    return Check(result, octets, found, public, is_body_same, is_header_same)


def _why_unsigned(found: Signature, public: Key) -> str:
    if public.kind != "rsa":
        return "the header is not what was signed, or another key made the signature"
    if signed_hash(found, public) is None:
        return f"another private key made it than that of the key at {found.key_name}"
    return "the header is not what was signed"


def is_signed(found: Signature, public: Key, digest: bytes) -> bool:
    """Whether this is the hash that was signed (RFC 6376 §3.3, RFC 8463 §3)."""
    try:
        if isinstance(public.public, ed25519.Ed25519PublicKey):
            public.public.verify(found.value, digest)
        else:
            public.public.verify(found.value, digest, padding.PKCS1v15(), Prehashed(SHA256()))
    except InvalidSignature:
        return False
    return True


def signed_hash(found: Signature, public: Key) -> bytes | None:
    """Return the hash that an RSA signature holds; None: another key made it, or Ed25519."""
    if not isinstance(public.public, rsa.RSAPublicKey):
        return None
    try:
        return public.public.recover_data_from_signature(found.value, padding.PKCS1v15(), SHA256())
    except InvalidSignature:
        return None


def signed_header(octets: Octets, found: Signature) -> bytes:
    """Return what is hashed of the header (§3.7): the fields of ``h=``, then the signature."""
    form = found.forms[0]
    lines = [
        canonical.header_field(octets.fields[place].octets, form) + b"\r\n"
        for place in signed_places(octets, found)
        if place is not None
    ]
    own = without_value(octets.fields[found.place].octets)
    return b"".join(lines) + canonical.header_field(own, form)


def signed_places(octets: Octets, found: Signature) -> list[int | None]:
    """Return which field each name of ``h=`` means: from the bottom (§5.4.2); None: no more."""
    stacks: dict[str, list[int]] = {}
    for place, one in enumerate(octets.fields):
        if place != found.place:
            stacks.setdefault(one.name.lower(), []).append(place)
    return [stacks[name].pop() if stacks.get(name) else None for name in found.names]


def _unsigned_author(octets: Octets, found: Signature) -> str:
    """RFC 6376 §8.15: a second From above the signed one is what readers show."""
    authors = [at for at, one in enumerate(octets.fields) if one.name.lower() == "from"]
    unsigned = set(authors) - set(signed_places(octets, found))
    if not unsigned:
        return ""
    return f"there are {len(authors)} From fields, and not all are signed (§8.15)"


def _result(found: Signature, word: Word, reason: str) -> Result:
    properties = (
        ("header.d", found.domain),
        ("header.i", found.identity),
        ("header.s", found.selector),
        ("header.a", found.algorithm),
    )
    return Result("dkim", word, reason, properties, found.domain)


def _unread(field: SignedField, reason: str) -> Result:
    try:
        said = said_by(field)
    except BadSignature:
        said = {}
    known = [(f"header.{name}", said[name]) for name in ("d", "s", "a") if said.get(name)]
    return Result("dkim", "permerror", reason, tuple(known))


def _end(word: Word, reason: str) -> NoReturn:
    raise _Ended(word, reason)
