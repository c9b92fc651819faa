# ruff: noqa: D400, D415  (the docstring of a rule is its ABNF)
"""CAPABILITY, NOOP, LOGOUT, ID: for any state (RFC 3501 §6.1, RFC 2971)."""

from collections.abc import Mapping
from functools import cache
from importlib.metadata import PackageNotFoundError, version

from pytest_fakemail.imap.client import Client
from pytest_fakemail.imap.grammar.cursor import Cursor
from pytest_fakemail.imap.grammar.rules import astring, no_arguments, nstring, text_of
from pytest_fakemail.imap.table import ANY_STATE, DONE, Answer, Done, State, Table
from pytest_fakemail.wire.effects import Close

table = Table()


_NAME = "pytest-fakemail"


@cache
def _version() -> str:
    """Return the version, quoted; NIL where the package is used without being installed."""
    try:
        return f'"{version(_NAME)}"'
    except PackageNotFoundError:
        return "NIL"


@table.command("CAPABILITY", no_arguments, states=ANY_STATE)
def capability(client: Client, _: None) -> Answer:
    """Tell what this server can, here and now."""
    yield f"* CAPABILITY {client.capability_line}\r\n".encode()
    return DONE


@table.command("NOOP", no_arguments, states=ANY_STATE)
def noop(_client: Client, _: None) -> Done:
    """Do nothing; the client is told the news, as after most commands."""
    return DONE


@table.command("LOGOUT", no_arguments, states=ANY_STATE)
def logout(client: Client, _: None) -> Answer:
    """End the session, in order."""
    yield b"* BYE Logging out\r\n"
    client.deselect()
    client.state = State.LOGOUT
    return Done(then=(Close(),))


def id_(cursor: Cursor) -> Mapping[str, str | None]:
    """``id = "ID" SP ( "(" #(string SP nstring) ")" / nil )`` (RFC 2971 §4)"""
    cursor.expect(b" ")
    if cursor.skip_word("NIL"):
        return {}
    cursor.expect(b"(")
    cursor.skip(b" ")  # aioimaplib has blanks inside the parentheses
    pairs: dict[str, str | None] = {}
    while not cursor.skip(b")"):
        name, value = _id_pair(cursor)
        pairs[name] = value
        if not cursor.peek(b")"):
            cursor.expect(b" ")
    return pairs


def _id_pair(cursor: Cursor) -> tuple[str, str | None]:
    """``string SP nstring``, where an atom will do, as in `nstring`."""
    name = text_of(astring(cursor, "a string"), "the ID")
    cursor.expect(b" ")
    octets = nstring(cursor)
    return name, None if octets is None else text_of(octets, "the ID")


@table.command("ID", id_, states=ANY_STATE, capability="ID")
def id_command(_client: Client, _: Mapping[str, str | None]) -> Answer:
    """Tell who we are; who the client is stands in the transcript."""
    yield f'* ID ("name" "{_NAME}" "version" {_version()})\r\n'.encode()
    return DONE
