"""The commands, a module a family, and the tables that name them all."""

from collections.abc import Iterable, Mapping

from pytest_fakemail.smtp.commands import envelope, hello, inquiry, login, message, queueing
from pytest_fakemail.smtp.table import Command


def merged(tables: Iterable[Mapping[str, Command]]) -> dict[str, Command]:
    """Return the tables as one.

    Raises:
        ValueError: two families claim the same verb.
    """
    commands: dict[str, Command] = {}
    for table in tables:
        for verb, command in table.items():
            if verb in commands:
                raise ValueError(f"two commands are called {verb}")
            commands[verb] = command
    return commands


def with_help(commands: Mapping[str, Command]) -> Mapping[str, Command]:
    """Return the commands and HELP, which tells of them all."""
    return merged((commands, {"HELP": inquiry.help_with(commands)}))


_SHARED = (
    hello.COMMANDS,
    envelope.COMMANDS,
    message.COMMANDS,
    inquiry.COMMANDS,
    queueing.COMMANDS,
    login.COMMANDS,
)

SMTP_COMMANDS = with_help(merged((hello.SMTP_ONLY, *_SHARED)))
LMTP_COMMANDS = with_help(merged((hello.LMTP_ONLY, *_SHARED)))
