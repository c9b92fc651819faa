"""Commands as they come out of framing, for tests of the grammar."""

import re
from collections.abc import Callable, Container
from typing import Any

import pytest

from pytest_fakemail.imap.grammar.cursor import BadSyntax, Cursor, Everything

_ANNOUNCED = re.compile(rb"\{(\d+)\+?\}\Z")


def framed(text: bytes) -> tuple[list[bytes], list[bytes]]:
    """Return the lines of a text and the literals between them, as framing finds them.

    Only what ends a line announces a literal, and its octets are counted whatever they look like.
    """
    lines: list[bytes] = []
    literals: list[bytes] = []
    while True:
        line, _, rest = text.partition(b"\r\n")
        announced = _ANNOUNCED.search(line)
        if announced is None:
            lines.append(text + b"\r\n")
            return lines, literals
        lines.append(line + b"\r\n")
        size = int(announced[1])
        literals.append(rest[:size])
        text = rest[size:]


def cursor_at(text: bytes, capabilities: Container[str] = Everything()) -> Cursor:
    """Return a cursor over text in which ``{n}`` CRLF is followed by its octets."""
    lines, literals = framed(text)
    return Cursor(b"".join(lines), literals, capabilities=capabilities)


def parsed(
    rule: Callable[[Cursor], Any], text: bytes, capabilities: Container[str] = Everything()
) -> object:
    """Return what a rule makes of a text, all of which it has to take."""
    cursor = cursor_at(text, capabilities)
    value = rule(cursor)
    cursor.end()
    return value


def refusal(
    rule: Callable[[Cursor], Any], text: bytes, capabilities: Container[str] = Everything()
) -> BadSyntax:
    """Return how a rule refuses a text, or what it leaves of it."""
    with pytest.raises(BadSyntax) as refused:
        parsed(rule, text, capabilities)
    return refused.value
