"""What a command is: a row of the table."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pytest_fakemail.smtp.replies import Refused

if TYPE_CHECKING:
    from pytest_fakemail.smtp.framing import Waiting
    from pytest_fakemail.smtp.session import SmtpSession
    from pytest_fakemail.wire.effects import Effect
    from pytest_fakemail.wire.exchange import Exchange


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A command: its grammar, what it does, and when it may be given.

    Attributes:
        grammar: the argument's text to whatever `execute` takes; raises `Refused`.
        execute: makes the command happen; raises `Refused` before anything has.  Takes what
            the grammar gave, or what `awaits` has collected.
        syntax: what HELP tells of it.
        extension: the one that it belongs to, without which it is answered 502.
        is_open: it may be given in the clear even where settings want TLS.
        needs_auth: it may not be given before AUTH where settings want that.
        needs_hello: it wants a HELO, EHLO or LHLO before it (RFC 5321 §4.1.4).
        tell: puts the facts of the argument into the exchange.
        awaits: the octets that belong to it and come after its line; they answer it.
        replaced: told the argument and how the answer began when a fault answered instead.
        is_farewell: it may be given where there is no service.
    """

    grammar: Callable[[str], Any]
    execute: "Callable[[SmtpSession, Any], Iterable[Effect]]"
    syntax: str
    extension: str | None = None
    is_open: bool = False
    needs_auth: bool = False
    needs_hello: bool = False
    tell: "Callable[[Exchange, Any], None] | None" = None
    awaits: "Callable[[SmtpSession, bytes, Any], Waiting] | None" = None
    replaced: "Callable[[SmtpSession, Any, bytes], None] | None" = None
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
