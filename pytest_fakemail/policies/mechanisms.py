"""Which ways to log in a provider has closed, though it goes on announcing them."""

from pytest_fakemail.policies.policy import ALL, Behaviour, Policy, Refusal
from pytest_fakemail.policies.replies import Reply
from pytest_fakemail.policies.visits import Visit

BASIC_DISABLED = Reply(
    "basic_auth_disabled",
    smtp="535 5.7.139 Authentication unsuccessful, basic authentication is disabled.",
    pop3="-ERR [AUTH] Basic authentication is disabled.",
    imap="NO Basic authentication is disabled.",
)
ONE_LINE = Reply("oauth_two_lines", pop3="-ERR Protocol error. Connection is closed. 10")

_OLD = ("LOGIN", "PASS", "APOP")
_TOKENS = ("XOAUTH2", "OAUTHBEARER", "EXTERNAL")
_SASL = ("AUTH", "AUTHENTICATE")


def basic_auth_disabled(*, reply: str | None = None) -> Policy:
    """Refuse every login by password, the right one too; tokens are taken.

    The mechanisms are still announced, as Microsoft 365 did when it began: to take them off the
    list, set ``mechanisms``.
    """
    return Policy("basic_auth_disabled", ALL, _BasicDisabled, (BASIC_DISABLED,), reply)


def oauth_two_lines(*, reply: str | None = None) -> Policy:
    """Want XOAUTH2's token on a line of its own, as Outlook's POP3 does; else close.

    ``AUTH XOAUTH2`` alone gets its ``+``, and then the token is taken.
    """
    return Policy("oauth_two_lines", ("pop3",), _TwoLines, (ONE_LINE,), reply)


def mechanism_of(visit: Visit) -> str:
    """Return the name of the SASL mechanism that AUTH names, or a response is for."""
    exchange = visit.exchange
    begun = exchange if exchange.continues is None else exchange.continues
    words = begun.argument.split()
    return words[0].upper() if words else ""


def has_response(visit: Visit) -> bool:
    """Whether the client's word is there: with the command, or behind it."""
    exchange = visit.exchange
    words_before = 3 if exchange.tag else 2
    return exchange.verb == "response" or len(exchange.request.split()) > words_before


class _BasicDisabled(Behaviour):
    verbs = (*_OLD, *_SASL, "response")

    def instead(self, visit: Visit) -> Refusal | None:
        verb = visit.exchange.verb
        is_sasl = verb in _SASL or verb == "response"
        mechanism = mechanism_of(visit) if is_sasl else ""
        is_basic = verb in _OLD or (is_sasl and mechanism and mechanism not in _TOKENS)
        if not is_basic or (is_sasl and not has_response(visit)):
            return None
        return Refusal(BASIC_DISABLED, f"{mechanism or verb} by {visit.user or 'somebody'}")


class _TwoLines(Behaviour):
    verbs = ("AUTH",)

    def instead(self, visit: Visit) -> Refusal | None:
        is_xoauth2 = visit.exchange.verb == "AUTH" and mechanism_of(visit) == "XOAUTH2"
        if not is_xoauth2 or not has_response(visit):
            return None
        return Refusal(ONE_LINE, "the token came with AUTH", closes=True)
