"""Passwords and tokens kept out of text that people will paste into bug reports.

What a client says is shown if it is known to be harmless, and hidden otherwise: a password
comes in a LOGIN that is refused, in half a line, in a base64 response that nobody asked for,
or as a line of its own behind a literal that was.  Answers can repeat what was hidden, so
they are looked through as well.  Nothing is removed from the transcript itself.
"""

import re
from collections.abc import Iterable, Iterator, Mapping

from pytest_fakemail.dataclass import dataclass, field
from pytest_fakemail.pattern import pattern
from pytest_fakemail.transcript.abridged import Abridged, Data, octets
from pytest_fakemail.transcript.pages import RowKind
from pytest_fakemail.transcript.rows import Row
from pytest_fakemail.transcript.vocabulary import BARE, HARMLESS, LOGINS, MECHANISMS
from pytest_fakemail.wire.exchange import SASL_RESPONSE, Connection

REDACTED = b"[redacted]"
NO_COMMAND = b"[redacted: not a command]"

_UNFINISHED = ("", "eof", "literal")
"""Verbs of what is not a whole command: its own words have to tell."""

_TAGGED = pattern(rb"([^ \r\n]+) +((?:UID +)?[A-Za-z]+)(?![^ \r\n])", re.IGNORECASE)
_PLAIN = pattern(rb" *([A-Za-z0-9]+)(?![^ \r\n])")
_DONE = pattern(rb"(?:DONE|\*)?[\r\n]*", re.IGNORECASE)
_MECHANISM = pattern(rb" +([^ \r\n]+)(?![^ \r\n])")
_USER = pattern(rb' +(?:"(?:[^"\\\r\n]|\\.)*"|[^\s"{]+)(?= +[^ \r\n])')
_NAME = pattern(rb" +[^\s]+")
_LITERAL = pattern(rb"\{([0-9]{1,20})\+?\}\r?\n")
_LONG_TEXTS = frozenset({"APPEND", "REPLACE", "UID REPLACE", "SETMETADATA", "SETANNOTATION"})
"""Commands of which a literal may have several lines."""
_WORD = pattern(rb"[^\s\"'<>(){}\[\],:;]{4,}")
_FIRST = 8
"""Octets of a word that are enough to know it by, if a reply repeats it cut short."""

_OWN_WORDS = frozenset({b"password", b"login", b"user", b"auth", b"plain"})
"""What our replies say of themselves."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A request as it may be shown.

    Attributes:
        data: the octets to show.
        hidden: the octets that are not in it.
        is_command: whether its beginning is a command.
    """

    data: bytes
    hidden: bytes = b""
    is_command: bool = True


def redacted(protocol: str, verb: str, request: bytes, *, is_secret: bool) -> Shown:
    """Return a request without its credentials; the mechanism and a user name stay.

    Args:
        protocol: whose words to take it by.
        verb: what the session took it for.
        request: the octets received.
        is_secret: whether it may hold credentials, as the transcript has marked it.
    """
    if is_secret:
        return _by_its_words(protocol, verb, request)
    is_imap = protocol == "imap"
    if verb.isupper() and (verb in BARE or not is_imap or verb == "NOOP"):
        return _of_one_line(protocol, verb, request)
    return _of_literals(verb, request) if is_imap and verb not in _LONG_TEXTS else Shown(request)


def _by_its_words(protocol: str, verb: str, request: bytes) -> Shown:
    word, end = _word(protocol, request)
    if verb in (word, *_UNFINISHED):
        if word in LOGINS.get(protocol, ()):
            return _login(word, request, end)
        if word in HARMLESS.get(protocol, ()):
            return redacted(protocol, word, request, is_secret=False)
    if _DONE.fullmatch(request):
        return Shown(request)  # a line that ends a SASL exchange
    if verb == SASL_RESPONSE or verb in LOGINS.get(protocol, ()):
        return Shown(REDACTED + _ending(request), request)
    return _not_a_command(request)


def _login(word: str, request: bytes, end: int) -> Shown:
    """Show a login up to its mechanism or user, if it is certain that it is one."""
    rest = request[end:]
    known: re.Match[bytes] | None = None
    match word:
        case "AUTH" | "AUTHENTICATE":
            known = _MECHANISM.match(rest)
            if known is not None and known[1].decode(errors="replace").upper() not in MECHANISMS:
                known = None
        case "LOGIN" | "APOP":
            known = _USER.match(rest)
        case "USER":
            known = _NAME.match(rest)
    end += known.end() if known is not None else 0
    return _cut(request, end)


def _of_literals(verb: str, request: bytes) -> Shown:
    """Hide what no argument is: a literal that was announced too long takes the next command in."""
    found = _LITERAL.search(request) if verb.isupper() else None
    if found is None:
        is_begun = not verb.isupper() or _word("imap", request)[0] == verb
        return Shown(request) if is_begun else _cut(request, request.find(b"\n") + 1)
    while found is not None:
        end = found.end() + int(found[1])
        line_end = request.find(b"\n", found.end(), end)
        if line_end >= 0:
            return _cut(request, line_end + 1)
        if request[end : end + 1] not in b" )\r\n":
            return _cut(request, end)
        found = _LITERAL.search(request, end)
    return Shown(request)


def _of_one_line(protocol: str, verb: str, request: bytes) -> Shown:
    """Hide what stands behind a line, or where a command has no argument."""
    if verb not in BARE and (verb != "NOOP" or protocol in ("smtp", "lmtp")):
        return _cut(request, len(request.partition(b"\r")[0].partition(b"\n")[0]))
    word, end = _word(protocol, request)
    if word == verb:
        return _cut(request, end)
    return Shown(request) if _DONE.fullmatch(request) else _not_a_command(request)


def _word(protocol: str, request: bytes) -> tuple[str, int]:
    """Return the command that octets begin with, and where it ends."""
    found = (_TAGGED if protocol == "imap" else _PLAIN).match(request)
    if found is None:
        return "", 0
    return b" ".join(found[found.lastindex or 0].split()).decode().upper(), found.end()


def _not_a_command(request: bytes) -> Shown:
    return Shown(NO_COMMAND + _ending(request), request, is_command=False)


def _cut(request: bytes, end: int) -> Shown:
    hidden = request[end:]
    if not hidden.strip():
        return Shown(request)
    return Shown(request[:end] + b" " + REDACTED + _ending(request), hidden)


def _ending(request: bytes) -> bytes:
    return request[len(request.rstrip(b"\r\n")) :]


class Redactor:
    """Follows what clients and servers say, row after row, and returns it as it may be shown."""

    def __init__(self, connections: Mapping[int, Connection]) -> None:
        self.connections = connections
        self._hidden: dict[int, bytes] = {}
        """By connection, what was hidden of the request that is being answered."""
        self._closed: set[int] = set()
        """Connections whose request can have credentials in what follows it."""
        self._continued: set[int] = set()
        """Connections with a literal asked for by a command that is shown."""

    def row(self, row: Row) -> Row:
        """Return a row as it may be shown.  A piece of an answer is taken by itself."""
        match row.kind:
            case RowKind.REQUEST | RowKind.SECRET:
                return self._request(row)
            case RowKind.GUARDED:
                data = row.data
                hidden = self._hidden.get(row.connection)
                if hidden is None or isinstance(data, Abridged) or not data.endswith(b"\n"):
                    return row._replace(data=REDACTED + b"\r\n")
                return row._replace(data=without(hidden, data))
            case RowKind.PAYLOAD if row.connection in self._closed:
                return row._replace(data=REDACTED + b"\r\n")
            case _:
                return row

    def rows(self, rows: Iterable[Row]) -> Iterator[Row]:
        """Return rows as they may be shown; an answer in pieces is looked through as one."""
        all_rows = list(rows)
        answers = _answers(all_rows)
        told: set[int] = set()
        """Places of pieces that a row before them has told already."""
        for place, row in enumerate(all_rows):
            if row.kind != RowKind.GUARDED:
                yield self.row(row)
            elif place not in told:
                pieces = answers[place]
                whole = row._replace(data=b"".join(map(octets, (one.data for one in pieces.rows))))
                shown = self.row(whole)
                if shown == whole:  # nothing to hide: each piece with its time
                    yield row
                else:
                    told |= pieces.places
                    yield shown

    def _request(self, row: Row) -> Row:
        number = row.connection
        connection = self.connections.get(number)
        protocol = connection.protocol if connection else ""
        is_secret = row.kind == RowKind.SECRET
        if row.verb == "literal" and number in self._continued:
            is_secret = False
        if isinstance(row.data, Abridged):
            shown = redacted(protocol, row.verb, row.data.head, is_secret=is_secret)
            data: Data = shown.data if shown.hidden else row.data
        else:
            shown = redacted(protocol, row.verb, row.data, is_secret=is_secret)
            data = shown.data
        self._hidden[number] = shown.hidden
        is_open = row.verb in (*_UNFINISHED, *HARMLESS.get(protocol, ())) and not shown.hidden
        (self._closed.discard if is_open else self._closed.add)(number)
        if row.verb == "literal" and not shown.hidden:
            self._continued.add(number)
        else:
            self._continued.discard(number)
        words = row.words if shown.is_command else ""
        return row._replace(data=data, words=words)


@dataclass(slots=True)
class _Answer:
    """The pieces of one answer, and where they stand."""

    rows: list[Row] = field(default_factory=list)
    places: set[int] = field(default_factory=set)


def _answers(rows: Iterable[Row]) -> dict[int, _Answer]:
    """Return, by the place of each of its pieces, the answers to what was secret."""
    found: dict[int, _Answer] = {}
    open_answers: dict[int, _Answer] = {}
    for place, row in enumerate(rows):
        if row.kind == RowKind.GUARDED:
            answer = found[place] = open_answers.setdefault(row.connection, _Answer())
            answer.rows.append(row)
            answer.places.add(place)
        elif row.kind in (RowKind.REQUEST, RowKind.SECRET):
            open_answers.pop(row.connection, None)
    return found


def without(hidden: bytes, answer: bytes) -> bytes:
    """Return an answer without the words of what was hidden, whole or cut short."""
    for word in sorted(set(_WORD.findall(hidden)), key=len, reverse=True):
        if word.lower() not in _OWN_WORDS:
            answer = _without_word(word.lower(), answer)
    return answer


def _without_word(word: bytes, answer: bytes) -> bytes:
    folded, first = answer.lower(), word[:_FIRST]
    kept: list[bytes] = []
    begin = 0
    while (place := folded.find(first, begin)) >= 0:
        length = len(first)
        while length < len(word) and folded[place : place + length + 1] == word[: length + 1]:
            length += 1
        kept += answer[begin:place], REDACTED
        begin = place + length
    return b"".join([*kept, answer[begin:]])
