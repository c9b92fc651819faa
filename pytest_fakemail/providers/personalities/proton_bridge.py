"""Proton Mail Bridge, on the user's own machine."""

from pytest_fakemail.providers.speaking.personality import Personality, Spoken

# fmt: off
_WORDS = ("ID", "IDLE", "IMAP4rev1", "MOVE", "STARTTLS", "UIDPLUS", "UNSELECT")

PERSONALITY = Personality(
    name="proton-bridge",
    title="Proton Mail Bridge",
    mailboxes={"All Mail": "", "Archive": "", "Drafts": "", "Sent": "", "Spam": "", "Starred": "",
               "Trash": "", "Folders/Work": "", "Labels/Urgent": ""},
    remarks="LIST (SPECIAL-USE) is not supported. The mailboxes are unverified.",
    imap=Spoken(
        greeting="[CAPABILITY {capabilities}] Proton Mail Bridge 03.04.02 - gluon session ID 172",
        before=_WORDS,
        after=("ID", "IDLE", "IMAP4rev1", "MOVE", "UIDPLUS", "UNSELECT"),
        evidence="T+K MK#674; what comes after login is unverified",
    ),
)
