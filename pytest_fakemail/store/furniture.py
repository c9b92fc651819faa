"""Which mailboxes a new account has, and what makes mailboxes, as the settings say."""

from collections.abc import Mapping

from pytest_fakemail.settings import Settings
from pytest_fakemail.store.mailbox import Mailbox
from pytest_fakemail.store.tree import MakeMailbox


def furniture(
    settings: Settings, standard: Mapping[str, str]
) -> tuple[Mapping[str, str], MakeMailbox]:
    """Return the mailboxes of a new account with their uses, and what makes mailboxes."""
    if not settings.gmail_labels:
        return standard, maker(settings)
    from pytest_fakemail.store.label_names import gmails_mailboxes
    from pytest_fakemail.store.labels import Labels

    labels = Labels(auto_expunges=settings.gmail_auto_expunge, at_last=settings.gmail_expunge)
    separator = "" if settings.separator == "NIL" else settings.separator
    return gmails_mailboxes(settings.gmail_language, separator), labels.mailbox


def maker(settings: Settings) -> MakeMailbox:
    """Return what makes mailboxes without labels."""
    if settings.shared_seen == "everyone":
        return Mailbox
    from pytest_fakemail.store.own_seen import ReadMailbox

    return ReadMailbox
