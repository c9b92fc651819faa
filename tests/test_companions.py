"""A thread that does not end fails its test, and holds nobody up."""

import threading

import companions
import pytest
from companions import beside


def test_it_has_ended_by_the_end_of_the_block() -> None:
    done: list[str] = []
    go = threading.Event()

    def say(word: str) -> None:
        go.wait(60)
        done.append(word)

    with beside(say, "hello"):
        go.set()
    assert done == ["hello"]


def test_one_that_does_not_end_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(companions, "PATIENCE", 0.01)
    go = threading.Event()
    try:
        with pytest.raises(AssertionError, match=r"had not ended after 0\.01 s"), beside(go.wait):
            pass
    finally:
        go.set()


def test_a_block_that_fails_does_not_wait() -> None:
    go = threading.Event()
    try:
        with pytest.raises(ZeroDivisionError), beside(go.wait):
            raise ZeroDivisionError
    finally:
        go.set()
