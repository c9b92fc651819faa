"""CAPABILITY, NOOP, LOGOUT, ID."""

from importlib.metadata import PackageNotFoundError

import pytest
from imap.cursors import parsed, refusal
from imap.talk import Talk

from pytest_fakemail.imap.commands import any_state
from pytest_fakemail.imap.commands.any_state import id_


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


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (b" NIL", {}),
        (b" ()", {}),
        (b' ("name" "x" "version" nil)', {"name": "x", "version": None}),
        (b" (name x version NIL)", {"name": "x", "version": None}),
    ],
)
def test_id_takes_pairs(text: bytes, wanted: dict[str, str | None]) -> None:
    assert parsed(id_, text) == wanted


@pytest.mark.parametrize("text", [b"", b" x", b' ("name")', b" (name)", b" (name x y)"])
def test_id_takes_nothing_else(text: bytes) -> None:
    assert refusal(id_, text).status == "BAD"
