"""Searching as a full-text index does: whole words are found, and no part of one.

A text of several words is found where they stand one behind the other, whatever is between them.
A text without any word, the mere presence of a field, and a text in a script that puts no blanks
between words (Chinese, Japanese, Thai …) are looked for as ever.
"""

import re
from collections.abc import Iterator
from functools import partial
from unicodedata import normalize

from pytest_fakemail.mime import words
from pytest_fakemail.mime.headers import unfolded
from pytest_fakemail.query import texts
from pytest_fakemail.query.search import And, Body, Header, Not, Or, Satisfies, SearchKey, Text
from pytest_fakemail.store.content import Content
from pytest_fakemail.store.message import Message

_WORD = re.compile(r"\w+")
_MARKS = re.compile("[\u0300-\u036f]")
"""What is left of accents when a text is decomposed; it would end a word."""

_WITHOUT_BLANKS = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u9fff\uf900-\ufaff]")


def by_words(key: SearchKey) -> SearchKey:
    """Return the key with all that looks for a text in it looking for whole words."""
    match key:
        case And(keys):
            return And(tuple(map(by_words, keys)))
        case Or(keys):
            return Or(tuple(map(by_words, keys)))
        case Not(inner):
            return Not(by_words(inner))
        case Header(text=text) | Body(text) | Text(text) if _WITHOUT_BLANKS.search(text):
            return key
        case Header(text=text) | Body(text) | Text(text) if found := _WORD.findall(_plain(text)):
            said = r"\W+".join(map(re.escape, found))
            return Satisfies(partial(_has, key, re.compile(rf"(?<!\w){said}(?!\w)")))
        case _:
            return key


def _has(key: Header | Body | Text, wanted: "re.Pattern[str]", message: Message) -> bool:
    return any(wanted.search(_plain(text)) for text in _texts(key, message.content))


def _plain(text: str) -> str:
    return _MARKS.sub("", normalize("NFKD", text).casefold())


def _texts(key: Header | Body | Text, content: Content) -> Iterator[str]:
    """Yield the texts that a key looks into."""
    if isinstance(key, Header):
        yield texts.field_text(content, key.name.lower().encode(errors="replace")) or ""
        return
    for part in content.part.walk():
        if isinstance(key, Text):
            header = unfolded(part.raw[part.start : part.header_end])
            yield words.decode(header)
        if not part.children and (body := texts.body_text(part)) is not None:
            yield body
