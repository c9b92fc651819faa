"""The marker `fakemail_sweep`: a whole test as the action of a sweep.

A pytest plugin of its own, registered when a test has the marker.  Each row is a subtest where
pytest has them (pytest 9, or pytest-subtests); elsewhere the first rows that are not fine fail the
test, all in one text.
"""

import inspect
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from traceback import walk_tb
from typing import TYPE_CHECKING, Any, cast

import pytest

from pytest_fakemail.errors import BadArgument, UnmetExpectation

if TYPE_CHECKING:
    from pytest_fakemail.fakemail import FakeMail
    from pytest_fakemail.sweep.result import SweepResult

MARKER = "fakemail_sweep"

_FIXTURES = ("fakemail", "fakemail_class", "fakemail_module", "fakemail_session")


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Refuse the marker where it would have no effect."""
    marker = item.get_closest_marker(MARKER)
    if marker is not None and (complaint := _complaint(item, marker)):
        raise _mistake(complaint)


def _mistake(complaint: str) -> BaseException:
    text = f"UsageError: @pytest.mark.{MARKER}{complaint}"
    return pytest.fail.Exception(text, pytrace=False)  # no frame of it would be the author's


def _complaint(item: pytest.Item, marker: pytest.Mark) -> str:
    function = getattr(item, "obj", None)
    if marker.args:
        return f" takes options by name only, not {marker.args!r}"
    if not isinstance(item, pytest.Function) or _is_unittest(item):
        return " has no effect: it is for test functions, and not for unittest.TestCase"
    if inspect.iscoroutinefunction(function):
        return " is for tests that are not async: let the test call asyncio.run(…)"
    if not any(name in item.fixturenames for name in (*_FIXTURES, "make_fakemail")):
        return " has no effect: this test uses no fakemail"
    from pytest_fakemail.sweep.options import checked

    try:
        checked(dict(marker.kwargs))
    except BadArgument as error:
        return f": {error}"
    return ""


def _is_unittest(item: pytest.Item) -> bool:
    from unittest import TestCase

    owner = getattr(item, "cls", None)
    return owner is not None and issubclass(owner, TestCase)


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> object | None:
    """Run the test as the action of a sweep."""
    marker = pyfuncitem.get_closest_marker(MARKER)
    if marker is None:
        return None
    names = pyfuncitem._fixtureinfo.argnames  # noqa: SLF001  (as pytest itself calls a test)
    arguments = {name: pyfuncitem.funcargs[name] for name in names}
    name = next((one for one in _FIXTURES if one in pyfuncitem.fixturenames), "fakemail")
    fakemail = cast("FakeMail", _fixture(pyfuncitem, name))
    try:
        result = fakemail.sweep(lambda: pyfuncitem.obj(**arguments), **marker.kwargs)
    except BadArgument as error:
        if _is_from(error, pyfuncitem):
            raise
        raise _mistake(f": {error}") from None
    _report(pyfuncitem, result)
    return True


def _is_from(error: BaseException, item: pytest.Function) -> bool:
    """Whether the test itself has raised it, or what it calls."""
    code = getattr(inspect.unwrap(item.obj), "__code__", None)
    return any(frame.f_code is code for frame, _ in walk_tb(error.__traceback__))


def _report(item: pytest.Function, result: "SweepResult[Any]") -> None:
    subtests: Any = None
    with suppress(pytest.FixtureLookupError):
        subtests = _fixture(item, "subtests")
    if subtests is None:
        with _told_alone():
            result.assert_fine()
        return
    for row in result.rows:
        where = f"{row.fault} at {row.step}"
        with subtests.test(msg=where), _told_alone(f"{row.verdict}: {where}"):
            row.assert_fine()


@contextmanager
def _told_alone(title: str = "") -> Iterator[None]:
    """Tell what was found, and no frame: none of them is the author's.

    Args:
        title: instead of the first line.  The summary, where a row's name stands already, has
            room for little more.
    """
    try:
        yield
    except UnmetExpectation as unmet:
        first, line_end, rest = str(unmet).partition("\n")
        text = f"{title or first}{line_end}{rest}"
        raise pytest.fail.Exception(text, pytrace=False) from None


def _fixture(item: pytest.Function, name: str) -> object:
    return item._request.getfixturevalue(name)  # noqa: SLF001  (a hook has no other way)
