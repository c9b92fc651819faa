"""The commands of the TRANSACTION state: the maildrop, its messages by number."""

from collections.abc import Iterable
from itertools import chain

from pytest_fakemail.pop3.client import Client, State
from pytest_fakemail.pop3.octets import needs_utf8, octets, stuffed, top
from pytest_fakemail.pop3.replies import Refused, lines, ok, whole
from pytest_fakemail.pop3.table import Table, nothing, whole_number, whole_numbers
from pytest_fakemail.store.message import Message
from pytest_fakemail.wire.effects import Effect
from pytest_fakemail.wire.exchange import Exchange

TABLE = Table(State.TRANSACTION)


def tell_message(client: Client, exchange: Exchange, argument: str) -> None:
    """Tell the UID of the message that the argument begins with."""
    if client.state is State.TRANSACTION:
        wanted = whole_number(argument.partition(" ")[0])
        message = None if wanted is None else client.maildrop.get(wanted)
        exchange.uids = () if message is None else (message.uid,)


@TABLE.command("STAT")
def stat(client: Client, argument: str) -> Iterable[Effect]:
    """``STAT``: how many messages, and their octets together."""
    nothing("STAT", argument)
    count, total = client.maildrop.total(octets)
    return ok(f"{count} {total}")


@TABLE.command("LIST", tell=tell_message)
def list_(client: Client, argument: str) -> Iterable[Effect]:
    """``LIST [msg]``: sizes."""
    if argument:
        number, message = _named(client, "LIST", argument)
        return ok(f"{number} {octets(message.content)}")
    count, total = client.maildrop.total(octets)
    figures = tuple(chain.from_iterable(client.maildrop.sizes(octets)))
    # One formatting for all of them is by far the fastest way to write many numbers.
    return whole(f"{count} messages ({total} octets)", b"%d %d\r\n" * count % figures)


@TABLE.command("UIDL", capability="UIDL", tell=tell_message)
def uidl(client: Client, argument: str) -> Iterable[Effect]:
    """``UIDL [msg]``: names that stay."""
    maildrop = client.maildrop
    if argument:
        number, message = _named(client, "UIDL", argument)
        return ok(f"{number} {maildrop.unique_id(message)}")
    listing = (f"{number} {maildrop.unique_id(message)}" for number, message in maildrop)
    return lines("Unique-ids follow", listing)


@TABLE.command("RETR", tell=tell_message)
def retr(client: Client, argument: str) -> Iterable[Effect]:
    """``RETR msg``: all of a message."""
    number, message = _named(client, "RETR", argument)
    _require_readable(client, number, message)
    client.retrieved.add(number)
    content = message.content
    return whole(f"{octets(content)} octets", stuffed(content))


@TABLE.command("TOP", capability="TOP", tell=tell_message)
def top_(client: Client, argument: str) -> Iterable[Effect]:
    """``TOP msg n``: the header and the first lines of the body."""
    number, line_count = whole_numbers("TOP", argument, "a message", "a number of lines")
    message = _message(client, number)
    _require_readable(client, number, message)
    return whole("Top of message follows", top(message.content, line_count))


@TABLE.command("DELE", tell=tell_message)
def dele(client: Client, argument: str) -> Iterable[Effect]:
    """``DELE msg``: mark it; QUIT removes it."""
    number, _ = _named(client, "DELE", argument)
    if client.maildrop.is_read_only:
        raise Refused("The maildrop is read-only")
    client.maildrop.delete(number)
    return ok(f"Message {number} deleted")


@TABLE.command("RSET")
def rset(client: Client, argument: str) -> Iterable[Effect]:
    """``RSET``: unmark all."""
    nothing("RSET", argument)
    client.maildrop.reset()
    return ok(f"Maildrop has {len(client.maildrop)} messages")


@TABLE.command("NOOP")
def noop(_client: Client, argument: str) -> Iterable[Effect]:
    """``NOOP``."""
    nothing("NOOP", argument)
    return ok("Nothing done")


def _named(client: Client, verb: str, argument: str) -> tuple[int, Message]:
    wanted = whole_number(argument)
    if wanted is None:
        raise Refused(f"{verb} wants a message", is_bad=True)
    return wanted, _message(client, wanted)


def _message(client: Client, number: int) -> Message:
    message = client.maildrop.get(number)
    if message is None:
        is_deleted = client.maildrop.is_deleted(number)
        raise Refused(f"Message {number} is deleted" if is_deleted else f"No message {number}")
    return message


def _require_readable(client: Client, number: int, message: Message) -> None:
    if message.is_expunged:
        # Removed through IMAP or by the test.  It keeps its number (RFC 1939 §3).
        raise Refused(f"Message {number} is gone, it was removed elsewhere")
    if (
        not client.service.settings.pop3_raw_utf8
        and not client.is_utf8
        and "UTF8" in client.service.capabilities
        and needs_utf8(message.content)
    ):
        raise Refused(f"Message {number} wants UTF-8 mode", code="UTF8")
