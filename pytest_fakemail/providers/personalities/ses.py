"""Amazon SES: submission alone, without enhanced status codes."""

from pytest_fakemail.providers.speaking.personality import Limit, Personality, Spoken

# fmt: off
PERSONALITY = Personality(
    name="ses",
    title="Amazon SES",
    settings={"hostname": "email-smtp.amazonaws.com", "max_message_size": 10485760},
    limits=(
        Limit("smtp", "idle_timeout", {"after": "10s"}, "T+K GH:13980529651, but for how long"),
    ),
    says={
        "connections.client": ("TOO_MANY_CONNECTIONS",),
        "connections.account": ("TOO_MANY_CONNECTIONS",),
        "rate.messages": ("SENDING_RATE",),
        "message_size": ("TOO_BIG",),
        "idle_timeout": ("IDLE_TIMEOUT",),
    },
    smtp=Spoken(
        greeting="{host} ESMTP SimpleEmailService-d-AAAAAAAAA {id}",
        before=("8BITMIME", "SIZE", "STARTTLS", "AUTH PLAIN LOGIN", "Ok"),
        after=("8BITMIME", "SIZE", "AUTH PLAIN LOGIN", "Ok"),
        vendor=frozenset(("Ok",)),
        replies={
            "AUTH 235": "Authentication successful.",
            "AUTH 535": "Authentication Credentials Invalid",
            "MAIL 250": "Ok",
            "MAIL 530": "Authentication required",
            "RCPT 250": "Ok",
            "DATA 354": "End data with <CR><LF>.<CR><LF>",
            "end-of-data 250": "Ok 01070190{id}-00000000-0000-4000-8000-000000000000-000000",
        },
        evidence="V SES; T GH:13980529651",
    ),
)
