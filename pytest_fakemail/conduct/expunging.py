r"""EXPUNGE, or CLOSE, of what another client has marked with ``\Deleted``.

It is told by UIDs alone: those that a client names in UID STORE, and those that it was told of
the numbers which EXPUNGE takes away, by FETCH or by a search for all messages.  Where a client was
not told them, nothing is found.  CLOSE tells nobody what it removes: it is all that is marked.
"""

import re
from collections.abc import Iterable, Iterator

from pytest_fakemail.conduct.answers import numbers_of, told_uids, without_texts
from pytest_fakemail.conduct.finding import Finding, finding
from pytest_fakemail.dataclass import dataclass, field
from pytest_fakemail.transcript.exchanges import RecordedConnection, RecordedExchange

_SELECTING = ("SELECT", "EXAMINE")
_REMOVING = ("EXPUNGE", "UID EXPUNGE", "CLOSE", "MOVE", "UID MOVE")
_ROW = re.compile(
    rb"^\* (?:(\d+) EXPUNGE|(\d+) FETCH \([^\r\n]*?\bUID (\d+)|VANISHED ([\d:,]+))", re.MULTILINE
)
_ALL = re.compile(r"(?:CHARSET \S+ )?(?:ALL|1:\*|UID 1:\*)", re.IGNORECASE)
_CHANGING = re.compile(r"([+-]?)FLAGS(?:\.SILENT)?(?= )", re.IGNORECASE)
_DELETED = "\\DELETED"

_MAILBOX = re.compile(rb"\[(MAILBOXID|UIDVALIDITY) \(?([^\]\s)]+)")

Place = tuple[bytes, bytes]
"""What SELECT told of itself: whoever selects a mailbox by whatever name is told the same."""


@dataclass(slots=True)
class _View:
    """What a client knows of the mailbox that it has selected."""

    connection: RecordedConnection
    place: Place
    is_read_only: bool = False
    uids: dict[int, int] = field(default_factory=dict)
    """By message number, as far as they were told."""
    marked: set[int] = field(default_factory=set)
    has_marked_unknown: bool = False


@dataclass(slots=True)
class _Mark:
    by: RecordedConnection
    exchange: RecordedExchange


def foreign_expunges(exchanges: Iterable[RecordedExchange]) -> Iterator[Finding]:
    """Yield the first EXPUNGE of each client that has removed what another had marked."""
    views: dict[int, _View | None] = {}
    marks: dict[tuple[Place, int], _Mark] = {}
    told: set[int] = set()
    for each in exchanges:
        number = each.connection.number
        if each.connection.protocol != "imap" or each.is_abridged:
            views.pop(number, None)
            continue
        if each.verb in _SELECTING:
            views[number] = _selected(each)
        view = views.get(number)
        if view is None:
            continue
        _take_marks(each, view, marks)
        removed = _take_answer(each, view) or _closed_over(each, view, marks)
        if each.verb in ("EXPUNGE", "CLOSE") and number not in told and not view.has_marked_unknown:
            foreign = _foreign(each, view, removed, marks)
            if foreign is not None:
                told.add(number)
                text = f"{each.verb} removed what connection {foreign.by.number} had marked"
                yield finding("foreign-expunge", text, [foreign.exchange, each])
        for uid in removed:
            marks.pop((view.place, uid), None)
        if each.verb in _REMOVING:  # whoever sees it go from now on does not know by whom
            for key in [key for key, mark in marks.items() if mark.by is each.connection]:
                del marks[key]


def _selected(each: RecordedExchange) -> _View | None:
    """Return the view that a SELECT has opened; None if it was refused."""
    place = min(_MAILBOX.findall(each.answer), default=None)  # MAILBOXID, where it is told
    return place and _View(each.connection, place, b"[READ-ONLY]" in each.answer)


def _take_marks(each: RecordedExchange, view: _View, marks: dict[tuple[Place, int], _Mark]) -> None:
    if each.verb not in ("STORE", "UID STORE"):
        return
    words = each.argument.partition(" ")
    change = _CHANGING.search(words[2])
    if change is None:
        return
    names_it = _DELETED in words[2][change.end() :].upper()
    if change[1] and not names_it:
        return
    if each.verb == "STORE":
        named = numbers_of(words[0])
        uids = {view.uids[number] for number in named if number in view.uids}
        is_known = len(uids) == len(named) and "*" not in words[0]
    else:
        uids, is_known = numbers_of(words[0]), "*" not in words[0]
    if change[1] == "-" or not names_it:
        for uid in uids:
            marks.pop((view.place, uid), None)
        return
    view.has_marked_unknown = view.has_marked_unknown or not is_known
    view.marked |= uids
    if each.reply_code == "OK":
        marks.update(((view.place, uid), _Mark(each.connection, each)) for uid in uids)


def _take_answer(each: RecordedExchange, view: _View) -> list[int]:
    """Take in what an answer tells of numbers and UIDs; return the UIDs that went."""
    removed: list[int] = []
    if each.verb == "UID SEARCH" and _ALL.fullmatch(each.argument):
        uids = told_uids(without_texts(each.answer), is_search_by_uid=True)
        view.uids = dict(enumerate(sorted(uids), 1))  # RFC 9051 §2.3.1.2: in the same order
    for gone, number, uid, vanished in _ROW.findall(without_texts(each.answer)):
        if vanished:
            removed += numbers_of(vanished.decode())
            view.uids.clear()
        elif gone:
            at = int(gone)
            if at in view.uids:
                removed.append(view.uids[at])
            view.uids = {one - (one > at): known for one, known in view.uids.items() if one != at}
        else:
            view.uids[int(number)] = int(uid)
    return removed


def _closed_over(
    each: RecordedExchange, view: _View, marks: dict[tuple[Place, int], _Mark]
) -> list[int]:
    """Return the UIDs that CLOSE has removed without a word (RFC 9051 §6.4.1)."""
    if each.verb != "CLOSE" or each.reply_code != "OK" or view.is_read_only:
        return []
    return [uid for place, uid in marks if place == view.place]


def _foreign(
    each: RecordedExchange,
    view: _View,
    removed: list[int],
    marks: dict[tuple[Place, int], _Mark],
) -> _Mark | None:
    for uid in removed:
        mark = marks.get((view.place, uid))
        if mark is None or uid in view.marked or mark.by is each.connection:
            continue
        if mark.by.closed_at is None or mark.by.closed_at > each.time:
            return mark
    return None
