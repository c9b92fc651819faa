"""Whose a frame of a traceback is: a failure is shown at the author's line, not within ours."""

from pathlib import Path
from traceback import walk_tb
from types import FrameType, TracebackType
from typing import Any

import pytest

from pytest_fakemail.errors import FakeMailError, ServerBug

_HOME = Path(__file__).parents[1]
_RUNNERS = ("_pytest.", "pluggy.")


def leave_out_ours(excinfo: pytest.ExceptionInfo[BaseException]) -> None:
    """Let a failed assertion of ours be shown at the line of the test that made it."""
    error = excinfo.value
    if not isinstance(error, FakeMailError) or isinstance(error, ServerBug):
        return
    theirs: list[TracebackType] = []
    entry = error.__traceback__
    while entry is not None:
        if not _is_ours(entry.tb_frame):
            theirs.append(entry)
        entry = entry.tb_next
    kept: TracebackType | None = None
    for entry in reversed(theirs):
        kept = TracebackType(kept, entry.tb_frame, entry.tb_lasti, entry.tb_lineno)
    if kept is not None:
        excinfo.traceback = type(excinfo.traceback)(kept)


def without_ours_alone(
    excinfo: pytest.ExceptionInfo[BaseException] | None,
) -> pytest.ExceptionInfo[BaseException] | None:
    """Return a failure without its traceback if no frame of that is the author's."""
    if excinfo is None or not _is_between_us_and_pytest(excinfo.value):
        return excinfo
    error = excinfo.value
    try:
        pytest.fail(f"{type(error).__name__}: {error}", pytrace=False)
    except pytest.fail.Exception:
        return pytest.ExceptionInfo.from_current()


def _is_between_us_and_pytest(error: BaseException) -> bool:
    """Whether a mistake came up in a fixture of ours: no frame of its traceback is the author's."""
    if not isinstance(error, FakeMailError) or isinstance(error, ServerBug):
        return False
    names = [frame.f_globals.get("__name__", "") for frame, _ in walk_tb(error.__traceback__)]
    theirs = [name for name in names if not name.startswith("pytest_fakemail.")]
    return bool(theirs) and theirs[-1].partition(".")[0] in ("_pytest", "pluggy", "contextlib")


def begin_at_the_authors(pdb: Any) -> None:  # noqa: ANN401  (the debugger of `--pdbcls`)
    """Have a debugger begin at the author's line."""
    get_stack = getattr(pdb, "get_stack", None)
    if get_stack is None:
        return

    def seen(frame: FrameType | None, told: object) -> tuple[list[tuple[FrameType, int]], int]:
        stack, last = get_stack(frame, told)
        place = last
        while frame is None and place and _is_ours(stack[place][0]):
            place -= 1
        is_authors = not stack[place][0].f_globals.get("__name__", "").startswith(_RUNNERS)
        return stack, place if is_authors else last

    pdb.get_stack = seen


def _is_ours(frame: FrameType) -> bool:
    return _HOME in Path(frame.f_code.co_filename).parents
