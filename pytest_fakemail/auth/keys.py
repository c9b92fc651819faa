"""DKIM keys: records as they are published (RFC 6376 §3.6, RFC 8463), and new pairs of keys."""

import binascii
from base64 import b64decode, b64encode
from typing import Literal

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa

from pytest_fakemail.auth.tags import BadTags, tags, without_blanks
from pytest_fakemail.dataclass import dataclass
from pytest_fakemail.errors import BadArgument

Kind = Literal["rsa", "ed25519"]
LEAST_BITS = 1024  # RFC 8301 §3.2

PublicKey = rsa.RSAPublicKey | ed25519.Ed25519PublicKey


class BadKey(Exception):
    """A record that holds no key for this use, in words."""


@dataclass(frozen=True, slots=True)
class Key:
    """A key record: `hashes` are those that it allows, None for all; `flags` its ``t=``."""

    public: PublicKey
    kind: str
    hashes: frozenset[str] | None
    flags: frozenset[str]

    @property
    def rsa_bits(self) -> int | None:
        """The size of an RSA key, None for another."""
        return self.public.key_size if isinstance(self.public, rsa.RSAPublicKey) else None


def key(record: str) -> Key:
    """Read a key record.

    Raises:
        BadKey: it is revoked, not for mail, not a key at all.
    """
    try:
        said = tags(record)
    except BadTags as error:
        raise BadKey(f"no key record: {error}") from None
    if "v" in said and (next(iter(said)) != "v" or said["v"] != "DKIM1"):
        raise BadKey("no key record: v=DKIM1 must come first (RFC 6376 §3.6.1)")
    if "p" not in said:
        raise BadKey("no key record: it lacks p=")
    if not said["p"]:
        raise BadKey("the key is revoked: p= is empty (RFC 6376 §3.6.1)")
    services = _words(said.get("s", "*"))
    if not services & {"*", "email"}:
        raise BadKey(f"the key is not for email: s={said['s']}")
    kind = said.get("k", "rsa")
    hashes = _words(said["h"]) if "h" in said else None
    return Key(_public(said["p"], kind), kind, hashes, _words(said.get("t", "")))


def new_pair(kind: Kind, bits: int) -> tuple[str, str]:
    """Return a private key, PEM in PKCS #8 (RFC 5958), and the record of its public key.

    Raises:
        BadArgument: a kind or size that there is not.
    """
    if kind == "ed25519":
        small = ed25519.Ed25519PrivateKey.generate()
        raw = small.public_key().public_bytes_raw()
        return _pem(small), f"v=DKIM1; k=ed25519; p={b64encode(raw).decode()}"
    if kind != "rsa":
        raise BadArgument(f"no kind of DKIM key: {kind!r}; there is 'rsa' and 'ed25519'")
    if isinstance(bits, bool) or not isinstance(bits, int) or not LEAST_BITS <= bits <= 8192:  # noqa: PLR2004
        raise BadArgument(f"no size of an RSA key: {bits!r} bits; wanted 1024 to 8192")
    large = rsa.generate_private_key(public_exponent=65537, key_size=bits)
    return _pem(large), f"v=DKIM1; k=rsa; p={_spki(large.public_key())}"


def record_of(private: str) -> str:
    """Return the record that publishes a private key's public half.

    Raises:
        BadArgument: no private key in PEM, RSA or Ed25519.
    """
    try:
        found = serialization.load_pem_private_key(private.encode(), None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise BadArgument(f"no private key in PEM, RSA or Ed25519: {error}") from None
    if isinstance(found, ed25519.Ed25519PrivateKey):
        raw = found.public_key().public_bytes_raw()
        return f"v=DKIM1; k=ed25519; p={b64encode(raw).decode()}"
    if isinstance(found, rsa.RSAPrivateKey):
        return f"v=DKIM1; k=rsa; p={_spki(found.public_key())}"
    raise BadArgument(f"no private key for DKIM: {type(found).__name__}; wanted RSA or Ed25519")


def _words(value: str) -> frozenset[str]:
    return frozenset(without_blanks(value).split(":")) - {""}


def _public(value: str, kind: str) -> PublicKey:
    try:
        raw = b64decode(without_blanks(value), validate=True)
    except (binascii.Error, ValueError):
        raise BadKey("p= is no base64") from None
    if kind == "ed25519":
        try:
            return ed25519.Ed25519PublicKey.from_public_bytes(raw)
        except ValueError:
            raise BadKey(f"p= is no Ed25519 key: {len(raw)} octets, wanted 32") from None
    if kind != "rsa":
        raise BadKey(f"k={kind}: wanted rsa or ed25519")
    try:
        found = serialization.load_der_public_key(raw)  # SubjectPublicKeyInfo, or RFC 8017's own
    except (ValueError, UnsupportedAlgorithm):
        raise BadKey("p= is no RSA key in DER") from None
    if not isinstance(found, rsa.RSAPublicKey):
        raise BadKey(f"p= is no RSA key but {type(found).__name__}")
    return found


def _pem(private: rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey) -> str:
    return private.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()


def _spki(public: rsa.RSAPublicKey) -> str:
    der = public.public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return b64encode(der).decode()
