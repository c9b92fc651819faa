"""SEARCH, SORT and THREAD, by number and by UID (RFC 3501 §6.4.4, RFC 4731, RFC 5256)."""

from collections.abc import Generator, Iterator, Sequence

from pytest_fakemail.imap.client import Client
from pytest_fakemail.imap.commands.contexts import begun, context_of
from pytest_fakemail.imap.commands.inquiry import (
    Inquiry,
    asks_modseq,
    done,
    paced,
    prepared,
    require_no_charset_in_utf8,
)
from pytest_fakemail.imap.commands.limits import require_short, told
from pytest_fakemail.imap.commands.order import in_kept_order, kept_threads
from pytest_fakemail.imap.commands.telling import tell_all_numbers
from pytest_fakemail.imap.grammar.search import Search, Sort, Thread, search, sort, thread
from pytest_fakemail.imap.responses.esearch import correlator
from pytest_fakemail.imap.table import Answer, Table
from pytest_fakemail.query.sorting import by_relevancy, in_order
from pytest_fakemail.query.threading import threaded, written
from pytest_fakemail.query.turns import Turns

_AT_ONCE = 16 * 1024
"""So many numbers are written at a turn."""

table = Table()
sort_table = Table("SORT")
thread_table = Table()


@table.pair(
    "SEARCH",
    search,
    tell=tell_all_numbers,
    holds_expunges=True,
    looks_first=True,
    asks_modseq=asks_modseq,
)
def search_command(client: Client, arguments: Search, *, is_uid: bool) -> Answer:
    """Find messages, answer with their numbers."""
    require_no_charset_in_utf8(client, arguments)
    arguments = prepared(client, arguments)
    update = context_of(client, arguments, is_uid=is_uid)
    inquiry = Inquiry(client, client.selected, arguments)
    found, are_some_gone = yield from inquiry.found()
    found, limit = inquiry.within_limit(found)
    if limit and are_some_gone:
        yield told("EXPUNGEISSUED", limit)[0]
        limit = ""
    if arguments.returns is None and not client.is_rev2:
        yield from _line(inquiry, "SEARCH", found, is_uid=is_uid)
    else:
        yield inquiry.extended(correlator(client.tag), list(found), is_uid=is_uid)
    if update is not None:
        uids = inquiry.uids(found)
        yield begun(client, update, uids, inquiry.scores, is_whole=not limit)
    return done(arguments, are_some_gone=are_some_gone, limit=limit)


def _asks_modseq(asked: Sort | Thread) -> bool:
    return asks_modseq(asked.search)


@sort_table.pair(
    "SORT",
    sort,
    holds_expunges=True,
    looks_first=True,
    asks_modseq=_asks_modseq,
)
def sort_command(client: Client, arguments: Sort, *, is_uid: bool) -> Answer:
    """Find messages and sort them."""
    wanted, criteria = prepared(client, arguments.search), arguments.criteria
    update = context_of(client, wanted, criteria, is_uid=is_uid)
    inquiry = Inquiry(client, client.selected, wanted, criteria)
    found, are_some_gone = yield from inquiry.found()
    messages, comparator = client.selected.messages, client.comparator

    def sort(numbers: Sequence[int]) -> Turns[list[int]]:
        return in_order(criteria, messages, numbers, inquiry.scores, comparator)

    if by_relevancy(criteria):
        ordered = yield from paced(sort(found))
    else:
        ordered = yield from in_kept_order(client, (criteria, comparator), found, sort)
    if wanted.returns is None:
        yield from _line(inquiry, "SORT", ordered, is_uid=is_uid)
    else:
        yield inquiry.extended(correlator(client.tag), ordered, is_uid=is_uid)
    if update is not None:
        yield begun(client, update, inquiry.uids(ordered), inquiry.scores)
    return done(wanted, are_some_gone=are_some_gone)


@thread_table.pair(
    "THREAD",
    thread,
    holds_expunges=True,
    looks_first=True,
    asks_modseq=_asks_modseq,
)
def thread_command(client: Client, arguments: Thread, *, is_uid: bool) -> Answer:
    """Find messages and put them into threads."""
    messages = client.selected.messages
    require_short(client, len(messages))  # RFC 9738 §3.3: threads are of all of them
    wanted = prepared(client, arguments.search)
    found, are_some_gone = yield from Inquiry(client, client.selected, wanted).found()
    algorithm, comparator = arguments.algorithm, client.comparator

    def label(number: int) -> int:
        return messages[number - 1].uid if is_uid else number

    def thread() -> Generator[bytes, None, str]:
        threads = yield from paced(threaded(algorithm, messages, found, comparator))
        return (yield from paced(written(threads, label)))

    text = yield from kept_threads(client, (algorithm, comparator, is_uid), found, thread)
    yield f"* THREAD {text}".rstrip().encode() + b"\r\n"
    return done(wanted, are_some_gone=are_some_gone)


def _line(
    inquiry: Inquiry, response: str, found: Sequence[int], *, is_uid: bool
) -> Iterator[bytes]:
    """Yield ``* SEARCH`` or ``* SORT`` with what was found (RFC 7162 §3.1.5)."""
    line = b"* %b" % response.encode()
    for start in range(0, len(found), _AT_ONCE):
        if start:
            yield line
            line = b""
        some = found[start : start + _AT_ONCE]
        named = tuple(inquiry.uids(some) if is_uid else some)
        # One formatting for all of them is by far the fastest way to write many numbers.
        line += (b" %d" * len(named)) % named
    if inquiry.asks_modseq and found:
        line += b" (MODSEQ %d)" % inquiry.highest_modseq(found)
    yield line + b"\r\n"
