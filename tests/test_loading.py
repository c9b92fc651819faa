"""While modules are loaded there is no search for garbage, and each is loaded once."""

import gc
import importlib
import smtplib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

import pytest

from pytest_fakemail import FakeMail
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


@contextmanager
def _without_our_modules() -> Iterator[None]:
    """Have none in `sys.modules`, as after a ``patch.dict`` in which they were loaded."""
    with patch.dict(sys.modules):
        for name in [one for one in sys.modules if one.startswith("pytest_fakemail.")]:
            del sys.modules[name]
        yield


def test_a_module_is_loaded_once_though_a_test_has_taken_it_away() -> None:
    name = "pytest_fakemail.smtp.commands.starttls"
    module = importlib.import_module(name)
    spec = module.__spec__
    with _without_our_modules():
        assert importlib.import_module(name) is module
        assert module.__spec__ is spec
        assert importlib.util.find_spec(name) is spec


def test_what_is_loaded_late_fits_what_was_loaded_when_modules_were_taken_away(
    fakemail: FakeMail,
) -> None:
    with smtplib.SMTP(fakemail.smtp.host, fakemail.smtp.port) as client:
        client.ehlo()
        with _without_our_modules():
            assert client.docmd("HELP")[0] == 214
            assert client.docmd("AUTH", "PLAIN AGEAYg==")[0] == 535
            assert client.docmd("MAIL", "FROM:<@")[0] == 501
            fakemail.smtp.when("NOOP").reply(421, "4.3.2 closing")
            assert client.noop()[0] == 421


def test_a_module_can_be_loaded_anew_on_purpose() -> None:
    module = importlib.import_module("pytest_fakemail.smtp.newlines")
    before = module.normalised
    assert importlib.reload(module) is module
    assert module.normalised is not before
