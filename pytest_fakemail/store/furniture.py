"""The mailboxes that a new account has, and what makes mailboxes, as the settings say."""

from collections.abc import Mapping

from pytest_fakemail.settings import Settings
from pytest_fakemail.store.hierarchy import Hierarchy
from pytest_fakemail.store.mailbox import Mailbox
from pytest_fakemail.store.registry import Registry
from pytest_fakemail.store.tree import MakeMailbox, Tree
from pytest_fakemail.store.usage import Usage


def furnished(
    settings: Settings,
    standard: Mapping[str, str],
    registry: Registry,
    hierarchy: Hierarchy,
    usage: Usage,
) -> Tree:
    """Return a new account's mailboxes; `standard` are those besides INBOX, with their uses."""
    if not settings.gmail_labels:
        return Tree(registry, usage, hierarchy, standard, maker(settings))
    from pytest_fakemail.store.label_names import gmails_mailboxes
    from pytest_fakemail.store.labels import Labels

    labels = Labels(auto_expunges=settings.gmail_auto_expunge, at_last=settings.gmail_expunge)
    separator = "" if settings.separator == "NIL" else settings.separator
    names = gmails_mailboxes(settings.gmail_language, separator)
    return Tree(registry, usage, hierarchy, names, labels.mailbox)


def maker(settings: Settings) -> MakeMailbox:
    """Return what makes mailboxes without labels."""
    if settings.shared_seen == "everyone":
        return Mailbox
    from pytest_fakemail.store.own_seen import ReadMailbox

    return ReadMailbox
