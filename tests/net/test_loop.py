"""The loop: what it calls, in which order, and what it lets go of."""

import select
import socket
import threading
from collections.abc import Iterator

import pytest
from companions import beside
from net.turning import new_loop, turn_until, turns

from pytest_fakemail.clock import monotonic
from pytest_fakemail.net.loop import Loop


@pytest.fixture(params=["epoll", "selectors"])
def loop(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Loop]:
    """A loop of either kind."""
    if request.param == "selectors":
        monkeypatch.delattr(select, "epoll", raising=False)
    elif not hasattr(select, "epoll"):
        pytest.skip("no epoll on this system")
    with new_loop() as one:
        kinds = type(one._poller).__name__, type(one._bell).__name__
        assert kinds == {"epoll": ("_Epoll", "_EventBell")}.get(
            request.param, ("Selector", "SocketBell")
        )
        yield one


@pytest.fixture
def pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    one, other = socket.socketpair()
    with one, other:
        one.settimeout(0)
        yield one, other


Sockets = tuple[socket.socket, socket.socket]


def test_reader_is_called_while_there_is_something_to_read(loop: Loop, pair: Sockets) -> None:
    heard: list[bytes] = []
    loop.add_reader(pair[0].fileno(), lambda: heard.append(pair[0].recv(2)))
    pair[1].sendall(b"abcd")
    turn_until(loop, lambda: heard == [b"ab", b"cd"])
    pair[1].close()
    turn_until(loop, lambda: heard[2:])
    assert heard[2] == b""
    loop.remove_reader(pair[0].fileno())
    loop.remove_reader(pair[0].fileno())
    count = len(heard)
    turns(loop)
    assert len(heard) == count


def test_reader_and_writer_are_called_apart(loop: Loop, pair: Sockets) -> None:
    calls: list[str] = []
    ours = pair[0].fileno()
    loop.add_writer(ours, lambda: calls.append("write"))
    turns(loop, 1)
    assert calls == ["write"]
    loop.add_reader(ours, lambda: calls.append("read"))
    pair[1].sendall(b"x")
    turns(loop, 1)
    assert calls == ["write", "read", "write"]
    loop.remove_writer(ours)
    loop.remove_writer(ours)
    turns(loop, 1)
    assert calls[3:] == ["read"]
    loop.add_writer(ours, lambda: calls.append("other"))
    loop.remove_reader(ours)
    turns(loop, 1)
    assert calls[4:] == ["other"]


def test_reader_may_remove_the_writer_and_close(loop: Loop, pair: Sockets) -> None:
    def leave() -> None:
        loop.remove_reader(pair[0].fileno())
        loop.remove_writer(pair[0].fileno())
        pair[0].close()

    loop.add_reader(pair[0].fileno(), leave)
    loop.add_writer(pair[0].fileno(), lambda: pytest.fail("called behind its back"))
    pair[1].sendall(b"x")
    turns(loop)
    assert pair[0].fileno() == -1


def test_what_was_asked_for_comes_before_what_is_read(loop: Loop, pair: Sockets) -> None:
    """A test that moves the clock and then speaks to a server has moved it first."""
    calls: list[str] = []
    loop.add_reader(pair[0].fileno(), lambda: calls.append("read"))
    pair[1].sendall(b"x")
    loop.call_soon_threadsafe(lambda: calls.append("asked"))
    turns(loop, 1)
    assert calls == ["asked", "read"]


def test_timers_come_in_the_order_of_their_times(
    loop: Loop, monkeypatch: pytest.MonkeyPatch
) -> None:
    rung: list[int] = []
    start = monotonic()
    with monkeypatch.context() as patch:
        patch.setattr("pytest_fakemail.net.loop.monotonic", lambda: start)  # all set at once
        loop.call_later(0.004, lambda: rung.append(2))
        loop.call_later(0.002, lambda: rung.append(1))
        loop.call_later(0.003, lambda: rung.append(0)).cancel()
    turn_until(loop, lambda: len(rung) == 2)
    assert rung == [1, 2]
    assert monotonic() - start >= 0.004


def test_cancelled_timers_are_let_go(loop: Loop) -> None:
    """A server under load for hours sets and cancels a timer for each connection."""
    kept = loop.call_later(3600, list)
    for _ in range(5000):
        timer = loop.call_later(3600, [].copy)
        timer.cancel()
        timer.cancel()
        assert timer.callback is None
    assert len(loop._timers) < 300
    assert any(entry[2] is kept for entry in loop._timers)


def test_calls_from_other_threads_wake_the_loop(loop: Loop) -> None:
    ran: list[int] = []

    def ask() -> None:
        for number in range(100):
            loop.call_soon_threadsafe(lambda number=number: ran.append(number))  # type: ignore[misc]
        loop.call_soon_threadsafe(loop.stop)

    with beside(ask):
        loop.run()
    assert ran == list(range(100))


def test_mistake_in_a_callback_is_told_and_the_loop_goes_on(
    loop: Loop, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[threading.ExceptHookArgs] = []
    monkeypatch.setattr(threading, "excepthook", told.append)
    ran: list[str] = []
    loop.call_soon(lambda: 1 // 0)
    loop.call_soon(lambda: ran.append("on"))
    turns(loop, 1)
    assert ran == ["on"]
    assert told[0].exc_type is ZeroDivisionError


def test_the_loop_goes_on_though_whoever_is_told_fails(
    loop: Loop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(threading, "excepthook", lambda _: 1 // 0)
    ran: list[str] = []
    loop.call_soon(lambda: 1 // 0)
    loop.call_soon(lambda: ran.append("on"))
    turns(loop, 1)
    assert ran == ["on"]


def test_a_timer_may_be_due_in_a_century(loop: Loop) -> None:
    """epoll counts milliseconds in 31 bits: 24 days."""
    loop.call_later(100 * 365 * 86400, list)
    loop._bell.ring()
    assert loop._poller.poll(loop._patience())


def test_call_after_the_end_is_harmless() -> None:
    with new_loop() as one:
        pass
    one.call_soon_threadsafe(list)
    one.stop()


def test_time_is_the_real_one_whatever_is_patched(monkeypatch: pytest.MonkeyPatch) -> None:
    """freezegun and its like replace these functions, and what modules have imported of them."""
    before = monotonic()
    for name in ("time", "monotonic", "perf_counter"):
        monkeypatch.setattr(f"time.{name}", lambda: 0.0)
    assert monotonic() > before
