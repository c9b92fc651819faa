"""The faults of a FakeMail for which nobody has set any: nothing of the engine is loaded."""

import threading
from typing import TYPE_CHECKING, Any, cast

from pytest_fakemail.clock import Clock

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_fakemail.faults.engine import FaultEngine
    from pytest_fakemail.faults.strikes import Waits
    from pytest_fakemail.wire.parties import Recorder


def dormant(
    clock: Clock,
    recorder: "Recorder",
    waits: "Callable[[], Waits]",
    *,
    bugs: list[BaseException],
    hostname: str,
) -> "FaultEngine":
    """Return an engine that is loaded when somebody asks it for more than that there is nothing.

    It is made with the others, and with what `waits` returns.
    """
    return cast("FaultEngine", _Dormant(clock, recorder, waits, bugs=bugs, hostname=hostname))


def wake(engine: object) -> None:
    """Load an engine now, for who looks at what it holds."""
    if isinstance(engine, _Dormant):
        engine.wake()


class _Dormant:
    """Becomes an engine, in whatever thread; servers and connections hold it already."""

    is_active = is_counting = False
    is_bare = True
    manners = None

    def __init__(self, *first: Any, **others: Any) -> None:  # noqa: ANN401  (the engine's)
        self._waking = threading.Lock()
        self._made_with = first, others

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401  (a word of the engine)
        if name.startswith("_"):
            raise AttributeError(name)
        _Dormant.wake(self)  # another thread may have made it an engine just now
        return getattr(self, name)

    def wake(self) -> None:
        """Become what was asked for."""
        from pytest_fakemail.faults.engine import FaultEngine

        with self._waking:
            if type(self) is _Dormant:
                (clock, recorder, waits), others = self._made_with
                FaultEngine.__init__(cast("Any", self), clock, recorder, waits(), **others)
                del self._made_with
                self.__class__ = FaultEngine  # type: ignore[assignment]

    def heeds(self, _protocol: str, _verb: str) -> bool:
        """Attend to nothing."""
        return False

    def unfired(self) -> list[object]:
        """Return none."""
        return []

    def clear(self) -> None:
        """Forget nothing."""

    begin_anew = clear
