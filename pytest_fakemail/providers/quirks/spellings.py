"""Quirks of grammar, whatever is said: case, spaces, strings, literals, dates, response codes."""

import re
from collections.abc import Callable

from pytest_fakemail.mime import words
from pytest_fakemail.providers.quirks.quirk import Quirk
from pytest_fakemail.providers.quirks.rewrites import ahead, is_tagged, sub, tagged
from pytest_fakemail.providers.quirks.tree import Node, bodies, fetched, items, unquoted, values
from pytest_fakemail.wire.exchange import Exchange

_FETCH = ("FETCH",)
_COMMON = ("NOOP", "FETCH", "SEARCH", "STORE", "LIST")
_LITERAL = re.compile(rb"~?\{(\d+)\}\r\n(.*)\Z", re.DOTALL)
_WORD = re.compile(rb"\A(\* (?:\d+ )?)([A-Z]+)\b")
_HUGE = 2**32


def _capitalised(_: Exchange, lines: list[bytes]) -> list[bytes]:
    return [_WORD.sub(lambda one: one[1] + one[2].capitalize(), line) for line in lines]


def _answered_twice(exchange: Exchange, lines: list[bytes]) -> list[bytes]:
    is_end = bool(lines) and is_tagged(exchange, lines[-1])
    return [*lines, lines[-1]] if is_end else lines


def _widely_spaced(root: Node) -> None:
    for name, _ in list(items(root))[1:]:
        name.gap = b"  "


def _announced(root: Node, size: int | None = None) -> None:
    """Announce literals as so large, or as smaller than they are."""
    for _, value in bodies(root):
        found = _LITERAL.fullmatch(value.raw)
        if found is not None and found[2]:
            shown = len(found[2]) * 3 // 4 if size is None else size
            value.become(b"{%d}\r\n%b" % (shown, found[2]))


def _bare_words(root: Node) -> None:
    for _, value in bodies(root):
        found = _LITERAL.fullmatch(value.raw)
        held = unquoted(value.raw) if found is None else found[2]
        if re.fullmatch(rb"[A-Za-z0-9.!,-]+", held):
            value.become(held)


def _quotes_left_alone(root: Node) -> None:
    waiting = list(values(root, b"ENVELOPE", b"BODY", b"BODYSTRUCTURE"))
    while waiting:
        one = waiting.pop()
        waiting += one.inside
        if one.raw[:1] == b'"':
            one.raw = b'"%b"' % one.raw[1:-1].replace(b'\\"', b'"')


def _decoded_subject(root: Node) -> None:
    for envelope in values(root, b"ENVELOPE"):
        subject = envelope.inside[1]
        if subject.raw[:1] == b'"':
            text = words.decode(unquoted(subject.raw)).encode("utf-8", "replace")
            subject.raw = b'"%b"' % text.replace(b"\\", b"\\\\").replace(b'"', b'\\"')


def _no_header(root: Node) -> None:
    for name, value in bodies(root):
        if b"HEADER" in name.raw.upper():
            value.become(b"NIL")


def _header_without_end(root: Node) -> None:
    for name, value in bodies(root):
        found = _LITERAL.fullmatch(value.raw)
        if b"HEADER" in name.raw.upper() and found is not None:
            held = found[2].removesuffix(b"\r\n") if found[2].endswith(b"\r\n\r\n") else found[2]
            value.become(b"{%d}\r\n%b" % (len(held), held))


def _date(pattern: bytes, new: bytes) -> Callable[[Node], None]:
    """Return what replaces a part of INTERNALDATE."""

    def change(root: Node) -> None:
        for date in values(root, b"INTERNALDATE"):
            date.raw = re.sub(pattern, new, date.raw)

    return change


# fmt: off
ROWS = (
    Quirk("case.mixed", "imap", _COMMON, "* Fetch, * List, * Search", "clients that compare words",
          "K no capture", _capitalised),
    Quirk("tag.duplicate", "imap", _COMMON, "the tagged response twice",
          "clients that take it for that of their next command", "K no capture", _answered_twice),
    Quirk("line.empty_between", "imap", _COMMON, "an empty line ahead of the tagged response",
          "clients that want a word in each", "K no capture", ahead(b"\r\n")),
    Quirk("code.unclosed", "imap", ("SELECT", "EXAMINE", "APPEND", "COPY"),
          "OK [READ-WRITE, the bracket never closed", "parsers of response codes", "K no capture",
          sub(rb"\A([^* ]+ OK \[[^\]]*)\]", rb"\1")),
    Quirk("code.unknown", "imap", _COMMON, "OK [XYZZY 5]", "clients that know all codes",
          "K no capture", tagged(lambda tag, text: tag + b" OK [XYZZY 5] " + text)),
    Quirk("text.8bit", "imap", _COMMON, "OK with letters beyond ASCII", "clients that decode ASCII",
          "K no capture", tagged(lambda tag, _: tag + b" OK Termin\xe9")),
    Quirk("space.double", "imap", _FETCH, "two spaces between items", "strict parsers",
          "K no capture", fetched(_widely_spaced)),
    Quirk("lit.too_short", "imap", _FETCH, "a literal announced shorter than it is",
          "clients that take the rest of it for the next response", "K no capture",
          fetched(_announced), is_last=True),
    Quirk("lit.huge", "imap", _FETCH, "a literal announced as of 4 GiB",
          "clients that make room for it", "K no capture",
          fetched(lambda root: _announced(root, _HUGE)), is_last=True),
    Quirk("str.atom_for_body", "imap", _FETCH, "a body of one word as it is",
          "clients that want a string", "K no capture", fetched(_bare_words)),
    Quirk("str.unescaped_quote", "imap", _FETCH, 'a quoted string with quotes in it: "a "b" c"',
          "parsers of quoted strings", "K no capture", fetched(_quotes_left_alone), is_last=True),
    Quirk("env.raw_8bit_subject", "imap", _FETCH, "the subject decoded, in UTF-8",
          "clients that want ASCII there", "K no capture", fetched(_decoded_subject)),
    Quirk("fetch.header_nil", "imap", _FETCH, "NIL for a header", "clients that want a string",
          "K no capture", fetched(_no_header)),
    Quirk("fetch.header_without_blank_line", "imap", _FETCH, "a header without its empty line",
          "clients that look for that", "K no capture", fetched(_header_without_end)),
    Quirk("date.no_space", "imap", _FETCH, 'INTERNALDATE "1-Feb-2026 …", without its space',
          "parsers of fixed columns", "K no capture", fetched(_date(rb'" ', b'"'))),
    Quirk("date.bad_zone", "imap", _FETCH, 'INTERNALDATE "… GMT"', "parsers of dates",
          "K no capture", fetched(_date(rb'[-+]\d{4}"', b'GMT"'))),
)
