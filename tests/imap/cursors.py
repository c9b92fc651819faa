"""Commands as they come out of framing, for tests of the grammar."""

from collections.abc import Callable, Container
from typing import Any

import pytest

from pytest_fakemail.imap.grammar.cursor import BadSyntax, Cursor, Everything


def cursor_at(text: bytes, capabilities: Container[str] = Everything()) -> Cursor:
    """Return a cursor over text in which ``{n}`` CRLF is followed by its octets."""
    texts, literals = b"", []
    while b"}\r\n" in text:
        before, _, text = text.partition(b"}\r\n")
        size = int(before.rpartition(b"{")[2].rstrip(b"+"))
        texts += before + b"}\r\n"
        literals.append(text[:size])
        text = text[size:]
    return Cursor(texts + text + b"\r\n", literals, capabilities=capabilities)


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
