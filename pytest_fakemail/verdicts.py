"""What becomes of a test that used a FakeMail: its verdict and its report.

A pytest plugin of its own, registered when a test first has a use for it: a suite without
mail pays nothing for these hooks.
"""

import sys
import time
from collections.abc import Generator, Sequence
from contextlib import nullcontext
from typing import TYPE_CHECKING

import pytest

from pytest_fakemail.errors import BadSetting, FakeMailError, UnfiredFault

if TYPE_CHECKING:
    from pytest_fakemail.fakemail import FakeMail
    from pytest_fakemail.lasting import Share
    from pytest_fakemail.settings import Settings

FAKEMAILS: "pytest.StashKey[list[FakeMail]]" = pytest.StashKey()
SHARED: "pytest.StashKey[dict[str, FakeMail]]" = pytest.StashKey()
"""Those that several tests share and that are open now, by the name of their fixture."""
HAS_PASSED: "pytest.StashKey[bool]" = pytest.StashKey()
REFUSED_MARKER: "pytest.StashKey[str]" = pytest.StashKey()
"""Why a test cannot have the marker that it has."""
UNUSED_MARKER: "pytest.StashKey[str]" = pytest.StashKey()
"""Why the marker of a test has no effect, unless the test makes a FakeMail after all."""

_BEGAN: "pytest.StashKey[float]" = pytest.StashKey()
_HAS_FAILED: "pytest.StashKey[bool]" = pytest.StashKey()
"""Whether a phase of this attempt of a test has."""
_SHARE: "pytest.StashKey[Share]" = pytest.StashKey()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Refuse a marker with settings that there are not, where no fixture of ours does."""
    item.stash[_BEGAN] = time.time()
    item.stash[_HAS_FAILED] = False
    share = _share(item, anew=True)
    if "pytest_fakemail.fakemail" in sys.modules:
        from pytest_fakemail.fakemail import living

        share.begin(_shared(item), living())
    if REFUSED_MARKER in item.stash:
        raise marker_mistake(item.stash[REFUSED_MARKER])


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(request: pytest.FixtureRequest) -> Generator[None, object, object]:
    """Take note of what fixtures of a wider scope do: it is not the test's."""
    item = getattr(request, "_pyfuncitem", None)
    if item is None or not (shared := _shared(item)):
        return (yield)
    if request.scope == "function":
        _ask_at_its_end(item)
        return (yield)
    with _share(item).of_others(shared):
        return (yield)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_call(item: pytest.Item) -> None:
    """See to it that also a test without fixtures of its own is asked what it has left."""
    if _shared(item):
        _ask_at_its_end(item)


def _ask_at_its_end(item: pytest.Item) -> None:
    """Ask a test what it has left when its own fixtures have ended, and no others have."""
    share = _share(item)
    if not share.is_armed:
        share.is_armed = True
        item.addfinalizer(lambda: _require_no_leaks(item, share))


def _require_no_leaks(item: pytest.Item, share: "Share") -> None:
    shared = _shared(item)
    if item.stash.get(HAS_PASSED, False) and (left := share.leaks(shared)):
        pytest.fail("\n".join(left), pytrace=False)  # no frame of it would be the author's


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: "pytest.CallInfo[None]"
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show a failed test's conversation and mail; keep them if they are wanted."""
    # Of a `unittest.TestCase` they wait elsewhere until pytest makes the report.
    failures = [call.excinfo, *(getattr(item, "_excinfo", None) or ())]
    if any(failures):
        from pytest_fakemail.report import frames

        for excinfo in filter(None, failures):
            frames.leave_out_ours(excinfo)
        call.excinfo = frames.without_ours_alone(call.excinfo)
    report = yield
    if call.when == "call":
        item.stash[HAS_PASSED] = report.passed
    if call.excinfo is not None and isinstance(call.excinfo.value, FakeMailError):
        from pytest_fakemail.report.crash import without_module

        without_module(report)
    directory = item.config.getoption("fakemail_artifacts")
    is_kept = directory and item.config.getoption("fakemail_artifacts_keep") == "always"
    if report.failed or (is_kept and call.when == "teardown"):
        fakemails = used_by(item, call)
        if fakemails:
            from pytest_fakemail.report import evidence

            is_first = report.failed and not item.stash.get(_HAS_FAILED, False)
            places = _share(item).places
            evidence.add(item, report, fakemails, directory, places, is_first=is_first)
            item.stash[_HAS_FAILED] = report.failed
    if call.when == "teardown":  # pytest keeps the item, but the mail may go
        if _SHARE in item.stash:
            del item.stash[_SHARE]
        if FAKEMAILS in item.stash:
            del item.stash[FAKEMAILS]
    return report


def pytest_assertrepr_compare(op: str, left: object, right: object) -> list[str] | None:
    """Say which fields of two mails differ."""
    from pytest_fakemail.report.comparison import compared

    return compared(op, left, right)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None, None, None]:
    """Check after each test what it did with FakeMails that it shares with others."""
    shared = _shared(item)  # after the last test the fixture is gone
    try:
        yield
        has_passed = item.stash.get(HAS_PASSED, False)
        check(shared, has_passed=has_passed)
        if has_passed and UNUSED_MARKER in item.stash and FAKEMAILS not in item.stash:
            raise marker_mistake(item.stash[UNUSED_MARKER])
    finally:
        for one in shared:
            one._end_troubles()  # noqa: SLF001  (our own)


def returned(settings: "Settings | None") -> "Settings":
    """Refuse a `fakemail_settings` of the suite that returns nothing: all would be as usual.

    Raises:
        BadSetting: it did.
    """
    if settings is None:
        wanted = "wanted Settings: return fakemail_settings.but(…)"
        raise BadSetting(f"the fixture fakemail_settings returned None; {wanted}")
    return settings


def tell(config: pytest.Config, text: str) -> None:
    """Write a line to the terminal while a test runs, whatever is captured."""
    manager = config.pluginmanager
    reporter, capture = manager.get_plugin("terminalreporter"), manager.get_plugin("capturemanager")
    if reporter is not None:  # a worker of xdist has none
        with nullcontext() if capture is None else capture.global_and_fixture_disabled():
            reporter.ensure_newline()
            reporter.write_line(text)


def leaks(fakemails: "Sequence[FakeMail]") -> list[str]:
    """Return what is left that must not be, by the settings of each."""
    return [leak for one in fakemails for leak in one._leaks()]  # noqa: SLF001  (our own)


def check(fakemails: "Sequence[FakeMail]", *, has_passed: bool, leaks: Sequence[str] = ()) -> None:
    """Raise what went wrong in the servers; a fault not met only matters if all else was well.

    So do leaks.
    """
    unfired = ""
    for one in fakemails:
        try:
            one.check(faults=has_passed)
        except UnfiredFault as fault:
            unfired = f"UnfiredFault: {fault}"
    if unfired:
        pytest.fail(unfired, pytrace=False)  # it says where the fault was set
    if leaks:
        pytest.fail("\n".join(leaks), pytrace=False)  # no frame of it would be the author's


def marker_mistake(complaint: str) -> BaseException:
    """Return what fails a test without a traceback: no frame of it would be the author's."""
    return pytest.fail.Exception(f"UsageError: @pytest.mark.fakemail{complaint}", pytrace=False)


def pytest_enter_pdb(pdb: object) -> None:
    """Have the debugger begin at the author's line, as the report does, not within our functions.

    pytest asks each frame for a local `__tracebackhide__`; ours are many.
    """
    from pytest_fakemail.report import frames

    frames.begin_at_the_authors(pdb)


def used_by(item: pytest.Item, call: "pytest.CallInfo[None]") -> list["FakeMail"]:
    """Return every FakeMail that the test has used, whoever made it."""
    fakemails = item.stash.get(FAKEMAILS, [])
    known = [*fakemails, *_shared(item)]
    elsewhere = _made_elsewhere(item, item.stash.get(_BEGAN, call.start))
    return [*known, *(other for other in elsewhere if other not in known)]


def _made_elsewhere(item: pytest.Item, began: float) -> list["FakeMail"]:
    """Return those that a fixture or module of the author's made and that the test has used."""
    from pytest_fakemail.fakemail import living

    values = list(getattr(item, "funcargs", {}).values())
    return [
        one
        for one in living()
        if any(one is value for value in values) or one.was_used_since(began)
    ]


def _share(item: pytest.Item, *, anew: bool = False) -> "Share":
    """Return what is not the test's own; a test that has FakeMails of its own alone needs none."""
    from pytest_fakemail.lasting import Share

    if anew or _SHARE not in item.stash:
        item.stash[_SHARE] = Share()
    return item.stash[_SHARE]


def _shared(item: pytest.Item) -> list["FakeMail"]:
    """Return those that the test shares with others."""
    names = getattr(item, "fixturenames", ())
    return [one for name, one in item.session.stash.get(SHARED, {}).items() if name in names]
