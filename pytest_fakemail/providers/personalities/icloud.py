"""Apple iCloud."""

from pytest_fakemail.providers.speaking.personality import Personality, Spoken

# fmt: off
PERSONALITY = Personality(
    name="icloud",
    title="iCloud Mail",
    settings={"hostname": "smtp.mail.me.com", "max_message_size": 28319744},
    mailboxes={"Archive": "", "Deleted Messages": "", "Drafts": "", "Junk": "",
               "Sent Messages": ""},
    quirks=(
        ("imap", "fetch.rfc822_ignored"), ("imap", "enable.no_enabled_response"),
        ("imap", "list.includes_nonmail"), ("imap", "lit.zero_length"),
        ("imap", "auth.poisons_connection"), ("imap", "list.no_attributes"),
    ),
    remarks="No special uses, no MOVE. It has no POP3.",
    says={
        "rate.messages": ("TOO_FAST",),
        "connections.client": ("NOT_ACCEPTING_CONNECTIONS",),
        "relay": ("RELAY_DENIED",),
        "blocklist": ("SPAMHAUS",),
        "dkim.fail": ("UNAUTHENTICATED_HME1",),
        "dmarc.reject": ("DMARC",),
        "content": ("POLICY_CS01",),
        "quota": ("OVER_QUOTA",),
        "verification.unknown": ("NO_SUCH_USER",),
    },
    imap=Spoken(
        greeting="[CAPABILITY {capabilities}] (2428B47-26126cfe23cd) "
        "p00-iscream-f9f7bf749-qjr87",
        before=("XAPPLEPUSHSERVICE", "IMAP4", "IMAP4rev1", "SASL-IR", "AUTH=ATOKEN", "AUTH=PLAIN",
                "AUTH=ATOKEN2", "AUTH=XOAUTH2"),
        after=(
            "XAPPLEPUSHSERVICE", "IMAP4", "IMAP4rev1", "CONDSTORE", "ENABLE", "QRESYNC", "QUOTA",
            "XAPPLELITERAL", "NAMESPACE", "UIDPLUS", "CHILDREN", "BINARY", "UNSELECT", "SORT",
            "CATENATE", "URLAUTH", "LANGUAGE", "ESEARCH", "ESORT", "THREAD=ORDEREDSUBJECT",
            "THREAD=REFERENCES", "CONTEXT=SEARCH", "CONTEXT=SORT", "WITHIN", "SASL-IR",
            "SEARCHRES", "METADATA", "ID", "XMSEARCH", "X-SUN-SORT", "ANNOTATE-EXPERIMENT-1",
            "X-UNAUTHENTICATE", "X-SUN-IMAP", "XUM1", "MULTISEARCH", "IDLE",
            "X-APPLE-REMOTE-LINKS", "LIST-STATUS",
        ),
        vendor=frozenset((
            "XAPPLEPUSHSERVICE", "IMAP4", "AUTH=ATOKEN", "AUTH=ATOKEN2", "XAPPLELITERAL",
            "XMSEARCH", "X-SUN-SORT", "X-UNAUTHENTICATE", "X-SUN-IMAP", "XUM1",
            "X-APPLE-REMOTE-LINKS",
        )),
        pushes="",
        replies={
            "LOGIN OK": "user {user} authenticated",
            "AUTHENTICATE OK": "user {user} authenticated",
            "LOGIN NO": "Authentication failed",
            "AUTHENTICATE NO": "Authentication failed",
            "SELECT NO": "Mailbox does not exist (took 1 ms)",
            "CAPABILITY OK": "Completed",
            "NAMESPACE OK": "Completed (took 0 ms)",
            "LIST OK": "Completed (took 0 ms)",
        },
        evidence="T MKF:icloud, MK#295, nextcloud/mail#3401, SwiftMail#30",
    ),
    smtp=Spoken(
        greeting="{host} ESMTP ready",
        before=("PIPELINING", "SIZE", "STARTTLS", "8BITMIME", "SMTPUTF8"),
        after=("PIPELINING", "SIZE", "AUTH LOGIN PLAIN", "8BITMIME", "SMTPUTF8"),
        replies={"EHLO 250": "{host}"},
        evidence="T+K GH:70180794625, whose host is made up; the greeting is unverified",
    ),
)
