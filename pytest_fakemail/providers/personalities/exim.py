"""Exim, as its source and default configuration have it: no enhanced status codes."""

from pytest_fakemail.providers.speaking.personality import Personality, Spoken

# fmt: off
PERSONALITY = Personality(
    name="exim",
    title="Exim",
    settings={"max_message_size": 52428800},
    says={
        "relay": ("RELAY_DENIED",),
        "blocklist": ("BLOCK_LIST",),
        "connections.client": ("TOO_MANY_CONNECTIONS",),
        "connection.messages": ("TOO_MANY_MESSAGES",),
        "message_size": ("TOO_BIG",),
        "message.recipients": ("TOO_MANY_RECIPIENTS",),
        "verification.unknown": ("UNROUTEABLE",),
    },
    smtp=Spoken(
        greeting="{host} ESMTP Exim 4.98 {rfc_time}",
        before=("SIZE", "LIMITS", "8BITMIME", "PIPELINING", "CHUNKING", "STARTTLS", "SMTPUTF8",
                "HELP"),
        after=("SIZE", "LIMITS", "8BITMIME", "PIPELINING", "AUTH PLAIN LOGIN", "CHUNKING",
               "SMTPUTF8", "HELP"),
        replies={
            "EHLO 250": "{host} Hello {argument} [{ip}]",
            "MAIL 250": "OK",
            "RCPT 250": "Accepted",
            "DATA 354": 'Enter message, ending with "." on a line by itself',
            "end-of-data 250": "OK id={id}",
            "QUIT 221": "{host} closing connection",
            "AUTH 235": "Authentication succeeded",
            "AUTH 535": "Incorrect authentication data",
            "RCPT 550": "Unrouteable address",
            "DATA 503": "Valid RCPT command must precede DATA",
            "MAIL 552": "Message size exceeds maximum permitted",
        },
        evidence="S+K EXIM; greeting, order and what is not a refusal are unverified",
    ),
)
