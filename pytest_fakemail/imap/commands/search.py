"""SEARCH, SORT and THREAD, by number and by UID (RFC 3501 §6.4.4, RFC 4731, RFC 5256)."""

from collections.abc import Generator, Sequence
from functools import partial
from typing import TypeVar

from pytest_fakemail.imap.client import Client
from pytest_fakemail.imap.commands.contexts import MOST_CONTEXTS, Context
from pytest_fakemail.imap.commands.limits import message_limit, newest, require_short, told
from pytest_fakemail.imap.commands.telling import tell_all_numbers
from pytest_fakemail.imap.gmail.keys import gmail_key
from pytest_fakemail.imap.grammar.keys import GmailKey, InSet
from pytest_fakemail.imap.grammar.numbers import STAR
from pytest_fakemail.imap.grammar.search import (
    Search,
    Sort,
    Thread,
    search,
    sort,
    thread,
)
from pytest_fakemail.imap.responses.esearch import about, esearch_line
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
    Within,
    answered,
    leaves,
)
from pytest_fakemail.query.sorting import SortCriterion, in_order
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
    update = _beginning(client, arguments, is_uid=is_uid)
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
    else:
        yield _extended(client, arguments, list(found), is_uid=is_uid)
    yield _begun(client, update, found, is_whole=not limit)
    return _done(arguments, are_some_gone=are_some_gone, limit=limit)


def _extended(client: Client, arguments: Search, found: list[int], *, is_uid: bool) -> bytes:
    """Save what SAVE wants, and return the ESEARCH response, if there is one."""
    returns = frozenset({"ALL"}) if arguments.returns is None else arguments.returns
    meant = about(found, returns, arguments.partial)
    if "SAVE" in returns:
        client.saved = frozenset(_uids(client, meant))
    if returns == {"SAVE"}:
        return b""
    named: list[int] = [*_uids(client, found)] if is_uid else found
    asks_modseq = bool(meant) and _asks_modseq(arguments)
    return esearch_line(
        f'TAG "{client.tag}"',
        named,
        returns,
        arguments.partial,
        is_uid=is_uid,
        # RFC 7162 §3.1.10: of the messages that are named.
        modseq=_highest_modseq(client, meant) if asks_modseq else None,
    )


def _beginning(
    client: Client, arguments: Search, criteria: Sequence[SortCriterion] = (), *, is_uid: bool
) -> Context | None:
    """Return what will keep the result up to date, if that is wanted (RFC 5267 §4.3)."""
    if arguments.update is None:
        return None
    if any(isinstance(one, Context) and one.tag == client.tag for one in client.followers):
        raise Refused("Tag reuse", status="BAD")
    key = answered(arguments.key, lambda leaf: _fixed(client, leaf))
    return Context(
        client,
        partial(_now, client, key),
        criteria,
        arguments.update,
        is_uid=is_uid,
        is_loose=any(map(_is_loose, leaves(key))),
    )


def _is_loose(leaf: SearchKey) -> bool:
    """Whether the answer may change though nothing happens to a message: by time, or by others."""
    if isinstance(leaf, InSet):
        return any(STAR in pair for pair in leaf.numbers.ranges)
    return isinstance(leaf, Within | GmailKey)


def _begun(
    client: Client, update: Context | None, found: Sequence[int], *, is_whole: bool = True
) -> bytes:
    """Keep the result up to date from now on, or say that it will not be (RFC 5267 §4.3.1)."""
    if update is None:
        return b""
    if not is_whole or len(client.followers) >= MOST_CONTEXTS:
        why = "Too many contexts" if is_whole else "Not all messages were searched"
        return f'* NO [NOUPDATE "{client.tag}"] {why}\r\n'.encode()
    update.begin(_uids(client, found))
    client.followers.append(update)
    return b""


def _fixed(client: Client, leaf: Unanswered) -> SearchKey:
    """Fix what means the messages of this moment: their numbers, and ``$`` (RFC 5267 §4.3)."""
    if isinstance(leaf, InSet) and not (leaf.is_uid and not leaf.numbers.is_saved):
        view = client.selected
        if leaf.numbers.is_saved:
            return Numbers(client.saved, is_uid=True)
        members = leaf.numbers.members(view.exists)
        uids = (one.uid for number, one in enumerate(view.messages, 1) if number in members)
        return Numbers(frozenset(uids), is_uid=True)
    return leaf


def _now(client: Client, key: SearchKey) -> SearchKey:
    """Return the key as it is to be asked now."""
    return answered(key, lambda leaf: _answer(client, leaf))


@sort_table.pair("SORT", sort, holds_expunges=True, looks_first=True)
def sort_command(client: Client, arguments: Sort, *, is_uid: bool) -> Answer:
    """Find messages and sort them."""
    update = _beginning(client, arguments.search, arguments.criteria, is_uid=is_uid)
    found, are_some_gone = yield from _found(client, arguments.search)
    has_modseq = _asks_modseq(arguments.search)
    if has_modseq:
        yield enable_condstore(client)
    ordered = yield from _paced(in_order(arguments.criteria, client.selected.messages, found))
    if arguments.search.returns is None:
        yield _line(client, "SORT", ordered, is_uid=is_uid, has_modseq=has_modseq)
    else:
        yield _extended(client, arguments.search, ordered, is_uid=is_uid)
    yield _begun(client, update, ordered)
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
