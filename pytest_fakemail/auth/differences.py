"""What differs from what was signed, where that can be known.

A hash does not say what it is of.  But it can be compared with those of what the message may have
been: before a footer came to it, with other line ends, before a field was added.
"""

import binascii
import re
from base64 import b64decode
from collections.abc import Iterator
from hashlib import sha256
from quopri import decodestring
from typing import NamedTuple

from pytest_fakemail.auth import canonical
from pytest_fakemail.auth.canonical import FORMS, Form, Octets
from pytest_fakemail.auth.dkim import Check, is_signed, signed_hash, signed_places
from pytest_fakemail.auth.signature import Signature, without_value

_MOST_LINES = 2000
_MOST_OCTETS_FROM_BEHIND = 2_000_000  # hashed in all, to find what was put before a body
_LABEL = re.compile(rb"(?i)^(subject:[ \t]*)(?:\[[^\]]*\][ \t]*)+")


class Guess(NamedTuple):
    """What the octets may have been, and in words how they became what they are."""

    octets: bytes
    words: str


def body_difference(check: Check) -> Guess | None:
    """Return what the body was when it was signed, if it can be found."""
    found = check.signature
    if found is None:
        return None
    for guess in _bodies(check.octets, found):
        if sha256(guess.octets).digest() == found.body_hash:
            return guess
    return None


def header_difference(check: Check) -> Guess | None:
    """Return what was hashed of the header when it was signed, if it can be found."""
    found, public = check.signature, check.key
    if found is None or public is None:
        return None
    known = signed_hash(found, public)
    if known is None and public.kind == "rsa":
        return None  # another key made it
    for guess in _headers(check.octets, found):
        digest = sha256(guess.octets).digest()
        if digest == known or (known is None and is_signed(found, public, digest)):
            return guess
    return None


def first_difference(one: bytes, other: bytes) -> int:
    """Return the first offset at which they differ."""
    shorter = min(len(one), len(other))
    if one[:shorter] == other[:shorter]:
        return shorter
    low, high = 0, shorter
    while high - low > 1:  # the longest common beginning
        middle = (low + high) // 2
        low, high = (middle, high) if one[:middle] == other[:middle] else (low, middle)
    return low


def _bodies(octets: Octets, found: Signature) -> Iterator[Guess]:
    form, length = found.forms[1], found.length
    other: Form = FORMS[1 - FORMS.index(form)]
    raw, now = octets.body, canonical.body(octets.body, form)
    if length is None:
        yield Guess(b"", "an empty body was signed")
        yield Guess(b"\r\n", "an empty body was signed")
    else:
        yield Guess(now, f"the whole body was signed, not only l={length} octets of it")
    yield Guess(canonical.body(raw, other)[:length], f"it was signed as c=…/{other}")
    yield Guess(raw[:length], f"it was signed as it is, not in its {form} form")
    yield Guess(now.removesuffix(b"\r\n")[:length], "it was signed without its last line end")
    for words, body in _line_ends(raw):
        if body == raw:
            continue
        yield Guess(canonical.body(body, form)[:length], words)
        yield Guess(body[:length], words)
        yield Guess(body.rstrip(b"\r\n")[:length], words + ", without the last one")
    for words, body in _decoded(raw):
        yield Guess(canonical.body(body, form)[:length], words)
        yield Guess(body, words)
    yield from _shorter(now)


def _line_ends(raw: bytes) -> Iterator[tuple[str, bytes]]:
    yield (
        "it was signed with LF at the ends of lines, and sent with CRLF",
        raw.replace(b"\r\n", b"\n"),
    )
    stripped = re.sub(rb"[ \t]+\r\n", b"\r\n", raw) if len(raw) < _MOST_OCTETS_FROM_BEHIND else raw
    yield "it was signed without the blanks at the ends of its lines", stripped
    yield "it was signed with its leading dots doubled", re.sub(rb"(?m)^\.", b"..", raw)
    yield "its leading dots were doubled after it was signed", re.sub(rb"(?m)^\.\.", b".", raw)


def _decoded(raw: bytes) -> Iterator[tuple[str, bytes]]:
    """What a body was before its transfer encoding."""
    plain = decodestring(raw)
    yield "it was encoded in quoted-printable after it was signed", plain
    yield (
        "it was encoded in quoted-printable after it was signed",
        canonical.octets_of(b"\n" + plain).body,
    )
    try:
        undone = b64decode(raw.replace(b"\r\n", b""), validate=True)
    except (binascii.Error, ValueError):
        return
    words = "it was encoded in base64 after it was signed"
    yield words, undone
    yield words, canonical.octets_of(b"\n" + undone).body


def _shorter(now: bytes) -> Iterator[Guess]:
    """What a body was before lines came to its end, or to its beginning."""
    lines = now.split(b"\r\n", _MOST_LINES)[:-1]
    end = 0
    for line in lines[:-1]:
        end += len(line) + 2
        yield Guess(now[:end], f"what follows octet {end} was added after it was signed")
    if len(lines) * len(now) > _MOST_OCTETS_FROM_BEHIND:
        return
    begin = 0
    for line in lines[:-1]:
        begin += len(line) + 2
        yield Guess(now[begin:], f"its first {begin} octets were added after it was signed")


class _Signed(NamedTuple):
    """The lines that are hashed of a header, and what is hashed of the signature's own field."""

    lines: list[bytes]
    own: bytes

    def octets(self, form: Form, end: bytes = b"\r\n") -> bytes:
        lines = [canonical.header_field(line, form) + end for line in self.lines]
        return b"".join(lines) + canonical.header_field(self.own, form)

    def but(self, at: int, *instead: bytes) -> "_Signed":
        return self._replace(lines=[*self.lines[:at], *instead, *self.lines[at + 1 :]])


def _headers(octets: Octets, found: Signature) -> Iterator[Guess]:
    form = found.forms[0]
    other: Form = FORMS[1 - FORMS.index(form)]
    places = [place for place in signed_places(octets, found) if place is not None]
    own = without_value(octets.fields[found.place].octets)
    signed = _Signed([octets.fields[place].octets for place in places], own)
    yield Guess(signed.octets(other), f"it was signed as c={other}/…")
    yield Guess(signed.octets(form) + b"\r\n", "a CRLF was hashed at its end (RFC 6376 §3.7)")
    yield Guess(signed.octets(form, b"\n"), "it was signed with LF at the ends of lines")
    in_order = signed._replace(lines=[octets.fields[place].octets for place in sorted(places)])
    yield Guess(in_order.octets(form), "its fields were hashed in another order than h= has (§3.7)")
    first = signed._replace(lines=_first_fields(octets, found))
    yield Guess(
        first.octets(form), "of fields that are there twice, the last one is meant (§5.4.2)"
    )
    yield from _own_refolded(signed, form)
    for at, place in enumerate(places):
        name = octets.fields[place].name
        yield Guess(signed.but(at).octets(form), f"the field {name} was added after it was signed")
        for line, words in _former(signed.lines[at], name, found):
            yield Guess(signed.but(at, line).octets(form), words)


def _own_refolded(signed: _Signed, form: Form) -> Iterator[Guess]:
    flat = signed._replace(own=signed.own.replace(b"\r\n", b""))
    yield Guess(flat.octets(form), "the field DKIM-Signature was folded after it was signed")


def _first_fields(octets: Octets, found: Signature) -> list[bytes]:
    first: dict[str, bytes] = {}
    for place, one in enumerate(octets.fields):
        if place != found.place:
            first.setdefault(one.name.lower(), one.octets)
    return [first[name] for name in dict.fromkeys(found.names) if name in first]


def _former(line: bytes, name: str, found: Signature) -> Iterator[tuple[bytes, str]]:
    """Yield what a field may have been."""
    for copied, text in found.copies:
        if copied == name.lower():
            was = text.strip()
            yield (
                name.encode("latin-1") + b":" + text.encode("latin-1", "replace"),
                f"the field {name} was {was!r} when it was signed (z=)",
            )
    yield line.replace(b"\r\n", b""), f"the field {name} was folded after it was signed"
    unlabelled = _LABEL.sub(rb"\1", line)
    if unlabelled != line:
        yield unlabelled, f"the field {name} got its label after it was signed"
    yield _decoded_words(line), f"the field {name} was encoded after it was signed (RFC 2047)"
    empty = line.partition(b":")[0] + b": "
    yield empty, f"the field {name} was empty when it was signed"


def _decoded_words(line: bytes) -> bytes:
    from email.errors import HeaderParseError
    from email.header import decode_header, make_header

    text = line.replace(b"\r\n", b"").decode("ascii", "replace")
    name, _, value = text.partition(":")
    try:
        return f"{name}: {make_header(decode_header(value.strip()))}".encode()
    except (HeaderParseError, LookupError, ValueError):
        return line
