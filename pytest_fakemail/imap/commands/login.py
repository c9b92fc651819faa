# ruff: noqa: D400, D415  (the docstring of a rule is its ABNF)
"""STARTTLS, LOGIN, AUTHENTICATE: from a stranger to an account (RFC 3501 §6.2)."""

import re

from pytest_fakemail.dataclass import dataclass, field
from pytest_fakemail.imap.capabilities import is_login_disabled, is_tls_missing, mechanisms
from pytest_fakemail.imap.client import Client
from pytest_fakemail.imap.grammar.cursor import BadSyntax, Cursor
from pytest_fakemail.imap.grammar.rules import astring, atom, no_arguments
from pytest_fakemail.imap.table import NOT_AUTHENTICATED, Answer, Done, Refused, Table
from pytest_fakemail.wire import sasl
from pytest_fakemail.wire.effects import Effect, StartTls
from pytest_fakemail.wire.exchange import SASL_RESPONSE, Exchange
from pytest_fakemail.wire.logins import password_login
from pytest_fakemail.wire.sasl import Challenge, Failure, Mechanism, Outcome, Reason
from pytest_fakemail.wire.sasl_names import named_in

table = Table()

_INITIAL_RESPONSE = re.compile(rb"=|[A-Za-z0-9+/]+={0,2}")

_CODES = {
    Reason.INVALID: "AUTHENTICATIONFAILED",
    Reason.EXPIRED: "EXPIRED",
    Reason.LOCKED: "AUTHORIZATIONFAILED",
    Reason.APP_PASSWORD: "ALERT",
    Reason.UNAUTHORIZED: "AUTHORIZATIONFAILED",
}
"""RFC 5530 §3; what is MALFORMED is BAD instead."""


@table.command("STARTTLS", no_arguments, states=NOT_AUTHENTICATED, capability="STARTTLS")
def starttls(client: Client, _: None) -> Done:
    """Begin TLS (RFC 3501 §6.2.1)."""
    if client.connection.tls is not None:
        raise Refused("TLS is active already", status="BAD")
    # What was received so far came in the clear, so a man in the middle may have written it.
    client.forget_received()
    return Done("Begin TLS negotiation now", then=(StartTls(),))


@dataclass(frozen=True, slots=True)
class Login:
    """The arguments of LOGIN."""

    user: str
    password: str = field(repr=False)


def login(cursor: Cursor) -> Login:
    """``login = "LOGIN" SP userid SP password``"""
    cursor.expect(b" ")
    user = _credential(astring(cursor, "a user name"))
    cursor.expect(b" ")
    return Login(user, _credential(astring(cursor, "a password")))


def _credential(octets: bytes) -> str:
    try:
        return octets.decode("utf-8")
    except UnicodeDecodeError:
        text = "user names and passwords are UTF-8"
        raise BadSyntax(text, code="AUTHENTICATIONFAILED", status="NO") from None


def tell_user(_client: Client, exchange: Exchange, asked: Login) -> None:
    """Tell who wants to log in."""
    exchange.user = asked.user


@table.command("LOGIN", login, states=NOT_AUTHENTICATED, is_secret=True, tell=tell_user)
def login_command(client: Client, arguments: Login) -> Done:
    """Log in with a name and a password (RFC 3501 §6.2.3)."""
    if is_tls_missing(client.service, client.connection):
        raise Refused("Start TLS first", code="PRIVACYREQUIRED")
    if is_login_disabled(client.service, client.connection):
        raise Refused("LOGIN is disabled, use AUTHENTICATE")
    try:
        account = password_login(
            client.service, client.connection, arguments.user, arguments.password
        )
    except sasl.AuthenticationFailed as refused:
        raise _refusal(refused.failure) from None
    return client.log_in(account)


@dataclass(frozen=True, slots=True)
class Authenticate:
    """The arguments of AUTHENTICATE.

    `initial_response` is as sent: base64, or ``b"="`` for an empty one (RFC 4959 §3).
    """

    mechanism: str
    initial_response: bytes | None = field(default=None, repr=False)


def authenticate(cursor: Cursor) -> Authenticate:
    """``authenticate = "AUTHENTICATE" SP auth-type [SP initial-resp]``"""
    cursor.expect(b" ")
    mechanism = atom(cursor, "a SASL mechanism").upper()
    if cursor.is_at_end or "SASL-IR" not in cursor.capabilities:
        return Authenticate(mechanism)
    cursor.expect(b" ")
    response = cursor.take(_INITIAL_RESPONSE)
    if response is None:
        raise cursor.wants("an initial response in base64")
    return Authenticate(mechanism, response)


def tell_named(_client: Client, exchange: Exchange, asked: Authenticate) -> None:
    """Tell who wants to log in, if the initial response says so."""
    if asked.initial_response is not None:
        exchange.user = named_in(asked.mechanism, asked.initial_response)


@table.command(
    "AUTHENTICATE", authenticate, states=NOT_AUTHENTICATED, is_secret=True, tell=tell_named
)
def authenticate_command(client: Client, arguments: Authenticate) -> "Answer | Done":
    """Begin a SASL exchange (RFC 3501 §6.2.2, RFC 4959)."""
    if is_tls_missing(client.service, client.connection):
        raise Refused("Start TLS first", code="PRIVACYREQUIRED")
    found = None
    if arguments.mechanism in mechanisms(client.service, client.connection):
        found = sasl.mechanism(arguments.mechanism, client.service, client.connection)
    if found is None:
        raise Refused("Unsupported authentication mechanism", code="CANNOT")
    initial: bytes | None = None
    if arguments.initial_response is not None:
        initial = sasl.decode_initial_response(arguments.initial_response)
        if initial is None:
            raise Refused("The initial response is not base64", status="BAD")
    return _come_to(client, found, found.step(initial))


class SaslExchange:
    """AUTHENTICATE, waiting for the client's response to a challenge.

    Without mechanism the challenge was a fault's, and nothing comes of it.
    """

    verb = SASL_RESPONSE
    is_secret = True
    then: tuple[Effect, ...] = ()
    bears_silence = False

    def __init__(self, client: Client, mechanism: Mechanism | None) -> None:
        self._client = client
        self._mechanism = mechanism

    def user_in(self, line: bytes) -> str | None:
        """Return who wants to log in, if the response says so."""
        return named_in(self._mechanism.name, line) if self._mechanism else None

    def receive(self, line: bytes) -> "Answer | Done":
        """Take the response; ``*`` cancels (RFC 3501 §6.2.2)."""
        if line == sasl.CANCEL:
            raise Refused("Authentication cancelled", status="BAD")
        response = sasl.decode_response(line)
        if response is None:
            raise Refused("The response is not base64", status="BAD")
        if self._mechanism is None:
            raise Refused("Authentication failed", code="AUTHENTICATIONFAILED")
        return _come_to(self._client, self._mechanism, self._mechanism.step(response))

    def released(self) -> None:
        """Nothing is held."""


def _come_to(client: Client, mechanism: Mechanism, outcome: Outcome) -> "Answer | Done":
    match outcome:
        case Challenge(data):
            return _challenge(client, mechanism, data)
        case Failure():
            raise _refusal(outcome)
        case _:
            return client.log_in(outcome.account)


def _challenge(client: Client, mechanism: Mechanism, data: bytes) -> Answer:
    yield b"+ %b\r\n" % sasl.encode_challenge(data)
    return SaslExchange(client, mechanism)


def _refusal(failure: Failure) -> Refused:
    if failure.reason is Reason.MALFORMED:
        return Refused(failure.text, status="BAD")
    return Refused(failure.text, code=_CODES[failure.reason])
