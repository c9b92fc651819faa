"""Which mailboxes of a user some filters mean (RFC 5465 §6, RFC 7377 §2.2)."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from pytest_fakemail.imap.grammar.mailbox_filters import MailboxFilter
from pytest_fakemail.store.hierarchy import INBOX

if TYPE_CHECKING:
    from pytest_fakemail.store.reach import Reach
    from pytest_fakemail.store.tree import Tree


def covers(tree: "Tree | Reach", wanted: MailboxFilter, name: str) -> bool:
    """Whether a filter means the mailbox of this name, which need not exist.

    Mail is delivered to INBOX alone.  What is selected is not asked for by name.
    """
    hierarchy = tree.hierarchy
    match wanted.kind:
        case "PERSONAL":
            return tree.is_own(name)
        case "INBOXES":
            return name == INBOX
        case "SUBSCRIBED":
            return name in tree.subscribed
        case "MAILBOXES":
            return name in map(hierarchy.canonical, wanted.names)
        case "SUBTREE" | "SUBTREE-ONE":
            is_one = wanted.kind == "SUBTREE-ONE"
            return any(
                name == root
                or (
                    hierarchy.is_below(name, root)
                    and not (is_one and next(iter(hierarchy.parents(name))) != root)
                )
                for root in map(hierarchy.canonical, wanted.names)
            )
        case _:
            return False


def covered(tree: "Tree | Reach", wanted: Iterable[MailboxFilter]) -> list[str]:
    """Return the names of the mailboxes that filters mean, each once, sorted, INBOX first."""
    filters = tuple(wanted)
    return [name for name in tree if any(covers(tree, one, name) for one in filters)]
