"""NAMESPACE: where a user's mailboxes are (RFC 2342, RFC 9051 §6.3.10)."""

from pytest_fakemail.imap.client import Client
from pytest_fakemail.imap.grammar.mutf7 import encode_mutf7
from pytest_fakemail.imap.grammar.rules import no_arguments
from pytest_fakemail.imap.responses.values import NIL, encode_separator, encode_string
from pytest_fakemail.imap.table import AUTHENTICATED, Answer, Done, Table

table = Table("NAMESPACE")


@table.command("NAMESPACE", no_arguments, states=AUTHENTICATED)
def namespace(client: Client, _: None) -> Answer:
    """One personal namespace without a prefix; others' and shared ones where there is sharing."""
    sharing = client.sharing
    prefixes = ("", "") if sharing is None else (sharing.others, sharing.shared)
    separator = encode_separator(client.owner.mailboxes.hierarchy.separator)
    is_utf8 = client.is_utf8
    spelt = [prefix if is_utf8 else encode_mutf7(prefix) for prefix in prefixes]
    more = [
        b"((%b %b))" % (encode_string(prefix.encode(), is_utf8=is_utf8), separator)
        if prefix
        else NIL
        for prefix in spelt
    ]
    yield b'* NAMESPACE (("" %b)) %b %b\r\n' % (separator, *more)
    return Done()
