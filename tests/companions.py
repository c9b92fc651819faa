"""Threads that tests start: each has an end, whatever becomes of its test."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from children import PATIENCE


@contextmanager
def beside(deed: Callable[..., object], *arguments: object) -> Iterator[None]:
    """Do something in a thread of its own while the block lasts; by its end it has to end soon.

    Where the block fails the thread is not waited for, and does not keep the process from ending.
    """
    thread = threading.Thread(target=deed, args=arguments, daemon=True)
    thread.start()
    yield
    thread.join(PATIENCE)
    assert not thread.is_alive(), f"{deed!r} had not ended after {PATIENCE} s"
