"""The commands of both states, and the table of all."""

from collections.abc import Iterable, Iterator

from pytest_fakemail.pop3 import authorization, transaction
from pytest_fakemail.pop3.capabilities import capability_list
from pytest_fakemail.pop3.client import Client, State
from pytest_fakemail.pop3.replies import Refused, lines, ok
from pytest_fakemail.pop3.table import BOTH, Table, merged, nothing
from pytest_fakemail.wire.effects import MORE, Close, Effect

TABLE = Table(*BOTH)

LANGUAGES = {"en": "English", "i-default": "English"}
"""Languages of our texts by tag (RFC 6856 §3.2); the first is the preferred one."""


@TABLE.command("CAPA", capability="CAPA")
def capa(client: Client, argument: str) -> Iterable[Effect]:
    """``CAPA`` (RFC 2449 §5)."""
    nothing("CAPA", argument)
    return lines("Capability list follows", capability_list(client))


@TABLE.command("LANG", capability="LANG")
def lang(_client: Client, argument: str) -> Iterable[Effect]:
    """``LANG [range]`` (RFC 6856 §3.2), where a range is RFC 4647's basic language range."""
    wanted = argument.lower()
    if not wanted:
        listing = [f"{tag} {language}" for tag, language in LANGUAGES.items()]
        return lines("Language listing follows", listing)
    for tag, language in LANGUAGES.items():
        if wanted == "*" or f"{tag}-".startswith(f"{wanted}-"):
            return ok(f"{tag} {language} it is")
    raise Refused("Invalid language")


@TABLE.command("QUIT")
def quit_(client: Client, argument: str) -> Iterable[Effect]:
    """``QUIT``: in TRANSACTION state, remove what is marked as deleted (RFC 1939 §6)."""
    nothing("QUIT", argument)
    if client.state is State.TRANSACTION:
        client.state = State.UPDATE
        if client.service.settings.pop3_expire == "0":
            # RFC 2449 §6.7: an implicit DELE for each message that RETR has fetched.
            for number in client.retrieved:
                client.maildrop.delete(number)
        if client.service.settings.pop3_lists == "new":
            client.maildrop.show_no_more(client.retrieved)
        turns = client.maildrop.update_in_turns()
        if next(turns, _END) is not _END:
            return _updated(client, turns)
    client.is_over = True
    return (*ok("Bye"), Close())


_END = object()


def _updated(client: Client, turns: Iterator[None]) -> Iterator[Effect]:
    yield MORE
    for _ in turns:
        yield MORE
    client.is_over = True
    yield from ok("Bye")
    yield Close()


COMMANDS = merged(authorization.TABLE, transaction.TABLE, TABLE)

BARE = {f"{verb}\r\n".encode(): command for verb, command in COMMANDS.items()}
"""Whole lines without an argument, written as nearly all clients do."""
