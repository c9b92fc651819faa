# ruff: noqa: D400, D415  (the docstring of a rule is its ABNF)
"""COMPRESS: what is said from here on is compressed (RFC 4978)."""

from pytest_fakemail.imap.client import Client
from pytest_fakemail.imap.grammar.cursor import Cursor
from pytest_fakemail.imap.table import AUTHENTICATED, Done, Refused, Table
from pytest_fakemail.wire.effects import StartCompression

table = Table("COMPRESS=DEFLATE")


def compress(cursor: Cursor) -> None:
    """``compress = "COMPRESS" SP algorithm``, ``algorithm = "DEFLATE"`` (RFC 4978 §5)"""
    cursor.expect(b" ")
    if not cursor.skip_word("DEFLATE"):
        raise cursor.wants("DEFLATE, all that this server knows")


@table.command("COMPRESS", compress, states=AUTHENTICATED)
def compress_command(client: Client, _: None) -> Done:
    """Compress both ways, behind this answer.

    Above TLS and below nothing: it does not matter which came first (RFC 4978 §3).
    """
    if client.is_compressed:
        # §3 has BAD for this, and the code for a NO: so clients may go by either.
        raise Refused("DEFLATE is active already", code="COMPRESSIONACTIVE", status="BAD")
    client.is_compressed = True
    client.service.recorder.noted(client.connection, "compressed from here on: DEFLATE")
    # The client was to wait for the answer; what it has sent already is compressed, or wrong.
    return Done("DEFLATE active", then=(StartCompression(client.take_received()),))
