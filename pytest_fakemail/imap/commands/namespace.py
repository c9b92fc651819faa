"""NAMESPACE: where a user's mailboxes are (RFC 2342, RFC 9051 §6.3.10)."""

from pytest_fakemail.imap.client import Client
from pytest_fakemail.imap.grammar.mutf7 import encode_mutf7
from pytest_fakemail.imap.grammar.rules import no_arguments
from pytest_fakemail.imap.responses.values import NIL, encode_separator, encode_string
from pytest_fakemail.imap.table import AUTHENTICATED, Answer, Done, Table
from pytest_fakemail.store.namespaces import personal_prefix

table = Table("NAMESPACE")


@table.command("NAMESPACE", no_arguments, states=AUTHENTICATED)
def namespace(client: Client, _: None) -> Answer:
    """One personal namespace; others' and shared ones where there is sharing."""
    sharing = client.sharing
    prefixes = ("", "") if sharing is None else (sharing.others, sharing.shared)
    personal = personal_prefix(client.service.settings)
    separator = encode_separator(client.owner.mailboxes.hierarchy.separator)
    is_utf8 = client.is_utf8

    def described(prefix: str) -> bytes:
        spelt = prefix if is_utf8 else encode_mutf7(prefix)
        return b"((%b %b))" % (encode_string(spelt.encode(), is_utf8=is_utf8), separator)

    more = [described(prefix) if prefix else NIL for prefix in prefixes]
    yield b"* NAMESPACE %b %b %b\r\n" % (described(personal), *more)
    return Done()
