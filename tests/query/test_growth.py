"""Crafted references take time in proportion to their size.

Counted in lines that the interpreter goes through, so that a busy machine changes nothing.
"""

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any, cast

import pytest
from query.mailboxes import mailbox

from pytest_fakemail.query.threading import threads
from pytest_fakemail.store.message import Message


def deep_chain_and_pairs(count: int) -> list[Message]:
    """An answer to each of many messages comes before it, and each answers a very deep one."""
    chain = " ".join(f"<deep{number}@x>" for number in range(count))
    pairs = [
        raw
        for number in range(count)
        for raw in (
            f"Message-ID: <b{number}@x>\nReferences: <a{number}@x>\n\n",
            f"Message-ID: <a{number}@x>\nReferences: <deep{count - 1}@x>\n\n",
        )
    ]
    return mailbox(f"Message-ID: <last@x>\nReferences: {chain}\n\n", *pairs)


def one_parent_that_many_leave(count: int) -> list[Message]:
    """All are said to answer one message, and say of themselves that they answer another."""
    said = [
        f"Message-ID: <c{number}@x>\nReferences: <one@x> <a{number}@x>\n\n"
        for number in range(count)
    ]
    own = [
        f"Message-ID: <a{number}@x>\nReferences: <other@x>\n\n" for number in reversed(range(count))
    ]
    return mailbox(*said, *own)


def lines_to_thread(algorithm: str, messages: list[Message]) -> int:
    lines = 0

    def trace(_frame: FrameType, event: str, _argument: object) -> object:
        nonlocal lines
        lines += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(cast("Any", trace))
    try:
        threads(algorithm, messages, range(1, len(messages) + 1))
    finally:
        sys.settrace(before)
    return lines


@pytest.mark.parametrize("algorithm", ["REFERENCES", "REFS"])
@pytest.mark.parametrize("crafted", [deep_chain_and_pairs, one_parent_that_many_leave])
def test_threading_is_linear(crafted: Callable[[int], list[Message]], algorithm: str) -> None:
    few = lines_to_thread(algorithm, crafted(50))
    many = lines_to_thread(algorithm, crafted(400))

    assert many < 2 * 8 * few
