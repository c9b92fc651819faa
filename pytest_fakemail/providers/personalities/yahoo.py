"""Yahoo and AOL, as of 2025-12."""

from pytest_fakemail.providers.speaking.personality import Personality, Spoken

# fmt: off
_WORDS = (
    "IMAP4rev1", "SASL-IR", "AUTH=PLAIN", "AUTH=XOAUTH2", "AUTH=OAUTHBEARER", "ID", "MOVE",
    "NAMESPACE", "XYMHIGHESTMODSEQ", "UIDPLUS", "LITERAL+", "CHILDREN",
)
_VENDOR = frozenset(("XYMHIGHESTMODSEQ", "X-MSG-EXT", "X-ALL-MAIL", "X-UIDONLY"))
_NOW = (
    *_WORDS, "UNSELECT", "X-MSG-EXT", "OBJECTID", "IDLE", "ENABLE", "UIDONLY", "X-ALL-MAIL",
    "X-UIDONLY", "LIST-EXTENDED", "LIST-STATUS", "SPECIAL-USE", "PARTIAL", "APPENDLIMIT=41697280",
)

PERSONALITY = Personality(
    name="yahoo",
    title="Yahoo Mail",
    settings={"hostname": "smtp.mail.yahoo.com", "max_message_size": 41697280},
    mailboxes={
        "Draft": "\\Drafts", "Sent": "\\Sent", "Trash": "\\Trash", "Bulk": "\\Junk",
        "Archive": "\\Archive",
    },
    remarks="The special uses are unverified. There is POP3, of which nothing is known to us.",
    quirks=(
        ("imap", "env.empty_list_for_nil"), ("imap", "fetch.out_of_order"),
        ("imap", "modseq.without_condstore"),
    ),
    says={
        "rate.messages by recipient": ("TOO_FAST",),
        "rate.messages": ("DEFERRED_TSS04",),
        "connection.messages": ("MESSAGES_PER_CONNECTION",),
        "rate.connections": ("RATE_LIMIT",),
        "rate.commands": ("RATE_LIMIT",),
        "rate.logins": ("LOGIN_RATE_LIMIT",),
        "relay": ("RELAY_DENIED",),
        "blocklist": ("BLOCK_LIST_BL21",),
        "spf.fail": ("UNAUTHENTICATED",),
        "dkim.fail": ("UNAUTHENTICATED",),
        "content": ("POLICY_PH01",),
        "verification.unknown": ("NO_SUCH_USER",),
        "basic_auth_disabled": ("POP3_NOT_ALLOWED",),
    },
    imap=Spoken(
        greeting="[CAPABILITY {capabilities}] IMAP4rev1 Hello",
        before=_NOW,
        after=_NOW,
        vendor=_VENDOR | {"AUTH=PLAIN", "AUTH=XOAUTH2", "AUTH=OAUTHBEARER"},
        pushes="",
        replies={
            "LOGIN OK": "LOGIN completed",
            "AUTHENTICATE OK": "AUTHENTICATE completed",
            "SELECT OK": "SELECT completed; now in selected state",
            "EXAMINE OK": "EXAMINE completed; now in selected state",
            "LOGIN NO": "(#AUTH012) Incorrect username or password.",
            "AUTHENTICATE NO": "(#AUTH012) Incorrect username or password.",
            "LOGOUT BYE": "IMAP4rev1 Server logging out",
            "LIST INBOX": "Inbox",
            "SELECT FLAGS": r"\Answered \Flagged \Deleted \Seen \Draft $Forwarded $Junk $NotJunk",
        },
        evidence="T WD943, MKF:yahoo, MK#221, MK#358, imapflow#75",
    ),
    smtp=Spoken(
        greeting="{host} ESMTP ready",
        before=("PIPELINING", "SIZE", "8BITMIME", "STARTTLS"),
        after=("PIPELINING", "SIZE", "8BITMIME", "AUTH PLAIN LOGIN XOAUTH2 OAUTHBEARER"),
        replies={"EHLO 250": "{host}"},
        evidence="T+K GH:37932447455; the greeting and what comes after TLS are unverified",
    ),
)
