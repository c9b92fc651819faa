"""While modules are loaded there is no search for garbage, and afterwards as before."""

import gc
from collections.abc import Iterator

import pytest

from pytest_fakemail.loading import unsearched


@pytest.fixture(autouse=True)
def _enabled() -> Iterator[None]:
    was_enabled = gc.isenabled()
    yield
    (gc.enable if was_enabled else gc.disable)()


@pytest.mark.parametrize("was_enabled", [True, False])
def test_it_leaves_the_collector_as_it_was(*, was_enabled: bool) -> None:
    (gc.enable if was_enabled else gc.disable)()
    with unsearched():
        assert not gc.isenabled()
    assert gc.isenabled() == was_enabled


def test_it_does_so_if_a_module_cannot_be_loaded() -> None:
    gc.enable()
    with pytest.raises(ImportError), unsearched():
        raise ImportError
    assert gc.isenabled()
