"""Flaws of the header: fields that are missing, doubled, malformed, or that hold too much."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

from pytest_fakemail.mime import charsets, dates, structured, words
from pytest_fakemail.mime.addresses import address_list
from pytest_fakemail.mime.flaws.flaw import Flaw, flaw
from pytest_fakemail.mime.header_end import missing_end
from pytest_fakemail.mime.headers import Headers, body_start, unfolded

_ONLY_ONCE = (
    b"date from sender reply-to to cc bcc message-id in-reply-to references subject "
    b"mime-version content-type content-transfer-encoding content-disposition"
).split()
_IDS = (b"message-id", b"in-reply-to", b"references")
_MESSAGE_ID = re.compile(rb"<[^<>@\s]+@[^<>@\s]+>")
_ENCODED_WORD = re.compile(rb"=\?[^?\s]+\?[bBqQ]\?[^?]*\?=")
_FIELD_NAME = re.compile(rb"[!-9;-~]+")
_PARAMETER = re.compile(rb";\s*[^\s=;\"]+=[^\s\";]+[ \t]+[^\s;=]")
_ZONE = re.compile(rb"(?:[+-]\d{4}|\b[A-Za-z]{1,5})\s*(?:\([^()]*\)\s*)?$")
_OVERRIDES = re.compile("[\u202a-\u202e\u2066-\u2069]")
_CONTROL = re.compile(rb"[\0-\x08\x0b\x0c\x0e-\x1f\x7f]|\r(?!\n)")
_LONGEST_LINE = 998
_FIRST_YEAR = 1970
_MOST_APART = timedelta(days=1)


def header_flaws(raw: bytes, received_at: datetime | None, *, is_utf8: bool) -> Iterator[Flaw]:
    """Yield what is wrong with a message's header.

    Args:
        raw: its octets.
        received_at: when it came, if that is known.
        is_utf8: whether UTF-8 was agreed on for it (SMTPUTF8).
    """
    if missing_end(raw) is not None:
        yield flaw("header-unended", "no empty line between the header and the text")
    headers = Headers(raw[: body_start(raw)])
    yield from _presence(headers)
    yield from _repetition(headers)
    yield from _identifiers(headers)
    yield from _date(headers, received_at)
    yield from field_flaws(headers, is_utf8=is_utf8)
    for address in (b"bcc", b"resent-bcc"):
        for value in headers.all(address):
            if any(one.written for one in address_list(value)):
                shown = value.decode("utf-8", "replace").strip()
                yield flaw("bcc-left-in", f"the {address.decode().title()} field tells {shown}")


def field_flaws(headers: Headers, *, is_utf8: bool) -> Iterator[Flaw]:
    """Yield what is wrong with the fields of a message or of a part, one by one."""
    for field in headers:
        name = field.name.decode("ascii", "replace")
        if not _FIELD_NAME.fullmatch(field.name):
            yield flaw("field-malformed", f"{name.strip()!r} is no field name")
        yield from _value(name.strip(), field.value, is_utf8=is_utf8)


def _presence(headers: Headers) -> Iterator[Flaw]:
    if b"date" not in headers:
        yield flaw("date-missing", "no Date field")
    authors = [one for value in headers.all(b"from") for one in address_list(value) if one.written]
    if not authors:
        yield flaw("from-missing", "no address in From")
    if len(authors) > 1 and b"sender" not in headers:
        yield flaw("sender-missing", f"{len(authors)} authors in From, and no Sender")
    if b"message-id" not in headers:
        yield flaw("message-id-missing", "no Message-ID field")


def _repetition(headers: Headers) -> Iterator[Flaw]:
    for name in _ONLY_ONCE:
        count = len(headers.all(name))
        if count > 1:
            yield flaw("field-doubled", f"{count} {name.decode().title()} fields")


def _identifiers(headers: Headers) -> Iterator[Flaw]:
    for name in _IDS:
        for value in headers.all(name):
            if not all(_MESSAGE_ID.fullmatch(one) for one in value.split()) or not value.split():
                shown = value.decode("utf-8", "replace").strip()
                yield flaw("message-id-malformed", f"{name.decode().title()}: {shown}")


def _date(headers: Headers, received_at: datetime | None) -> Iterator[Flaw]:
    value = headers.last(b"date")
    if value is None:
        return
    shown = value.decode("utf-8", "replace").strip()
    date = dates.parse(value)
    if date is None:
        yield flaw("date-malformed", f"Date: {shown}")
    elif not _ZONE.search(unfolded(value)):
        yield flaw("date-malformed", f"Date: {shown}, without a zone")
    elif date.year < _FIRST_YEAR:
        yield flaw("date-out-of-range", f"Date: {shown}")
    elif received_at is not None and abs(received_at - date) > _MOST_APART:
        yield flaw("date-out-of-range", f"Date: {shown}, and it came {received_at:%F %T} UTC")


def _value(name: str, value: bytes, *, is_utf8: bool) -> Iterator[Flaw]:
    whole = unfolded(value)
    for line in value.split(b"\n"):
        if len(line) > _LONGEST_LINE:
            yield flaw("line-too-long", f"{len(line)} octets in a line of {name}")
    if _CONTROL.search(value):
        yield flaw("header-control", f"a control character in {name}")
    if not value.isascii() and not is_utf8:
        yield flaw("header-8bit", f"octets beyond ASCII in {name}, without SMTPUTF8")
    if name.lower().startswith("content-") and _PARAMETER.search(whole):
        yield flaw("parameter-malformed", f"a parameter of {name} has blanks and no quotes")
    if _OVERRIDES.search(words.decode(whole)):
        yield flaw("direction-override", f"{name} turns the direction of its text around")
    if b"=?" in whole:
        yield from _encoded_words(name, whole)


def _encoded_words(name: str, whole: bytes) -> Iterator[Flaw]:
    shown = structured.text(name.encode("ascii", "replace"), whole)
    for word in _ENCODED_WORD.findall(whole):
        decoded = words.decode(word)
        if re.search(r"[\r\n]", decoded):
            yield flaw("header-injection", f"an encoded word in {name} has a line break in it")
        elif charsets.codec(word.split(b"?")[1].decode("ascii", "replace")) is None:
            yield flaw("charset-wrong", f"nobody knows the charset of an encoded word in {name}")
        elif word.decode("ascii", "replace") in shown or _is_quoted(whole, word):
            yield flaw("encoded-word-forbidden", f"an encoded word in {name}, where none may be")


def _is_quoted(value: bytes, word: bytes) -> bool:
    """RFC 2047 §5 (3): not within a quoted string."""
    return any(word in quoted for quoted in re.findall(rb'"(?:[^"\\]|\\.)*"', value))
