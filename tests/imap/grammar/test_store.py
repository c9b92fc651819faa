"""Arguments of STORE, COPY, MOVE and UID EXPUNGE."""

import pytest
from imap.cursors import parsed, refusal

from pytest_fakemail.imap.grammar.numbers import STAR, SequenceSet
from pytest_fakemail.imap.grammar.store import (
    Copy,
    Operation,
    StoreFlags,
    copy,
    store,
    uid_expunge,
)

ONE = SequenceSet(((1, 1),))
SEEN = ("\\Seen",)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (b"FLAGS (\\Seen)", StoreFlags(ONE, Operation.REPLACE, SEEN)),
        (b"flags ()", StoreFlags(ONE, Operation.REPLACE, ())),
        (b"+FLAGS \\seen x", StoreFlags(ONE, Operation.ADD, ("\\Seen", "x"))),
        (b"-Flags.Silent \\Seen", StoreFlags(ONE, Operation.REMOVE, SEEN, is_silent=True)),
        (
            b"(UNCHANGEDSINCE 0) +FLAGS.SILENT (\\Seen)",
            StoreFlags(ONE, Operation.ADD, SEEN, is_silent=True, unchanged_since=0),
        ),
        (
            b'+X-GM-LABELS (\\Inbox "a b" &Jjo-)',
            StoreFlags(ONE, Operation.ADD, ("\\Inbox", "a b", "☺"), are_labels=True),
        ),
        (b"X-GM-LABELS foo", StoreFlags(ONE, Operation.REPLACE, ("foo",), are_labels=True)),
    ],
)
def test_store_sets_adds_and_removes(text: bytes, wanted: StoreFlags) -> None:
    assert parsed(store, b" 1 " + text) == wanted


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b" 1",
        b" 1 FLAGS",
        b" 1 FLAGS (\\Recent)",
        b" 1 FLAGS (\\Seen",
        b" 1 *FLAGS (\\Seen)",
        b" 1 ++FLAGS (\\Seen)",
        b" 1 FLAGS.LOUD (\\Seen)",
        b" 1 KEYWORDS (x)",
        b" 1 (UNCHANGEDSINCE) FLAGS (x)",
        b" 1 (FOO 1) FLAGS (x)",
        b" 1 (UNCHANGEDSINCE 1)FLAGS (x)",
        b" x FLAGS (x)",
    ],
)
def test_store_refuses_anything_else(text: bytes) -> None:
    assert refusal(store, text).status == "BAD"


@pytest.mark.parametrize("text", [b" 1 (UNCHANGEDSINCE 5) FLAGS (x)", b" 1 X-GM-LABELS (x)"])
def test_extensions_of_store_need_their_capability(text: bytes) -> None:
    assert refusal(store, text, ()).status == "BAD"


def test_copy_takes_a_set_and_a_name() -> None:
    assert parsed(copy, b" 1 inbox") == Copy(ONE, "INBOX")
    assert refusal(copy, b" 1").status == "BAD"
    assert refusal(copy, b" a 1").status == "BAD"


def test_uid_expunge_takes_a_set() -> None:
    assert parsed(uid_expunge, b" 1:*") == SequenceSet(((1, STAR),))
    assert refusal(uid_expunge, b"").status == "BAD"
