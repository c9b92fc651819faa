"""Lines that are no command of ours, or none that is whole, and what they are answered."""

from collections.abc import Iterable
from functools import partial

from pytest_fakemail.smtp import replies
from pytest_fakemail.smtp.answers import farewell, said
from pytest_fakemail.smtp.client import Client
from pytest_fakemail.smtp.framing import LongLine
from pytest_fakemail.smtp.replies import Reply
from pytest_fakemail.wire.effects import Effect
from pytest_fakemail.wire.exchange import Exchange

# Browsers that a page directs at a mail port, and so through a firewall.
_WEB_VERBS = frozenset({"GET", "POST", "PUT", "HEAD", "DELETE", "OPTIONS", "PATCH", "CONNECT"})

_UNKNOWN_COMMAND = Reply(500, "5.5.1", "Command unrecognized")
_BAD_SYNTAX = Reply(500, "5.5.2", "Syntax error")
_NO_WEB_SERVER = Reply(221, "2.7.0", "This is a mail server, not a web server")


def turned_away(
    client: Client, line: bytes, verb: str, argument: str, objection: Reply | None
) -> Iterable[Effect]:
    """Answer a line that is objected to, or that is no command; hang up on a browser."""
    exchange = _exchange(client, verb, line, argument)
    reply = objection or _unknown(verb)
    say = farewell if reply is _NO_WEB_SERVER else said
    return client.conversation.answer(exchange, partial(say, client, reply))


def too_long(
    client: Client, line: LongLine, exchange: Exchange, reply: Reply = replies.LINE_TOO_LONG
) -> Iterable[Effect]:
    """Answer a line of which only the beginning was kept."""
    client.conversation.noted(f"a line of {line.size} octets, of which {len(line.start)} are kept")
    return client.conversation.answer(exchange, partial(said, client, reply))


def nameless(client: Client, verb: str, request: bytes) -> Exchange:
    """Return the exchange of a line that is no whole command: what it holds may be a login."""
    return _exchange(client, verb, request)


def _exchange(client: Client, verb: str, line: bytes, argument: str = "") -> Exchange:
    """Return the exchange of a line that may hold credentials, though it is no right command."""
    if line.lstrip()[:4].upper() == b"AUTH":
        return client.secret(verb, line, argument=argument)
    return client.exchange(verb, line, argument=argument)


def _unknown(verb: str) -> Reply:
    """Return the reply to what is no command of ours."""
    if verb in _WEB_VERBS:
        return _NO_WEB_SERVER
    return _UNKNOWN_COMMAND if verb.isascii() and verb.isalnum() else _BAD_SYNTAX
