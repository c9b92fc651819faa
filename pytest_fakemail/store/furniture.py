"""The mailboxes that a new account has, and what makes mailboxes, as the settings say."""

from collections.abc import Mapping

from pytest_fakemail.settings import Settings
from pytest_fakemail.store.hierarchy import Hierarchy
from pytest_fakemail.store.mailbox import Mailbox
from pytest_fakemail.store.namespaces import below, personal_prefix
from pytest_fakemail.store.registry import Registry
from pytest_fakemail.store.special_uses import SPECIAL_USES
from pytest_fakemail.store.tree import MakeMailbox, Tree
from pytest_fakemail.store.usage import Usage


class Furniture:
    """What the mailboxes of a store's accounts have in common.

    Args:
        standard: the mailboxes besides INBOX of a new account, with their uses (RFC 6154); those
            of `SPECIAL_USES` if there is none.  ``mailboxes="inbox"`` wants none of them.

    Raises:
        BadSetting: no possible prefix of a user's own mailboxes.
    """

    def __init__(
        self, settings: Settings, registry: Registry, standard: Mapping[str, str] | None
    ) -> None:
        self._settings = settings
        self._registry = registry
        uses = SPECIAL_USES if standard is None else standard
        if prefix := personal_prefix(settings):
            uses = {below(prefix, name): use for name, use in uses.items()}
        self._standard = uses if settings.mailboxes == "standard" else {}
        separator = settings.separator
        self.hierarchy = Hierarchy(None if separator == "NIL" else separator)

    def tree(self, usage: Usage) -> Tree:
        """Return a new account's mailboxes."""
        settings, registry, hierarchy = self._settings, self._registry, self.hierarchy
        if not settings.gmail_labels:
            return Tree(registry, usage, hierarchy, self._standard, self.maker())
        from pytest_fakemail.store.label_names import gmails_mailboxes
        from pytest_fakemail.store.labels import Labels

        labels = Labels(auto_expunges=settings.gmail_auto_expunge, at_last=settings.gmail_expunge)
        separator = "" if settings.separator == "NIL" else settings.separator
        names = gmails_mailboxes(settings.gmail_language, separator)
        return Tree(registry, usage, hierarchy, names, labels.mailbox)

    def maker(self) -> MakeMailbox:
        """Return what makes mailboxes without labels."""
        if self._settings.shared_seen == "everyone":
            return Mailbox
        from pytest_fakemail.store.own_seen import ReadMailbox

        return ReadMailbox
