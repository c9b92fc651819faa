"""Dovecot 2.4, as its source announces itself."""

from pytest_fakemail.providers.speaking.personality import Limit, Personality, Spoken

# fmt: off
PERSONALITY = Personality(
    name="dovecot",
    title="Dovecot",
    remarks="It has no SMTP submission of its own that is imitated. A refused login is answered "
    'at once; there it takes two seconds and more: policies.login_penalty(first="2s", most="15s").',
    settings={"imap_idle_still_here": 120},
    limits=(
        Limit("imap", "concurrent_connections", {"most": 10, "by": "account"},
              "S DOV mail_max_userip_connections"),
        Limit("pop3", "concurrent_connections", {"most": 10, "by": "account"},
              "S DOV mail_max_userip_connections"),
    ),
    says={
        "connections.account": ("TOO_MANY_CONNECTIONS",),
        "lockout": ("AUTH_UNAVAILABLE",),
        "quota": ("OVER_QUOTA",),
        "idle_timeout": ("IDLE_TIMEOUT", "POP3_IDLE_TIMEOUT"),
    },
    imap=Spoken(
        greeting="[CAPABILITY {capabilities}] Dovecot ready.",
        before=("IMAP4rev1", "LITERAL+", "SASL-IR", "LOGIN-REFERRALS", "ID", "ENABLE", "IDLE",
                "AUTH=PLAIN", "AUTH=LOGIN"),
        after=(
            "IMAP4rev1", "SASL-IR", "LOGIN-REFERRALS", "ID", "ENABLE", "IDLE", "SORT",
            "SORT=DISPLAY", "THREAD=REFERENCES", "THREAD=REFS", "THREAD=ORDEREDSUBJECT",
            "MULTIAPPEND", "URL-PARTIAL", "CATENATE", "UNSELECT", "CHILDREN", "NAMESPACE",
            "UIDPLUS", "LIST-EXTENDED", "I18NLEVEL=1", "CONDSTORE", "QRESYNC", "ESEARCH", "ESORT",
            "SEARCHRES", "WITHIN", "CONTEXT=SEARCH", "LIST-STATUS", "BINARY", "MOVE", "REPLACE",
            "SNIPPET=FUZZY", "PREVIEW=FUZZY", "PREVIEW", "SPECIAL-USE", "STATUS=SIZE", "SAVEDATE",
            "COMPRESS=DEFLATE", "INPROGRESS", "NOTIFY", "LITERAL+",
        ),
        replies={
            "ID *": '("name" "Dovecot")',
            "LOGIN NO": "Authentication failed.",
            "AUTHENTICATE NO": "Authentication failed.",
            "LOGOUT BYE": "Logging out",
            "push BYE": "Disconnected for inactivity.",
            "SELECT NO": "Mailbox doesn't exist: {mailbox}",
            "LIST OK": "List completed (0.001 + 0.000 secs).",
            "NAMESPACE OK": "Namespace completed.",
        },
        evidence="S DOV imap-settings.c; T MKF:dovecot",
    ),
    pop3=Spoken(
        greeting="Dovecot ready.",
        before=("CAPA", "TOP", "UIDL", "RESP-CODES", "PIPELINING", "AUTH-RESP-CODE", "STLS", "USER",
                "SASL PLAIN"),
        after=("CAPA", "TOP", "UIDL", "RESP-CODES", "PIPELINING", "AUTH-RESP-CODE", "USER",
               "SASL PLAIN"),
        replies={"push -ERR": "Disconnected for inactivity."},
        evidence="S DOV",
    ),
)
