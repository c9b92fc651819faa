"""Runs of pytest within a test, by `pytester`, in the same process; registered where it is."""

import pkgutil
from functools import cache
from importlib import import_module

import pytest

import pytest_fakemail


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Load everything before `pytester` runs tests in this process.

    It forgets the modules that such a run has loaded.  The next run would get second copies,
    whose classes are not those that the first one left behind: `cryptography` fails by that.
    """
    if "pytester" in getattr(item, "fixturenames", ()):
        _load_everything()


@cache
def _load_everything() -> None:
    for module in pkgutil.walk_packages(pytest_fakemail.__path__, "pytest_fakemail."):
        import_module(module.name)
    from pytest_fakemail.fakemail import load_everything

    load_everything()  # what these import when they are first used
