"""Flags as a test is given them are found in any spelling, and are sets as any other."""

import copy

import pytest
from asserts.world import World

from pytest_fakemail import BadArgument
from pytest_fakemail.asserts.flag_sets import FlagRow, FlagSet, LabelSet

FLAGS: frozenset[str] = FlagSet(["\\Seen", "$Todo"])


@pytest.mark.parametrize("spelling", ["\\Seen", "seen", "SEEN", "\\seen", "$Todo", "$TODO"])
def test_a_flag_is_in_the_set_however_it_is_spelt(spelling: str) -> None:
    assert spelling in FLAGS
    assert not FLAGS.isdisjoint([spelling])


def test_what_is_not_there_is_not_in_it() -> None:
    assert "draft" not in FLAGS
    assert "$Done" not in FLAGS
    assert FLAGS.isdisjoint(["draft", "$Done"])


@pytest.mark.parametrize("wrong", ["\\Sen", "\\Recent", "seen draft", "", 1, None, ["seen"]])
def test_what_can_be_no_flag_is_refused(wrong: object) -> None:
    with pytest.raises(BadArgument, match=r"^no flag: "):
        assert wrong not in FLAGS


def test_the_set_is_as_any_other() -> None:
    assert FLAGS == {"\\Seen", "$Todo"} == frozenset(FLAGS)
    assert hash(FLAGS) == hash(frozenset(FLAGS))
    assert repr(FlagSet(["\\Seen"])) == repr(frozenset(["\\Seen"]))
    assert FLAGS | {"a"} == {"\\Seen", "$Todo", "a"}
    assert copy.copy(FLAGS) == copy.deepcopy(FLAGS) == FLAGS


def test_a_message_has_such_a_set(world: World) -> None:
    message = world.account.inbox.deliver(subject="x", flags="seen")
    assert "seen" in message.flags
    assert "draft" not in message.flags


def test_special_uses_and_permanent_flags_are_found_likewise(world: World) -> None:
    sent = world.account.mailbox("Out", create=True, special_use="sent")
    assert "sent" in sent.special_use
    assert "junk" not in sent.special_use
    with pytest.raises(BadArgument, match=r"no special use 'snt'; did you mean '\\\\Sent'"):
        assert "snt" not in sent.special_use
    assert "seen" in sent.permanent_flags
    sent.permanent_flags = ["flagged"]
    assert "seen" not in sent.permanent_flags
    assert "\\*" not in sent.permanent_flags
    assert FlagRow(["\\Seen"]) == ("\\Seen",)


def test_labels_are_found_in_any_case_and_have_any_letters() -> None:
    labels = LabelSet(["\\Inbox", "My work"])
    assert "inbox" in labels
    assert "my Work" in labels
    assert "(nothing)" not in labels
