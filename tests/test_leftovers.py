"""A test that leaves something to those after it fails."""

import gc
import socket
import subprocess
import sys
import threading
import time
import tracemalloc
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from leftovers import WATCHED, left, state

CONFTEST = Path(__file__).with_name("conftest.py").read_text(encoding="utf-8")


def nothing(*_: object) -> None:
    """Look at nothing."""


DEEDS: dict[str, tuple[Callable[[], object], Callable[[], object]]] = {
    "a trace function": (partial(sys.settrace, nothing), partial(sys.settrace, sys.gettrace())),
    "a trace function for new threads": (
        partial(threading.settrace, nothing),
        partial(threading.settrace, threading.gettrace()),
    ),
    "a profile function": (partial(sys.setprofile, nothing), partial(sys.setprofile, None)),
    "a profile function for new threads": (
        partial(threading.setprofile, nothing),
        partial(threading.setprofile, None),
    ),
    "another switch interval": (
        partial(sys.setswitchinterval, 0.1),
        partial(sys.setswitchinterval, sys.getswitchinterval()),
    ),
    "another recursion limit": (
        partial(sys.setrecursionlimit, 2000),
        partial(sys.setrecursionlimit, sys.getrecursionlimit()),
    ),
    "another state of the garbage collector": (gc.disable, gc.enable),
    "another state of tracemalloc": (tracemalloc.start, tracemalloc.stop),
    "another default time-out of sockets": (
        partial(socket.setdefaulttimeout, 7),
        partial(socket.setdefaulttimeout, None),
    ),
}


@pytest.mark.parametrize("name", DEEDS)
def test_what_is_not_put_back_is_named(name: str) -> None:
    do, undo = DEEDS[name]
    before = state()
    do()
    try:
        after = state()
    finally:
        undo()
    assert left(before, after) == [name]
    assert left(before, state()) == []


def test_patched_time_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    before = state()
    monkeypatch.setattr(time, "time", lambda: 0)
    assert left(before, state()) == ["another time"]


def test_a_thread_that_runs_on_is_named() -> None:
    before, go = state(), threading.Event()
    thread = threading.Thread(target=go.wait, name="sleeper")
    thread.start()
    try:
        [told] = left(before, state(), patience=0)
    finally:
        go.set()
        thread.join()
    assert told.startswith("<Thread(sleeper, started")
    assert left(before, state()) == []


@pytest.mark.skipif("a process" not in WATCHED, reason="needs os.waitid")
def test_a_process_is_named() -> None:
    before = state()
    with subprocess.Popen([sys.executable, "-S", "-c", ""]):
        assert left(before, state()) == ["a process"]
    assert left(before, state()) == []


def test_the_test_that_left_it_fails(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(CONFTEST)
    pytester.makepyfile(
        """
        import gc
        import pytest

        @pytest.fixture
        def tidy():
            yield
            gc.enable()

        def test_untidy():
            gc.disable()

        def test_tidy(tidy):
            gc.disable()

        def test_after():
            gc.enable()
        """
    )
    try:
        result = pytester.runpytest()
    finally:
        gc.enable()
    result.assert_outcomes(passed=3, errors=2)
    result.stdout.fnmatch_lines(["left behind: another state of the garbage collector"])


def test_the_tests_themselves_are_not_searched_for_garbage(request: pytest.FixtureRequest) -> None:
    assert not any(one is request.node for one in gc.get_objects())
