"""SEARCH, SORT and THREAD, by number and by UID (RFC 3501 §6.4.4, RFC 4731, RFC 5256)."""

from collections.abc import Generator, Sequence
from typing import TypeVar

from pytest_fakemail.imap.client import Client
from pytest_fakemail.imap.commands.limits import message_limit, newest, require_short, told
from pytest_fakemail.imap.commands.telling import tell_all_numbers
from pytest_fakemail.imap.gmail.keys import gmail_key
from pytest_fakemail.imap.grammar.keys import GmailKey, InSet
from pytest_fakemail.imap.grammar.numbers import encode_numbers, page
from pytest_fakemail.imap.grammar.search import (
    Search,
    Sort,
    Thread,
    search,
    sort,
    thread,
)
from pytest_fakemail.imap.responses.updates import enable_condstore
from pytest_fakemail.imap.table import Answer, Done, Refused, Table
from pytest_fakemail.mime import charsets
from pytest_fakemail.query.matching import matched
from pytest_fakemail.query.search import (
    And,
    ModSeqSince,
    Numbers,
    SearchKey,
    Unanswered,
    answered,
    leaves,
)
from pytest_fakemail.query.sorting import in_order
from pytest_fakemail.query.threading import threaded, written
from pytest_fakemail.query.turns import Turns
from pytest_fakemail.store.numbers import Uid

_T = TypeVar("_T")

table = Table()
sort_table = Table("SORT")
thread_table = Table()


@table.pair("SEARCH", search, tell=tell_all_numbers, holds_expunges=True, looks_first=True)
def search_command(client: Client, arguments: Search, *, is_uid: bool) -> Answer:
    """Find messages, answer with their numbers."""
    returns = arguments.returns
    if arguments.charset is not None and "UTF8=ACCEPT" in client.enabled:
        # RFC 6855 §3: "a SEARCH command that contains a charset specification" is answered BAD.
        # SORT and THREAD are another matter: RFC 5256 §3 makes theirs mandatory.
        raise Refused("CHARSET is not for a client that enabled UTF-8", status="BAD")
    found, are_some_gone = yield from _found(client, arguments)
    found, limit = _searched(client, arguments, found)
    if limit and are_some_gone:
        yield told("EXPUNGEISSUED", limit)[0]
        limit = ""
    has_modseq = _asks_modseq(arguments)
    if has_modseq:
        yield enable_condstore(client)
    if returns is None and not client.is_rev2:
        yield _line(client, "SEARCH", found, is_uid=is_uid, has_modseq=has_modseq)
        return _done(arguments, are_some_gone=are_some_gone, limit=limit)
    returns = frozenset({"ALL"}) if returns is None else returns
    listed = list(found)
    if "SAVE" in returns:
        client.saved = frozenset(_uids(client, _told(listed, returns, arguments.partial)))
    if returns != {"SAVE"}:
        yield _esearch(client, arguments, listed, returns, is_uid=is_uid)
    return _done(arguments, are_some_gone=are_some_gone, limit=limit)


@sort_table.pair("SORT", sort, holds_expunges=True, looks_first=True)
def sort_command(client: Client, arguments: Sort, *, is_uid: bool) -> Answer:
    """Find messages and sort them."""
    found, are_some_gone = yield from _found(client, arguments.search)
    has_modseq = _asks_modseq(arguments.search)
    if has_modseq:
        yield enable_condstore(client)
    ordered = yield from _paced(in_order(arguments.criteria, client.selected.messages, found))
    yield _line(client, "SORT", ordered, is_uid=is_uid, has_modseq=has_modseq)
    return _done(arguments.search, are_some_gone=are_some_gone)


@thread_table.pair("THREAD", thread, holds_expunges=True, looks_first=True)
def thread_command(client: Client, arguments: Thread, *, is_uid: bool) -> Answer:
    """Find messages and put them into threads."""
    messages = client.selected.messages
    require_short(client, len(messages))  # RFC 9738 §3.3: threads are of all of them
    found, are_some_gone = yield from _found(client, arguments.search)
    if _asks_modseq(arguments.search):
        yield enable_condstore(client)
    threads = yield from _paced(threaded(arguments.algorithm, messages, found))
    text = yield from _paced(
        written(threads, lambda number: messages[number - 1].uid if is_uid else number)
    )
    yield f"* THREAD {text}".rstrip().encode() + b"\r\n"
    return _done(arguments.search, are_some_gone=are_some_gone)


def _done(arguments: Search, *, are_some_gone: bool, limit: str = "") -> Done:
    """End; a UID command that speaks of message numbers holds EXPUNGE too (RFC 9051 §7.5.1)."""
    return Done(
        code="EXPUNGEISSUED" if are_some_gone else limit,
        holds_expunges=any(
            isinstance(key, InSet) and not key.is_uid for key in leaves(arguments.key)
        ),
    )


def _paced(turns: Turns[_T]) -> Generator[bytes, None, _T]:
    """Work in turns; between them others are served."""
    while True:
        try:
            next(turns)
        except StopIteration as done:
            answer: _T = done.value
            return answer
        yield b""


def _found(client: Client, arguments: Search) -> Generator[bytes, None, tuple[Sequence[int], bool]]:
    """Find the numbers of the messages that match, ascending, and whether any is left out.

    Left out is what another session expunged, and this client was not told of (RFC 2180 §4.3).
    """
    if arguments.charset is not None and charsets.codec(arguments.charset) is None:
        if arguments.returns is not None and "SAVE" in arguments.returns:
            # RFC 5182 §2.1: after NO, $ is empty.
            client.saved = frozenset()
        raise Refused("No such charset", code="BADCHARSET (US-ASCII UTF-8)")
    view = client.selected
    key = answered(arguments.key, lambda leaf: _answer(client, leaf))
    messages, now = view.messages, client.service.clock.now()
    found = yield from _paced(matched(key, messages, now=now, recent=view.recent))
    if not view.has_pending_expunges:
        return found, False
    present = [number for number in found if not messages[number - 1].is_expunged]
    return present, len(present) < len(found)


def _searched(client: Client, arguments: Search, found: Sequence[int]) -> tuple[Sequence[int], str]:
    """Return what was found among the messages that may be searched, and the response code.

    Searched are those that the sets among the keys name, all without one (RFC 9738 §3.1).
    """
    if not message_limit(client):
        return found, ""
    keys = arguments.key.keys if isinstance(arguments.key, And) else (arguments.key,)
    messages = client.selected.messages
    named = list(range(1, len(messages) + 1))
    for key in keys:
        only = _answer(client, key) if isinstance(key, InSet) else None
        if isinstance(only, Numbers):
            members, is_uid = only.numbers, only.is_uid
            named = [one for one in named if (messages[one - 1].uid if is_uid else one) in members]
    kept, code = newest(client, [messages[one - 1] for one in named])
    if not code:
        return found, ""
    lowest = named[-len(kept)]
    return [one for one in found if one >= lowest], code


def _answer(client: Client, leaf: Unanswered) -> SearchKey:
    """Put in what only the session knows: what ``*`` and ``$`` are, and Gmail's labels."""
    match leaf:
        case InSet(numbers, _) if numbers.is_saved:
            return Numbers(client.saved, is_uid=True)
        case InSet(numbers, is_uid):
            # Numbers beyond the mailbox are those of no message; as with Dovecot, to ask for
            # them is no mistake here.
            view = client.selected
            return Numbers(numbers.members(view.last_uid if is_uid else view.exists), is_uid)
        case GmailKey():
            return gmail_key(client, leaf)
        case _:
            raise TypeError(f"nobody answers {leaf}")


def _asks_modseq(arguments: Search) -> bool:
    return any(isinstance(key, ModSeqSince) for key in leaves(arguments.key))


def _uids(client: Client, numbers: Sequence[int]) -> list[Uid]:
    messages = client.selected.messages
    return [messages[number - 1].uid for number in numbers]


def _told(found: list[int], returns: frozenset[str], partial: tuple[int, int] | None) -> list[int]:
    """Return what the answer is about, which SAVE keeps: all, unless only some are asked for.

    RFC 5182 §2.4, RFC 9394 §3.2.
    """
    if "ALL" in returns or "COUNT" in returns or not returns & {"MIN", "MAX", "PARTIAL"}:
        return found
    told = found[:1] if "MIN" in returns else []
    if partial is not None:
        told = told + page(found, partial)
    return told + found[-1:] if "MAX" in returns else told


def _highest_modseq(client: Client, numbers: Sequence[int]) -> int:
    messages = client.selected.messages
    return max(messages[number - 1].modseq for number in numbers)


def _line(
    client: Client, response: str, found: Sequence[int], *, is_uid: bool, has_modseq: bool
) -> bytes:
    """Return ``* SEARCH`` or ``* SORT`` with what was found (RFC 7162 §3.1.5)."""
    named = tuple(_uids(client, found) if is_uid else found)
    # One formatting for all of them is by far the fastest way to write many numbers.
    line = b"* %b" % response.encode() + (b" %d" * len(named)) % named
    if has_modseq and found:
        line += b" (MODSEQ %d)" % _highest_modseq(client, found)
    return line + b"\r\n"


def _esearch(
    client: Client, arguments: Search, found: list[int], returns: frozenset[str], *, is_uid: bool
) -> bytes:
    """Return ``* ESEARCH`` (RFC 4731 §3.1, RFC 9051 §7.3.4)."""
    named: list[int] = [*_uids(client, found)] if is_uid else found
    words = [f'* ESEARCH (TAG "{client.tag}")']
    if is_uid:
        words.append("UID")
    if named and "MIN" in returns:
        words.append(f"MIN {named[0]}")
    if named and "MAX" in returns:
        words.append(f"MAX {named[-1]}")
    if named and "ALL" in returns:
        words.append(f"ALL {encode_numbers(named)}")
    if arguments.partial is not None:
        first, last = arguments.partial
        numbers = encode_numbers(page(named, arguments.partial)) or "NIL"
        words.append(f"PARTIAL ({first}:{last} {numbers})")
    if "COUNT" in returns:
        words.append(f"COUNT {len(named)}")
    told = _told(found, returns, arguments.partial)
    if told and _asks_modseq(arguments):
        # RFC 7162 §3.1.10: of the messages that are named.
        words.append(f"MODSEQ {_highest_modseq(client, told)}")
    return f"{' '.join(words)}\r\n".encode()
