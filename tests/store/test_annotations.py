"""Annotations: what an entry is, limits, and whose they are."""

import pytest
from store.stores import make_store

from pytest_fakemail.store.annotations import MOST_ENTRIES, MOST_OCTETS, Annotations, book, flaw
from pytest_fakemail.store.impossible import Impossible


@pytest.mark.parametrize(
    "entry",
    ["", "/", "comment", "/other/x", "/shared//x", "/shared/x/", "/shared/*", "/shared/\x19",
     "/shared/\u00e9", "/shared", "/private/vendor/me", "x/shared/y", "//shared/x"],
)  # fmt: skip
def test_what_is_no_entry(entry: str) -> None:
    assert flaw(entry)


@pytest.mark.parametrize("entry", ["/shared/comment", "/PRIVATE/a/b", "/shared/vendor/me/it"])
def test_what_is_an_entry(entry: str) -> None:
    assert flaw(entry) == ""


def test_all_or_none_are_changed() -> None:
    """RFC 5464 §4.3."""
    one = Annotations()
    one.change({"/shared/a": b"1"}, "ann")
    too_long = {"/shared/a": None, "/private/b": b"x" * (MOST_OCTETS + 1)}
    with pytest.raises(Impossible) as refused:
        one.change(too_long, "ann")
    assert refused.value.code == f"METADATA MAXSIZE {MOST_OCTETS}"
    assert one.of("ann") == {"/shared/a": ("/shared/a", b"1")}


def test_there_is_room_for_so_many_of_each_user() -> None:
    one = Annotations()
    one.change({f"/private/{number}": b"" for number in range(MOST_ENTRIES)}, "ann")
    one.change({f"/shared/{number}": b"" for number in range(MOST_ENTRIES)}, "ann")
    for entry in ("/private/x", "/shared/x"):
        with pytest.raises(Impossible) as refused:
            one.change({entry: b""}, "ann")
        assert refused.value.code == "METADATA TOOMANY"
    one.change({"/private/x": b""}, "bob")
    one.change({"/private/0": None, "/private/x": b""}, "ann")
    one.change({"/private/1": b"changed"}, "ann")
    assert one.of("bob").keys() & {"/private/x", "/private/1", "/shared/1"} == {
        "/private/x",
        "/shared/1",
    }


def test_a_mailbox_that_is_deleted_leaves_no_page() -> None:
    store = make_store()
    account = store.add_account("ann", "secret")
    mailbox = account.mailboxes.create("Work")
    pages = book(store.registry)
    pages.change(mailbox, {"/shared/a": b"1"}, "ann")
    account.mailboxes.delete("Work")
    assert pages.pages == {}
