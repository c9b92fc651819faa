"""The table of commands: what each is called, when it is for, and what belongs to it."""

from collections.abc import Callable, Iterable

from pytest_fakemail.dataclass import dataclass
from pytest_fakemail.pop3.client import Client, State
from pytest_fakemail.pop3.replies import Refused
from pytest_fakemail.wire.effects import Effect
from pytest_fakemail.wire.exchange import Exchange

BOTH = (State.AUTHORIZATION, State.TRANSACTION)

Handler = Callable[[Client, str], Iterable[Effect]]
"""Carries out a command with its argument, the rest of its line; raises `Refused`."""

Tell = Callable[[Client, Exchange, str], None]
"""Puts the facts of an argument into its exchange, for faults that ask for them."""


@dataclass(frozen=True, slots=True)
class Command:
    """A command as the table knows it.

    `capability`: the switch it goes with, if there is one.  `is_secret`: its argument holds
    credentials.  `tell`: tells the facts of its argument, if it has some.
    """

    verb: str
    handler: Handler
    states: tuple[State, ...]
    capability: str | None = None
    is_secret: bool = False
    tell: Tell | None = None


class Table:
    """The commands of one module; `command` puts a handler into it."""

    def __init__(self, *states: State) -> None:
        self._states = states
        self.commands: list[Command] = []

    def command(
        self,
        verb: str,
        *,
        capability: str | None = None,
        is_secret: bool = False,
        tell: Tell | None = None,
    ) -> Callable[[Handler], Handler]:
        """Enter the decorated function as the handler of this verb."""

        def enter(handler: Handler) -> Handler:
            self.commands.append(Command(verb, handler, self._states, capability, is_secret, tell))
            return handler

        return enter


def merged(*tables: Table) -> dict[str, Command]:
    """Return all tables' commands by verb.

    Raises:
        ValueError: two commands of one verb.
    """
    commands: dict[str, Command] = {}
    for table in tables:
        for command in table.commands:
            if command.verb in commands:
                raise ValueError(f"two commands are called {command.verb}")
            commands[command.verb] = command
    return commands


def nothing(verb: str, argument: str) -> None:
    """Insist on a command without argument.

    Raises:
        Refused: there is one.
    """
    if argument:
        raise Refused(f"{verb} has no argument", is_bad=True)


_MOST_DIGITS = 10


def whole_number(word: str) -> int | None:
    """Return a whole number written in digits, or None; too large ones are merely large."""
    if not (word.isascii() and word.isdigit()):
        return None
    return int(word if len(word) <= _MOST_DIGITS else word.lstrip("0")[:_MOST_DIGITS] or "0")


def whole_numbers(verb: str, argument: str, *names: str) -> list[int]:
    """Return the whole numbers that the argument consists of, one for each name.

    Raises:
        Refused: more, fewer or other words.
    """
    words = argument.split()
    found = [value for word in words if (value := whole_number(word)) is not None]
    if len(found) != len(names) or len(found) != len(words):
        raise Refused(f"{verb} wants {' and '.join(names)}", is_bad=True)
    return found
