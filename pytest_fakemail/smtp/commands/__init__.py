"""The commands, a module a family, and the table that names them all.

What hardly a client gives is loaded with the first that does.
"""

from functools import partial
from typing import TYPE_CHECKING

from pytest_fakemail.smtp.commands import envelope, hello, message
from pytest_fakemail.smtp.table import Command, Commands

if TYPE_CHECKING:
    from pytest_fakemail.smtp.table import Entry


def _starttls(_: Commands) -> Command:
    from pytest_fakemail.smtp.commands.starttls import STARTTLS

    return STARTTLS


def _bdat(_: Commands) -> Command:
    from pytest_fakemail.smtp.commands.chunks import BDAT

    return BDAT


def _inquiry(verb: str, _: Commands) -> Command:
    from pytest_fakemail.smtp.commands.inquiry import COMMANDS

    return COMMANDS[verb]


def _etrn(_: Commands) -> Command:
    from pytest_fakemail.smtp.commands.queueing import ETRN

    return ETRN


def _auth(_: Commands) -> Command:
    from pytest_fakemail.smtp.commands.login import AUTH

    return AUTH


def _help(commands: Commands) -> Command:
    from pytest_fakemail.smtp.commands.inquiry import help_with

    return help_with(commands)


SHARED: "dict[str, Entry]" = {
    **hello.COMMANDS,
    "STARTTLS": _starttls,
    **envelope.COMMANDS,
    **message.COMMANDS,
    "BDAT": _bdat,
    **{verb: partial(_inquiry, verb) for verb in ("VRFY", "EXPN", "TURN", "SEND", "SOML", "SAML")},
    "ETRN": _etrn,
    "AUTH": _auth,
    "HELP": _help,
}

SMTP_COMMANDS = Commands({**hello.SMTP_ONLY, **SHARED})
