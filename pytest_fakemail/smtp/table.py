"""What a command is: an entry of the table."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from pytest_fakemail.dataclass import dataclass
from pytest_fakemail.smtp.client import Client
from pytest_fakemail.smtp.replies import Refused, Reply
from pytest_fakemail.wire.effects import Effect
from pytest_fakemail.wire.exchange import Exchange

if TYPE_CHECKING:
    from pytest_fakemail.smtp.client import Expected

Answer = Reply | Iterable[Effect]
"""What a handler returns: a reply, or effects where a reply is not all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A command: its grammar, what it does, and when it may be given.

    Attributes:
        grammar: the argument's text to whatever `handler` takes; raises `Refused`.
        handler: makes the command happen; raises `Refused` before anything has.  Takes what
            the grammar gave, or what `awaits` has collected.
        syntax: what HELP tells of it.
        extension: the one that it belongs to, without which it is answered 502.
        is_open: it may be given in the clear even where settings want TLS.
        needs_auth: it may not be given before AUTH where settings want that.
        needs_hello: it wants a HELO, EHLO or LHLO before it (RFC 5321 §4.1.4).
        is_secret: the transcript shows no more of its argument than the first word.
        tell: puts the facts of the argument into the exchange, for faults that ask for them.
        awaits: the octets that belong to it and come after its line; they answer it.
        replaced: told the argument and the octets of the answer when a fault answered instead.
        is_farewell: it may be given where there is no service.
    """

    grammar: Callable[[str], Any]
    handler: Callable[[Client, Any], Answer]
    syntax: str
    extension: str | None = None
    is_open: bool = False
    needs_auth: bool = False
    needs_hello: bool = False
    is_secret: bool = False
    tell: Callable[[Exchange, Any], None] | None = None
    awaits: "Callable[[Client, bytes, Any], Expected] | None" = None
    replaced: Callable[[Client, Any, bytes], None] | None = None
    is_farewell: bool = False


def any_text(argument: str) -> str:
    """Take the argument as it is."""
    return argument


def no_argument(argument: str) -> None:
    """Take none (RFC 5321 §4.3.2).

    Raises:
        Refused: there is one.
    """
    if argument:
        raise Refused(501, "5.5.4", "No argument allowed")
