"""Cyrus 3."""

from pytest_fakemail.providers.speaking.personality import Personality, Spoken

# fmt: off
PERSONALITY = Personality(
    name="cyrus",
    title="Cyrus IMAP",
    settings={"separator": "."},
    remarks="What it announces after login is what of its list we have; Fastmail's own words are "
    "unverified and not here.",
    says={
        "message_size": ("TOO_BIG",),
    },
    imap=Spoken(
        greeting="[CAPABILITY {capabilities}] {host} Cyrus IMAP 3.10 server ready",
        before=("IMAP4rev1", "LITERAL+", "ID", "ENABLE", "STARTTLS", "AUTH=PLAIN", "SASL-IR"),
        after=(
            "IMAP4rev1", "LITERAL+", "ID", "ENABLE", "BINARY", "CHILDREN", "CONDSTORE",
            "CREATE-SPECIAL-USE", "ESEARCH", "IDLE", "LIST-EXTENDED", "LIST-STATUS", "MOVE",
            "MULTIAPPEND", "NAMESPACE", "OBJECTID", "PREVIEW", "QRESYNC", "QUOTA", "REPLACE",
            "SAVEDATE", "SEARCHRES", "SORT", "SORT=DISPLAY", "SPECIAL-USE", "STATUS=SIZE",
            "THREAD=ORDEREDSUBJECT", "THREAD=REFERENCES", "UIDPLUS", "UNSELECT", "WITHIN",
        ),
        replies={
            "LOGIN OK": "User logged in SESSIONID=<{host}-{id}>",
            "AUTHENTICATE OK": "Success (no protection) SESSIONID=<{host}-{id}>",
            "SELECT NO": "!Mailbox does not exist",
            "* OK": "Completed",
        },
        evidence="S+K CYR; the version and the order after login are unverified",
    ),
)
