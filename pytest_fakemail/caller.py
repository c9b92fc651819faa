"""Who calls us: the line of a test's author."""

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import FrameType

_PACKAGE = "pytest_fakemail."


def callers_place() -> str:
    """Return the file and line outside of this package that make a FakeMail."""
    frame: FrameType | None = sys._getframe(2)  # noqa: SLF001  (documented)
    while frame is not None and frame.f_globals.get("__name__", "").startswith(_PACKAGE):
        frame = frame.f_back
    return f"{frame.f_code.co_filename}:{frame.f_lineno}" if frame else "an unknown place"
