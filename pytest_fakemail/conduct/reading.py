"""What clients of IMAP do badly with a mailbox."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

from pytest_fakemail.conduct.answers import appended, numbers_of, searched, told_uids, without_texts
from pytest_fakemail.conduct.finding import Finding, finding
from pytest_fakemail.transcript.exchanges import RecordedConnection, RecordedExchange

_SELECTING = ("SELECT", "EXAMINE")
_LEAVING = ("CLOSE", "UNSELECT")
_POLLS = ("NOOP", "CHECK", "SEARCH", "UID SEARCH", "ESEARCH", "UID ESEARCH")
_ABOUT_MESSAGES = re.compile(r"(?:UID )?(?:FETCH|STORE|COPY|MOVE)")
_IDLE = re.compile(rb"CAPABILITY IMAP4[^\]\r\n]* IDLE\b")
_UIDVALIDITY = re.compile(rb"\[UIDVALIDITY (\d+)\]")
_UIDNEXT = re.compile(rb"\[UIDNEXT (\d+)\]")
_NEWLY_SEEN = re.compile(rb"\bFLAGS \([^)]*\\Seen\b", re.IGNORECASE)
_FEWEST = 3


def unasked_seen(one: RecordedConnection) -> Iterator[Finding]:
    r"""Yield the first FETCH that has set ``\Seen`` by the way.

    The server tells the flags unasked where it has set one (RFC 3501 §6.4.5); where they were
    asked for it cannot be seen whether the flag is new.
    """
    for each in one.commands("FETCH"):
        if each.is_abridged or re.search(r"\bFLAGS\b", each.argument, re.IGNORECASE):
            continue
        if _NEWLY_SEEN.search(without_texts(each.answer)):
            text = r"FETCH of a body without PEEK has set \Seen"
            yield finding("fetch-without-peek", text, [each])
            return


def polls(one: RecordedConnection) -> Iterator[Finding]:
    """Yield that a client asks again and again where the server would tell it."""
    commands = one.commands()
    if any(each.verb == "IDLE" for each in commands):
        return
    has_idle = is_selected = False
    row: list[RecordedExchange] = []
    for each in one.exchanges:
        found = _IDLE.search(each.answer)
        has_idle = has_idle or found is not None
        if not each.verb.isupper():
            continue
        is_selected = _is_selected(each, is_selected)
        row = [*row, each] if each.verb in _POLLS and is_selected else []
        asked = Counter((poll.verb, poll.argument) for poll in row)
        if has_idle and asked and max(asked.values()) >= _FEWEST:
            verb, argument = max(asked, key=asked.__getitem__)
            same = [poll for poll in row if (poll.verb, poll.argument) == (verb, argument)]
            yield finding("polling", f"{verb} {_FEWEST} times, with IDLE on offer", same)
            return


def _is_selected(each: RecordedExchange, was: bool) -> bool:  # noqa: FBT001  (a state)
    if each.verb in _SELECTING:
        return each.reply_code == "OK"
    return was and each.verb not in _LEAVING


def selects_of_one_message(one: RecordedConnection) -> Iterator[Finding]:
    """Yield that a mailbox is selected again for each message."""
    row: list[RecordedExchange] = []
    about = 0
    for each in one.commands():
        if each.verb in _LEAVING:
            continue
        if each.verb in _SELECTING:
            if about != 1 or not row or _what(row[-1]) != _what(each):
                row = []
            row.append(each)
            about = 0
        elif _ABOUT_MESSAGES.fullmatch(each.verb):
            is_of_one = each.argument.partition(" ")[0].isdigit()
            about = about or 1 if is_of_one and about != _FEWEST else _FEWEST
        elif each.verb != "EXPUNGE":
            row, about = [], 0
        if len(row) >= _FEWEST and about == 1:
            text = f"{row[0].summary} {len(row)} times, for a message each"
            yield finding("select-per-message", text, row)
            return


def _what(select: RecordedExchange) -> tuple[str, str]:
    return select.verb, _mailbox(select)


def _mailbox(select: RecordedExchange) -> str:
    """Return the name in a SELECT; it needs not be more than the same for the same."""
    name = select.argument.partition(" (")[0].strip().strip('"')
    return "INBOX" if name.upper() == "INBOX" else name


def stale_uids(exchanges: Iterable[RecordedExchange]) -> Iterator[Finding]:
    """Yield UIDs that were told with a UIDVALIDITY that is no more, and are used with the new.

    Only those that the server has not told with the new one, and that stand for themselves: a
    range can be a client's way through all of a mailbox.
    """
    told: defaultdict[tuple[str | None, str], defaultdict[int, set[int]]]
    told = defaultdict(lambda: defaultdict(set))
    place: dict[int, tuple[str | None, str]] = {}
    valid: dict[int, int] = {}
    for each in exchanges:
        connection = each.connection
        if connection.protocol != "imap" or each.is_abridged:
            continue
        number = connection.number
        if each.verb in _SELECTING:
            place[number] = (connection.user, _mailbox(each))
        if number not in place:
            continue
        known = told[place[number]]
        if number in valid and each.verb.startswith("UID "):
            old = _stale(each, known, valid[number])
            if old:
                text = f"UID {old[0]} is of an earlier UIDVALIDITY"
                yield finding("uidvalidity-ignored", text, [each])
                return
        _learn(each, known, valid)


def _stale(
    each: RecordedExchange, known: defaultdict[int, set[int]], uidvalidity: int
) -> list[int]:
    if each.verb in ("UID SEARCH", "UID ESEARCH"):
        return []
    alone = [one for one in each.argument.partition(" ")[0].split(",") if one.isdigit()]
    earlier = set().union(*(uids for one, uids in known.items() if one != uidvalidity))
    return sorted((numbers_of(",".join(alone)) & earlier) - known[uidvalidity])


def _learn(
    each: RecordedExchange, known: defaultdict[int, set[int]], valid: dict[int, int]
) -> None:
    """Take in what an answer tells of UIDs."""
    answer = without_texts(each.answer)
    for uidvalidity in _UIDVALIDITY.findall(answer):
        valid[each.connection.number] = int(uidvalidity)
    now = valid.get(each.connection.number)
    if now is None:
        return
    known[now] |= told_uids(answer, is_search_by_uid=each.verb in ("UID SEARCH", "UID SORT"))
    known[now].update(map(int, _UIDNEXT.findall(answer)))
    for uidvalidity, uids in appended(answer) + searched(answer):
        if uidvalidity in known:  # others are of other mailboxes
            known[uidvalidity] |= uids
