"""What holds for every test: no wall clock, and the same plugins and texts wherever it runs."""

import gc
import os
import socket
from collections.abc import Generator, Iterator

import pytest
from children import bounded
from hypothesis import HealthCheck, find, settings
from hypothesis.strategies import none
from leftovers import State, left, state

settings.register_profile(
    "no wall clock",
    deadline=None,  # a busy machine takes as long as it takes
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("no wall clock")

# By these pytest, and what prints for it, say the same thing at other lengths or in colours.
MANNERS = (
    *("CI", "BUILD_NUMBER", "GITHUB_ACTIONS", "GITLAB_CI"),
    *("COLUMNS", "LINES", "TERM", "NO_COLOR", "FORCE_COLOR", "PY_COLORS"),
)


BEFORE = pytest.StashKey[State]()


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Search for no garbage while tests are collected: nearly all that is made then stays."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        return (yield)
    finally:
        if was_enabled:
            gc.enable()


def pytest_collection_finish() -> None:
    """Let no search for garbage go through the tests themselves, which stay to the end.

    A test that collects garbage would else pay for all of them, as would each pytest within one.
    """
    if "PYTEST_CURRENT_TEST" not in os.environ:  # this is no run within a test
        # Hypothesis asks once who holds its random numbers, which is not told of the frozen.
        find(none(), lambda _: True)
        gc.collect()
        gc.freeze()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    item.stash[BEFORE] = state()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item) -> Iterator[None]:
    """Fail a test that leaves something which slows, hinders or outlives the tests after it."""
    yield
    if found := left(item.stash[BEFORE], state()):
        pytest.fail(f"left behind: {', '.join(found)}", pytrace=False)


@pytest.fixture(scope="session", autouse=True)
def manners() -> Iterator[None]:
    """Let what is run within a test speak as on a plain terminal, whatever the machine is.

    Its own name, which smtplib asks for each client, is not looked up: a name server may be slow.
    What is run besides does not wait long for one.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RES_OPTIONS", "timeout:1 attempts:1")
        for name in MANNERS:
            patch.delenv(name, raising=False)
        patch.setattr(socket, "getfqdn", lambda name="": name or "client.example.test")
        yield


@pytest.fixture
def pytester(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """Let a suite within a test run with our plugin and xdist, whatever else is installed.

    Another plugin may shuffle its tests or write lines of its own.  One in a process of its own
    has an end, and no process of an app is held up by a name server that is silent.
    """
    monkeypatch.setattr(pytester, "run", bounded(pytester.run))
    monkeypatch.setenv("RES_OPTIONS", "timeout:1 attempts:1")
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setenv("PYTEST_ADDOPTS", "-p fakemail -p xdist -p no:cacheprovider")
    return pytester
