"""Modified UTF-7 in both directions (RFC 3501 §5.1.3)."""

import pytest

from pytest_fakemail.imap.grammar.mutf7 import decode_mutf7, encode_mutf7


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("INBOX", "INBOX"),
        ("R&D", "R&-D"),
        ("&", "&-"),
        ("Entwürfe", "Entw&APw-rfe"),
        ("日本語", "&ZeVnLIqe-"),
        ("~peter/mail/台北/日本語", "~peter/mail/&U,BTFw-/&ZeVnLIqe-"),
        ("☺!", "&Jjo-!"),
        ("😀", "&2D3eAA-"),
        ("a\x7fb", "a&AH8-b"),
    ],
)
def test_names_go_there_and_back(name: str, text: str) -> None:
    assert encode_mutf7(name) == text
    assert decode_mutf7(text) == name


@pytest.mark.parametrize(
    "text",
    ["R&D", "a&", "&ZeVnLIqe", "&Jjo", "&J-", "&Jjo!-", "&2D0-", "&A-", "ü", "a\tb", "&ZeV=-"],
)
def test_what_is_not_modified_utf7_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not modified UTF-7"):
        decode_mutf7(text)


@pytest.mark.parametrize(
    "text",
    ["&AEE-", "a&AC8-b", "&ACY-", "&AOQ-&APw-", "&AOQAYQ-", "&AOR-"],
    ids=["ASCII", "separator", "ampersand", "two runs", "ASCII in a run", "spare bits"],
)
def test_a_name_has_one_spelling(text: str) -> None:
    """RFC 3501 §5.1.3: no printable character in base64, no superfluous shift."""
    with pytest.raises(ValueError, match=r"not modified UTF-7: .*, but "):
        decode_mutf7(text)
