"""Postfix, as its source has it."""

from pytest_fakemail.providers.speaking.personality import Personality, Spoken

# fmt: off
_LAST = ("ENHANCEDSTATUSCODES", "8BITMIME", "DSN", "SMTPUTF8", "CHUNKING")

PERSONALITY = Personality(
    name="postfix",
    title="Postfix",
    settings={"max_message_size": 10240000},
    remarks="XVERP, XCLIENT and XFORWARD are announced only where they are set up.",
    says={
        "greylisting": ("GREYLISTED",),
        "relay": ("RELAY_DENIED",),
        "connections.client": ("TOO_MANY_CONNECTIONS",),
        "rate.messages": ("TOO_MUCH_MAIL",),
        "rate.recipients": ("TOO_MANY_RECIPIENTS_OF_CLIENT",),
        "rate.logins": ("TOO_MANY_LOGINS",),
        "message.recipients": ("TOO_MANY_RECIPIENTS",),
        "message_size": ("TOO_BIG",),
        "blocklist": ("BLOCK_LIST",),
        "verification.pending": ("ADDRESS_NOT_VERIFIED",),
        "verification.unknown": ("NO_SUCH_USER",),
        "idle_timeout": ("TIMEOUT",),
    },
    smtp=Spoken(
        greeting="{host} ESMTP Postfix",
        before=("PIPELINING", "SIZE", "VRFY", "ETRN", "STARTTLS", "AUTH PLAIN LOGIN", *_LAST),
        after=("PIPELINING", "SIZE", "VRFY", "ETRN", "AUTH PLAIN LOGIN", *_LAST, "REQUIRETLS"),
        vendor=frozenset(("VRFY",)),
        replies={
            "MAIL 250": "2.1.0 Ok",
            "RCPT 250": "2.1.5 Ok",
            "DATA 354": "End data with <CR><LF>.<CR><LF>",
            "end-of-data 250": "2.0.0 Ok: queued as {ID}",
            "QUIT 221": "2.0.0 Bye",
            "STARTTLS 220": "2.0.0 Ready to start TLS",
            "AUTH 235": "2.7.0 Authentication successful",
            "AUTH 535": "5.7.8 Error: authentication failed:",
            "MAIL 530": "5.7.0 Authentication required",
            "RCPT 503": "5.5.1 Error: need MAIL command",
            "DATA 503": "5.5.1 Error: need RCPT command",
            "RCPT 550": "5.1.1 <{recipient}>: Recipient address rejected: "
            "User unknown in local recipient table",
            "RCPT 452": "4.5.3 Error: too many recipients",
            "MAIL 552": "5.3.4 Message size exceeds fixed limit",
            "push 421": "4.4.2 {host} Error: timeout exceeded",
        },
        evidence="S+K PFX; the text of a failed login is unverified",
    ),
)
