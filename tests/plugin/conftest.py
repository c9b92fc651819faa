"""What every run of a suite within a test wants."""

import pytest


@pytest.fixture(autouse=True)
def _only_what_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the runs quick: without the cache, and without Hypothesis's plugin."""
    monkeypatch.setenv("PYTEST_ADDOPTS", "-p no:cacheprovider -p no:hypothesispytest")
