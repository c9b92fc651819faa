"""A loop that a test turns by hand, in its own thread."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from pytest_fakemail.net.loop import Loop


@contextmanager
def new_loop() -> Iterator[Loop]:
    loop = Loop()
    try:
        yield loop
    finally:
        loop.close()


def turns(loop: Loop, count: int = 3) -> None:
    """Let the loop do whatever there is to do."""
    for _ in range(count):
        loop.call_soon(loop.stop)
        loop.run()


def turn_until(loop: Loop, is_so: Callable[[], object], seconds: float = 5) -> None:
    """Let the loop run until something is so."""
    late = loop.call_later(seconds, lambda: late_is(is_so))
    while not is_so():
        loop.call_later(0.001, loop.stop)
        loop.run()
    late.cancel()


def late_is(is_so: Callable[[], object]) -> None:
    raise AssertionError(is_so)
