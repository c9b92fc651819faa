"""What a command is: an entry of the table."""

from collections.abc import Callable, Iterable, Iterator, Mapping
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


if TYPE_CHECKING:
    Entry = Command | Callable[["Commands"], Command]


class Commands:
    """A protocol's commands by verb, in the order in which HELP tells them.

    What few clients give is a function that returns the command, called for the first of them.
    `loaded` are the others, and those that were given.
    """

    __slots__ = ("_late", "_verbs", "loaded")

    def __init__(self, table: "Mapping[str, Entry]") -> None:
        self._verbs = tuple(table)
        self.loaded = {verb: one for verb, one in table.items() if isinstance(one, Command)}
        self._late = {verb: one for verb, one in table.items() if not isinstance(one, Command)}

    def __iter__(self) -> Iterator[str]:
        return iter(self._verbs)

    def find(self, verb: str) -> Command | None:
        """Return the command of a verb in upper case, None if there is none."""
        late = self._late.get(verb)
        if late is not None and verb not in self.loaded:
            self.loaded[verb] = late(self)
        return self.loaded.get(verb)


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
