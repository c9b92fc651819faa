"""What no test may leave to those that come after it: what runs on, slows them or changes them."""

import gc
import os
import re
import socket
import sys
import threading
import time
import tracemalloc
from collections.abc import Callable, Mapping
from itertools import compress
from operator import ne

from children import PATIENCE

_LEFT_ALONE = re.compile(r"pytest-fakemail|Trio thread|.*\(_run_safe_shutdown_loop\)")
"""Threads that may stay: the servers' own, as long as any is open, idle ones of Trio, pycares'."""


def _has_children() -> bool:
    try:
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:
        return False
    return True


WATCHED: Mapping[str, Callable[[], object]] = {
    "a trace function": sys.gettrace,
    "a trace function for new threads": threading.gettrace,
    "a profile function": sys.getprofile,
    "a profile function for new threads": threading.getprofile,
    "another switch interval": sys.getswitchinterval,
    "another recursion limit": sys.getrecursionlimit,
    "another state of the garbage collector": gc.isenabled,
    "another state of tracemalloc": tracemalloc.is_tracing,
    "another default time-out of sockets": socket.getdefaulttimeout,
    "another time": lambda: time.time,
    **({"a process": _has_children} if hasattr(os, "waitid") else {}),
}

State = tuple[list[object], list[threading.Thread]]


def state() -> State:
    """Return what is so now; it is taken before and after each test, so it costs microseconds."""
    return [watch() for watch in WATCHED.values()], threading.enumerate()


def left(before: State, after: State, patience: float = PATIENCE) -> list[str]:
    """Return what a test has left behind; a thread may take so many seconds to end."""
    found = list(compress(WATCHED, map(ne, before[0], after[0])))
    if after[1] != before[1]:
        found += [f"{thread}" for thread in after[1] if _runs_on(thread, before[1], patience)]
    return found


def _runs_on(thread: threading.Thread, before: list[threading.Thread], patience: float) -> bool:
    """Whether a thread is new, and does not end by itself."""
    if thread in before or _LEFT_ALONE.match(thread.name):
        return False
    if isinstance(thread, threading._DummyThread):  # made by what is no thread of Python's
        return False
    thread.join(patience)
    return thread.is_alive()
