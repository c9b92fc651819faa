"""Policies: servers over time, on the virtual clock.

``fakemail.smtp.enforce(policies.greylisting(delay="5m"))``.  A policy stands until the test ends,
remembers what it has seen, and never fails a test for not acting.  See
docs/how-to/servers-over-time.md.
"""

from typing import TYPE_CHECKING

from pytest_fakemail.policies.authenticity import dkim
from pytest_fakemail.policies.connections import (
    concurrent_connections,
    messages_per_connection,
    recipients_per_message,
)
from pytest_fakemail.policies.contents import content, message_size, quota
from pytest_fakemail.policies.greylists import greylisting
from pytest_fakemail.policies.logins import lockout, login_delay, login_penalty
from pytest_fakemail.policies.mechanisms import basic_auth_disabled, oauth_two_lines
from pytest_fakemail.policies.rates import rate_limit
from pytest_fakemail.policies.relay import no_relay, pop_before_smtp, recipient_verification
from pytest_fakemail.policies.reputation import blocklist, dmarc, spf
from pytest_fakemail.policies.timing import idle_timeout, session_timeout, tarpit, token_expiry

__all__ = [
    "basic_auth_disabled",
    "blocklist",
    "concurrent_connections",
    "content",
    "dkim",
    "dmarc",
    "greylisting",
    "idle_timeout",
    "lockout",
    "login_delay",
    "login_penalty",
    "message_size",
    "messages_per_connection",
    "no_relay",
    "oauth_two_lines",
    "pop_before_smtp",
    "quota",
    "rate_limit",
    "recipient_verification",
    "recipients_per_message",
    "session_timeout",
    "spf",
    "tarpit",
    "token_expiry",
]

if not TYPE_CHECKING:  # which knows the names

    def __getattr__(name: str) -> object:
        """Refuse a policy that there is not; the text tells the nearest."""
        if name.startswith("_"):  # Python's own questions
            raise AttributeError(name)
        from pytest_fakemail.errors import UnknownAttribute
        from pytest_fakemail.spelling import unknown

        raise UnknownAttribute(unknown(f"policy {name!r}", name, __all__))
