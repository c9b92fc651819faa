"""Whose mistake an exception in a server is: ours, or that of a function the test has given."""

from collections.abc import Callable, Sequence
from itertools import pairwise
from traceback import walk_tb
from types import AsyncGeneratorType, CoroutineType, GeneratorType
from typing import Any, NoReturn

from pytest_fakemail.errors import BadArgument, ServerBug
from pytest_fakemail.spelling import Spelt

_PACKAGE = "pytest_fakemail."
_CALLERS = tuple(
    _PACKAGE + name
    for name in ("blame", "faults.", "policies.", "query.comparing", "query.judging")
)
"""What calls functions that the test has given, and compares with its objects."""
_SPELT = vars(Spelt)["__getattr__"].__code__
"""It refuses; whose mistake it is says the frame that reads."""


def called(function: Callable[..., Any], *arguments: object) -> Any:  # noqa: ANN401  (a test's)
    """Call a function that the test has given; by this frame its mistakes are known.

    One that is written in C (`operator.attrgetter`, `int`) has no frame of its own.

    Raises:
        BadArgument: it is async.  Nobody would await what it returns, which is true of everything.
    """
    answer = function(*arguments)
    if isinstance(answer, CoroutineType | AsyncGeneratorType):
        refuse_coroutine(answer)
    return answer


def asked(function: Callable[..., Any], *arguments: object) -> Any:  # noqa: ANN401  (a test's)
    """Do as `called` with a function of which nobody iterates or awaits what it returns.

    Raises:
        BadArgument: it is async or a generator, or returns what is still to be run.
    """
    answer = called(function, *arguments)
    if isinstance(answer, GeneratorType) or hasattr(type(answer), "__await__"):
        name = getattr(function, "__qualname__", function)
        raise BadArgument(
            f"{name} returned a {type(answer).__name__}, of which nothing has run yet: "
            "wanted a plain function"
        )
    return answer


def refuse_coroutine(
    answer: "CoroutineType[Any, Any, Any] | AsyncGeneratorType[Any, Any]",
) -> NoReturn:
    """Say that a function which the test has given is async; that it was not awaited is known.

    Raises:
        BadArgument: always.
    """
    if isinstance(answer, CoroutineType):
        answer.close()
    raise BadArgument(
        f"{answer.__qualname__} is async, and is not awaited here: wanted a plain function; "
        "one that is called where no loop runs may call asyncio.run(…)"
    )


def raise_first(bugs: list[BaseException]) -> None:
    """Raise the first of the exceptions inside servers, if there are any, and forget them.

    Raises:
        BadArgument: it came from a function that the test had given.
        ServerBug: it is a mistake of ours.
    """
    if not bugs:
        return
    bug, text, is_authors = bugs[0], told(bugs), is_the_tests(bugs[0])
    bugs.clear()  # told once: the tests after this one are not to blame
    raise (BadArgument if is_authors else ServerBug)(text) from bug


def told(bugs: Sequence[BaseException]) -> str:
    """Return what `raise_first` says, in a line."""
    bug, count = bugs[0], len(bugs)
    times = "once" if count == 1 else f"{count} times"
    if is_the_tests(bug):
        return f"a function given by the test failed {times}: {bug!r}"
    return (
        f"the server failed {times}, first with {bug!r}: "
        "a mistake of pytest-fakemail, not of the app; please report it"
    )


def is_the_tests(bug: BaseException) -> bool:
    """Whether a function that the test had given to a fault raised it, or gave what cannot be."""
    if isinstance(bug, BadArgument):
        return True
    frames = [frame for frame, _ in walk_tb(bug.__traceback__) if frame.f_code is not _SPELT]
    if frames and frames[-1].f_code is called.__code__:
        return True
    modules = [frame.f_globals.get("__name__", "") for frame in frames]
    return any(
        caller.startswith(_CALLERS) and not called.startswith(_PACKAGE)
        for caller, called in pairwise(modules)
    )
