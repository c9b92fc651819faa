"""Processor time: what clients and servers of this process take, whatever else the machine does."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager


def seconds(act: Callable[[], object]) -> float:
    """Return the processor time that something takes, in all threads of this process."""
    start = time.process_time()
    act()
    return time.process_time() - start


def fastest(*acts: Callable[[], object], times: int = 7) -> list[float]:
    """Return the least time of each of some acts, done in turn: a slow moment meets all."""
    rounds = [[seconds(act) for act in acts] for _ in range(times)]
    return [min(found) for found in zip(*rounds, strict=True)]


@contextmanager
def within(limit: float) -> Iterator[None]:
    """Fail if the block takes more seconds of processor time than this."""
    start = time.process_time()
    yield
    taken = time.process_time() - start
    assert taken < limit, f"{taken:.3f} s of processor time, wanted less than {limit} s"
