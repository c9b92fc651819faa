"""What rouses a loop that waits: a descriptor that any thread makes ready to read."""

import os
import select
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from typing import Protocol

    class Bell(Protocol):
        """Rung by any thread, heard by the loop's; who rings one that is closed does nothing."""

        def fileno(self) -> int:
            """Return the descriptor, which is ready while it rings."""

        def ring(self) -> None:
            """Begin to ring, or go on."""

        def hush(self) -> None:
            """Stop ringing."""

        def close(self) -> None:
            """Give back the descriptors."""


_HAS_EVENTS = hasattr(os, "eventfd")
_FLAGS = os.EFD_NONBLOCK | os.EFD_CLOEXEC if _HAS_EVENTS else 0


def _os(name: str) -> Callable[..., Any]:
    # A library that fakes files looks for these functions in modules, but not into a partial.
    return partial(getattr(os, name, os.close))


_new, _write, _read = _os("eventfd"), _os("eventfd_write"), _os("eventfd_read")
_close = _os("close")


class _EventBell:
    """Linux's own: a fifth of what two sockets cost."""

    __slots__ = ("_descriptor",)

    def __init__(self) -> None:
        self._descriptor: int = _new(0, _FLAGS)

    def fileno(self) -> int:
        return self._descriptor

    def ring(self) -> None:
        with suppress(OSError, ValueError):  # it rings already, or is closed
            _write(self._descriptor, 1)

    def hush(self) -> None:
        with suppress(OSError, ValueError):
            _read(self._descriptor)

    def close(self) -> None:
        descriptor, self._descriptor = self._descriptor, -1  # soon it may be somebody else's
        if descriptor >= 0:
            _close(descriptor)


def new_bell() -> "Bell":
    """Return what this system has; for gevent's loop, which takes epoll away, two sockets."""
    if _HAS_EVENTS and hasattr(select, "epoll"):
        return _EventBell()
    from pytest_fakemail.net.portable import SocketBell

    return SocketBell()
