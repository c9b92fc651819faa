"""A SASL dialogue in SMTP (RFC 4954): the mechanisms are `wire.sasl`'s, what is around them here.

While it lasts, each line of the client is an exchange ``"response"``, which continues AUTH's.
It is loaded with the first AUTH.
"""

from collections.abc import Iterable
from functools import partial

from pytest_fakemail.smtp.answers import carried_out
from pytest_fakemail.smtp.client import Client
from pytest_fakemail.smtp.framing import Input, LongLine
from pytest_fakemail.smtp.objections import too_long
from pytest_fakemail.smtp.replies import Refused, Reply
from pytest_fakemail.smtp.table import Answer, Command, any_text
from pytest_fakemail.wire import sasl
from pytest_fakemail.wire.effects import Effect
from pytest_fakemail.wire.exchange import SASL_RESPONSE, Exchange
from pytest_fakemail.wire.sasl import Challenge, Failure, Mechanism, Reason, Success
from pytest_fakemail.wire.sasl_names import named_in

_LONGEST_RESPONSE = 12288  # RFC 4954 §4, with CRLF
_REFUSALS = {
    Reason.INVALID: (535, "5.7.8"),
    Reason.EXPIRED: (535, "5.7.8"),
    Reason.UNAUTHORIZED: (535, "5.7.8"),
    Reason.LOCKED: (535, "5.7.13"),
    Reason.APP_PASSWORD: (534, "5.7.9"),  # RFC 4954 §6: too weak a mechanism, as Gmail has it
    Reason.MALFORMED: (501, "5.5.2"),
}

_AUTHENTICATED = Reply(235, "2.7.0", "Authentication successful")
_AUTH_LINE_TOO_LONG = Reply(500, "5.5.6", "Authentication exchange line is too long")
_AUTH_FAILED_FOR_NOW = Reply(454, "4.7.0", "Temporary authentication failure")


class SaslResponse:
    """Waits for the client's next word in a dialogue; without mechanism, in one that is none."""

    __slots__ = ("_mechanism", "_user")

    def __init__(self, mechanism: Mechanism | None, user: str | None = None) -> None:
        self._mechanism = mechanism
        self._user = user

    def __repr__(self) -> str:
        return "a SASL response"

    def take(self, arrived: Input) -> bytes | LongLine | None:
        """Return the line with its end."""
        return arrived.line()

    def unfinished(self, client: Client, unread: bytes) -> Exchange | None:
        """Return a line without its end."""
        return client.secret("eof", unread) if unread else None

    def answer(self, client: Client, line: bytes | LongLine) -> Iterable[Effect]:
        """Go on with the dialogue."""
        name = self._mechanism.name if self._mechanism else ""
        request = line.start if isinstance(line, LongLine) else line
        exchange = client.secret(SASL_RESPONSE, request, argument=name)
        if isinstance(line, LongLine):
            return too_long(client, line, exchange, _AUTH_LINE_TOO_LONG)
        exchange.user = self._user = self._user or named_in(name, line.strip())
        response = Command(grammar=any_text, handler=self._respond, syntax="", extension="AUTH")
        respond = partial(carried_out, client, response, line)
        return client.conversation.answer(exchange, respond, partial(self._go_on, client))

    def _respond(self, client: Client, line: bytes) -> Answer:
        if len(line) > _LONGEST_RESPONSE:
            return _AUTH_LINE_TOO_LONG
        text = line.rstrip(b"\r\n")
        if text == sasl.CANCEL:
            raise Refused(501, "5.7.0", "Authentication cancelled")
        response = sasl.decode_response(text)
        if response is None:
            raise Refused(501, "5.5.2", "Cannot decode base64")
        if self._mechanism is None:
            raise Refused(535, "5.7.8", "Authentication failed")
        return _step(client, self._mechanism, response, self._user)

    def _go_on(self, client: Client, octets: bytes) -> None:
        """Take the next line for a response too if a fault asked for one."""
        if octets.startswith(b"334"):
            client.expected = self


def begin(client: Client, name: str, initial_response: str | None) -> Answer:
    """Begin a dialogue; an initial response is still in base64, None if there is none."""
    state, transaction = client.session, client.envelope
    if not state.extended_smtp:
        raise Refused(503, "5.5.1", "Send EHLO first")
    if state.authenticated:
        raise Refused(503, "5.5.1", "Already authenticated")
    if transaction.mail_from is not None:
        raise Refused(503, "5.5.1", "Not during a mail transaction")
    mechanism = sasl.mechanism(name, client.service, client.connection)
    if mechanism is None:
        raise Refused(504, "5.5.4", "Unrecognized authentication type")
    if name == "EXTERNAL" and client.connection.tls is None:
        raise Refused(538, "5.7.11", "Encryption required for requested authentication mechanism")
    response, initial = None, b""
    if initial_response is not None:
        initial = initial_response.encode("utf-8", "surrogateescape")
        response = sasl.decode_initial_response(initial)
        if response is None:
            raise Refused(501, "5.5.2", "Cannot decode base64")
    user = named_in(mechanism.name, initial) if response is not None else None
    return _step(client, mechanism, response, user)


def _step(client: Client, mechanism: Mechanism, response: bytes | None, user: str | None) -> Answer:
    try:
        outcome = mechanism.step(response)
    except Exception as bug:  # noqa: BLE001  (ours, whatever it is)
        client.service.bugs.append(bug)
        return _AUTH_FAILED_FOR_NOW
    match outcome:
        case Challenge(words):
            client.expected = SaslResponse(mechanism, user)
            return Reply(334, "", sasl.encode_challenge(words).decode())
        case Success(account):
            client.session.authenticated = True
            client.connection.user = account.name
            return _AUTHENTICATED
        case Failure(reason, text):
            raise Refused(*_REFUSALS[reason], text)
