"""The servers' thread: there as long as it is needed, and not longer."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from net.house import House

from pytest_fakemail.errors import ServerBug
from pytest_fakemail.net import thread as thread_module
from pytest_fakemail.net.thread import ServerThread, SharedThread


class Guest:
    """A member of a loop that has nothing to close."""

    def __init__(self, shared: SharedThread) -> None:
        self.shared = shared
        self.is_abandoned = False

    def close(self) -> None:
        self.shared.leave(self)

    def abandon(self) -> None:
        self.is_abandoned = True


def names() -> list[str]:
    return [thread.name for thread in threading.enumerate()]


def test_thread_lives_from_first_to_last_listener() -> None:
    assert "pytest-fakemail" not in names()
    with House() as house:
        house.listen()
        house.listen()
        assert names().count("pytest-fakemail") == 1
        house.listeners[0].close()
        assert names().count("pytest-fakemail") == 1
        house.listeners[1].close()
        assert "pytest-fakemail" not in names()


class Vanishing(SharedThread):
    """Whose thread is gone as soon as somebody has had a look at it."""

    _found: ServerThread | None

    @property
    def _thread(self) -> ServerThread | None:
        found, self._found = self._found, None
        return found

    @_thread.setter
    def _thread(self, thread: ServerThread | None) -> None:
        self._found = thread


def test_the_thread_may_end_while_the_garbage_collector_looks_at_it() -> None:
    shared = Vanishing()
    shared._thread = thread = ServerThread()
    shared.close_elsewhere(())
    thread.end()


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="no /proc")
def test_no_thread_is_left_for_fork_to_see() -> None:
    """From Python 3.12 on, `os.fork` counts the threads in /proc and warns of more than one."""
    before = len(os.listdir("/proc/self/task"))  # noqa: PTH208  (the name is all there is)
    for _ in range(50):
        with House() as house:
            house.listen()
        assert len(os.listdir("/proc/self/task")) <= before  # noqa: PTH208


def test_everything_is_closed_at_the_end() -> None:
    before = len(os.listdir("/dev/fd"))  # noqa: PTH208
    with House() as house, house.client() as client, house.client(is_implicit_tls=True):
        client.sendall(b"x\r\n")
    assert len(os.listdir("/dev/fd")) == before  # noqa: PTH208


def test_run_returns_what_the_function_returns() -> None:
    thread = ServerThread()
    assert thread.run(threading.get_ident) != threading.get_ident()
    assert thread.run(lambda: thread.run(lambda: thread.is_current))
    thread.end()


def test_run_raises_what_the_function_raises() -> None:
    thread = ServerThread()
    with pytest.raises(ZeroDivisionError):
        thread.run(lambda: 1 // 0)
    thread.end()


def test_stuck_thread_is_told_with_the_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(thread_module, "PATIENCE", 0.01)
    thread = ServerThread()
    release = threading.Event()

    def a_very_long_walk() -> None:
        release.wait(60)

    thread.call_soon(a_very_long_walk)
    try:
        with pytest.raises(ServerBug, match="a_very_long_walk"):
            thread.run(int)
    finally:
        release.set()
    thread.end()


def test_a_function_that_never_returns_is_not_waited_for_at_the_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(thread_module, "PATIENCE", 0.01)
    thread = ServerThread()
    release = threading.Event()
    thread.call_soon(lambda: release.wait(60))
    with pytest.raises(ServerBug, match="stuck"):
        thread.end()
    release.set()
    thread._thread.join(60)
    assert not thread._thread.is_alive()


def test_forgotten_members_are_closed_at_exit() -> None:
    shared = SharedThread()
    guests = [Guest(shared), Guest(shared)]
    for guest in guests:
        shared.join(guest)
    shared.close_all()
    assert not shared.is_running


def test_leaving_twice_is_harmless() -> None:
    shared = SharedThread()
    one, other = Guest(shared), Guest(shared)
    shared.join(one)
    shared.join(other)
    shared.leave(one)
    shared.leave(one)
    assert shared.is_running
    shared.leave(other)
    assert not shared.is_running


def test_who_joins_begins_on_the_loop_and_who_leaves_ends_there() -> None:
    shared = SharedThread()
    one, other = Guest(shared), Guest(shared)
    begun: list[tuple[ServerThread, int]] = []
    ended: list[int] = []

    def begin(thread: ServerThread) -> None:
        begun.append((thread, threading.get_ident()))

    threads = [shared.join(guest, begin) for guest in (one, other)]
    ident = threads[0].run(threading.get_ident)
    assert begun == [(thread, ident) for thread in threads]
    for guest in (one, other):
        shared.leave(guest, lambda: ended.append(threading.get_ident()))
        shared.leave(guest)
    assert ended == [ident, ident]
    assert not shared.is_running
    assert "pytest-fakemail" not in names()


def test_who_leaves_with_an_exception_has_left() -> None:
    shared = SharedThread()
    one, other = Guest(shared), Guest(shared)
    for guest in (one, other):
        shared.join(guest)
    for guest in (one, other):
        with pytest.raises(ZeroDivisionError):
            shared.leave(guest, lambda: 1 // 0)
    assert not shared.is_running
    assert "pytest-fakemail" not in names()


def test_forgotten_server_is_closed_before_the_process_ends() -> None:
    program = (
        "import atexit\n"
        "atexit.register(lambda: print(thread.shared.is_running))\n"  # the first is called last
        "from net.house import House\n"
        "from pytest_fakemail.net import thread\n"
        "house = House()\n"
        "house.listen()\n"
    )
    said = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    )
    assert said.stdout == "False\n"


PROGRAM = """
import os, sys
sys.path[:0] = {path}
from net.house import House

house = House()
listener = house.listen()
{deed}
"""

DROPPED_BY_CHILD = """
if os.fork() == 0:
    import gc
    del house, listener
    gc.collect()
    sys.exit(0)
sys.exit(os.waitstatus_to_exitcode(os.wait()[1]))
"""


@pytest.mark.parametrize(
    "deed",
    [
        "",
        "raise SystemExit(0)",
        "os.fork() or sys.exit(0); os.wait()",
        DROPPED_BY_CHILD,
        "del house, listener",
    ],
    ids=["forgotten", "exit", "fork", "dropped by a fork", "dropped"],
)
def test_process_ends_in_silence(deed: str) -> None:
    if "fork" in deed and sys.version_info >= (3, 12):
        pytest.skip("Python itself warns of a fork while servers are open")
    program = PROGRAM.format(path=sys.path, deed=deed)
    ended = subprocess.run(
        [sys.executable, "-W", "error", "-X", "dev", "-c", program],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")
