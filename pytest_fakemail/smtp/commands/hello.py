"""How a session begins, begins again and ends: HELO EHLO RSET NOOP QUIT; LHLO is of `lmtp`."""

from pytest_fakemail.smtp import replies
from pytest_fakemail.smtp.answers import farewell
from pytest_fakemail.smtp.client import Client
from pytest_fakemail.smtp.replies import Refused
from pytest_fakemail.smtp.table import Answer, Command, any_text, no_argument
from pytest_fakemail.wire.effects import Send


def domain(argument: str) -> str:
    """``( Domain / address-literal )``; whatever a client takes for its name is kept.

    RFC 5321 §4.1.4: "the server MUST NOT refuse to accept a message for this reason if the
    verification fails".

    Raises:
        Refused: there is nothing.
    """
    if not argument:
        raise Refused(501, "5.5.4", "Syntax: a domain or an address literal is needed")
    return argument


def helo(client: Client, hostname: str) -> Answer:
    """Begin without extensions."""
    return (Send(client.helo(hostname)),)


def ehlo(client: Client, hostname: str) -> Answer:
    """Begin, and tell the extensions."""
    if "ehlo.after_auth_resets" in client.connection.marks:
        client.forget_login()
    return (Send(client.ehlo(hostname)),)


def rset(client: Client, _: None) -> Answer:
    """Forget the transaction."""
    return (Send(client.rset()),)


def noop(client: Client, _: str) -> Answer:
    """Do nothing."""
    return (Send(client.noop()),)


def quit_(client: Client, _: None) -> Answer:
    """Say goodbye and close."""
    return farewell(client, replies.BYE)


def greeted(client: Client, hostname: str | None, octets: bytes) -> None:
    """Go on as greeted if a fault told the client so: all that it does next rests on it."""
    _greeted(client, hostname, octets, is_extended=False)


def greeted_with_extensions(client: Client, hostname: str | None, octets: bytes) -> None:
    """Go on as greeted by EHLO, likewise."""
    _greeted(client, hostname, octets, is_extended=True)


def _greeted(client: Client, hostname: str | None, octets: bytes, *, is_extended: bool) -> None:
    if hostname is not None and octets.startswith(b"250"):
        client.forget_transaction()
        client.session.host_name = hostname
        client.session.extended_smtp = is_extended


QUIT = Command(grammar=no_argument, handler=quit_, syntax="QUIT", is_open=True, is_farewell=True)

SMTP_ONLY = {
    "HELO": Command(
        grammar=domain, handler=helo, syntax="HELO domain", is_open=True, replaced=greeted
    ),
    "EHLO": Command(
        grammar=domain,
        handler=ehlo,
        syntax="EHLO domain",
        is_open=True,
        replaced=greeted_with_extensions,
    ),
}

COMMANDS = {
    "RSET": Command(grammar=no_argument, handler=rset, syntax="RSET"),
    "NOOP": Command(grammar=any_text, handler=noop, syntax="NOOP [text]", is_open=True),
    "QUIT": QUIT,
}
