r"""What mailboxes are called as labels, and the mailboxes that Gmail has by itself.

As with Gmail, mailboxes with a use have labels such as ``\Inbox`` and ``\Sent``.  The names in
other languages are those that users of Gmail see in their clients; they are not from Google.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from pytest_fakemail.store.hierarchy import INBOX
from pytest_fakemail.store.mailbox import Mailbox
from pytest_fakemail.store.special_uses import SENT

ALL: Final = "\\All"
TRASH: Final = "\\Trash"
JUNK: Final = "\\Junk"
STARRED_MAILBOX: Final = "\\Flagged"
"""The special use (RFC 6154) of the mailbox of messages with a star."""
STARRED: Final = "\\Starred"

_LABELS = {"\\Drafts": "\\Draft", JUNK: "\\Spam", STARRED_MAILBOX: STARRED}
"""Labels that are called otherwise than the special use of their mailbox (RFC 6154)."""

_USES = (ALL, "\\Drafts", "\\Important", SENT, JUNK, STARRED_MAILBOX, TRASH)
GMAILS_USES: Final = frozenset(_USES)
"""The special uses of the mailboxes that Gmail has by itself."""
_NAMES = {
    "en": "[Gmail] All Mail|Drafts|Important|Sent Mail|Spam|Starred|Trash",
    "en-gb": "[Google Mail] All Mail|Drafts|Important|Sent Mail|Spam|Starred|Bin",
    "de": "[Gmail] Alle Nachrichten|Entwürfe|Wichtig|Gesendet|Spam|Markiert|Papierkorb",
    "fr": "[Gmail] Tous les messages|Brouillons|Important|Messages envoyés|Spam|Suivis|Corbeille",
    "es": "[Gmail] Todos|Borradores|Importantes|Enviados|Spam|Destacados|Papelera",
}


ALL_MAIL: Final = frozenset(names.partition("] ")[2].partition("|")[0] for names in _NAMES.values())
"""What the mailbox of all messages is called, in any language."""


def gmails_mailboxes(language: str, separator: str) -> Mapping[str, str]:
    """Return the names of the mailboxes that an account of Gmail has, with their uses."""
    above, _, names = _NAMES[language].partition(" ")
    if above == "[Google":
        above, names = "[Google Mail]", names.removeprefix("Mail] ")
    pairs = zip(names.split("|"), _USES, strict=True)
    return MappingProxyType({f"{above}{separator}{name}": use for name, use in pairs})


def label(mailbox: Mailbox) -> str:
    r"""Return what a mailbox is called as a label; All Mail is none, and has ``\All``."""
    if mailbox.name == INBOX:
        return "\\Inbox"
    for use in mailbox.attributes:
        return _LABELS.get(use, use)
    return mailbox.name
