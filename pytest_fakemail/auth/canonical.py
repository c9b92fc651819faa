"""The two forms in which DKIM hashes header fields and bodies (RFC 6376 §3.4)."""

import re
from typing import Literal, NamedTuple

Form = Literal["simple", "relaxed"]
FORMS: tuple[Form, Form] = ("simple", "relaxed")

_BLANKS = re.compile(rb"[ \t]+")
_LINE_END = re.compile(rb"\r?\n")
_FIELD_START = re.compile(rb"\r\n(?![ \t])")


class SignedField(NamedTuple):
    """A field as sent: `name` in its case, `octets` from the name up to its CRLF, without that."""

    name: str
    octets: bytes


class Octets(NamedTuple):
    """A message with CRLF at the ends of its lines: its fields from the top, and its body."""

    fields: list[SignedField]
    body: bytes


def octets_of(raw: bytes) -> Octets:
    """Return fields and body; lone LFs are line ends, as for a server that gets them (§5.3)."""
    raw = _LINE_END.sub(b"\r\n", raw)
    if raw.startswith(b"\r\n"):
        return Octets([], raw[2:])
    header, _, body = raw.partition(b"\r\n\r\n")
    lines = _FIELD_START.split(header.removesuffix(b"\r\n"))
    fields = [
        SignedField(line.partition(b":")[0].rstrip(b" \t").decode("latin-1"), line)
        for line in lines
        if b":" in line
    ]
    return Octets(fields, body)


def header_field(octets: bytes, form: Form) -> bytes:
    """Return one field in its canonical form, without CRLF at its end (§3.4.1, §3.4.2)."""
    if form == "simple":
        return octets
    name, _, value = octets.partition(b":")
    value = _BLANKS.sub(b" ", value.replace(b"\r\n", b"")).strip(b" ")
    return name.rstrip(b" \t").lower() + b":" + value


def body(octets: bytes, form: Form) -> bytes:
    """Return a body in its canonical form (§3.4.3, §3.4.4)."""
    if form == "relaxed":
        octets = _BLANKS.sub(b" ", octets).replace(b" \r\n", b"\r\n").removesuffix(b" ")
    end = len(octets)
    while octets.endswith(b"\r\n", 0, end):
        end -= 2
    if end == 0:
        return b"" if form == "relaxed" else b"\r\n"
    return octets[:end] + b"\r\n"
