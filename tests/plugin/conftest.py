"""What every run of a suite within a test wants."""

import pytest
import trustme

import pytest_fakemail.fakemail

# `cryptography` keeps its classes in a compiled module, and would not know those of a second
# import of its Python half: so it is loaded here, where `pytester` does not forget it.
_LOADED = (pytest_fakemail.fakemail, trustme)


@pytest.fixture(autouse=True)
def _only_what_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the runs quick: without the cache, and without Hypothesis's plugin."""
    monkeypatch.setenv("PYTEST_ADDOPTS", "-p no:cacheprovider -p no:hypothesispytest")
