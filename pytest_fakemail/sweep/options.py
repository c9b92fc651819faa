"""What a sweep can be told."""

from collections.abc import Callable, Collection, Iterable
from typing import Any, TypedDict

from pytest_fakemail.clock import Duration, seconds
from pytest_fakemail.dataclass import dataclass
from pytest_fakemail.errors import BadArgument
from pytest_fakemail.spelling import unknown
from pytest_fakemail.sweep.kinds import KINDS, Kind

_REPORTS = (OSError, EOFError, AssertionError, SystemExit)


class SweepOptions(TypedDict, total=False):
    """Keyword arguments of `FakeMail.sweep`, and of the marker.

    `only` and `skip` name kinds of fault, as a list or a text; `sample` takes so many rows by
    chance, the same ones for one `seed`.  `patience` is how long an action may neither end nor
    say anything to a server, beyond the time that the clean run took.  `processed` returns what
    the app has on record as processed, an item a message; `before_each` is called ahead of every
    run, to put back what the app keeps for itself; `raises` are the exceptions by which the
    action reports a failure.
    """

    only: str | Iterable[Kind]
    skip: str | Iterable[Kind]
    sample: int | None
    seed: int
    patience: Duration
    processed: Callable[[], Iterable[Any]] | None
    before_each: Callable[[], object] | None
    raises: type[BaseException] | tuple[type[BaseException], ...] | None


@dataclass(frozen=True, slots=True)
class Options:
    """The same, checked."""

    kinds: Collection[str] = KINDS
    is_selected: bool = False
    """Whether the kinds were asked for by name, so that there must be room for each."""
    sample: int | None = None
    seed: int = 0
    patience: float = 1.0
    processed: Callable[[], Iterable[Any]] | None = None
    before_each: Callable[[], object] | None = None
    raises: tuple[type[BaseException], ...] | None = None

    def is_report(self, error: BaseException) -> bool:
        """Whether an exception tells of a failure, and is not one itself.

        By default all are but those of Python's own that nobody raises to say that a mail
        could not be sent (`IndexError`, `TypeError` …).
        """
        if isinstance(error, BaseExceptionGroup):
            return all(self.is_report(each) for each in error.exceptions)
        if self.raises is not None:
            return isinstance(error, self.raises)
        is_deliberate = type(error) in (Exception, RuntimeError)  # and not RecursionError
        is_own = type(error).__module__ != "builtins"
        return is_own or is_deliberate or isinstance(error, _REPORTS)


def checked(given: dict[str, Any]) -> Options:
    """Return the options.

    Raises:
        BadArgument: one that there is not, or with a value that it cannot have.
    """
    for name in given:
        if name not in SweepOptions.__annotations__:
            raise BadArgument(unknown(f"option {name!r}", name, SweepOptions.__annotations__))
    only, skip = _kinds("only", given.get("only", KINDS)), _kinds("skip", given.get("skip", ()))
    kinds = tuple(kind for kind in KINDS if kind in only and kind not in skip)
    if not kinds:
        raise BadArgument("no kind of fault is left; there is " + ", ".join(KINDS))
    seed = given.get("seed", 0)
    if isinstance(seed, bool) or not isinstance(seed, int):
        raise BadArgument(f"seed={seed!r}: wanted a whole number")
    sample, patience = given.get("sample"), _seconds("patience", given.get("patience", 1))
    if sample is not None and (isinstance(sample, bool) or not isinstance(sample, int)):
        raise BadArgument(f"sample={sample!r}: wanted a whole number")
    if sample is not None and sample < 1:
        raise BadArgument(f"sample={sample!r}: wanted at least 1")
    if not patience:
        raise BadArgument(f"patience={patience!r}: wanted more than zero")
    return Options(
        kinds,
        "only" in given,
        sample,
        seed,
        patience,
        _function("processed", given.get("processed")),
        _function("before_each", given.get("before_each")),
        _exceptions(given.get("raises")),
    )


def _kinds(option: str, names: Any) -> tuple[str, ...]:  # noqa: ANN401  (checked here)
    if not isinstance(names, Iterable) or isinstance(names, bytes):
        raise BadArgument(f"{option}={names!r}: wanted kinds of fault, as 'close cut'")
    kinds: tuple[str, ...] = tuple(names.split() if isinstance(names, str) else names)
    for name in kinds:
        if not isinstance(name, str):
            raise BadArgument(f"{option}={names!r}: wanted kinds of fault, as 'close cut'")
        if name not in KINDS:
            raise BadArgument(unknown(f"kind of fault {name!r}", name, KINDS))
    return kinds


def _seconds(option: str, given: Any) -> float:  # noqa: ANN401  (likewise)
    try:
        return seconds(given)
    except BadArgument as mistake:
        raise BadArgument(f"{option}={given!r}: {mistake}") from None


def _function(option: str, given: Any) -> Any:  # noqa: ANN401  (likewise)
    if given is not None and not callable(given):
        raise BadArgument(f"{option}={given!r}: wanted a function without arguments")
    return given


def _exceptions(given: Any) -> tuple[type[BaseException], ...] | None:  # noqa: ANN401  (likewise)
    if given is None:
        return None
    kinds = given if isinstance(given, tuple) else (given,)
    if not all(isinstance(kind, type) and issubclass(kind, BaseException) for kind in kinds):
        raise BadArgument(
            f"raises={given!r}: wanted exceptions, one or a tuple: (OSError, MyError)"
        )
    return kinds
