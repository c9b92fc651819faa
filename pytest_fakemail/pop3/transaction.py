"""The commands of the TRANSACTION state: the maildrop, its messages by number."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from pytest_fakemail.pop3.octets import needs_utf8, octets, stuffed, top
from pytest_fakemail.pop3.replies import Refusal, lines, ok, whole
from pytest_fakemail.pop3.table import State, Table, nothing, whole_number, whole_numbers
from pytest_fakemail.store.message import Message
from pytest_fakemail.wire.effects import Effect

if TYPE_CHECKING:
    from pytest_fakemail.pop3.session import Pop3Session

TABLE = Table(State.TRANSACTION)


@TABLE.command("STAT")
def stat(session: "Pop3Session", argument: str) -> Iterable[Effect]:
    """``STAT``: how many messages, and their octets together."""
    nothing("STAT", argument)
    count, total = _total(session)
    return ok(f"{count} {total}")


@TABLE.command("LIST", names_message=True)
def list_(session: "Pop3Session", argument: str) -> Iterable[Effect]:
    """``LIST [msg]``: sizes."""
    if argument:
        number, message = _named(session, "LIST", argument)
        return ok(f"{number} {octets(message.content)}")
    count, total = _total(session)
    listing = (f"{number} {octets(message.content)}" for number, message in session.maildrop)
    return lines(f"{count} messages ({total} octets)", listing)


@TABLE.command("UIDL", capability="UIDL", names_message=True)
def uidl(session: "Pop3Session", argument: str) -> Iterable[Effect]:
    """``UIDL [msg]``: names that stay."""
    maildrop = session.maildrop
    if argument:
        number, message = _named(session, "UIDL", argument)
        return ok(f"{number} {maildrop.unique_id(message)}")
    listing = (f"{number} {maildrop.unique_id(message)}" for number, message in maildrop)
    return lines("Unique-ids follow", listing)


@TABLE.command("RETR", names_message=True)
def retr(session: "Pop3Session", argument: str) -> Iterable[Effect]:
    """``RETR msg``: all of a message."""
    number, message = _named(session, "RETR", argument)
    _require_readable(session, number, message)
    session.retrieved.add(number)
    content = message.content
    return whole(f"{octets(content)} octets", stuffed(content))


@TABLE.command("TOP", capability="TOP", names_message=True)
def top_(session: "Pop3Session", argument: str) -> Iterable[Effect]:
    """``TOP msg n``: the header and the first lines of the body."""
    number, line_count = whole_numbers("TOP", argument, "a message", "a number of lines")
    message = _message(session, number)
    _require_readable(session, number, message)
    return whole("Top of message follows", top(message.content, line_count))


@TABLE.command("DELE", names_message=True)
def dele(session: "Pop3Session", argument: str) -> Iterable[Effect]:
    """``DELE msg``: mark it; QUIT removes it."""
    number, _ = _named(session, "DELE", argument)
    if session.maildrop.is_read_only:
        raise Refusal("The maildrop is read-only")
    session.maildrop.delete(number)
    return ok(f"Message {number} deleted")


@TABLE.command("RSET")
def rset(session: "Pop3Session", argument: str) -> Iterable[Effect]:
    """``RSET``: unmark all."""
    nothing("RSET", argument)
    session.maildrop.reset()
    return ok(f"Maildrop has {len(session.maildrop)} messages")


@TABLE.command("NOOP")
def noop(_session: "Pop3Session", argument: str) -> Iterable[Effect]:
    """``NOOP``."""
    nothing("NOOP", argument)
    return ok("Nothing done")


def _total(session: "Pop3Session") -> tuple[int, int]:
    sizes = [octets(message.content) for _, message in session.maildrop]
    return len(sizes), sum(sizes)


def _named(session: "Pop3Session", verb: str, argument: str) -> tuple[int, Message]:
    wanted = whole_number(argument)
    if wanted is None:
        raise Refusal(f"{verb} wants a message", is_bad=True)
    return wanted, _message(session, wanted)


def _message(session: "Pop3Session", number: int) -> Message:
    message = session.maildrop.get(number)
    if message is None:
        is_deleted = session.maildrop.is_deleted(number)
        raise Refusal(f"Message {number} is deleted" if is_deleted else f"No message {number}")
    return message


def _require_readable(session: "Pop3Session", number: int, message: Message) -> None:
    if message.is_expunged:
        # Removed through IMAP or by the test.  It keeps its number (RFC 1939 §3).
        raise Refusal(f"Message {number} is gone, it was removed elsewhere")
    if (
        needs_utf8(message.content)
        and not session.is_utf8
        and "UTF8" in session.service.capabilities
    ):
        raise Refusal(f"Message {number} wants UTF-8 mode", code="UTF8")
