"""What mailboxes can be for (RFC 6154), and those that a new account has."""

from collections.abc import Mapping

SENT = "\\Sent"
SPECIAL_USES: Mapping[str, str] = {
    "Archive": "\\Archive",
    "Drafts": "\\Drafts",
    "Junk": "\\Junk",
    "Sent": SENT,
    "Trash": "\\Trash",
}
"""The mailboxes that a new account has besides INBOX, with their uses (RFC 6154)."""

POSSIBLE_USES = (*SPECIAL_USES.values(), "\\Flagged", "\\Important")
"""What a mailbox can be for; ``\\All`` would have to show the messages of others."""
