"""How CREATE and RENAME read their arguments."""

import pytest
from imap.cursors import parsed, refusal

from pytest_fakemail.imap.commands.mailboxes import Create, Rename, create, rename


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (b" a/b/", Create("a/b/")),
        (b" a (USE (\\Drafts \\X-New))", Create("a", ("\\Drafts", "\\X-New"))),
        (b" a (use ())", Create("a")),
    ],
)
def test_create_takes_special_uses(text: bytes, wanted: Create) -> None:
    assert parsed(create, text) == wanted


@pytest.mark.parametrize(
    "text", [b"", b" a b", b" a (\\Drafts)", b" a (USE (Drafts))", b" a (USE)"]
)
def test_create_takes_nothing_else(text: bytes) -> None:
    assert refusal(create, text).status == "BAD"


def test_special_uses_need_their_capability() -> None:
    assert refusal(create, b" a (USE (\\Drafts))", ()).status == "BAD"


def test_rename_takes_two_names() -> None:
    assert parsed(rename, b' inbox "a b"') == Rename("INBOX", "a b")
    assert refusal(rename, b" a").status == "BAD"
    assert refusal(rename, b" a b c").status == "BAD"
