"""Stalwart, which names IMAP4rev2 first."""

from pytest_fakemail.providers.speaking.personality import Personality, Spoken

# fmt: off
_BEFORE = ("IMAP4rev2", "IMAP4rev1", "ENABLE", "SASL-IR", "LITERAL+", "ID", "UTF8=ACCEPT")

PERSONALITY = Personality(
    name="stalwart",
    title="Stalwart",
    says={
        "greylisting": ("GREYLISTED",),
        "relay": ("RELAY_DENIED",),
        "rate.messages": ("RATE_LIMIT",),
        "verification.unknown": ("NO_SUCH_USER",),
    },
    imap=Spoken(
        greeting="[CAPABILITY {capabilities}] {host} ready",
        before=(*_BEFORE, "AUTH=PLAIN", "AUTH=OAUTHBEARER", "AUTH=XOAUTH2", "STARTTLS"),
        after=(
            *_BEFORE, "JMAPACCESS", "IDLE", "NAMESPACE", "CHILDREN", "MULTIAPPEND", "BINARY",
            "UNSELECT", "ACL", "UIDPLUS", "ESEARCH", "WITHIN", "SEARCHRES", "SORT",
            "THREAD=REFERENCES", "LIST-EXTENDED", "LIST-STATUS", "ESORT", "SORT=DISPLAY",
            "SPECIAL-USE", "CREATE-SPECIAL-USE", "MOVE", "CONDSTORE", "QRESYNC", "UNAUTHENTICATE",
            "STATUS=SIZE", "OBJECTID+", "PREVIEW", "RIGHTS=texk", "QUOTA", "QUOTA=RES-STORAGE",
            "UIDONLY", "UIDBATCHES",
        ),
        evidence="S+K STW; the greeting is unverified",
    ),
    smtp=Spoken(
        greeting="{host} ESMTP ready",
        before=("STARTTLS", "8BITMIME", "BINARYMIME", "CHUNKING", "DSN", "ENHANCEDSTATUSCODES",
                "PIPELINING", "SIZE", "SMTPUTF8"),
        after=("8BITMIME", "BINARYMIME", "CHUNKING", "DSN", "ENHANCEDSTATUSCODES", "PIPELINING",
               "SIZE", "SMTPUTF8", "AUTH PLAIN LOGIN OAUTHBEARER XOAUTH2"),
        replies={
            "AUTH 535": "5.7.8 Authentication credentials invalid.",
            "AUTH 503 Send HELO or EHLO first": "5.5.1 Polite people say EHLO first.",
            "MAIL 503 Send HELO or EHLO first": "5.5.1 Polite people say EHLO first.",
        },
        evidence="S+K STW for the refusals; greeting and order are unverified",
    ),
)
