"""How UID EXPUNGE reads its arguments."""

from imap.cursors import parsed, refusal

from pytest_fakemail.imap.commands.expunge import uid_expunge
from pytest_fakemail.imap.grammar.numbers import STAR, SequenceSet


def test_uid_expunge_takes_a_set() -> None:
    assert parsed(uid_expunge, b" 1:*") == SequenceSet(((1, STAR),))
    assert refusal(uid_expunge, b"").status == "BAD"
