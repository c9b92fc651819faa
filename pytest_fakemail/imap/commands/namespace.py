"""NAMESPACE: where a user's mailboxes are (RFC 2342, RFC 9051 §6.3.10)."""

from pytest_fakemail.imap.client import Client
from pytest_fakemail.imap.grammar.rules import no_arguments
from pytest_fakemail.imap.responses.values import encode_separator
from pytest_fakemail.imap.table import AUTHENTICATED, Answer, Done, Table

table = Table("NAMESPACE")


@table.command("NAMESPACE", no_arguments, states=AUTHENTICATED)
def namespace(client: Client, _: None) -> Answer:
    """One personal namespace without a prefix; nobody else's, none that is shared."""
    separator = encode_separator(client.owner.mailboxes.hierarchy.separator)
    yield b'* NAMESPACE (("" %b)) NIL NIL\r\n' % separator
    return Done()
