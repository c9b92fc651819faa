"""ENABLE: what changes the protocol only for a client that asks for it (RFC 5161)."""

from pytest_fakemail.imap.client import Client
from pytest_fakemail.imap.grammar.sessions import enable
from pytest_fakemail.imap.responses.updates import enable_condstore
from pytest_fakemail.imap.table import AUTHENTICATED, Answer, Done, Table

table = Table("ENABLE")

_CAN_BE_ENABLED = ("CONDSTORE", "QRESYNC", "UTF8=ACCEPT", "IMAP4rev2")


@table.command("ENABLE", enable, states=AUTHENTICATED)
def enable_command(client: Client, arguments: tuple[str, ...]) -> Answer:
    """Enable what can be; names that are unknown or off are no mistake (RFC 5161 §3.1)."""
    names = [
        name for name in _CAN_BE_ENABLED if name.upper() in arguments and name in client.granted
    ]
    if "QRESYNC" in names or "CONDSTORE" in names:
        # RFC 7162 §3.2.3: QRESYNC brings CONDSTORE with it.
        yield enable_condstore(client)
    client.enabled.update(name.upper() for name in names)
    yield " ".join(["* ENABLED", *names]).encode() + b"\r\n"
    return Done()
