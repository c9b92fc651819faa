"""INPROGRESS: a command that a fault delays says how far it is (RFC 9585)."""

import math
from collections.abc import Iterable

import pytest
from imap.talk import Talk, imap_service

from pytest_fakemail.wire.effects import Effect, Pause, Send


def answer(
    seconds: float, *, tag: bytes = b"A003", name: str = "all", at_start: bool = True
) -> list[Effect]:
    talk = Talk(imap_service(imap_capabilities=name)).log_in()
    talk.fault.is_active = True

    def slow(effects: Iterable[Effect]) -> list[Effect]:
        whole = list(effects)
        return [Pause(seconds), *whole] if at_start else [*whole, Pause(seconds)]

    talk.fault.change = slow
    return list(talk.session.receive_data(tag + b" NOOP\r\n"))


def lines(effects: list[Effect]) -> list[bytes]:
    return [one.data for one in effects if isinstance(one, Send)]


def test_it_tells_how_far_it_is_in_the_time_that_it_takes() -> None:
    effects = answer(40)
    assert lines(effects) == [
        b'* OK [INPROGRESS ("A003" 30 100)] Still working\r\n',
        b'* OK [INPROGRESS ("A003" 60 100)] Still working\r\n',
        b'* OK [INPROGRESS ("A003" 90 100)] Still working\r\n',
        b"A003 OK NOOP completed\r\n",
    ]
    assert [one.seconds for one in effects if isinstance(one, Pause)] == [12, 12, 12, 4]


@pytest.mark.parametrize("seconds", [1, 12, math.inf])
def test_what_is_soon_done_or_never_is_not_told(seconds: float) -> None:
    assert lines(answer(seconds)) == [b"A003 OK NOOP completed\r\n"]


def test_what_has_begun_to_answer_is_not_told() -> None:
    assert lines(answer(40, at_start=False)) == [b"A003 OK NOOP completed\r\n"]


def test_a_tag_that_cannot_stand_in_a_code_is_nil() -> None:
    assert lines(answer(20, tag=b"a]"))[0] == b"* OK [INPROGRESS (NIL 60 100)] Still working\r\n"


def test_where_it_is_not_announced_nothing_is_told() -> None:
    assert lines(answer(40, name="default")) == [b"A003 OK NOOP completed\r\n"]
