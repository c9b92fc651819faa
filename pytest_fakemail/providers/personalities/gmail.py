"""Gmail, as of 2026-10."""

from pytest_fakemail.providers.speaking.personality import Limit, Personality, Spoken

# fmt: off
_APP_REQUIRED = (
    "Application-specific password required: "
    "https://support.google.com/accounts/answer/185833"
)

PERSONALITY = Personality(
    name="gmail",
    title="Gmail",
    settings={
        "hostname": "smtp.gmail.com", "max_message_size": 35882577,
        "max_append_size": 35651584, "gmail_labels": True,
        "saves_sent": True, "pop3_lists": "new",
    },
    mailboxes={
        "[Gmail]/All Mail": "\\All", "[Gmail]/Drafts": "\\Drafts",
        "[Gmail]/Important": "\\Important", "[Gmail]/Sent Mail": "\\Sent",
        "[Gmail]/Spam": "\\Junk", "[Gmail]/Starred": "\\Flagged", "[Gmail]/Trash": "\\Trash",
    },
    remarks="Whether XOAUTH is still announced is unverified.",
    quirks=(
        ("imap", "fetch.macros_bad"), ("imap", "search.token_only"),
        ("imap", "create.trailing_separator_refused"), ("imap", "idle.trailing_space_bad"),
    ),
    limits=(
        Limit("imap", "concurrent_connections", {"most": 15, "by": "account"},
              "V support.google.com/mail/answer/7126229"),
        Limit("imap", "rate_limit", {"octets": 2_500_000_000, "per": "1d", "by": "account"},
              "V support.google.com/mail/answer/7126229"),
        Limit("imap", "token_expiry", {}, "T yugo#38, imap-backup#92"),
        Limit("smtp", "rate_limit", {"messages": 500, "per": "1d", "by": "account", "at": "DATA"},
              "K the number"),
    ),
    says={
        "rate.messages by account": ("DAILY_LIMIT",),
        "rate.messages by recipient": ("TOO_FAST",),
        "rate.messages": ("RATE_OF_ADDRESS",),
        "rate.recipients": ("TOO_MANY_RECIPIENTS_FOR_SENDER",),
        "rate.logins": ("TOO_MANY_LOGINS",),
        "rate.octets": ("BANDWIDTH",),
        "message.recipients": ("TOO_MANY_RECIPIENTS",),
        "connections.account": ("TOO_MANY_CONNECTIONS",),
        "lockout": ("TOO_MANY_LOGINS",),
        "relay": ("RELAY_DENIED",),
        "verification.unknown": ("NO_SUCH_USER",),
        "blocklist": ("ADDRESS_NOT_ALLOWED",),
        "spf.fail": ("SPF_HARD_FAIL",),
        "dkim.fail": ("UNAUTHENTICATED",),
        "dmarc.reject": ("DMARC",),
        "dmarc.temperror": ("DMARC_UNCHECKED",),
        "content": ("SPAM",),
        "message_size": ("TOO_BIG",),
        "quota": ("OVER_QUOTA_FOR_GOOD",),
        "quota.temporary": ("OVER_QUOTA",),
        "token_expiry": ("SESSION_EXPIRED",),
        "session_timeout": ("CONNECTION_EXPIRED", "SESSION_EXPIRED"),
        "idle_timeout": ("TIMEOUT",),
        "basic_auth_disabled": ("APP_PASSWORD_REQUIRED", "IMAP_APP_PASSWORD_REQUIRED",
                                "POP3_APP_PASSWORD_REQUIRED"),
    },
    imap=Spoken(
        greeting="Gimap ready for requests from {ip} {id}",
        before=(
            "IMAP4rev1", "UNSELECT", "IDLE", "NAMESPACE", "QUOTA", "ID", "XLIST", "CHILDREN",
            "X-GM-EXT-1", "XYZZY", "SASL-IR", "AUTH=XOAUTH2", "AUTH=PLAIN",
            "AUTH=PLAIN-CLIENTTOKEN", "AUTH=OAUTHBEARER",
        ),
        after=(
            "IMAP4rev1", "UNSELECT", "IDLE", "NAMESPACE", "QUOTA", "ID", "XLIST", "CHILDREN",
            "X-GM-EXT-1", "UIDPLUS", "COMPRESS=DEFLATE", "ENABLE", "MOVE", "CONDSTORE", "ESEARCH",
            "UTF8=ACCEPT", "LIST-EXTENDED", "LIST-STATUS", "LITERAL-", "SPECIAL-USE",
            "APPENDLIMIT=35651584",
        ),
        vendor=frozenset(("XYZZY", "AUTH=PLAIN-CLIENTTOKEN")),
        pushes="untagged",
        replies={
            "CAPABILITY OK": "Thats all she wrote! {id}",
            "LOGIN OK": "{user} authenticated (Success)",
            "AUTHENTICATE OK": "{user} authenticated (Success)",
            "LOGIN NO": "Invalid credentials (Failure)",
            "AUTHENTICATE NO": "Invalid credentials (Failure)",
            "LOGIN NO [ALERT]": _APP_REQUIRED + " (Failure)",
            "AUTHENTICATE NO [ALERT]": _APP_REQUIRED + " (Failure)",
            "ID *": '("name" "GImap" "vendor" "Google, Inc." "support-url" '
            '"https://support.google.com/mail" "version" "gmail_imap_220520.08_p0" '
            '"remote-host" "{ip}")',
            "IDLE +": "idling",
            "LOGOUT BYE": "LOGOUT Requested",
            "LOGOUT OK": "73 good day (Success)",
            "SELECT OK": "{mailbox} selected. (Success)",
            "EXAMINE OK": "{mailbox} selected. (Success)",
            "SELECT NO": "Unknown Mailbox: {mailbox} (Failure)",
            "SELECT [PERMANENTFLAGS]": "Flags permitted.",
            "SELECT [UIDVALIDITY]": "UIDs valid.",
            "SELECT [UIDNEXT]": "Predicted next UID.",
            "SELECT [HIGHESTMODSEQ]": "",
            "* OK": "Success",
        },
        evidence="T WD943, GH:70072950642, MK#1396, imapsync#338, MKF:gmail",
    ),
    pop3=Spoken(
        greeting="Gpop ready for requests from {ip} {id}",
        before=(
            "USER", "RESP-CODES", "EXPIRE 0", "LOGIN-DELAY 300", "TOP", "UIDL", "X-GOOGLE-RICO",
            "SASL PLAIN XOAUTH2 OAUTHBEARER",
        ),
        after=(
            "USER", "RESP-CODES", "EXPIRE 0", "LOGIN-DELAY 300", "TOP", "UIDL", "X-GOOGLE-RICO",
            "PIPELINING",
        ),
        vendor=frozenset(("X-GOOGLE-RICO", "EXPIRE 0", "LOGIN-DELAY 300")),
        replies={
            "PASS -ERR": "[AUTH] Username and password not accepted.",
            "AUTH -ERR": "[AUTH] Username and password not accepted.",
            "PASS -ERR Application-specific password required": "[AUTH] " + _APP_REQUIRED,
            "AUTH -ERR Application-specific password required": "[AUTH] " + _APP_REQUIRED,
        },
        evidence="T+K MKF:gmail, GH:1171376903; OAUTHBEARER is unverified",
    ),
    smtp=Spoken(
        greeting="{host} ESMTP {id}.24 - gsmtp",
        before=("SIZE", "8BITMIME", "STARTTLS", "ENHANCEDSTATUSCODES", "PIPELINING", "CHUNKING",
                "SMTPUTF8"),
        after=("SIZE", "8BITMIME", "AUTH LOGIN PLAIN XOAUTH2 PLAIN-CLIENTTOKEN OAUTHBEARER XOAUTH",
               "ENHANCEDSTATUSCODES", "PIPELINING", "CHUNKING", "SMTPUTF8"),
        vendor=frozenset(("PLAIN-CLIENTTOKEN", "XOAUTH")),
        replies={
            "EHLO 250": "{host} at your service, [{ip}]",
            "AUTH 235": "2.7.0 Accepted",
            "AUTH 534": "5.7.9 Application-specific password required. For more information, "
            "go to\n5.7.9  https://support.google.com/mail/?p=InvalidSecondFactor {id}.24 - gsmtp",
            "AUTH 535": "5.7.8 Username and Password not accepted. For more information, go to\n"
            "5.7.8  https://support.google.com/mail/?p=BadCredentials {id}.24 - gsmtp",
            "AUTH 503 Send HELO or EHLO first": "5.5.1 EHLO/HELO first. {id}.24 - gsmtp",
            "AUTH 504": "5.7.4 Unrecognized Authentication Type. {id}.24 - gsmtp",
            "MAIL 503 Send HELO or EHLO first": "5.5.1 EHLO/HELO first. {id}.24 - gsmtp",
            "MAIL 530 Authentication required": "5.7.0 Authentication Required. For more "
            "information, go to\n5.7.0  https://support.google.com/mail/?p=WantAuthError "
            "{id}.24 - gsmtp",
            "MAIL 530 Must issue a STARTTLS command first": "5.7.0 Must issue a STARTTLS command "
            "first. {id}.24 - gsmtp",
            "RCPT 503 Need MAIL command": "5.5.1 MAIL first. {id}.24 - gsmtp",
            "DATA 503 Need MAIL command": "5.5.1 MAIL first. {id}.24 - gsmtp",
            "DATA 503 Need RCPT command": "5.5.1 RCPT first. {id}.24 - gsmtp",
            "MAIL 250": "2.1.0 OK {id}.24 - gsmtp",
            "RCPT 250": "2.1.5 OK {id}.24 - gsmtp",
            "DATA 354": "Go ahead {id}.24 - gsmtp",
            "end-of-data 250": "2.0.0 OK  {unixtime} {id}.24 - gsmtp",
            "QUIT 221": "2.0.0 closing connection {id}.24 - gsmtp",
        },
        evidence="T+K MKF:gmail, GH:70083476137; XOAUTH of today is unverified",
    ),
)
