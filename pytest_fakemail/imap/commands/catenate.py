"""CATENATE: a message put together of texts and of pieces of messages (RFC 4469).

It is a form of APPEND's and REPLACE's message; `assembled` makes the message of it.
"""

from dataclasses import replace
from urllib.parse import quote_from_bytes

from pytest_fakemail.imap.capabilities import append_limit
from pytest_fakemail.imap.client import Client
from pytest_fakemail.imap.grammar.append import Appended
from pytest_fakemail.imap.grammar.catenate import Url
from pytest_fakemail.imap.grammar.urls import MessageUrl, message_url
from pytest_fakemail.imap.responses.sections import section_octets
from pytest_fakemail.imap.table import Refused
from pytest_fakemail.store.impossible import Impossible
from pytest_fakemail.store.mailbox import Mailbox
from pytest_fakemail.store.numbers import Uid

_SHOWN = "!$&'()*+,-./:;=?@~% "
"""What a URL in a response code may show as it is; not what ends the code or the string."""


def assembled(client: Client, message: Appended) -> Appended:
    """Return a message with its octets; those that came with them as they are.

    Nothing is marked as seen, no mailbox selected (§3).

    Raises:
        Refused: BADURL, a URL names nothing that is here; TOOBIG, all of it is more than APPEND
            takes.
    """
    if not message.parts:
        return message
    limit = append_limit(client.service.settings)
    pieces: list[bytes] = []
    size = 0
    for part in message.parts:
        piece = _fetched(client, part) if isinstance(part, Url) else part
        size += len(piece)
        if size > limit:
            raise Refused("Message too big", code="TOOBIG")
        pieces.append(piece)
    return replace(message, raw=b"".join(pieces), parts=())


def _fetched(client: Client, part: Url) -> bytes:
    url = message_url(part.octets)
    octets = None if url is None else _octets(client, url)
    if octets is None:
        shown = quote_from_bytes(part.octets, safe=_SHOWN)
        raise Refused("The URL names nothing that is here", code=f'BADURL "{shown}"')
    return octets


def _octets(client: Client, url: MessageUrl) -> bytes | None:
    """Return what a URL names, as FETCH BODY would give it; None if there is no such thing."""
    if url.partial is not None and "URL-PARTIAL" not in client.granted:
        return None
    try:
        mailbox = _mailbox(client, url)
    except (Refused, Impossible):
        return None
    if mailbox is None or url.uidvalidity not in (None, mailbox.uidvalidity):
        return None
    message = mailbox.message(Uid(url.uid))
    if message is None:
        return None
    octets = section_octets(message.plain.part, url.section)
    return octets if octets is None or url.partial is None else url.partial.of(octets)


def _mailbox(client: Client, url: MessageUrl) -> Mailbox | None:
    """Return the mailbox of a URL, whose base is the selected one (RFC 4469 §3)."""
    view = client.view
    if url.mailbox and (url.is_absolute or view is None):
        return client.mailbox(url.mailbox)
    if view is None or view.is_void:
        return None
    if not url.mailbox:
        return view.mailbox
    # RFC 3986 §5.2.3: the last segment of the base's path gives way.
    above, _, _ = (client.selected_name or "").rpartition("/")
    return client.mailbox(f"{above}/{url.mailbox}" if above else url.mailbox)
