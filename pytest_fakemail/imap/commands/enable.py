# ruff: noqa: D400, D415  (the docstring of a rule is its ABNF)
"""ENABLE: what changes the protocol only for a client that asks for it (RFC 5161)."""

from pytest_fakemail.imap.client import Client
from pytest_fakemail.imap.grammar.cursor import Cursor
from pytest_fakemail.imap.grammar.rules import atom, spaced
from pytest_fakemail.imap.responses.metadata import enable_metadata
from pytest_fakemail.imap.responses.updates import enable_condstore
from pytest_fakemail.imap.table import AUTHENTICATED, DONE, Answer, Table

table = Table("ENABLE")

_CAN_BE_ENABLED = (
    "CONDSTORE",
    "QRESYNC",
    "UTF8=ACCEPT",
    "IMAP4rev2",
    "METADATA",
    "METADATA-SERVER",
    "UIDONLY",
)


def enable(cursor: Cursor) -> tuple[str, ...]:
    """``enable = "ENABLE" 1*(SP capability)``; in upper case (RFC 5161 §3.1)"""
    cursor.expect(b" ")
    return tuple(name.upper() for name in spaced(cursor, atom))


@table.command("ENABLE", enable, states=AUTHENTICATED)
def enable_command(client: Client, arguments: tuple[str, ...]) -> Answer:
    """Enable what can be; names that are unknown or off are no mistake (RFC 5161 §3.1)."""
    names = [
        name for name in _CAN_BE_ENABLED if name.upper() in arguments and name in client.granted
    ]
    if "QRESYNC" in names or "CONDSTORE" in names:
        # RFC 7162 §3.2.3: QRESYNC brings CONDSTORE with it.
        yield enable_condstore(client)
    if "METADATA" in names or "METADATA-SERVER" in names:
        enable_metadata(client)
    client.enabled.update(name.upper() for name in names)
    yield " ".join(["* ENABLED", *names]).encode() + b"\r\n"
    return DONE
