"""Whose line it was: who made a FakeMail, and whose mistake an exception in a server is."""

import sys
from itertools import pairwise
from traceback import walk_tb
from typing import TYPE_CHECKING

from pytest_fakemail.errors import BadArgument, ServerBug

if TYPE_CHECKING:
    from types import FrameType

_PACKAGE = "pytest_fakemail."
_CALLERS = (_PACKAGE + "faults.", _PACKAGE + "policies.", _PACKAGE + "query.comparing")


def callers_place() -> str:
    """Return the file and line outside of this package that make a FakeMail."""
    frame: FrameType | None = sys._getframe(2)  # noqa: SLF001  (documented)
    while frame is not None and frame.f_globals.get("__name__", "").startswith(_PACKAGE):
        frame = frame.f_back
    return f"{frame.f_code.co_filename}:{frame.f_lineno}" if frame else "an unknown place"


def raise_first(bugs: list[BaseException]) -> None:
    """Raise the first of the exceptions inside servers, if there are any, and forget them.

    Raises:
        BadArgument: it came from a function that the test had given to a fault or policy.
        ServerBug: it is a mistake of ours.
    """
    if not bugs:
        return
    bug, count = bugs[0], len(bugs)
    bugs.clear()  # told once: the tests after this one are not to blame
    times = "once" if count == 1 else f"{count} times"
    if _is_authors(bug):
        raise BadArgument(f"a function given to a fault or policy failed {times}: {bug!r}") from bug
    raise ServerBug(
        f"the server failed {times}, first with {bug!r}: "
        "a mistake of pytest-fakemail, not of the app; please report it"
    ) from bug


def _is_authors(bug: BaseException) -> bool:
    """Whether a function that the test had given to a fault raised it, or gave what cannot be."""
    if isinstance(bug, BadArgument):
        return True
    modules = [frame.f_globals.get("__name__", "") for frame, _ in walk_tb(bug.__traceback__)]
    return any(
        caller.startswith(_CALLERS) and not called.startswith(_PACKAGE)
        for caller, called in pairwise(modules)
    )
