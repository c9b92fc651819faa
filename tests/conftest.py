"""What holds for every test: no wall clock, and the same plugins and texts wherever it runs."""

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

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


@pytest.fixture(scope="session", autouse=True)
def manners() -> Iterator[None]:
    """Let what is run within a test speak as on a plain terminal, whatever the machine is."""
    with pytest.MonkeyPatch.context() as patch:
        for name in MANNERS:
            patch.delenv(name, raising=False)
        yield


@pytest.fixture
def pytester(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """Let a suite within a test run with our plugin and xdist, whatever else is installed.

    Another plugin may shuffle its tests or write lines of its own.
    """
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setenv("PYTEST_ADDOPTS", "-p fakemail -p xdist -p no:cacheprovider")
    return pytester
