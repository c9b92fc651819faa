"""Quirks of SEARCH: what is found, and in which response it is said."""

import re

from pytest_fakemail.providers.quirks.quirk import Quirk
from pytest_fakemail.providers.quirks.rewrites import sub, without
from pytest_fakemail.wire.exchange import Exchange

_SEARCH = ("SEARCH",)
_FOUND = re.compile(rb"\* SEARCH((?: \d+)*)\r\n")
_ESEARCH = re.compile(rb"\* ESEARCH \(TAG [^)]*\)(?: UID)?(?: ALL ([\d,:]+))?\r\n")
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|\{(?P<size>\d+)\+?\}\r\n|[()]|[^\s()"]+', re.DOTALL)
_HEADERS = frozenset(("BCC", "CC", "FROM", "HEADER", "SUBJECT", "TO"))
_KEYWORDS = frozenset(("KEYWORD", "UNKEYWORD"))
_WITH_VALUE = _HEADERS | _KEYWORDS | {
    "BEFORE", "BODY", "CHARSET", "EMAILID", "FILTER", "LARGER", "MODSEQ", "OLDER", "ON",
    "SAVEDBEFORE", "SAVEDON", "SAVEDSINCE", "SENTBEFORE", "SENTON", "SENTSINCE", "SINCE",
    "SMALLER", "TEXT", "THREADID", "UID", "X-GM-LABELS", "X-GM-MSGID", "X-GM-RAW",
    "X-GM-THRID", "YOUNGER",
}  # fmt: skip
"""Behind each of these stands a value, which may read as a key does; behind HEADER two."""
_MOST = 100_000


def _numbers(line: bytes) -> list[bytes] | None:
    found = _FOUND.fullmatch(line)
    return None if found is None else found[1].split()


def _said(numbers: list[bytes]) -> bytes:
    return b"".join((b"* SEARCH", *(b" " + one for one in numbers), b"\r\n"))


def _reversed(_: Exchange, lines: list[bytes]) -> list[bytes]:
    found = [(line, _numbers(line)) for line in lines]
    return [line if one is None else _said(one[::-1]) for line, one in found]


def _doubled(_: Exchange, lines: list[bytes]) -> list[bytes]:
    found = [(line, _numbers(line)) for line in lines]
    return [line if one is None else _said([*one, *one[:1]]) for line, one in found]


def _everything(exchange: Exchange, lines: list[bytes]) -> list[bytes]:
    """Find all messages, whatever was asked for."""
    numbers = exchange.numbers or {}
    found = numbers.values() if exchange.verb.startswith("UID ") else numbers
    every = _said([b"%d" % one for one in found])
    return [line if _numbers(line) is None else every for line in lines]


def _old_form(_: Exchange, lines: list[bytes]) -> list[bytes]:
    """Say by SEARCH what ESEARCH says, if that is no more than the numbers."""
    found = [(line, _ESEARCH.fullmatch(line)) for line in lines]
    return [line if one is None else _said(_listed(one[1] or b"")) for line, one in found]


def _listed(sets: bytes) -> list[bytes]:
    numbers: list[bytes] = []
    for one in sets.split(b",") if sets else []:
        first, _, last = one.partition(b":")
        for number in range(int(first), min(int(last or first), int(first) + _MOST) + 1):
            numbers.append(b"%d" % number)  # noqa: PERF401  (two loops)
    return numbers


def _new_form(exchange: Exchange, lines: list[bytes]) -> list[bytes]:
    uid = b" UID" if exchange.verb.startswith("UID ") else b""
    tag = exchange.tag.encode()

    def said(numbers: list[bytes]) -> bytes:
        every = b" ALL " + b",".join(numbers) if numbers else b""
        return b'* ESEARCH (TAG "%b")%b%b\r\n' % (tag, uid, every)

    found = [(line, _numbers(line)) for line in lines]
    return [line if one is None else said(one) for line, one in found]


def _all_of_nothing(exchange: Exchange, lines: list[bytes]) -> list[bytes]:
    """Say nothing of what was found where RETURN () asks for all of it (RFC 4731 §3.1)."""
    if re.match(r"RETURN \(\)", exchange.argument, re.IGNORECASE) is None:
        return lines
    return [re.sub(rb" ALL [\d,:]+", b"", line) for line in lines]


def _keys(argument: str) -> set[str]:
    """Return the keys of a search in upper case, without their values."""
    keys: set[str] = set()
    place = values = 0
    while (found := _TOKEN.search(argument, place)) is not None:
        octets = int(found["size"] or 0)
        rest = argument[found.end() :].encode()[octets:] if octets else b""
        place = len(argument) - len(rest.decode("utf-8", "replace")) if octets else found.end()
        if values:
            values -= 1
            continue
        key = found[0].upper()
        keys.add(key)
        values = 2 if key == "HEADER" else int(key in _WITH_VALUE)
    return keys


def _header_missed(exchange: Exchange, lines: list[bytes]) -> list[bytes]:
    """Find nothing where header fields are searched."""
    if not _keys(exchange.argument) & _HEADERS:
        return lines
    lines = [re.sub(rb"\A(\* ESEARCH .*?) ALL [\d,:]+", rb"\1", line) for line in lines]
    return [b"* SEARCH\r\n" if _numbers(line) else line for line in lines]


def _no_keywords(exchange: Exchange) -> bytes | None:
    if not _keys(exchange.argument) & _KEYWORDS:
        return None
    return f"{exchange.tag} BAD Command Argument Error. 11\r\n".encode()


# fmt: off
ROWS = (
    Quirk("search.no_untagged", "imap", _SEARCH, "no * SEARCH where nothing is found",
          "clients that wait for one", "K no capture", without(rb"\* SEARCH\r\n")),
    Quirk("search.trailing_space", "imap", _SEARCH, "a space behind the last number",
          "strict parsers", "C ICQ", sub(rb"\A(\* SEARCH .*)\r\n", rb"\1 \r\n")),
    Quirk("search.ignores_criteria", "imap", _SEARCH, "all messages, whatever is searched for",
          "clients that act on what they find", "T MK#946, MK#1143 (QQ)", _everything),
    Quirk("search.token_only", "imap", _SEARCH, "whole words alone are found, no part of one",
          "clients that search for the start of a word", "K no capture (Gmail)", is_deep=True),
    Quirk("search.header_misses", "imap", _SEARCH, "nothing, where a header field is searched",
          "clients that look for a Message-ID or a subject",
          "T MK#967, jakartaee#425 (Exchange, which finds too much at other times)",
          _header_missed),
    Quirk("search.return_empty_means_nothing", "imap", _SEARCH,
          "RETURN () is answered with no numbers", "clients that take it for ALL, as it is meant",
          "T MK#1177", _all_of_nothing),
    Quirk("search.unsorted", "imap", _SEARCH, "numbers from the last to the first",
          "clients that take the last for the newest", "C TB (Yahoo)", _reversed),
    Quirk("search.duplicates", "imap", _SEARCH, "a number twice",
          "clients that work on each", "K no capture", _doubled),
    Quirk("search.search_for_esearch", "imap", _SEARCH, "SEARCH where ESEARCH was asked for",
          "clients that wait for it", "C MKC (Cyrus 2.4)", _old_form),
    Quirk("search.esearch_for_search", "imap", _SEARCH, "ESEARCH where SEARCH was asked for",
          "clients that know nothing of it", "K no capture", _new_form),
    Quirk("search.keyword_bad", "imap", _SEARCH, "KEYWORD is refused with BAD",
          "clients that search for keywords", "T imap_tools#181 (Microsoft)",
          refuse=_no_keywords),
)
