"""The app's own time-outs, brought forward.

A server that has fallen silent for ever is waited for until the app's own time-out, which may be
a minute.  Nothing else can happen until then, so it can as well happen now:

- A thread that waits in a socket which has a time-out gets `TimeoutError` there, as it would have
  later.  One that waits in a socket without a time-out waits for ever, and is left waiting.
- An asyncio loop that waits for its next timer is told that its time has come.

Where Python cannot do that (it is not CPython, or another loop), the app waits as long as it does.

CPython 3.11 has a trap here.  That an exception is pending, in whatever thread, is a flag of all,
and while it is up no function begins in a thread that is traced (by a debugger, by coverage): its
first instruction looks for what is pending, again and again.  Only the thread in which one is
raised puts it out, and a thread may sleep on, or end without meeting its own.  So the caller raises
one in itself.  Nothing is lost by that: whoever goes on takes the interpreter's lock, and puts the
flag up again if something is pending in it.  No function of Python's is called in between.
"""

import _socket
import selectors
import socket
import sys
import threading
from collections.abc import Callable, Collection, Iterator
from contextlib import suppress
from functools import partial
from itertools import chain
from types import FrameType
from typing import Any

from pytest_fakemail.wire.silences import Ends

_shut = _socket.socket.shutdown
"""The base class's: that of `ssl.SSLSocket` gives TLS up, and what comes is read as it is.
`socket.socket` may be gevent's or eventlet's, which have none or another."""

_DEEP = 8
"""How many frames above the innermost one a socket can be waited for."""


class _PutOut(BaseException):
    """Raised and caught in this thread, which puts out the flag of all."""


def interrupt(
    thread: threading.Thread, error: type[BaseException], wake_up: Callable[[], object]
) -> object:
    """Raise an exception in a thread, as soon as that executes Python again.

    Args:
        thread: the thread.
        error: what is raised there.
        wake_up: what happens then, and is no Python itself.

    Returns:
        What `wake_up` returned; False if it raised `OSError`.
    """
    make_pending = _pending(thread, error)
    raise_here = _pending(threading.current_thread(), _PutOut)
    make_pending()
    try:
        answer = wake_up()
    except OSError:
        answer = False
    if sys.version_info < (3, 12):
        try:
            raise_here()
            for _ in range(2):
                pass  # it is raised by here
        except _PutOut:
            pass
    return answer


def _pending(thread: threading.Thread, error: type[BaseException] | None) -> Callable[[], object]:
    """Return what makes an exception pending in a thread (None: none), and is no Python itself."""
    with suppress(ImportError, AttributeError):
        from ctypes import c_ulong, py_object, pythonapi

        raised = None if error is None else py_object(error)
        return partial(pythonapi.PyThreadState_SetAsyncExc, c_ulong(thread.ident or 0), raised)
    return int


class TimedOut(TimeoutError):
    """What a socket raises whose time-out has come."""

    def __init__(self) -> None:
        super().__init__("timed out")


TimedOut.__name__ = TimedOut.__qualname__ = "TimeoutError"
TimedOut.__module__ = "builtins"


class TimeOuts:
    """Looks at threads, and ends what is waited for in two looks one after the other.

    That a thread is where it was says no more than that it may wait there: it may as well have
    had no turn.  So it must have nothing to read, and `may_come` is asked, with the ends of all
    connections that it waits for.
    """

    def __init__(
        self,
        threads: Callable[[], list[threading.Thread]],
        may_come: Callable[[Collection[Ends]], bool],
    ) -> None:
        self._threads = threads
        self._may_come = may_come
        self._waited: dict[int, tuple[int, int]] = {}

    def bring_on(self) -> bool:
        """Let each time-out come that is waited for; return whether there was one."""
        frames = sys._current_frames()  # noqa: SLF001  (documented)
        has_come = False
        waited: dict[int, tuple[int, int]] = {}
        for thread in self._threads():
            frame = frames.get(thread.ident or 0)
            if frame is None:
                continue
            place = id(frame), frame.f_lasti
            ident = thread.ident or 0
            if self._waited.get(ident) != place:
                waited[ident] = place
            elif self._let_come(thread, frame):
                has_come = True
            else:
                waited[ident] = place
        self._waited = waited
        return has_come

    def _let_come(self, thread: threading.Thread, frame: FrameType) -> bool:
        called = None
        for one in _stack(frame):
            owner = one.f_locals.get("self")
            loop = loop_of(one)
            if loop is not None:
                if called is not None and called.f_code.co_name != "select":
                    return False  # it calls back what is due
                ends = _waited_for(loop)
                return ends is not None and self._may_come(ends) and _jump(loop)
            for found in _sockets(one, owner):
                return self._time_out(thread, found)
            called = one
        return False

    def _time_out(self, thread: threading.Thread, waited_for: socket.socket) -> bool:
        """Let a wait in a socket end as its time-out would; False if it does not come."""
        if not waited_for.gettimeout() or not isinstance(waited_for, _socket.socket):
            return False
        if _can_be_read(waited_for) or not self._may_come(list(_ends(waited_for))):
            return False
        interrupt(thread, TimedOut, partial(_shut, waited_for, socket.SHUT_RD))
        return True


def _stack(frame: FrameType) -> Iterator[FrameType]:
    one: FrameType | None = frame
    for _ in range(_DEEP):
        if one is None:
            return
        yield one
        one = one.f_back


def _sockets(frame: FrameType, owner: object) -> Iterator[socket.socket]:
    """Yield the sockets that a frame could be waiting for."""
    held = [owner, *frame.f_locals.values()]
    held += [getattr(owner, name, None) for name in ("_sock", "sock", "socket")]
    yield from (one for one in held if isinstance(one, socket.socket))


def _can_be_read(waited_for: socket.socket) -> bool:
    """Whether something has come that was not taken yet, or the end."""
    with suppress(OSError, ValueError), selectors.DefaultSelector() as selector:
        selector.register(waited_for, selectors.EVENT_READ)
        return bool(selector.select(0))
    return True  # it is closed: who waited for it goes on


def _ends(sock: _socket.socket) -> Iterator[Ends]:
    """Yield where a socket's two ends are, if they have addresses of IP's."""
    with suppress(OSError):  # it is not connected, or no more
        here, there = sock.getsockname(), sock.getpeername()
        if isinstance(here, tuple) and isinstance(there, tuple):
            yield here[:2], there[1]


def stop_reading(waited_for: Any) -> None:  # noqa: ANN401  (a socket, of whatever make)
    """Let a wait for what comes in a socket end, in whatever thread, as if the peer had gone."""
    with suppress(OSError):
        if isinstance(waited_for, _socket.socket):
            _shut(waited_for, socket.SHUT_RD)
        else:
            waited_for.shutdown(socket.SHUT_RD)  # gevent's, eventlet's


def waits_in_loop(frame: FrameType | None) -> bool:
    """Whether the thread of an innermost frame waits in an asyncio loop."""
    stack = () if frame is None else _stack(frame)
    return any(loop_of(one) is not None for one in stack)


def loop_of(frame: FrameType) -> Any:  # noqa: ANN401  (asyncio's, untyped here)
    """Return the asyncio loop that runs in a frame what is due, or waits; None in any other."""
    owner = frame.f_locals.get("self")
    is_loop = frame.f_code.co_name == "_run_once" and hasattr(owner, "call_soon_threadsafe")
    return owner if is_loop and hasattr(owner, "_scheduled") else None


def _waited_for(loop: Any) -> list[Ends] | None:  # noqa: ANN401  (asyncio's)
    """Return the ends of the connections that a loop waits for; None if it has something to do."""
    selector = getattr(loop, "_selector", None)
    if getattr(loop, "_ready", ()):
        return None
    if not isinstance(selector, selectors.BaseSelector):
        return []  # IOCP's, which would give its events to whoever asks
    with suppress(KeyError, OSError, RuntimeError, TypeError, ValueError):  # changed, closed
        descriptors = [key.fd for key in selector.get_map().values()]
        return None if selector.select(0) else [*chain(*map(_ends_of, descriptors))]
    return None


def _ends_of(descriptor: int) -> Iterator[Ends]:
    with suppress(OSError):  # a pipe
        sock = _socket.socket(fileno=descriptor)
        try:
            yield from _ends(sock)
        finally:
            sock.detach()


def _jump(loop: Any) -> bool:  # noqa: ANN401  (likewise)
    """Tell a loop that the time of its next timer has come; False if it has none."""
    with suppress(AttributeError, RuntimeError):  # a loop of another make; closed meanwhile
        due = [one.when() for one in list(loop._scheduled) if not one.cancelled()]  # noqa: SLF001
        if not due:
            return False
        time, ahead = loop.time, max(0.0, min(due) - loop.time())
        loop.time = lambda: time() + ahead
        loop.call_soon_threadsafe(_nothing)
        return True
    return False


def _nothing() -> None:
    """Wake a loop up."""
