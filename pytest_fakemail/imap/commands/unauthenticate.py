"""UNAUTHENTICATE: the connection is a stranger's again (RFC 8437)."""

from pytest_fakemail.imap.client import Client
from pytest_fakemail.imap.grammar.rules import no_arguments
from pytest_fakemail.imap.table import AUTHENTICATED, Done, Table
from pytest_fakemail.wire.effects import EndCompression

table = Table("UNAUTHENTICATE")


@table.command("UNAUTHENTICATE", no_arguments, states=AUTHENTICATED)
def unauthenticate(client: Client, _: None) -> Done:
    """Forget who it was and what was enabled; nothing is expunged, TLS stays, compression not."""
    then = (EndCompression(),) if client.is_compressed else ()
    client.forget_login()
    return Done(then=then)
