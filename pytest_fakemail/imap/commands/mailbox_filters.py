"""Which mailboxes of a user some filters mean (RFC 5465 §6, RFC 7377 §2.2)."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from pytest_fakemail.imap.grammar.mailbox_filters import MailboxFilter
from pytest_fakemail.store.hierarchy import INBOX

if TYPE_CHECKING:
    from pytest_fakemail.store.reach import Reach
    from pytest_fakemail.store.tree import Tree


def meaning(tree: "Tree | Reach", wanted: MailboxFilter) -> Callable[[str], bool]:
    """Return what says whether a filter means the mailbox of a name, which need not exist.

    Mail is delivered to INBOX alone.  What is selected is not asked for by name.
    """
    hierarchy = tree.hierarchy
    named = frozenset(map(hierarchy.canonical, wanted.names))
    match wanted.kind:
        case "PERSONAL":
            return tree.is_own
        case "SUBTREE":
            return lambda name: name in named or not named.isdisjoint(hierarchy.parents(name))
        case "SUBTREE-ONE":
            return lambda name: name in named or next(hierarchy.parents(name), None) in named
        case "INBOXES":
            named = frozenset((INBOX,))
        case "SUBSCRIBED":
            named = frozenset(tree.subscribed)
    return named.__contains__


def covered(tree: "Tree | Reach", wanted: MailboxFilter) -> list[str]:
    """Return the names of the mailboxes that a filter means, INBOX first."""
    return list(filter(meaning(tree, wanted), tree))
