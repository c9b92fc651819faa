"""The table of commands, and what of it is loaded with the first client that gives it."""

import pytest

from pytest_fakemail.smtp.commands import SMTP_COMMANDS
from pytest_fakemail.smtp.lmtp import LMTP_COMMANDS
from pytest_fakemail.smtp.table import Command, Commands, no_argument

OBSOLETE = {"TURN", "SEND", "SOML", "SAML"}


@pytest.mark.parametrize("commands", [SMTP_COMMANDS, LMTP_COMMANDS])
def test_every_verb_finds_its_command(commands: Commands) -> None:
    for verb in commands:
        command = commands.find(verb)
        assert command is not None
        assert command.syntax.partition(" ")[0] == ("" if verb in OBSOLETE else verb)
        assert commands.loaded[verb] is command
    assert commands.find("XYZZY") is None


def test_what_is_late_is_made_once_and_when_it_is_asked_for() -> None:
    made: list[Commands] = []

    def late(commands: Commands) -> Command:
        made.append(commands)
        return Command(grammar=no_argument, handler=lambda *_: (), syntax="LATE")

    soon = Command(grammar=no_argument, handler=lambda *_: (), syntax="SOON")
    commands = Commands({"LATE": late, "SOON": soon})
    assert [*commands] == ["LATE", "SOON"]
    assert commands.find("SOON") is soon
    assert made == []
    assert commands.find("LATE") is commands.find("LATE") is commands.loaded["LATE"]
    assert made == [commands]
