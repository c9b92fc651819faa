"""NAMESPACE: where a user's mailboxes are (RFC 2342, RFC 9051 §6.3.10)."""

from pytest_fakemail.imap.client import Client
from pytest_fakemail.imap.grammar.mutf7 import encode_mutf7
from pytest_fakemail.imap.grammar.rules import no_arguments
from pytest_fakemail.imap.responses.values import NIL, encode_separator, encode_string
from pytest_fakemail.imap.table import AUTHENTICATED, DONE, Answer, Table
from pytest_fakemail.store.namespaces import personal_prefix

table = Table("NAMESPACE")


@table.command("NAMESPACE", no_arguments, states=AUTHENTICATED)
def namespace(client: Client, _: None) -> Answer:
    """Tell where mailboxes are."""
    yield namespace_line(client)
    return DONE


def namespace_line(client: Client) -> bytes:
    """Return one personal namespace; others' and shared ones where there is sharing."""
    sharing = client.sharing
    prefixes = ("", "") if sharing is None else (sharing.others, sharing.shared)
    personal = personal_prefix(client.service.settings)
    separator = client.owner.mailboxes.hierarchy.separator
    is_utf8 = client.is_utf8

    def described(prefix: str) -> bytes:
        spelt = prefix if is_utf8 else encode_mutf7(prefix)
        octets = encode_string(spelt.encode(), is_utf8=is_utf8)
        shown = _translation(client, prefix, separator)
        return b"((%b %b%b))" % (octets, encode_separator(separator), shown)

    more = [described(prefix) if prefix else NIL for prefix in prefixes]
    return b"* NAMESPACE %b %b %b\r\n" % (described(personal), *more)


def _translation(client: Client, prefix: str, separator: str | None) -> bytes:
    """Return how a prefix is shown in the client's language, if that has a name for it.

    RFC 5255 §3.4: in modified UTF-7, whatever names of mailboxes are in.
    """
    speech = client.speech
    shown = None if speech is None else speech.language.prefix(prefix, separator)
    if shown is None:
        return b""
    return b' "TRANSLATION" (%b)' % encode_string(encode_mutf7(shown).encode())
