"""The commands of the TRANSACTION state: the maildrop, its messages by number."""

from collections.abc import Callable, Iterable, Iterator

from pytest_fakemail.pop3.client import Client, State
from pytest_fakemail.pop3.octets import needs_utf8, octets, size_of, stuffed, top
from pytest_fakemail.pop3.replies import Refused, batches, ok, whole
from pytest_fakemail.pop3.table import Table, nothing, whole_number, whole_numbers
from pytest_fakemail.store.maildrop import Maildrop
from pytest_fakemail.store.message import Message
from pytest_fakemail.wire.effects import MORE, Effect, Send
from pytest_fakemail.wire.exchange import Exchange

TABLE = Table(State.TRANSACTION)
_NOTHING_DONE = ok("Nothing done")


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
    return _measured(client.maildrop, _total)


def _total(maildrop: Maildrop) -> tuple[Effect, ...]:
    return (Send(b"+OK %d %d\r\n" % maildrop.total()),)


@TABLE.command("LIST", tell=tell_message)
def list_(client: Client, argument: str) -> Iterable[Effect]:
    """``LIST [msg]``: sizes."""
    if argument:
        number, message = _named(client, "LIST", argument)
        return ok(f"{number} {octets(message.content)}")
    return _measured(client.maildrop, _sizes)


def _sizes(maildrop: Maildrop) -> Iterable[Effect]:
    count, total = maildrop.total()
    return _table(f"{count} messages ({total} octets)", b"%d %d\r\n", maildrop, maildrop.listed)


def _measured(
    maildrop: Maildrop, answer: Callable[[Maildrop], Iterable[Effect]]
) -> Iterable[Effect]:
    """Give an answer for which the messages must have been measured."""
    return answer(maildrop) if maildrop.is_measured else _later_measured(maildrop, answer)


def _later_measured(
    maildrop: Maildrop, answer: Callable[[Maildrop], Iterable[Effect]]
) -> Iterator[Effect]:
    for _ in maildrop.measure(size_of):
        yield MORE
    yield from answer(maildrop)


@TABLE.command("UIDL", capability="UIDL", tell=tell_message)
def uidl(client: Client, argument: str) -> Iterable[Effect]:
    """``UIDL [msg]``: names that stay."""
    maildrop = client.maildrop
    if argument:
        number, message = _named(client, "UIDL", argument)
        return ok(f"{number} {maildrop.unique_id(message)}")
    return _table("Unique-ids follow", b"%d %08x%08x\r\n", maildrop, maildrop.unique_ids)


_ROWS = 2048


def _table(
    text: str, form: bytes, maildrop: Maildrop, cells: Callable[[int, int], list[int]]
) -> Iterable[Effect]:
    """Return the reply that has a line for each message, by its form."""
    width = form.count(b"%")

    def written(start: int) -> bytes:
        # One formatting for all of them is by far the fastest way to write many numbers.
        some = tuple(cells(start, start + _ROWS))
        return form * (len(some) // width) % some

    if len(maildrop) <= _ROWS:
        return whole(text, written(0))
    return batches(text, map(written, range(0, len(maildrop), _ROWS)))


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
    return _NOTHING_DONE


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
