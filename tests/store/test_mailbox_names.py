"""Names of mailboxes are Net-Unicode, whoever gives them."""

import pytest

from pytest_fakemail.store.mailbox_names import flaw


@pytest.mark.parametrize(
    "name", ["INBOX", "a b/c", "Entwürfe", "日本語", "x\N{PILE OF POO}", "a\ufeff", ""]
)
def test_net_unicode_is_taken(name: str) -> None:
    assert flaw(name) == ""


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("a\tb", "control"),
        ("a\x7f", "control"),
        ("a\x85b", "control"),
        ("\x9b31m", "control"),
        ("a\u2028b", "line separators"),
        ("a\u2029", "line separators"),
        ("\ud800", "surrogate"),
        ("a\udfffb", "surrogate"),
        ("\ufeffa", "byte order mark"),
        ("a\uffff", "no character"),
        ("a\U0001fffe", "no character"),
        ("A\u030a", "in which it is 'Å'"),
    ],
)
def test_what_is_none_is_told_why(name: str, reason: str) -> None:
    """RFC 5198 §2."""
    assert reason in flaw(name)
