"""What holds for every test: no wall clock, and the same plugins wherever it runs."""

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile(
    "no wall clock",
    deadline=None,  # a busy machine takes as long as it takes
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("no wall clock")


@pytest.fixture
def pytester(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """Let a suite within a test run with our plugin and xdist, whatever else is installed.

    Another plugin may shuffle its tests or write lines of its own.
    """
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setenv("PYTEST_ADDOPTS", "-p fakemail -p xdist -p no:cacheprovider")
    return pytester
