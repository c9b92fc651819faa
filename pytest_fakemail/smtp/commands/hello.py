"""How a session begins, begins again and ends: HELO EHLO LHLO RSET NOOP STARTTLS QUIT."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from aiosmtpd.smtp import SMTP, Session

from pytest_fakemail.smtp import extensions, replies
from pytest_fakemail.smtp.commands.table import Command, any_text, no_argument
from pytest_fakemail.smtp.replies import Refused
from pytest_fakemail.wire.effects import Effect, StartTls

if TYPE_CHECKING:
    from pytest_fakemail.smtp.session import SmtpSession


def domain(argument: str) -> str:
    """``( Domain / address-literal )``; whatever a client takes for its name is kept.

    Raises:
        Refused: there is nothing.
    """
    if not argument:
        raise Refused(501, "5.5.4", "A domain or address literal is wanted")
    return argument


def helo(session: "SmtpSession", hostname: str) -> list[Effect]:
    """Begin without extensions."""
    return session.drive(SMTP.smtp_HELO(session, hostname))


def ehlo(session: "SmtpSession", hostname: str) -> list[Effect]:
    """Begin, and tell the extensions."""
    return session.drive(SMTP.smtp_EHLO(session, hostname))


def rset(session: "SmtpSession", _: None) -> list[Effect]:
    """Forget the transaction."""
    return session.drive(SMTP.smtp_RSET(session, ""))


def noop(session: "SmtpSession", ignored: str) -> list[Effect]:
    """Do nothing."""
    return session.drive(SMTP.smtp_NOOP(session, ignored))


def quit_(session: "SmtpSession", _: None) -> list[Effect]:
    """Part.  aiosmtpd's closes a transport; here that is an effect."""
    return [*session.say(replies.BYE), session.close()]


def starttls(session: "SmtpSession", _: None) -> list[Effect]:
    """Ask for a handshake, unless somebody has already spoken behind it.

    What came in the clear may be a man in the middle's: it is thrown away (RFC 3207 §6).
    """
    if session.connection.tls is not None:
        raise Refused(503, "5.5.1", "TLS is already active")
    if session.input:
        session.input.clear()
        return session.say(replies.TLS_PIPELINED)
    return [*session.say(replies.READY_FOR_TLS), StartTls()]


def greeted(session: "SmtpSession", hostname: str | None, said: bytes) -> None:
    """Go on as greeted if a fault told the client so: all that it does next rests on it."""
    if hostname is not None and said == b"250":
        session.reset()
        session.session.host_name = hostname


def greeted_with_extensions(session: "SmtpSession", hostname: str | None, said: bytes) -> None:
    """Go on as greeted by EHLO, likewise."""
    greeted(session, hostname, said)
    session.session.extended_smtp = session.session.host_name is not None


async def _ehlo_lines(
    server: "SmtpSession", session: Session, _envelope: object, hostname: str, _lines: object
) -> list[str]:
    """Return one text, so that it leaves in one piece: aiosmtpd would write each line alone."""
    session.host_name = hostname
    lines = [server.hostname, *extensions.keywords(server.service, server.connection)]
    return (
        ["250-" + "\r\n250-".join(lines[:-1]) + f"\r\n250 {lines[-1]}"]
        if lines[1:]
        else [f"250 {lines[0]}"]
    )


async def _ok(server: "SmtpSession", *_: object) -> str:
    return "250 2.0.0 Ok" if server.offers("ENHANCEDSTATUSCODES") else "250 Ok"


HOOKS: dict[str, Callable[..., Awaitable[Any]]] = {"EHLO": _ehlo_lines, "NOOP": _ok, "RSET": _ok}
"""What aiosmtpd's commands ask for the words of their answers."""

QUIT = Command(grammar=no_argument, execute=quit_, syntax="QUIT", is_open=True, is_farewell=True)

SMTP_ONLY = {
    "HELO": Command(
        grammar=domain, execute=helo, syntax="HELO domain", is_open=True, replaced=greeted
    ),
    "EHLO": Command(
        grammar=domain,
        execute=ehlo,
        syntax="EHLO domain",
        is_open=True,
        replaced=greeted_with_extensions,
    ),
}

LMTP_ONLY = {
    "LHLO": Command(
        grammar=domain,
        execute=ehlo,
        syntax="LHLO domain",
        is_open=True,
        replaced=greeted_with_extensions,
    ),
}

COMMANDS = {
    "RSET": Command(grammar=no_argument, execute=rset, syntax="RSET"),
    "NOOP": Command(grammar=any_text, execute=noop, syntax="NOOP [text]", is_open=True),
    "QUIT": QUIT,
    "STARTTLS": Command(
        grammar=no_argument,
        execute=starttls,
        syntax="STARTTLS",
        extension="STARTTLS",
        is_open=True,
    ),
}
