"""Which languages there are, and which one a client gets that asks for some (RFC 4647 §3.4)."""

from collections.abc import Iterator, Sequence
from importlib import import_module

from pytest_fakemail.imap.languages.language import Language

DEFAULT = "i-default"
"""RFC 5255 §3.1: what is spoken until another language is chosen; English, in ASCII."""

MODULES = {"de": "german", "fr": "french"}
"""The languages that have tables of texts."""

TAGS = ("en", *MODULES, DEFAULT)
"""All that a client may choose; English is that of `DEFAULT`."""


def chosen(ranges: Sequence[str]) -> str | None:
    """Return the tag of the first language that one of the ranges means; None if none does.

    RFC 4647 §3.4, lookup: a range is shortened from its end until a tag is equal to it.  ``*``
    gives way to the ranges behind it, and is the default without any.  RFC 5255 §3.2: "default"
    is what the administrator prefers, the default here.
    """
    known = {tag.lower(): tag for tag in TAGS}
    for asked in ranges:
        if asked.lower() == "default":
            return DEFAULT
        for one in _shorter(asked.lower()):
            if one in known:
                return known[one]
    return DEFAULT if ranges and ranges[-1] == "*" else None


def _shorter(asked: str) -> Iterator[str]:
    """Yield a range, then without its last subtags; none may end with a single character."""
    subtags = asked.split("-")
    while subtags:
        yield "-".join(subtags)
        subtags.pop()
        while subtags and len(subtags[-1]) == 1:
            subtags.pop()


def language(tag: str) -> Language | None:
    """Return the tables of a language; None where all is said as it is, in English."""
    name = MODULES.get(tag)
    if name is None:
        return None
    module = import_module(f"pytest_fakemail.imap.languages.{name}")
    found: Language = module.LANGUAGE
    return found
