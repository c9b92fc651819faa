r"""Known misbehaviours of real servers, each a rewrite of an answer: octets in, octets out.

``fakemail.imap.quirk("fetch.uid_after_literal")`` switches one on.  A quirk never makes a test
fail for not acting.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from pytest_fakemail.errors import BadArgument
from pytest_fakemail.faults.steps import Effects
from pytest_fakemail.spelling import unknown
from pytest_fakemail.wire.effects import Effect, Send
from pytest_fakemail.wire.exchange import Exchange

Rewrite = Callable[[Exchange, list[bytes]], list[bytes]]
"""From the responses of an answer, whole with their literals, to others."""

_LITERAL = re.compile(rb"\{(\d+)\+?\}\r\n\Z")


@dataclass(frozen=True, slots=True)
class Quirk:
    """A misbehaviour: of which protocol, at which commands, what is seen, and who saw it."""

    name: str
    protocol: str
    verbs: tuple[str, ...]
    seen: str
    breaks: str
    evidence: str
    rewrite: Rewrite

    def bent(self, exchange: Exchange, effects: Effects) -> Effects:
        """Return an answer as the quirk makes it."""
        verb = exchange.verb.removeprefix("UID ")
        if self.verbs and verb not in self.verbs:
            return effects
        return self._rewritten(exchange, effects)

    def _rewritten(self, exchange: Exchange, effects: Effects) -> Iterator[Effect]:
        """Take the answer whole up to whatever is not octets; rewrite it at once."""
        data = b""
        for effect in effects:
            if isinstance(effect, Send):
                data += effect.data
                continue
            if data:
                yield from self._said(exchange, data)
                data = b""
            yield effect
        if data:
            yield from self._said(exchange, data)

    def _said(self, exchange: Exchange, data: bytes) -> Iterator[Effect]:
        said = b"".join(self.rewrite(exchange, responses(data)))
        if said:
            yield Send(said)


def responses(data: bytes) -> list[bytes]:
    """Cut an answer into responses; IMAP's literals belong to theirs."""
    found: list[bytes] = []
    start = place = 0
    while place < len(data):
        end = data.find(b"\r\n", place) + 2
        if end == 1:
            break
        literal = _LITERAL.search(data[place:end])
        if literal is not None:
            place = end + int(literal[1])
            continue
        found.append(data[start:end])
        start = place = end
    return [*found, data[start:]] if start < len(data) else found


# --- what a rewrite is made of -------------------------------------------------------------


def _sub(pattern: bytes, new: bytes) -> Rewrite:
    """Replace in each response."""
    compiled = re.compile(pattern)
    return lambda _, lines: [compiled.sub(new, line) for line in lines]


def _without(pattern: bytes) -> Rewrite:
    """Leave out the responses that match."""
    compiled = re.compile(pattern)
    return lambda _, lines: [line for line in lines if not compiled.match(line)]


def _lower(_: Exchange, lines: list[bytes]) -> list[bytes]:
    return [line.lower() if line.startswith(b"* CAPABILITY ") else line for line in lines]


def _uid_last(_: Exchange, lines: list[bytes]) -> list[bytes]:
    pattern = re.compile(rb"\A(\* \d+ FETCH \()(UID \d+) (.*)\)\r\n\Z", re.DOTALL)
    return [pattern.sub(rb"\1\3 \2)\r\n", line) for line in lines]


def _reversed(_: Exchange, lines: list[bytes]) -> list[bytes]:
    places = [place for place, line in enumerate(lines) if re.match(rb"\* \d+ FETCH ", line)]
    swapped = dict(zip(places, reversed([lines[place] for place in places]), strict=True))
    return [swapped.get(place, line) for place, line in enumerate(lines)]


def _nothing_for_rfc822(exchange: Exchange, lines: list[bytes]) -> list[bytes]:
    if re.search(r" \(?RFC822\)?$", exchange.argument, re.IGNORECASE) is None:
        return lines
    return [line for line in lines if not re.match(rb"\* \d+ FETCH ", line)]


def _name_in_literal(_: Exchange, lines: list[bytes]) -> list[bytes]:
    pattern = re.compile(rb'\A(\* (?:LIST|LSUB) \([^)]*\) (?:"[^"]*"|NIL) )("?)(.*)\2\r\n\Z')

    def literal(found: re.Match[bytes]) -> bytes:
        return b"%b{%d}\r\n%b\r\n" % (found[1], len(found[3]), found[3])

    return [pattern.sub(literal, line) for line in lines]


def _throttled(exchange: Exchange, lines: list[bytes]) -> list[bytes]:
    tagged = f"{exchange.tag} OK ".encode()
    return [
        line[:-2] + b" [THROTTLED]\r\n" if exchange.tag and line.startswith(tagged) else line
        for line in lines
    ]


def _no_text(exchange: Exchange, lines: list[bytes]) -> list[bytes]:
    tagged = f"{exchange.tag} OK ".encode()
    return [
        tagged.rstrip() + b"\r\n" if exchange.tag and line.startswith(tagged) else line
        for line in lines
    ]


def _spurious_plus(exchange: Exchange, lines: list[bytes]) -> list[bytes]:
    tagged = f"{exchange.tag} ".encode()
    *others, last = lines
    is_tagged = bool(exchange.tag) and last.startswith(tagged)
    return [*others, b"+ \r\n", last] if is_tagged else lines


_ESTIMATE = re.compile(rb"RFC822\.SIZE (\d+)")


def _estimated(_: Exchange, lines: list[bytes]) -> list[bytes]:
    def more(found: re.Match[bytes]) -> bytes:
        return b"RFC822.SIZE %d" % (int(found[1]) * 4 // 3 + 1)

    return [_ESTIMATE.sub(more, line, count=1) for line in lines]


_USES = rb" ?\\(?:All|Archive|Drafts|Flagged|Important|Junk|Sent|Trash)\b"
_LISTS = ("LIST", "LSUB")
_OPENS = ("SELECT", "EXAMINE")

_ROWS: tuple[tuple[str, tuple[str, ...], str, str, str, Rewrite], ...] = (
    ("capa.lower_case", (), "capabilities in lower case",
     "clients that compare names as they are spelt", "T MKF:lowercase", _lower),
    ("capa.trailing_space", ("CAPABILITY",), "a space behind the last capability",
     "strict parsers", "C ICQ", _sub(rb"\A(\* CAPABILITY .*)\r\n", rb"\1 \r\n")),
    ("auth.plus_without_space", ("AUTHENTICATE", "response"), "+ alone asks for a response",
     "clients that look for '+ '", "T MED#7", _sub(rb"\A\+ \r\n", rb"+\r\n")),
    ("enable.no_enabled_response", ("ENABLE",), "OK without * ENABLED",
     "clients that then use nothing, or wait", "T MK#1871 (iCloud)", _without(rb"\* ENABLED")),
    ("cont.spurious_plus", ("FETCH", "SEARCH", "STORE", "NOOP"), "a + that nobody asked for",
     "clients that take it for leave to send", "T MK#852 (Microsoft)", _spurious_plus),
    ("copyuid.bare", ("MOVE",), "[COPYUID …] without * OK before it",
     "parsers that know no such response", "T MK#115 (Microsoft)",
     _sub(rb"\A\* OK (\[COPYUID [^\]]*\]).*\r\n", rb"\1\r\n")),
    ("text.missing", (), "OK without any text", "grammars that want one", "C ICQ", _no_text),
    ("limit.throttled", (), "[THROTTLED] behind the text of each OK", "nobody; it is slow, too",
     "T MK#1396 (Gmail)", _throttled),
    ("list.inbox_mixed_case", _LISTS, "Inbox, not INBOX", "clients that look for INBOX",
     "T MK#242 (Yahoo), MK#849 (Microsoft)",
     _sub(rb'\A(\* (?:LIST|LSUB) \([^)]*\) "[^"]*" )"?INBOX"?\r\n', rb"\1Inbox\r\n")),
    ("list.no_inbox", _LISTS, "no line for INBOX", "clients that look for it there",
     "T MK#1957 (strato)", _without(rb'\* (?:LIST|LSUB) \([^)]*\) "[^"]*" "?INBOX"?\r\n')),
    ("list.special_use_missing", _LISTS, "no special uses", "clients that guess no names",
     "T MKF:icloud (iCloud, older Exchange)", _sub(_USES, b"")),
    ("list.special_use_doubled", _LISTS, r"\Drafts \Drafts", "clients that count",
     "T Yandex", _sub(rb"( ?)(\\(?:Drafts|Junk|Sent|Trash)\b)", rb"\1\2 \2")),
    ("list.name_in_literal", _LISTS, "names as literals", "clients that read lines",
     "T MKF", _name_in_literal),
    ("list.missing_quote", _LISTS, "a name whose opening quote is lost",
     "parsers of quoted strings", "C getmail6 (Microsoft)",
     _sub(rb'\A(\* (?:LIST|LSUB) \([^)]*\) "[^"]*" )"', rb"\1")),
    ("permflags.no_keywords", _OPENS, r"PERMANENTFLAGS without \*",
     "clients that set keywords all the same", "T RainLoop#686 (Microsoft)",
     _sub(rb"\A(\* OK \[PERMANENTFLAGS \([^)]*?) ?\\\*", rb"\1")),
    ("uidnext.missing", _OPENS, "no UIDNEXT", "clients that wait for it", "C TB",
     _without(rb"\* OK \[UIDNEXT ")),
    ("uidnext.zero", (*_OPENS, "STATUS"), "UIDNEXT 0", "nz-number parsers", "T MK#1010",
     _sub(rb"UIDNEXT \d+", b"UIDNEXT 0")),
    ("uidvalidity.zero", (*_OPENS, "STATUS"), "UIDVALIDITY 0", "nz-number parsers",
     "T MK#150 (SmarterMail)", _sub(rb"UIDVALIDITY \d+", b"UIDVALIDITY 0")),
    ("status.empty_list", ("STATUS",), "STATUS with nothing in it", "clients that want a number",
     "T MED#15 (163)", _sub(rb"\A(\* STATUS .* )\([^)]*\)\r\n", rb"\1()\r\n")),
    ("select.needed_to_see_new", ("NOOP", "CHECK", "FETCH", "SEARCH", "STORE", "push", "IDLE"),
     "EXISTS is told by SELECT alone", "clients that poll by NOOP or IDLE", "C TB",
     _without(rb"\* \d+ (?:EXISTS|RECENT)\r\n")),
    ("idle.no_push", ("push",), "IDLE tells nothing", "clients that never ask again",
     "T imapclient#150", lambda _, __: []),
    ("fetch.uid_after_literal", ("FETCH",), "UID behind the message's octets",
     "clients that look before the literal only", "K no capture", _uid_last),
    ("fetch.out_of_order", ("FETCH",), "responses from the last to the first",
     "clients that count along", "T MK#943 (Domino); C TB (Yahoo)", _reversed),
    ("fetch.space_before_paren", ("FETCH",), "(UID 19436 )", "strict parsers",
     "T jakartaee#209 (QQ)", _sub(rb"\)\r\n\Z", rb" )\r\n")),
    ("fetch.rfc822_ignored", ("FETCH",), "OK, and nothing, for RFC822",
     "clients that ask for it instead of BODY[]", "T MED#36 (iCloud)", _nothing_for_rfc822),
    ("size.estimate", ("FETCH",), "RFC822.SIZE is too large", "clients that read so many octets",
     "C EDS, JM (Exchange)", _estimated),
    ("bs.disposition_string", ("FETCH",), 'a disposition "inline" without its parentheses',
     "parsers of BODYSTRUCTURE", "T MK#919 (Exchange)",
     _sub(rb'\("(inline|attachment|INLINE|ATTACHMENT)" NIL\)', rb'"\1"')),
    ("date.internal_zero", ("FETCH",), 'INTERNALDATE "00-Jan-0000 …"', "parsers of dates",
     "T MK#1236 (Domino)",
     _sub(rb'INTERNALDATE "[^"]*"', b'INTERNALDATE "00-Jan-0000 00:00:00 +0000"')),
)  # fmt: skip

_SMTP: tuple[tuple[str, tuple[str, ...], str, str, str, Rewrite], ...] = (
    ("ehlo.8bitmime_with_space", ("EHLO",), "8 BITMIME", "nobody; it is not known then",
     "T GH:37932447455 (Yahoo)", _sub(rb"8BITMIME", b"8 BITMIME")),
)  # fmt: skip

QUIRKS: Mapping[str, Mapping[str, Quirk]] = {
    protocol: {
        name: Quirk(name, protocol, verbs, seen, breaks, evidence, rewrite)
        for name, verbs, seen, breaks, evidence, rewrite in rows
    }
    for protocol, rows in (("imap", _ROWS), ("smtp", _SMTP))
}
"""All of them, by protocol and name."""


def quirk(protocol: str, name: str) -> Quirk:
    """Return the quirk of this name.

    Raises:
        BadArgument: the protocol has none of this name; the text tells the nearest.
    """
    known = QUIRKS.get(protocol, {})
    if not isinstance(name, str) or name not in known:
        raise BadArgument(unknown(f"quirk {name!r} in {protocol}", name, known))
    return known[name]


def quirks(protocol: str, names: tuple[str, ...]) -> list[Quirk]:
    """Return the quirks of these names.

    Raises:
        BadArgument: no name, one twice, or none that the protocol has.
    """
    if not names:
        raise BadArgument(f"quirk(): wanted at least one of {', '.join(QUIRKS.get(protocol, {}))}")
    found = [quirk(protocol, name) for name in names]
    for place, one in enumerate(found):
        if one in found[:place]:
            raise BadArgument(f"quirk {one.name!r} is there twice: once is enough")
    return found
