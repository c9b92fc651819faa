# ruff: noqa: D400, D415  (the docstring of a rule is its ABNF)
"""Which mailboxes are meant, by kind or by name (RFC 5465 §6, RFC 7377 §2.2)."""

from collections.abc import Collection

from pytest_fakemail.dataclass import dataclass
from pytest_fakemail.imap.grammar.cursor import Cursor
from pytest_fakemail.imap.grammar.rules import listed, mailbox

SELECTED = "SELECTED"
SELECTED_DELAYED = "SELECTED-DELAYED"
SUBTREE_ONE = "SUBTREE-ONE"
"""Of RFC 7377 §4, for NOTIFY, too."""
_NAMED = ("SUBTREE", SUBTREE_ONE, "MAILBOXES")
OTHERS = ("INBOXES", "PERSONAL", "SUBSCRIBED", "SUBTREE", "MAILBOXES")


@dataclass(frozen=True, slots=True)
class MailboxFilter:
    """Some mailboxes: a kind in upper case, with the names that some kinds have."""

    kind: str
    names: tuple[str, ...] = ()

    @property
    def is_selected(self) -> bool:
        """Whether it means the selected mailbox."""
        return self.kind in {SELECTED, SELECTED_DELAYED}


def filter_mailboxes(cursor: Cursor, kinds: Collection[str]) -> MailboxFilter:
    """``"selected" / … / "personal" / ("subtree" / "mailboxes") SP one-or-more-mailbox``"""
    kind = cursor.peek_word()
    if kind not in kinds:
        raise cursor.wants("which mailboxes are meant")
    cursor.skip_word(kind)
    if kind not in _NAMED:
        return MailboxFilter(kind)
    cursor.expect(b" ")
    many = listed(cursor, mailbox) if cursor.peek(b"(") else (mailbox(cursor),)
    return MailboxFilter(kind, many)
