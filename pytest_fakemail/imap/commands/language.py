# ruff: noqa: D400, D415  (the docstring of a rule is its ABNF)
"""LANGUAGE: in which one the texts are that the server says to humans (RFC 5255 §3)."""

import re

from pytest_fakemail.imap.client import Client
from pytest_fakemail.imap.commands.namespace import namespace_line
from pytest_fakemail.imap.grammar.cursor import Cursor
from pytest_fakemail.imap.grammar.rules import astring, spaced
from pytest_fakemail.imap.table import ANY_STATE, Answer, Done, Refused, Table

table = Table("LANGUAGE")

_RANGE = re.compile(r"(?:\*|[A-Za-z]{1,8})(?:-(?:\*|[A-Za-z0-9]{1,8}))*")


def language_ranges(cursor: Cursor) -> tuple[str, ...]:
    """``language-cmd = "LANGUAGE" *(SP lang-range-quoted)``"""
    return spaced(cursor, _range) if cursor.skip(b" ") else ()


def _range(cursor: Cursor) -> str:
    """``lang-range-quoted = astring``, a language-range of RFC 4647 §2.1 or §2.2"""
    start = cursor.position
    asked = astring(cursor, "a language").decode("ascii", "replace")
    if not _RANGE.fullmatch(asked):
        cursor.position = start
        raise cursor.wants("a language range")
    return asked


@table.command("LANGUAGE", language_ranges, states=ANY_STATE)
def language_command(client: Client, ranges: tuple[str, ...]) -> Answer:
    """Tell which languages there are, or speak the first of those asked for."""
    from pytest_fakemail.imap.languages.choosing import TAGS, chosen, language
    from pytest_fakemail.imap.languages.speech import Speech

    if not ranges:
        yield f"* LANGUAGE ({' '.join(TAGS)})\r\n".encode()
        return Done("Supported languages have been enumerated")
    tag = chosen(ranges)
    if tag is None:
        raise Refused(f"Unsupported language {' '.join(ranges)}")
    found = language(tag)
    client.speak(None if found is None else Speech(found))
    yield f"* LANGUAGE ({tag})\r\n".encode()
    if found is not None and client.account is not None:
        yield namespace_line(client)
    return Done("Now speaking English" if found is None else "")
