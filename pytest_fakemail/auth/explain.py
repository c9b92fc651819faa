"""Why mail did not pass, in the words of a failure: which check, on which octets."""

from base64 import b64encode
from collections.abc import Iterator
from hashlib import sha256
from typing import TYPE_CHECKING

from pytest_fakemail.auth import canonical
from pytest_fakemail.auth.differences import (
    Guess,
    body_difference,
    first_difference,
    header_difference,
)
from pytest_fakemail.auth.dkim import Check, signed_hash, signed_header
from pytest_fakemail.auth.signature import Signature
from pytest_fakemail.errors import nearest_spelling

if TYPE_CHECKING:
    from pytest_fakemail.auth import dmarc, spf

_MOST_LINES = 12
_LONGEST = 100
_AROUND = 30


def signature_lines(check: Check, names: list[str]) -> list[str]:
    """Say what came of one signature, and why; `names` are those in the zone."""
    found, result = check.signature, check.result
    if found is None:
        return [_told(check)]
    if result.has_passed:
        return [f"{_titled(found)}: valid"]
    lines = [f"{_titled(found)}: {result.word}: {result.reason}"]
    if check.is_body_same is False:
        lines += _body_lines(check, found)
    if check.is_header_same is False:
        lines += _header_lines(check, found)
    if check.key is None and result.word == "permerror" and "no key" in result.reason:
        lines += _key_lines(found, names)
    return lines


def spf_lines(checked: "spf.Checked", sender: str, helo: str) -> list[str]:
    """Say what came of SPF, and which policies were read for it."""
    result = checked.result
    of = f"<{sender}>" if checked.identity == "mailfrom" else f"EHLO {helo}, the sender is null,"
    lines = [f"SPF of {of} is {result.word}: {result.reason}"]
    lines += [f"  {domain}: {record}" for domain, record in checked.policies]
    if checked.explanation:
        lines.append(f"  the domain explains: {checked.explanation}")
    if checked.is_from_loopback:
        lines.append("  the client is this machine; fakemail.seen_from(…) or client= say otherwise")
    return lines


def dmarc_lines(checked: "dmarc.Checked") -> list[str]:
    """Say what came of DMARC, and how each identifier stands to the author's domain."""
    result, record = checked.result, checked.record
    lines = [f"DMARC of {checked.author or 'no author'} is {result.word}: {result.reason}"]
    if record is not None:
        lines.append(f"  _dmarc.{record.domain}: {record.text}")
    return lines + [f"  {line}" for line in checked.alignments or ()]


def _titled(found: Signature) -> str:
    forms = "/".join(found.forms)
    return f"signature of {found.domain} (s={found.selector}, {found.algorithm}, {forms})"


def _told(check: Check) -> str:
    about = " ".join(f"{name}={value}" for name, value in check.result.properties)
    return " ".join(filter(None, [f"{check.result.word}: {check.result.reason}", about]))


def _key_lines(found: Signature, names: list[str]) -> Iterator[str]:
    selectors = [name for name in names if "._domainkey." in name]
    near = nearest_spelling(found.key_name, selectors)
    there = ", ".join(selectors) or "none"
    yield f"  keys in the zone: {there} {near and f'({near.strip()})'}".rstrip()


def _body_lines(check: Check, found: Signature) -> Iterator[str]:
    form, length = found.forms[1], found.length
    here = canonical.body(check.octets.body, form)[:length]
    limit = "" if length is None else f", l={length}"
    yield f"  bh={_shown_hash(found.body_hash)} was signed"
    yield f"  bh={_shown_hash(sha256(here).digest())} is the hash of the body here" + limit
    if len(found.body_hash) != sha256().digest_size:
        yield f"  bh= has {len(found.body_hash)} octets; a SHA-256 has 32"
    guess = body_difference(check)
    if guess is None:
        yield f"  what was signed is not known; its {form} form here, {len(here)} octets:"
        yield from _octets_by_line(here)
        return
    yield f"  {guess.words}"
    yield from _first_difference(guess, here, f"the body in {form} form")


def _header_lines(check: Check, found: Signature) -> Iterator[str]:
    public = check.key
    if public is None:
        return
    hashed = signed_header(check.octets, found)
    known = signed_hash(found, public)
    if known is None and public.kind == "rsa":
        if check.is_body_same is False:  # else it has been said
            yield f"  and another private key made it than that of the key at {found.key_name}"
        return
    guess = header_difference(check)
    if guess is None:
        yield "  which field differs is not known; what is hashed here of the header:"
    else:
        yield f"  {guess.words}"
        yield from _first_difference(guess, hashed, "what is hashed of the header")
        yield "  what is hashed here of the header:"
    yield from _octets_by_line(hashed, beginning=False)
    there = {field.name.lower() for field in check.octets.fields}
    missing = [name for name in dict.fromkeys(found.names) if name not in there]
    if missing:
        yield f"  named in h= and not there: {', '.join(missing)}"


def _first_difference(guess: Guess, here: bytes, of: str) -> Iterator[str]:
    at = first_difference(guess.octets, here)
    begin = max(0, at - _AROUND)
    yield f"  first difference at octet {at} of {of}, after {here[begin:at]!r}:"
    yield f"    signed {_piece(guess.octets, at)}"
    yield f"    here   {_piece(here, at)}"


def _piece(octets: bytes, at: int) -> str:
    piece = octets[at : at + 2 * _AROUND]
    return repr(piece) if piece else "nothing more"


def _octets_by_line(octets: bytes, *, beginning: bool = True) -> Iterator[str]:
    """Yield lines with their offsets, the first of them or the last."""
    lines, at = [], 0
    for line in octets.split(b"\r\n"):
        if line or not beginning:
            shown = repr(line[:_LONGEST]) + ("…" if len(line) > _LONGEST else "")
            lines.append(f"    {at:>5}  {shown}")
        at += len(line) + 2
    rest = len(lines) - _MOST_LINES
    yield from lines[:_MOST_LINES]
    if rest > 0:
        yield f"           … {rest} more lines"


def _shown_hash(digest: bytes) -> str:
    return b64encode(digest).decode()
