"""Twilio SendGrid: submission alone."""

from pytest_fakemail.providers.speaking.personality import Personality, Spoken

# fmt: off
PERSONALITY = Personality(
    name="sendgrid",
    title="SendGrid",
    settings={"hostname": "smtp.sendgrid.net", "max_message_size": 31457280},
    quirks=(("smtp", "ehlo.auth_two_lines"),),
    says={
        "rate.messages": ("DEFERRED",),
        "rate.recipients": ("TOO_MANY_RECIPIENTS_THIS_HOUR",),
        "rate.connections": ("TOO_FREQUENT_CONNECTS",),
        "relay": ("RELAY_DENIED",),
        "basic_auth_disabled": ("BASIC_AUTH_DISABLED",),
    },
    smtp=Spoken(
        greeting="SG ESMTP service ready at {host}",
        before=("8BITMIME", "PIPELINING", "SIZE", "STARTTLS", "AUTH PLAIN LOGIN"),
        after=("8BITMIME", "PIPELINING", "SIZE", "AUTH PLAIN LOGIN"),
        replies={
            "EHLO 250": "smtp.sendgrid.net",
            "AUTH 535": "Authentication failed: Bad username / password",
            "MAIL 530": "Unauthenticated Senders Not Allowed",
            "end-of-data 250": "Queued mail for delivery",
        },
        evidence="T+K GH:49058073400; V SG; PIPELINING and the greeting are unverified",
    ),
)
