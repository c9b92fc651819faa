"""CAPABILITY, NOOP, LOGOUT, ID."""

from importlib.metadata import PackageNotFoundError

import pytest
from imap.talk import Talk

from pytest_fakemail.imap.commands import any_state


def test_an_id_needs_no_installed_package(monkeypatch: pytest.MonkeyPatch) -> None:
    """A checkout on the path has no metadata of a distribution."""

    def version(name: str) -> str:
        raise PackageNotFoundError(name)

    monkeypatch.setattr(any_state, "version", version)
    any_state._version.cache_clear()
    try:
        answer = Talk().say("ID NIL")
    finally:
        any_state._version.cache_clear()
    assert answer == ['* ID ("name" "pytest-fakemail" "version" NIL)', "OK ID completed"]
