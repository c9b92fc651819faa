"""Courier: everything is below INBOX."""

from pytest_fakemail.providers.speaking.personality import Limit, Personality, Spoken

# fmt: off
_WORDS = ("IMAP4rev1", "UIDPLUS", "CHILDREN", "NAMESPACE", "THREAD=ORDEREDSUBJECT",
          "THREAD=REFERENCES", "SORT", "QUOTA", "IDLE", "ACL", "ACL2=UNION", "STARTTLS")

PERSONALITY = Personality(
    name="courier",
    title="Courier",
    settings={"separator": ".", "personal_namespace": "INBOX."},
    mailboxes={"INBOX.Drafts": "", "INBOX.Sent": "", "INBOX.Trash": ""},
    remarks="The mailboxes are those of a usual setup.",
    limits=(
        Limit("imap", "concurrent_connections", {"most": 4}, "S COU MAXPERIP"),
        Limit("pop3", "concurrent_connections", {"most": 4}, "S COU MAXPERIP"),
    ),
    says={
        "quota": ("OVER_QUOTA",),
    },
    imap=Spoken(
        greeting="[CAPABILITY {capabilities}] Courier-IMAP ready. Copyright 1998-2011 Double "
        "Precision, Inc.  See COPYING for distribution information.",
        before=_WORDS,
        after=_WORDS[:-1],
        vendor=frozenset(("ACL2=UNION",)),
        pushes="",
        replies={
            "NAMESPACE *": '(("INBOX." ".")) NIL NIL',
            "LOGOUT BYE": "Courier-IMAP server shutting down",
        },
        evidence="S COU; T MKF:courier",
    ),
    pop3=Spoken(
        greeting="Hello there.",
        before=("SASL PLAIN LOGIN CRAM-MD5", "STLS", "TOP", "USER", "LOGIN-DELAY 10", "PIPELINING",
                "UIDL", "UTF8 USER", "LANG", "IMPLEMENTATION Courier Mail Server"),
        after=("TOP", "USER", "LOGIN-DELAY 10", "PIPELINING", "UIDL", "UTF8 USER", "LANG",
               "IMPLEMENTATION Courier Mail Server"),
        vendor=frozenset(("LOGIN-DELAY 10", "IMPLEMENTATION Courier Mail Server")),
        evidence="S+K COU; the greeting and the mechanisms are unverified",
    ),
)
