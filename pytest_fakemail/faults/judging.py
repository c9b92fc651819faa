"""When a login of several lines is judged: once its client has said all that it has to.

A failure that belongs to a login comes then, as from a real server, and not at its first line.
"""

from pytest_fakemail.wire.exchange import Exchange

_RESPONSES = {"LOGIN": 2, "SCRAM-SHA-1": 2, "SCRAM-SHA-256": 2}
_WITH_TOKEN = ("XOAUTH2", "OAUTHBEARER")


def is_judged(exchange: Exchange) -> bool:
    """Whether the client of a login has said all that its mechanism asks for."""
    if not exchange.is_of_login:
        return True
    login = exchange.continues or exchange
    return login.responses >= _RESPONSES.get(_mechanism(login), 1)


def takes_challenge(exchange: Exchange) -> bool:
    """Whether a failed login is told why in a challenge (RFC 7628 §3.2.3)."""
    return exchange.is_of_login and _mechanism(exchange.continues or exchange) in _WITH_TOKEN


def _mechanism(login: Exchange) -> str:
    return login.argument.partition(" ")[0].upper()
