"""How STATUS reads its arguments."""

import pytest
from imap.cursors import parsed, refusal

from pytest_fakemail.imap.commands.status import Status, status


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
        (b"DELETED", "QUOTA=RES-MESSAGE"),
        (b"DELETED-STORAGE", "QUOTA=RES-STORAGE"),
        (b"SIZE", "STATUS=SIZE"),
        (b"HIGHESTMODSEQ", "CONDSTORE"),
        (b"MAILBOXID", "OBJECTID"),
        (b"APPENDLIMIT", "APPENDLIMIT"),
    ],
)
def test_items_of_status_need_their_capability(item: bytes, capability: str) -> None:
    assert parsed(status, b" a (%b)" % item, {capability}) == Status("a", (item.decode(),))
    assert refusal(status, b" a (%b)" % item, ()).status == "BAD"
