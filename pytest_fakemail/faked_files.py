"""Tests that put other files in the place of the real ones, by pyfakefs; registered where it is.

What is imported while files are faked is loaded anew for that test and forgotten after it, and
OpenSSL reads the real files whatever is faked.  So all that a FakeMail may need is loaded before
such a test begins, and the part that writes certificates is let see the real files.
"""

import pkgutil
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import cache
from importlib import import_module
from typing import Any

import pytest

import pytest_fakemail

_THEIRS = "pyfakefs"
_FIXTURES = frozenset({"fs", "fs_class", "fs_module", "fs_session"})
_OURS = frozenset(
    {"fakemail", "make_fakemail", "fakemail_session", "fakemail_module", "fakemail_class"}
)
_REAL = ("net.certificates", "net.layer", "net.thread")


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Get ready before the first test that has both."""
    if _fakes_files(item) and _uses_us(item):
        _get_ready()


def _fakes_files(item: pytest.Item) -> bool:
    if not _FIXTURES.isdisjoint(getattr(item, "fixturenames", ())):
        return True
    return any(name.partition(".")[0] == _THEIRS for name in _origins(item))


def _uses_us(item: pytest.Item) -> bool:
    if not _OURS.isdisjoint(getattr(item, "fixturenames", ())):
        return True
    return "pytest_fakemail.fakemail" in sys.modules or any(
        name.partition(".")[0] == pytest_fakemail.__name__ for name in _origins(item)
    )


def _origins(item: pytest.Item) -> Iterator[str]:
    """Yield the modules from which the test's module and class have their names."""
    module: Any = getattr(item, "module", None)
    for value in list(vars(module).values()) if module is not None else ():
        yield str(getattr(value, "__module__", None) or getattr(value, "__name__", ""))
    yield from (kind.__module__ for kind in getattr(getattr(item, "cls", None), "__mro__", ()))


def show(request: pytest.FixtureRequest, paths: Iterable[str]) -> None:
    """Put real files among the faked ones of a test: HTTP clients look whether they are there."""
    if "fs" in request.fixturenames:
        files: Any = request.getfixturevalue("fs")
        for path in paths:
            files.add_real_file(path)


@cache
def _get_ready() -> None:
    for found in pkgutil.walk_packages(pytest_fakemail.__path__, "pytest_fakemail."):
        with suppress(ImportError):  # of an extra that is not installed
            import_module(found.name)
    from pytest_fakemail.fakemail import load_everything

    load_everything()
    patcher = import_module("pyfakefs.fake_filesystem_unittest").Patcher
    for name in _REAL:
        patcher.SKIPMODULES.add(import_module(f"pytest_fakemail.{name}"))
