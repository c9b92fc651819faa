"""Arguments of SELECT, CREATE, RENAME, STATUS and QUOTA's commands."""

import pytest
from imap.cursors import parsed, refusal

from pytest_fakemail.imap.grammar.mailboxes import (
    Create,
    QResync,
    Rename,
    Select,
    SetQuota,
    Status,
    create,
    getquota,
    named_mailbox,
    rename,
    select,
    setquota,
    status,
)
from pytest_fakemail.imap.grammar.numbers import SequenceSet

KNOWN = SequenceSet(((41, 41), (43, 211)))
MATCHES = (SequenceSet(((1, 1), (5, 5))), SequenceSet(((10, 10), (20, 20))))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (b" inbox", Select("INBOX")),
        (b" a (CONDSTORE)", Select("a", is_condstore=True)),
        (b" a (qresync (7 8))", Select("a", qresync=QResync(7, 8))),
        (b" a (QRESYNC (7 8 41,43:211))", Select("a", qresync=QResync(7, 8, KNOWN))),
        (
            b" a (QRESYNC (7 8 (1,5 10,20)) CONDSTORE)",
            Select("a", is_condstore=True, qresync=QResync(7, 8, None, MATCHES)),
        ),
        (
            b" a (QRESYNC (7 8 41,43:211 (1,5 10,20)))",
            Select("a", qresync=QResync(7, 8, KNOWN, MATCHES)),
        ),
    ],
)
def test_select_takes_parameters(text: bytes, wanted: Select) -> None:
    assert parsed(select, text) == wanted


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b" a ()",
        b" a CONDSTORE",
        b" a (FOO)",
        b" a (QRESYNC)",
        b" a (QRESYNC (0 8))",
        b" a (QRESYNC (7))",
        b" a (QRESYNC (7 8 1:*))",
        b" a (QRESYNC (7 8 $))",
        b" a (QRESYNC (7 8 (1)))",
        b" a (QRESYNC (7 8 (1:* 1:2)))",
        b" a (QRESYNC (7 8) QRESYNC (7 8))",
    ],
)
def test_select_refuses_what_it_does_not_know(text: bytes) -> None:
    assert refusal(select, text).status == "BAD"


@pytest.mark.parametrize("text", [b" a (CONDSTORE)", b" a (QRESYNC (7 8))"])
def test_parameters_need_their_capability(text: bytes) -> None:
    assert refusal(select, text, ()).status == "BAD"


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


def test_some_commands_take_a_name() -> None:
    assert parsed(named_mailbox, b" a") == "a"
    assert refusal(named_mailbox, b"").status == "BAD"


def test_status_takes_items_each_once_in_order() -> None:
    assert parsed(status, b" inbox (UNSEEN messages UNSEEN SIZE)") == Status(
        "INBOX", ("UNSEEN", "MESSAGES", "SIZE")
    )


@pytest.mark.parametrize("text", [b" a", b" a ()", b" a MESSAGES", b" a (FOO)", b" a (MESSAGES )"])
def test_status_refuses_what_it_does_not_know(text: bytes) -> None:
    assert refusal(status, text).status == "BAD"


@pytest.mark.parametrize(
    ("item", "capability"),
    [
        (b"RECENT", "IMAP4rev1"),
        (b"DELETED", "IMAP4rev2"),
        (b"DELETED", "QUOTA"),
        (b"DELETED-STORAGE", "QUOTA"),
        (b"SIZE", "STATUS=SIZE"),
        (b"HIGHESTMODSEQ", "CONDSTORE"),
        (b"MAILBOXID", "OBJECTID"),
        (b"APPENDLIMIT", "APPENDLIMIT"),
    ],
)
def test_items_of_status_need_their_capability(item: bytes, capability: str) -> None:
    assert parsed(status, b" a (%b)" % item, {capability}) == Status("a", (item.decode(),))
    assert refusal(status, b" a (%b)" % item, ()).status == "BAD"


def test_quota_roots_are_named() -> None:
    assert parsed(getquota, b' ""') == ""
    assert parsed(getquota, b" ann") == "ann"
    assert refusal(getquota, b' "\xff"').status == "BAD"


def test_setquota_takes_limits() -> None:
    assert parsed(setquota, b' "" (storage 512 MESSAGE 9)') == SetQuota(
        "", {"STORAGE": 512, "MESSAGE": 9}
    )
    assert parsed(setquota, b' "" ()') == SetQuota("", {})
    assert refusal(setquota, b' "" (STORAGE)').status == "BAD"
    assert refusal(setquota, b' "" STORAGE 5').status == "BAD"
