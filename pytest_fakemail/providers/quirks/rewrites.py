"""What rewrites are made of: patterns, and the tagged response that ends an answer of IMAP."""

import re
from collections.abc import Callable

from pytest_fakemail.providers.quirks.quirk import Rewrite
from pytest_fakemail.wire.exchange import Exchange


def sub(pattern: bytes, new: bytes, *, count: int = 0) -> Rewrite:
    """Replace in each response."""
    compiled = re.compile(pattern, re.DOTALL)
    return lambda _, lines: [compiled.sub(new, line, count=count) for line in lines]


def without(pattern: bytes) -> Rewrite:
    """Leave out the responses that match."""
    compiled = re.compile(pattern)
    return lambda _, lines: [line for line in lines if not compiled.match(line)]


def ahead(*more: bytes) -> Rewrite:
    """Say more ahead of the tagged response, where that is OK."""

    def rewrite(exchange: Exchange, lines: list[bytes]) -> list[bytes]:
        if not lines or not is_tagged(exchange, lines[-1], b"OK"):
            return lines
        return [*lines[:-1], *more, lines[-1]]

    return rewrite


def tagged(change: Callable[[bytes, bytes], bytes], status: bytes = b"OK") -> Rewrite:
    """Change the tagged response if it has this status: from tag and text to the whole line."""

    def rewrite(exchange: Exchange, lines: list[bytes]) -> list[bytes]:
        if not lines or not is_tagged(exchange, lines[-1], status):
            return lines
        tag, _, text = lines[-1].removesuffix(b"\r\n").split(b" ", 2)
        return [*lines[:-1], change(tag, text) + b"\r\n"]

    return rewrite


def is_tagged(exchange: Exchange, line: bytes, status: bytes = b"") -> bool:
    """Whether a line is the tagged response, with this status."""
    start = f"{exchange.tag} ".encode() + status
    return bool(exchange.tag) and line.startswith(start + b" " if status else start)
