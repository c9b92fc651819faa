"""Microsoft 365 and Outlook.com, and what some tenants have since 2026-09."""

from dataclasses import replace

from pytest_fakemail.providers.speaking.personality import Limit, Personality, Spoken

# fmt: off
_HOST = "AM0PR01CA0001.EURPRD01.PROD.OUTLOOK.COM"
_AFTER = (
    "IMAP4", "IMAP4rev1", "AUTH=PLAIN", "AUTH=XOAUTH2", "SASL-IR", "UIDPLUS", "MOVE", "ID",
    "UNSELECT", "CLIENTACCESSRULES", "CLIENTNETWORKPRESENCELOCATION", "BACKENDAUTHENTICATE",
    "CHILDREN", "IDLE", "NAMESPACE", "LITERAL+",
)
_BEFORE = ("IMAP4", "IMAP4rev1", "AUTH=PLAIN", "AUTH=XOAUTH2", "SASL-IR", "UIDPLUS", "ID",
           "UNSELECT", "CHILDREN", "IDLE", "NAMESPACE", "LITERAL+")
_VENDOR = frozenset((
    "IMAP4", "CLIENTACCESSRULES", "CLIENTNETWORKPRESENCELOCATION", "BACKENDAUTHENTICATE",
    "BACKENDAUTHENTICATE-IR",
))
_ENCODED = "QQBNADAAUABSADAAMQBDAEEAMAAwADAAMQA="

_IMAP = Spoken(
    greeting=f"The Microsoft Exchange IMAP4 service is ready. [{_ENCODED}]",
    before=_BEFORE,
    after=_AFTER,
    vendor=_VENDOR | {"AUTH=PLAIN", "AUTH=XOAUTH2"},
    pushes="",
    hidden=("SPECIAL-USE",),
    replies={
        "LOGIN NO": "!LOGIN failed.",
        "AUTHENTICATE NO": "!AUTHENTICATE failed.",
        "AUTHENTICATE OK": "AUTHENTICATE completed.",
        "IDLE +": "IDLE accepted, awaiting DONE command.",
        "IDLE OK": "IDLE completed.",
        "LOGOUT BYE": "Microsoft Exchange Server IMAP4 server signing off.",
        "SELECT FLAGS": r"\Seen \Answered \Flagged \Deleted \Draft $MDNSent",
        "SELECT [PERMANENTFLAGS]": "Permanent flags",
        "SELECT [UNSEEN]": "Is the first unseen message",
        "SELECT [UIDVALIDITY]": "UIDVALIDITY value",
        "SELECT [UIDNEXT]": "The next unique identifier value",
        "LIST INBOX": "Inbox",
        "push BYE": "Connection closed. 14",
        "* OK": "{verb} completed.",
    },
    evidence="T MK#849, MK#1282, RainLoop#686, GH:70369182353",
)

PERSONALITY = Personality(
    name="m365",
    title="Microsoft 365",
    settings={
        "hostname": "AM0PR01CA0001.outlook.office365.com", "max_message_size": 157286400,
        "saves_sent": True,
    },
    mailboxes={
        "Archive": "", "Deleted": "\\Trash", "Drafts": "\\Drafts", "Junk": "\\Junk", "Notes": "",
        "Outbox": "", "Sent": "\\Sent",
    },
    quirks=(
        ("imap", "permflags.no_keywords"), ("imap", "size.estimate"),
        ("imap", "search.keyword_bad"), ("imap", "auth.ok_then_not_connected"),
    ),
    remarks="Logins by password stay possible, though Microsoft has closed them. Mailboxes are "
    'localised there, by names that no source gives: make them with mailboxes="inbox" '
    'and account.mailbox(…, create=True, special_use="sent").',
    limits=(
        Limit("pop3", "oauth_two_lines", {}, "T GH:71275253736"),
        Limit("smtp", "concurrent_connections", {"most": 3, "by": "account", "at": "end-of-data"},
              "V MSSMTP"),
        Limit("smtp", "rate_limit",
              {"messages": 30, "per": "1m", "by": "account", "at": "end-of-data"}, "V MSSMTP"),
        Limit("smtp", "rate_limit", {"recipients": 10_000, "per": "1d", "by": "account"},
              "V MSSMTP"),
    ),
    says={
        "connections.account": ("TOO_MANY_CONNECTIONS",),
        "rate.messages by account": ("TOO_MANY_CONNECTIONS",),
        "rate.messages": ("RATE_OF_ADDRESS",),
        "rate.recipients by account": ("DAILY_RECIPIENTS",),
        "rate.recipients by recipient": ("RECIPIENT_RATE",),
        "rate.recipients": ("SERVER_BUSY",),
        "rate.commands": ("THROTTLED",),
        "message.recipients": ("TOO_MANY_RECIPIENTS",),
        "blocklist": ("BLOCK_LIST_S3150",),
        "dmarc.reject": ("DMARC",),
        "verification.unknown": ("ACCESS_DENIED",),
        "message_size": ("TOO_BIG",),
        "quota": ("MAILBOX_FULL",),
        "basic_auth_disabled": ("BASIC_AUTH_DISABLED", "IMAP_BASIC_AUTH_DISABLED"),
        "oauth_two_lines": ("POP3_PROTOCOL_ERROR",),
        "login_delay": ("POP3_LOGIN_TOO_SOON",),
        "rate.logins": ("POP3_LOGIN_LIMIT",),
        "idle_timeout": ("TIMEOUT", "CONNECTION_IS_CLOSED"),
        "session_timeout": ("CONNECTION_CLOSED",),
    },
    imap=_IMAP,
    pop3=Spoken(
        greeting=f"The Microsoft Exchange POP3 service is ready. [{_ENCODED}]",
        before=("TOP", "UIDL", "SASL PLAIN XOAUTH2", "USER"),
        after=("TOP", "UIDL", "SASL PLAIN XOAUTH2", "USER"),
        replies={
            "PASS +OK": "User successfully logged on.",
            "PASS -ERR": "Logon failure: unknown user name or bad password.",
            "QUIT +OK": "Microsoft Exchange Server POP3 server signing off.",
        },
        evidence="T GH:60245553389, GH:71275253736",
    ),
    smtp=Spoken(
        greeting="{host} Microsoft ESMTP MAIL Service ready at {rfc_time} [{ID}]",
        before=("SIZE", "PIPELINING", "DSN", "ENHANCEDSTATUSCODES", "STARTTLS", "8BITMIME",
                "BINARYMIME", "CHUNKING", "SMTPUTF8"),
        after=("SIZE", "PIPELINING", "DSN", "ENHANCEDSTATUSCODES", "AUTH LOGIN XOAUTH2",
               "8BITMIME", "BINARYMIME", "CHUNKING", "SMTPUTF8"),
        replies={
            "EHLO 250": "{host} Hello [{ip}]",
            "STARTTLS 220": "2.0.0 SMTP server ready",
            "AUTH 235": "2.7.0 Authentication successful",
            "AUTH 535": f"5.7.3 Authentication unsuccessful [{_HOST} {{time}} {{ID}}]",
            "MAIL 530 Authentication required": "5.7.57 Client not authenticated to send mail. "
            f"[{_HOST} {{time}} {{ID}}]",
            "MAIL 250": "2.1.0 Sender OK",
            "RCPT 250": "2.1.5 Recipient OK",
            "DATA 354": "Start mail input; end with <CRLF>.<CRLF>",
            "end-of-data 250": f"2.0.0 OK <{{id}}@{_HOST}> [Hostname={_HOST}]",
            "QUIT 221": "2.0.0 Service closing transmission channel",
        },
        evidence="T GH:51970297327, GH:45373638250, GH:43971771491",
    ),
)

PERSONALITY_REV2 = replace(
    PERSONALITY,
    name="m365-rev2",
    title="Microsoft 365 with IMAP4rev2",
    remarks="As some tenants have it since 2026-09; one report.",
    quirks=(*PERSONALITY.quirks, ("imap", "lsub.bad")),
    imap=replace(
        _IMAP,
        greeting="Microsoft Exchange IMAP4 service ready. 00000000-0000-4000-8000-000000000001 "
        f"(tcpproxy/15.21.0406.000 BACKENDAUTHENTICATE) [{_ENCODED}]",
        before=(*_BEFORE[:6], "MOVE", *_BEFORE[6:]),
        after=(*_AFTER[:9], "ENABLE", "IMAP4rev2", *_AFTER[9:12], "BACKENDAUTHENTICATE-IR",
               *_AFTER[12:]),
        evidence="T MK#2016",
    ),
)
