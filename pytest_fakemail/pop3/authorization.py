"""The commands of the AUTHORIZATION state: who the client is, and whether to encrypt."""

import hashlib
import hmac
from collections.abc import Iterable

from pytest_fakemail.pop3.client import Client, State
from pytest_fakemail.pop3.replies import Refused, lines, ok
from pytest_fakemail.pop3.table import Table, nothing
from pytest_fakemail.store.account import Account
from pytest_fakemail.store.maildrop import Maildrop, MaildropLocked, Policy
from pytest_fakemail.wire.effects import Effect, Send, StartTls
from pytest_fakemail.wire.exchange import Exchange
from pytest_fakemail.wire.logins import (
    WRONG_PASSWORD,
    password_login,
    prepared,
    without_app_password,
    wrong_password,
)
from pytest_fakemail.wire.sasl import (
    CANCEL,
    Challenge,
    Failure,
    Mechanism,
    Reason,
    Success,
    decode_initial_response,
    decode_response,
    encode_challenge,
    mechanism,
)
from pytest_fakemail.wire.sasl_names import named_in
from pytest_fakemail.wire.sasl_offers import offered

TABLE = Table(State.AUTHORIZATION)


def tell_user(client: Client, exchange: Exchange, argument: str) -> None:
    """Tell the user that the argument begins with."""
    if client.state is State.AUTHORIZATION:
        exchange.user = argument.partition(" ")[0]


@TABLE.command("USER", capability="USER", tell=tell_user)
def user(client: Client, argument: str) -> Iterable[Effect]:
    """``USER name``; says nothing about whether there is such a user (RFC 1939 §13)."""
    _require_tls(client)
    _require_user(client)
    if not argument:
        raise Refused("USER needs a name", is_bad=True)
    client.user_name = argument
    return ok("Send the password")


@TABLE.command("PASS", capability="USER", is_secret=True)
def pass_(client: Client, argument: str) -> Iterable[Effect]:
    """``PASS string``; spaces are part of the password (RFC 1939 §7)."""
    _require_tls(client)
    _require_user(client)
    name, client.user_name = client.user_name, None
    if name is None:
        raise Refused("USER comes first", is_bad=True)
    account = password_login(client.service, client.connection, name, argument)
    return enter(client, account)


@TABLE.command("APOP", capability="APOP", is_secret=True, tell=tell_user)
def apop(client: Client, argument: str) -> Iterable[Effect]:
    """``APOP name digest`` of the greeting's timestamp and the password (RFC 1939 §7)."""
    _require_tls(client)
    if not client.timestamp:
        raise Refused("APOP wants a timestamp, and the greeting had none", is_bad=True)
    match argument.split():
        case [name, digest]:
            pass
        case _:
            raise Refused("APOP wants a name and a digest", is_bad=True)
    account = client.service.store.account(name)
    expected = apop_digest(client.timestamp, "" if account is None else account.password)
    is_right = hmac.compare_digest(expected.encode(), digest.lower().encode())
    if account is None or not is_right:
        wrong_password(client.service, client.connection, account)
        raise Refused(WRONG_PASSWORD, code="AUTH")
    return enter(client, without_app_password(account))


def apop_digest(timestamp: str, password: str) -> str:
    """Return the digest that proves knowledge of a password (RFC 1939 §7, RFC 6856 §2.2)."""
    secret = timestamp.encode() + prepared(password).encode()
    return hashlib.md5(secret, usedforsecurity=False).hexdigest()


def tell_named(client: Client, exchange: Exchange, argument: str) -> None:
    """Tell who wants to log in, if the initial response says so."""
    words = argument.split()
    if client.state is State.AUTHORIZATION and len(words) > 1:
        exchange.user = named_in(words[0].upper(), words[1].encode())


@TABLE.command("AUTH", capability="SASL", is_secret=True, tell=tell_named)
def auth(client: Client, argument: str) -> Iterable[Effect]:
    """``AUTH mechanism [initial-response]`` (RFC 5034 §4); alone it lists the mechanisms.

    The list is older than CAPA (RFC 1734's drafts), and old clients ask for it.
    """
    words = argument.split()
    if not words:
        return lines("Mechanisms follow", offered(client.service, client.connection))
    _require_tls(client)
    chosen = mechanism(words[0], client.service, client.connection)
    if chosen is None:
        raise Refused("Unknown authentication mechanism")
    response: bytes | None = None
    if len(words) > 1:
        response = decode_initial_response(" ".join(words[1:]).encode())
        if response is None:
            raise Refused("Not base64", is_bad=True)
    return _step(client, chosen, response)


def auth_response(client: Client, chosen: Mechanism, line: bytes) -> Iterable[Effect]:
    """Take the client's response to a challenge; ``*`` cancels (RFC 5034 §4)."""
    if line == CANCEL:
        raise Refused("Authentication cancelled")
    response = decode_response(line)
    if response is None:
        raise Refused("Not base64", is_bad=True)
    return _step(client, chosen, response)


def _step(client: Client, chosen: Mechanism, response: bytes | None) -> Iterable[Effect]:
    match chosen.step(response):
        case Challenge(data):
            client.awaited = chosen
            return (Send(b"+ %b\r\n" % encode_challenge(data)),)
        case Success(account):
            return enter(client, account)
        case Failure() as failure:
            raise refusal_of(failure)


def refusal_of(failure: Failure) -> Refused:
    """Return the reply for a failed login: [AUTH] where credentials are at fault (RFC 3206 §4)."""
    is_malformed = failure.reason is Reason.MALFORMED
    return Refused(failure.text, code="" if is_malformed else "AUTH", is_bad=is_malformed)


def enter(client: Client, account: Account) -> Iterable[Effect]:
    """Open the maildrop for who has proved to be its owner (RFC 1939 §4).

    Raises:
        Refused: it is in use, or was opened too recently (RFC 2449 §8.1).
    """
    service = client.service
    _check_login_delay(client, account)
    policy: Policy = service.settings.pop3_lock  # type: ignore[assignment]  # its choices are
    try:
        client.maildrop = Maildrop(account, policy=policy)
    except MaildropLocked:
        raise Refused("Maildrop is locked by another POP3 session", code="IN-USE") from None
    service.last_logins[account.name] = service.clock.elapsed()
    client.state = State.TRANSACTION
    client.connection.user = account.name
    count = len(client.maildrop)
    return ok(f"Logged in, {count} {'message' if count == 1 else 'messages'}")


def _check_login_delay(client: Client, account: Account) -> None:
    service = client.service
    last_login = service.last_logins.get(account.name)
    if "LOGIN-DELAY" not in service.capabilities or last_login is None:
        return
    if service.clock.elapsed() < last_login + service.settings.pop3_login_delay:
        raise Refused("Minimum time between mail checks violation", code="LOGIN-DELAY")


def _require_user(client: Client) -> None:
    if not client.takes_user:
        raise Refused("USER and PASS are disabled, use AUTH")


def _require_tls(client: Client) -> None:
    if client.is_tls_missing:
        raise Refused("TLS is required to log in", code="AUTH")


@TABLE.command("STLS", capability="STLS")
def stls(client: Client, argument: str) -> Iterable[Effect]:
    """``STLS`` (RFC 2595 §4)."""
    nothing("STLS", argument)
    if client.connection.tls is not None:
        raise Refused("Command not permitted when TLS active")
    if client.is_utf8:
        raise Refused("STLS comes before UTF8")  # RFC 6856 §2.1
    client.forget()
    return (Send(b"+OK Begin TLS negotiation\r\n"), StartTls())


@TABLE.command("UTF8", capability="UTF8")
def utf8(client: Client, argument: str) -> Iterable[Effect]:
    """``UTF8`` (RFC 6856 §2.1)."""
    nothing("UTF8", argument)
    client.is_utf8 = True
    return ok("UTF-8 mode")
