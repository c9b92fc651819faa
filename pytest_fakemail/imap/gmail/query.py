"""X-GM-RAW: Gmail's search language, as far as it asks for what IMAP knows too.

Words that all have to be there, ``OR`` between two, ``-`` before what must not be, quotes
around phrases, and operators: ``from:ann``, ``is:unread``, ``label:work``,
``after:2024/01/31``.  An operator that is not known is searched for as text.
"""

import re
from collections.abc import Callable
from contextlib import suppress
from datetime import date

from pytest_fakemail.query.search import (
    All,
    And,
    Dated,
    Flag,
    Header,
    Not,
    Or,
    SearchKey,
    Size,
    Text,
)

_TOKEN = re.compile(r'(-?)(?:([A-Za-z0-9_]+):)?(?:"([^"]*)"|(\S+))')
_FIELDS = {
    "from": "From",
    "to": "To",
    "cc": "Cc",
    "bcc": "Bcc",
    "subject": "Subject",
    "rfc822msgid": "Message-ID",
}
_STATES: dict[str, SearchKey] = {
    "read": Flag("\\Seen"),
    "unread": Not(Flag("\\Seen")),
    "starred": Flag("\\Flagged"),
    "important": Flag("$Important"),
}
_UNITS = {"": 1, "k": 1024, "m": 1024 * 1024}
_SIZE = re.compile(r"(\d{1,15})([kKmM]?)")
_DAY = re.compile(r"(\d{4})[/-](\d{1,2})[/-](\d{1,2})")

Labelled = Callable[[str], SearchKey]


def query_key(query: str, labelled: Labelled) -> SearchKey:
    """Return the search key of a query; `labelled` gives that of a label."""
    groups: list[list[SearchKey]] = []
    is_alternative = False
    for minus, operator, quoted, word in _TOKEN.findall(query):
        if word == "OR" and not operator and not minus:
            is_alternative = bool(groups)
            continue
        key = _term(operator.lower(), quoted or word, labelled)
        if minus:
            key = Not(key)
        if is_alternative:
            groups[-1].append(key)
        else:
            groups.append([key])
        is_alternative = False
    return And(tuple(keys[0] if len(keys) == 1 else Or(tuple(keys)) for keys in groups))


def _term(operator: str, value: str, labelled: Labelled) -> SearchKey:
    if operator in _FIELDS:
        return Header(_FIELDS[operator], value)
    key: SearchKey | None = None
    match operator:
        case "":
            key = Text(value)
        case "is":
            key = _STATES.get(value.lower())
        case "has" if value.lower() == "attachment":
            key = Header("Content-Type", "multipart/mixed")
        case "in" | "label":
            key = _place(value, labelled)
        case "larger" | "smaller" | "size":
            key = _size(operator, value)
        case "after" | "before":
            key = _day(operator, value)
    return Text(f"{operator}:{value}") if key is None else key


def _place(name: str, labelled: Labelled) -> SearchKey:
    match name.lower():
        case "anywhere":
            return All()
        case "inbox" | "sent" | "trash" | "spam":
            return labelled(f"\\{name}")
        case "drafts" | "draft":
            return labelled("\\Draft")
        case _:
            return labelled(name)


def _size(operator: str, value: str) -> SearchKey | None:
    found = _SIZE.fullmatch(value)
    if found is None:
        return None
    octets = int(found[1]) * _UNITS[found[2].lower()]
    return Size("smaller", octets) if operator == "smaller" else Size("larger", octets)


def _day(operator: str, value: str) -> SearchKey | None:
    found = _DAY.fullmatch(value)
    if found is not None:
        with suppress(ValueError):
            day = date(int(found[1]), int(found[2]), int(found[3]))
            return Dated("internal", "since" if operator == "after" else "before", day)
    return None
