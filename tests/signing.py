"""A DKIM signer of its own, written from RFC 6376 §3.7 alone, that can also do it wrong."""

import base64
import re
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric import ed25519, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

SELECTOR = "mail"
BODY = b"Hello  Ann,\r\n.\r\nBye.\r\n"
HEADER = (
    b"From: News <news@example.test>\r\n"
    b"To: Ann\r\n <ann@example.test>\r\n"
    b"Subject: Your  invoice\r\n\r\n"
)
MAIL = HEADER + BODY


class Signer:
    """Signs as its tags say; `z` and others are taken as they are."""

    def __init__(self, pem: str, **tags: str) -> None:
        self.key = load_pem_private_key(pem.encode(), None)
        is_rsa = isinstance(self.key, rsa.RSAPrivateKey)
        self.tags = {
            "v": "1",
            "a": "rsa-sha256" if is_rsa else "ed25519-sha256",
            "c": "relaxed/relaxed",
            "d": "example.test",
            "s": SELECTOR,
            "h": "from:to:subject",
            **tags,
        }
        given = self.tags.get("l", "")
        self.length = int(given) if given.isdigit() else None

    def signed(self, mail: bytes, *, without: str = "") -> bytes:
        """Return the mail with a signature on top; `without` leaves out a tag."""
        header, _, body = mail.partition(b"\r\n\r\n")
        forms = self.tags["c"].partition("/")
        tags = dict(self.tags)
        digest = sha256(canonical_body(body, forms[2] or "simple")[: self.length]).digest()
        tags.setdefault("bh", base64.b64encode(digest).decode())
        tags["b"] = ""
        tags.pop(without, None)
        field = "DKIM-Signature: " + ";\r\n\t".join(f"{name}={tags[name]}" for name in tags)
        hashed = self.hashed(header, field.encode(), forms[0])
        if "b" in tags:
            field = field.removesuffix("b=") + "b=" + folded(self.sign(hashed))
        return field.encode() + b"\r\n" + mail

    def hashed(self, header: bytes, field: bytes, form: str) -> bytes:
        """Return what is signed: the fields of h= from the bottom, then the signature's own."""
        left = re.split(rb"\r\n(?![ \t])", header)
        lines = []
        for name in self.tags["h"].lower().split(":"):
            for at in range(len(left) - 1, -1, -1):
                if left[at].partition(b":")[0].strip().lower() == name.strip().encode():
                    lines.append(canonical_field(left.pop(at), form) + b"\r\n")
                    break
        return b"".join(lines) + canonical_field(field, form)

    def sign(self, hashed: bytes) -> str:
        """Return the signature of these octets, in base64."""
        if isinstance(self.key, rsa.RSAPrivateKey):
            made = self.key.sign(hashed, padding.PKCS1v15(), SHA256())
        else:
            assert isinstance(self.key, ed25519.Ed25519PrivateKey)
            made = self.key.sign(sha256(hashed).digest())
        return base64.b64encode(made).decode()


def canonical_field(line: bytes, form: str) -> bytes:
    """RFC 6376 §3.4.2, step by step."""
    if form != "relaxed":
        return line
    name, value = line.split(b":", 1)
    value = re.sub(rb"[ \t]+", b" ", value.replace(b"\r\n", b""))
    return name.lower().rstrip(b" \t") + b":" + value.strip(b" \t")


def canonical_body(body: bytes, form: str) -> bytes:
    """RFC 6376 §3.4.3 and §3.4.4, line by line."""
    lines = body.split(b"\r\n")
    if form == "relaxed":
        lines = [re.sub(rb"[ \t]+", b" ", line).rstrip(b" ") for line in lines]
    while lines and not lines[-1]:
        lines.pop()
    if not lines:
        return b"" if form == "relaxed" else b"\r\n"
    return b"".join(line + b"\r\n" for line in lines)


def folded(text: str) -> str:
    """Return base64 on several lines, as signers write it."""
    return "\r\n\t ".join(text[at : at + 60] for at in range(0, len(text), 60))


def raw_seed(pem: str) -> bytes:
    """Return an Ed25519 key as dkimpy wants it: 32 octets in base64."""
    key = load_pem_private_key(pem.encode(), None)
    raw = key.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())
    return base64.b64encode(raw)
