"""The command line: what a session waits for unless it waits for something else."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING, Any, NoReturn

from pytest_fakemail.smtp import replies
from pytest_fakemail.smtp.commands.table import Command
from pytest_fakemail.smtp.framing import Input, Overlong
from pytest_fakemail.smtp.replies import Refused, Reply
from pytest_fakemail.wire.effects import Effect
from pytest_fakemail.wire.exchange import Exchange

if TYPE_CHECKING:
    from pytest_fakemail.smtp.session import SmtpSession

# Browsers that a page directs at a mail port, and so through a firewall.
_WEB_VERBS = frozenset({"GET", "POST", "PUT", "HEAD", "DELETE", "OPTIONS", "PATCH", "CONNECT"})
_LONGEST = 512  # RFC 5321 §4.5.3.1.4, with CRLF
# What extensions add to it: SIZE 26, BODY 33, AUTH 500, ENVID 107, RET 9, SMTPUTF8 10,
# REQUIRETLS 11; ORCPT 507, NOTIFY 29; a whole AUTH line has 12,288 (RFC 4954 §4).
_MORE = {"MAIL": 696, "RCPT": 536, "AUTH": 12288 - _LONGEST}


class CommandLine:
    """Waits for a line and takes it for a command."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "a command"

    def take(self, arrived: Input) -> bytes | Overlong | None:
        """Return the line with its end, whole."""
        return arrived.line()

    def unfinished(self, session: "SmtpSession", unread: bytes) -> Exchange | None:
        """Return a line without its end."""
        if not unread:
            return None
        return session.exchange("eof", unread, is_secret=_is_auth(unread))

    def answer(self, session: "SmtpSession", line: bytes | Overlong) -> Iterable[Effect]:
        """Let the command happen."""
        if isinstance(line, Overlong):
            exchange = session.exchange("", line.start, is_secret=_is_auth(line.start))
            return too_long(session, line, exchange, replies.LINE_TOO_LONG)
        text = line.decode("utf-8", "surrogateescape").rstrip(" \t\r\n")
        word, _, argument = text.partition(" ")
        verb = word.upper()
        command = session.commands.get(verb)
        objection = _to_line(session, verb, line)
        if command is None or objection is not None:
            reply = objection or _to_unknown(verb)
            exchange = _exchange(session, verb, line, argument)
            return session.perform(exchange, lambda: _unserved(session, reply))
        return _command(session, verb, command, line, argument.strip(" "))


COMMAND_LINE = CommandLine()


def too_long(
    session: "SmtpSession", line: Overlong, exchange: Exchange, reply: Reply
) -> Iterable[Effect]:
    """Answer to a line of which only the beginning was kept."""
    session.conversation.noted(f"a line of {line.size} octets, of which {len(line.start)} are kept")
    return session.perform(exchange, lambda: session.say(reply))


def _command(
    session: "SmtpSession", verb: str, command: Command, line: bytes, argument: str
) -> Iterable[Effect]:
    """Read the argument, then let the command happen or wait for the octets that it needs."""
    wanted: Any = None
    happen = command.execute
    try:
        wanted = command.grammar(argument)
    except Refused as refusal:
        happen = partial(_raise, refusal)
    else:
        if command.awaits is not None and session.offers(command.extension):
            session.waits_for = command.awaits(session, line, wanted)
            return ()
    exchange = _exchange(session, verb, line, argument)
    if command.tell is not None and wanted is not None:
        command.tell(exchange, wanted)
    replaced = None if command.replaced is None else partial(command.replaced, session, wanted)
    return session.perform(exchange, partial(admitted, session, command, happen, wanted), replaced)


def admitted(
    session: "SmtpSession",
    command: Command,
    happen: "Callable[[SmtpSession, Any], Iterable[Effect]]",
    wanted: Any,  # noqa: ANN401  (each command has an argument of its own)
) -> Iterable[Effect]:
    """Let a command happen, or answer why it may not."""
    objection = _to_command(session, command)
    if objection is not None:
        return session.say(objection)
    try:
        return happen(session, wanted)
    except Refused as refusal:
        return session.say(refusal.reply)


def _to_line(session: "SmtpSession", verb: str, line: bytes) -> Reply | None:
    """Return what is wrong with a line as such."""
    settings = session.settings
    if session.is_early and not session.offers("PIPELINING"):
        return replies.EARLY_TALKER
    if settings.bare_newlines == "refuse" and not line.endswith(b"\r\n"):
        return replies.BARE_LF
    if settings.line_limits and len(line) > _LONGEST + _MORE.get(verb, 0):
        return replies.LINE_TOO_LONG
    return None


def _exchange(session: "SmtpSession", verb: str, line: bytes, argument: str) -> Exchange:
    """Return a command's exchange; AUTH's argument tells the mechanism only."""
    if not _is_auth(line):
        return session.exchange(verb, line, argument=argument)
    return session.exchange(verb, line, argument=argument.partition(" ")[0], is_secret=True)


def _is_auth(line: bytes) -> bool:
    """Whether a line may hold credentials, also one that is no whole or no right command."""
    return line.lstrip()[:4].upper() == b"AUTH"


def _to_unknown(verb: str) -> Reply:
    if verb in _WEB_VERBS:
        return replies.NO_WEB_SERVER
    return replies.UNKNOWN_COMMAND if verb.isascii() and verb.isalnum() else replies.BAD_SYNTAX


def _to_command(session: "SmtpSession", command: Command) -> Reply | None:
    """Return why a command may not be given now."""
    settings = session.settings
    if not session.offers(command.extension):
        return replies.NOT_IMPLEMENTED
    if session.is_refusing and not command.is_farewell:
        return replies.NO_SERVICE
    if settings.require_tls and not command.is_open and session.connection.tls is None:
        return replies.TLS_REQUIRED
    if settings.require_auth and command.needs_auth and not session.session.authenticated:
        return replies.AUTH_REQUIRED
    if command.needs_hello and not session.session.host_name:
        return replies.NO_GREETING
    return None


def _unserved(session: "SmtpSession", reply: Reply) -> list[Effect]:
    """Answer to what is no command; hang up on a browser."""
    effects = session.say(reply)
    return [*effects, session.close()] if reply is replies.NO_WEB_SERVER else effects


def _raise(refusal: Refused, *_: object) -> NoReturn:
    raise refusal
