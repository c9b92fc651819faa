"""Where an action hangs: the innermost place of its stack that is the app's own.

In an asyncio loop that waits, the stack is that of the loop, and what waits are its tasks.
"""

import sys
from collections.abc import Iterator
from types import FrameType
from typing import Any

from pytest_fakemail.net.timeouts import loop_of

_MOST = 3
Place = tuple[str, int, str]
"""File, line, function."""


def place_of(frame: FrameType | None) -> str:
    """Return where the thread with this innermost frame is, or its tasks are."""
    whole = list(_frames(frame))
    loops = [place for place, one in enumerate(whole) if loop_of(one) is not None]
    inner = [_place(one) for one in whole[: loops[0] if loops else None]]
    own = [place for place in inner if _is_own(place)]
    if loops and not own:
        own = list(dict.fromkeys(_of_tasks(loop_of(whole[loops[0]]))))[:_MOST]
        if own:
            return " and ".join(map(_told, own))
    places = [_place(one) for one in whole]
    own = own or [place for place in places if _is_own(place)]
    return _told((own or places or [("?", 0, "?")])[0])


def _frames(frame: FrameType | None) -> Iterator[FrameType]:
    while frame is not None:
        yield frame
        frame = frame.f_back


def _place(frame: FrameType) -> Place:
    return frame.f_code.co_filename, frame.f_lineno, frame.f_code.co_name


def _told(place: Place) -> str:
    path, line, function = place
    return f"{path}:{line} in {function}"


def _is_own(place: Place) -> bool:
    path = place[0]
    return not path.startswith((sys.base_prefix, "<frozen")) and "site-packages" not in path


def _of_tasks(loop: Any) -> Iterator[Place]:  # noqa: ANN401  (an asyncio loop)
    """Yield the innermost own place of each task; those that were begun last come first.

    What waits for others was begun before them.
    """
    asyncio: Any = sys.modules["asyncio"]  # there is a loop of it
    tasks = sorted(asyncio.all_tasks(loop), key=_number, reverse=True)
    for task in tasks:
        own = [place for place in map(_place, _waiting(task.get_coro())) if _is_own(place)]
        yield from own[-1:]


def _number(task: Any) -> tuple[int, str]:  # noqa: ANN401  (an asyncio task)
    name = task.get_name()
    digits = name.rpartition("-")[2]
    return (int(digits) if digits.isdigit() else 0, name)


def _waiting(awaited: Any) -> Iterator[FrameType]:  # noqa: ANN401  (whatever can be awaited)
    """Yield the frames of a coroutine, and of what it awaits."""
    while awaited is not None:
        frame = getattr(awaited, "cr_frame", None) or getattr(awaited, "gi_frame", None)
        if frame is None:
            return
        yield frame
        awaited = getattr(awaited, "cr_await", None) or getattr(awaited, "gi_yieldfrom", None)
