"""Tables of commands: what they are called, what they take, and when they are allowed.

A module of `commands` has one `Table`, which names the capability that brings its commands
in.  Unknown command, wrong state, syntax error and a capability switched off all follow
from the entry; a handler sees only arguments that the grammar has understood.
"""

from collections.abc import Callable, Generator, Iterable, Mapping
from enum import Enum
from functools import partial
from typing import Any, Protocol, TypeVar

from pytest_fakemail.dataclass import dataclass
from pytest_fakemail.imap.grammar.cursor import Cursor
from pytest_fakemail.wire.effects import Effect
from pytest_fakemail.wire.exchange import Exchange

Arguments = TypeVar("Arguments")
Taken_contra = TypeVar("Taken_contra", contravariant=True)


class State(Enum):
    """RFC 3501 §3, RFC 9051 §3."""

    NOT_AUTHENTICATED = "not authenticated"
    AUTHENTICATED = "authenticated"
    SELECTED = "selected"
    LOGOUT = "logout"

    __hash__ = object.__hash__  # each is one object, and Enum's own is slow


NOT_AUTHENTICATED = frozenset({State.NOT_AUTHENTICATED})
AUTHENTICATED = frozenset({State.AUTHENTICATED, State.SELECTED})
SELECTED = frozenset({State.SELECTED})
ANY_STATE = NOT_AUTHENTICATED | AUTHENTICATED


class Refused(Exception):
    """A command will not be done; holds the tagged reply.

    `code` is a response code without its brackets, `status` ``NO`` or ``BAD``.
    """

    def __init__(self, text: str, *, code: str = "", status: str = "NO") -> None:
        super().__init__(text)
        self.text = text
        self.code = code
        self.status = status


@dataclass(frozen=True, slots=True)
class Done:
    """The command is complete: its tagged response, and what follows that.

    Without a `text` it is ``<command> completed``.  `then` are effects behind the response.
    `holds_expunges`: as with the `Entry` of that, for what was asked this time.
    """

    text: str = ""
    code: str = ""
    status: str = "OK"
    then: tuple[Effect, ...] = ()
    holds_expunges: bool = False


DONE = Done()
"""How nearly all commands end."""


class Waiting(Protocol):
    """A command that is in progress: lines go to it until it is done (SASL, IDLE)."""

    verb: str
    """What the transcript calls the lines that it takes."""

    is_secret: bool

    then: tuple[Effect, ...]
    """Effects behind what was said so far."""

    bears_silence: bool
    """Whether the client may say nothing for as long as it likes."""

    def receive(self, line: bytes) -> "Answer | Done | Waiting":
        """Take a line without its end."""

    def user_in(self, line: bytes) -> str | None:
        """Return who wants to log in, if the line says so."""

    def released(self) -> None:
        """It gets no more lines: the command is done or the connection ended."""


Answer = Generator[bytes, None, "Done | Waiting"]
"""Untagged responses, whole lines, in pieces of any size; then how it ends.

Others may be served between two pieces; an empty piece is for nothing else."""

Handler = Callable[[Any, Any], "Answer | Done | Waiting"]
"""What does a command: called with its client and the arguments that its grammar returned."""


Tell = Callable[[Any, Exchange, Any], None]
"""Puts the facts of the arguments into their exchange, for faults that ask for them."""


class PairHandler(Protocol[Taken_contra]):
    """What does a command that names messages by number, and by UID behind ``UID``."""

    def __call__(
        self,
        client: Any,  # noqa: ANN401  (a table knows no client)
        asked: Taken_contra,
        /,
        *,
        is_uid: bool,
    ) -> "Answer | Done | Waiting":
        """Do it."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a table.

    `holds_expunges`: its answer must not carry EXPUNGE (RFC 3501 §7.4.1).  `looks_first`:
    the client is told what came before it is answered, so that a search finds it.
    `asks_modseq`: whether its arguments ask for mod-sequences, which have to be in that, too.
    `is_numbered`: its arguments are message numbers.
    `is_secret`: the transcript shall not show its arguments.  `tell`: tells what the command is
    about; without it that is the selected mailbox.
    """

    name: str
    grammar: Callable[[Cursor], object]
    handler: Handler
    states: frozenset[State]
    capabilities: tuple[str, ...] = ()
    holds_expunges: bool = False
    looks_first: bool = False
    asks_modseq: Callable[[Any], bool] | None = None
    is_secret: bool = False
    tell: Tell | None = None
    is_numbered: bool = False


class Table:
    """The commands of one module; `capability` has to be on for any of them."""

    def __init__(self, capability: str | None = None) -> None:
        self._capability = () if capability is None else (capability,)
        self.commands: list[Entry] = []

    def command(
        self,
        name: str,
        grammar: Callable[[Cursor], Arguments],
        *,
        states: frozenset[State],
        capability: str | None = None,
        holds_expunges: bool = False,
        looks_first: bool = False,
        asks_modseq: Callable[[Arguments], bool] | None = None,
        is_secret: bool = False,
        tell: Callable[[Any, Exchange, Arguments], None] | None = None,
        is_numbered: bool = False,
    ) -> Callable[
        [Callable[[Any, Arguments], Answer | Done | Waiting]],
        Callable[[Any, Arguments], Answer | Done | Waiting],
    ]:
        """Enter the decorated handler; a ``UID`` command is an entry of its own."""

        def enter(
            handler: Callable[[Any, Arguments], Answer | Done | Waiting],
        ) -> Callable[[Any, Arguments], Answer | Done | Waiting]:
            more = () if capability is None else (capability,)
            self.commands.append(
                Entry(
                    name=name,
                    grammar=grammar,
                    handler=handler,
                    states=states,
                    capabilities=self._capability + more,
                    holds_expunges=holds_expunges,
                    looks_first=looks_first,
                    asks_modseq=asks_modseq,
                    is_secret=is_secret,
                    tell=tell,
                    is_numbered=is_numbered,
                )
            )
            return handler

        return enter

    def pair(
        self,
        name: str,
        grammar: Callable[[Cursor], Arguments],
        *,
        holds_expunges: bool = False,
        looks_first: bool = False,
        asks_modseq: Callable[[Arguments], bool] | None = None,
        tell: Callable[[Any, Exchange, Arguments], None] | None = None,
    ) -> Callable[[PairHandler[Arguments]], PairHandler[Arguments]]:
        """Enter the decorated handler twice, for message numbers and behind ``UID``.

        Both are for the selected state; only the first ever holds expunges (RFC 3501 §7.4.1).
        """

        def enter(handler: PairHandler[Arguments]) -> PairHandler[Arguments]:
            for prefix, is_uid in (("", False), ("UID ", True)):
                self.command(
                    prefix + name,
                    grammar,
                    states=SELECTED,
                    holds_expunges=holds_expunges and not is_uid,
                    looks_first=looks_first,
                    asks_modseq=asks_modseq,
                    tell=tell,
                    is_numbered=not is_uid,
                )(partial(handler, is_uid=is_uid))
            return handler

        return enter


def merged(tables: Iterable[Table]) -> Mapping[str, Entry]:
    """Return all commands by name.

    Raises:
        ValueError: two tables have the same command.
    """
    commands: dict[str, Entry] = {}
    for table in tables:
        for command in table.commands:
            if command.name in commands:
                raise ValueError(f"two tables have the command {command.name}")
            commands[command.name] = command
    return commands
