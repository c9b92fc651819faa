"""A line for a command: what it says, what is wrong with it, how it is answered."""

from collections.abc import Iterable
from functools import partial
from sys import intern
from typing import Any

from pytest_fakemail.dataclass import dataclass
from pytest_fakemail.smtp import replies
from pytest_fakemail.smtp.answers import carried_out
from pytest_fakemail.smtp.client import Client
from pytest_fakemail.smtp.replies import Refused, Reply
from pytest_fakemail.smtp.table import Command, Commands
from pytest_fakemail.wire.effects import Effect

_LONGEST = 512  # RFC 5321 §4.5.3.1.4, with CRLF
# What extensions add to it: SIZE 26, BODY 33, AUTH 500, ENVID 107, RET 9, SMTPUTF8 10,
# REQUIRETLS 11; ORCPT 507, NOTIFY 29; a whole AUTH line has 12,288 (RFC 4954 §4).
_MORE = {"MAIL": 696, "RCPT": 536, "AUTH": 12288 - _LONGEST}


_MOST_REMEMBERED = 1000


@dataclass(frozen=True, slots=True)
class Spoken:
    """What a line says, whoever says it.

    `line` are its octets, one object for all who say it, which keeps transcripts small.
    `arguments` are what the command's grammar made of `argument`, unless that is `malformed`.
    """

    line: bytes
    verb: str
    argument: str
    command: Command | None = None
    arguments: Any = None
    malformed: Reply | None = None


class Reader:
    """Reads lines by a table of commands.

    Clients say the same again and again, so it remembers lines of usual length, but none that
    may hold credentials.
    """

    def __init__(self, commands: Commands) -> None:
        self._commands = commands
        self._loaded = commands.loaded
        self._remembered: dict[bytes, Spoken] = {}

    def read(self, line: bytes) -> Spoken:
        """Return what a whole line says; it is nobody's own, and must not be changed."""
        spoken = self._remembered.get(line)
        if spoken is None:
            spoken = self._read(line)
            is_harmless = spoken.command is not None and not spoken.command.is_secret
            if is_harmless and len(line) <= _LONGEST:
                if len(self._remembered) >= _MOST_REMEMBERED:
                    self._remembered.clear()
                self._remembered[line] = spoken
        return spoken

    def _read(self, line: bytes) -> Spoken:
        text = line.decode("utf-8", "surrogateescape").rstrip(" \t\r\n")
        word, _, argument = text.partition(" ")
        verb = intern(word.upper())
        command = self._loaded.get(verb) or self._commands.find(verb)
        if command is None:
            return Spoken(line, verb, argument)
        argument = argument.strip(" ")
        try:
            return Spoken(line, verb, argument, command, command.grammar(argument))
        except Refused as refusal:
            return Spoken(line, verb, argument, command, malformed=refusal.reply)


def answered(client: Client, reader: Reader, line: bytes) -> Iterable[Effect]:
    """Let the command happen that a whole line gives; return the effects."""
    spoken = reader.read(line)
    client.verb = spoken.verb
    command = spoken.command
    objection = _objection(client, spoken) if client.is_early or client.is_strict else None
    if command is None or objection is not None:
        from pytest_fakemail.smtp.objections import turned_away

        return turned_away(client, line, spoken.verb, spoken.argument, objection)
    malformed, arguments = spoken.malformed, spoken.arguments
    if command.awaits is not None and malformed is None and client.offers(command.extension):
        client.expected = command.awaits(client, line, arguments)
        return ()
    if not command.is_secret and client.conversation.passes(spoken.verb, spoken.line):
        return carried_out(client, command, arguments, malformed)
    described = client.secret if command.is_secret else client.exchange
    exchange = described(spoken.verb, spoken.line, argument=spoken.argument)
    if command.tell is not None and malformed is None:
        command.tell(exchange, arguments)
    return client.conversation.answer(
        exchange,
        partial(carried_out, client, command, arguments, malformed),
        command.replaced and partial(command.replaced, client, arguments),
    )


def _objection(client: Client, spoken: Spoken) -> Reply | None:
    """Return what is wrong with a line as such."""
    settings = client.settings
    if client.is_early and not client.offers("PIPELINING"):
        return replies.EARLY_TALKER
    if settings.bare_newlines == "refuse" and not spoken.line.endswith(b"\r\n"):
        return replies.BARE_LF
    if settings.line_limits and len(spoken.line) > _LONGEST + _MORE.get(spoken.verb, 0):
        return replies.LINE_TOO_LONG
    return None
