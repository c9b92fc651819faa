import pytest
from store.stores import MAIL, default_account, make_store

from pytest_fakemail.errors import UnknownMailbox
from pytest_fakemail.store.impossible import Impossible
from pytest_fakemail.store.tree import Tree


@pytest.fixture
def tree() -> Tree:
    return default_account(make_store()).mailboxes


def code_of(refused: pytest.ExceptionInfo[Impossible]) -> str:
    return refused.value.code


def test_a_new_account_has_the_standard_mailboxes_and_subscribes_to_them(tree: Tree) -> None:
    assert list(tree) == ["INBOX", "Archive", "Drafts", "Junk", "Sent", "Trash"]
    assert tree.subscribed == set(tree)
    assert tree["Sent"].attributes == ("\\Sent",)


@pytest.mark.parametrize("name", ["inbox", "INBOX", "InBox"])
def test_inbox_is_inbox_in_any_case(tree: Tree, name: str) -> None:
    assert tree[name] is tree["INBOX"]
    assert name in tree


def test_inbox_is_inbox_above_others_too(tree: Tree) -> None:
    tree.create("inbox/Work")
    assert tree["INBOX/Work"].name == "INBOX/Work"
    assert tree.get("Inboxes") is None


def test_other_names_are_told_apart_by_case(tree: Tree) -> None:
    tree.create("sent")
    assert tree["sent"] is not tree["Sent"]


def test_an_unknown_mailbox_is_told_with_those_there_are(tree: Tree) -> None:
    with pytest.raises(UnknownMailbox, match="no mailbox 'Snet'; there is INBOX, Archive"):
        tree["Snet"]


def test_creating_makes_the_parents(tree: Tree) -> None:
    assert tree.create("a/b/c/").name == "a/b/c"
    assert {"a", "a/b", "a/b/c"} <= set(tree)
    assert tree.has_children("a/b")
    assert not tree.has_children("a/b/c")


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("INBOX", "ALREADYEXISTS"),
        ("inbox/", "ALREADYEXISTS"),
        ("", "CANNOT"),
        ("/", "CANNOT"),
        ("a//b", "CANNOT"),
        ("/a", "CANNOT"),
        ("a\0", "CANNOT"),
        ("a" * 1001, "CANNOT"),
        ("/".join("a" * 101), "CANNOT"),
    ],
)
def test_names_that_cannot_be_are_refused(tree: Tree, name: str, code: str) -> None:
    before = list(tree)
    with pytest.raises(Impossible) as refused:
        tree.create(name)
    assert code_of(refused) == code
    assert list(tree) == before


def test_a_deleted_mailbox_leaves_what_is_below_it(tree: Tree) -> None:
    tree.create("a/b")
    doomed = tree["a"]
    doomed.append(MAIL)
    tree.delete("a")
    assert doomed.is_deleted
    assert doomed.messages == []
    assert "a" not in tree
    assert "a" in tree.names()
    with pytest.raises(Impossible) as refused:
        tree.delete("a")
    assert code_of(refused) == "HASCHILDREN"
    tree.delete("a/b")
    assert "a" not in tree.names()


@pytest.mark.parametrize(("name", "code"), [("inbox", "CANNOT"), ("nowhere", "NONEXISTENT")])
def test_what_cannot_be_deleted_is_refused(tree: Tree, name: str, code: str) -> None:
    with pytest.raises(Impossible) as refused:
        tree.delete(name)
    assert code_of(refused) == code


def test_a_mailbox_made_anew_has_a_larger_uidvalidity(tree: Tree) -> None:
    before = tree.create("a").uidvalidity
    tree.delete("a")
    assert tree.create("a").uidvalidity > before


def test_renaming_takes_what_is_below_along(tree: Tree) -> None:
    tree.create("a/b/c")
    kept = tree["a/b"]
    tree.rename("a/b", "x/y")
    assert tree["x/y"] is kept
    assert kept.name == "x/y"
    assert {"a", "x", "x/y", "x/y/c"} <= set(tree)
    assert "a/b" not in tree
    assert "a/b/c" not in tree


def test_a_mere_parent_can_be_renamed(tree: Tree) -> None:
    tree.create("a/b")
    tree.delete("a")
    tree.rename("a", "z")
    assert "z/b" in tree
    assert "z" not in tree


def test_renaming_inbox_moves_its_messages_and_leaves_it(tree: Tree) -> None:
    tree["INBOX"].append(MAIL, flags=["\\Seen"])
    tree.create("INBOX/below")
    tree.rename("inbox", "old")
    assert tree["INBOX"].messages == []
    assert [message.flags for message in tree["old"].messages] == [{"\\Seen"}]
    assert "INBOX/below" in tree


@pytest.mark.parametrize(
    ("name", "new_name", "code"),
    [
        ("nowhere", "x", "NONEXISTENT"),
        ("Sent", "Trash", "ALREADYEXISTS"),
        ("Sent", "inbox", "ALREADYEXISTS"),
        ("Sent", "Sent/below", "CANNOT"),
        ("Sent", "a//b", "CANNOT"),
    ],
)
def test_what_cannot_be_renamed_is_refused(tree: Tree, name: str, new_name: str, code: str) -> None:
    before = list(tree)
    with pytest.raises(Impossible) as refused:
        tree.rename(name, new_name)
    assert code_of(refused) == code
    assert list(tree) == before


def test_no_name_grows_too_long_by_a_rename_above_it(tree: Tree) -> None:
    tree.create("a/" + "b" * 900)
    before = list(tree)
    with pytest.raises(Impossible) as refused:
        tree.rename("a", "c" * 200)
    assert code_of(refused) == "CANNOT"
    assert list(tree) == before


def test_a_subscription_outlives_its_mailbox(tree: Tree) -> None:
    tree.create("a")
    tree.subscribe("a")
    tree.delete("a")
    assert "a" in tree.subscribed
    tree.unsubscribe("a")
    tree.unsubscribe("a")
    assert "a" not in tree.subscribed


# --- with other separators -----------------------------------------------------------------


def separated_by(separator: str) -> Tree:
    return default_account(make_store(separator=separator)).mailboxes


def test_the_setting_says_what_separates_levels() -> None:
    tree = separated_by(".")
    assert tree.create("inbox.Work/2026.").name == "INBOX.Work/2026"
    assert tree.has_children("Inbox")
    tree.rename("INBOX.Work/2026", "Old.Work.2026")
    assert {"Old", "Old.Work", "Old.Work.2026"} <= set(tree)


def test_names_without_levels_are_made_as_they_are() -> None:
    tree = separated_by("NIL")
    names = ["a/b", "a//b", "/", ".", "a|b\\c^d/", "a", "x" * 1000, "/".join("a" * 101)]
    for name in names:
        assert tree.create(name).name == name
    assert set(names) < set(tree)
    assert tree.names_above() == set()
    assert len(tree) == 6 + len(names)


@pytest.mark.parametrize("name", ["", "inbox", "a\n", "x" * 1001])
def test_names_without_levels_can_be_impossible_too(name: str) -> None:
    with pytest.raises(Impossible):
        separated_by("NIL").create(name)


def test_renaming_a_name_without_levels_leaves_its_neighbours() -> None:
    tree = separated_by("NIL")
    tree.create("a")
    tree.create("a/b")
    tree.rename("a", "a/c")
    assert {"a/b", "a/c"} <= set(tree)
    assert "a" not in tree
    tree.delete("a/b")
    assert "a/b" not in tree.names()
