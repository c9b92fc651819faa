"""Quirks of FETCH: the order and the forms in which items come, sizes, and octets."""

import re
from itertools import pairwise

from pytest_fakemail.providers.quirks.quirk import Quirk
from pytest_fakemail.providers.quirks.rewrites import ahead, is_tagged, tagged
from pytest_fakemail.providers.quirks.tree import (
    Node,
    apart,
    bodies,
    fetched,
    items,
    listed,
    values,
)
from pytest_fakemail.wire.exchange import Exchange

_FETCH = ("FETCH",)
_LITERAL = re.compile(rb"~?\{(\d+)\}\r\n", re.DOTALL)
_MACRO = re.compile(r" (?:ALL|FAST|FULL)\s*$", re.IGNORECASE)
_RANGE = re.compile(r"(\d+):(\d+)")
_RFC822 = re.compile(r"(?<![\w.\[])RFC822(?![\w.])", re.IGNORECASE)


def _uid_last(root: Node) -> None:
    inside = root.inside
    place = next((at for at, (name, _) in enumerate(items(root)) if name.raw == b"UID"), None)
    if place is None or len(inside) == 2:  # noqa: PLR2004  (UID alone)
        return
    name, value = inside[2 * place : 2 * place + 2]
    del inside[2 * place : 2 * place + 2]
    inside[0].gap, name.gap = b"", b" "
    inside += [name, value]


def _reversed(_: Exchange, lines: list[bytes]) -> list[bytes]:
    places = [place for place, line in enumerate(lines) if re.match(rb"\* \d+ FETCH ", line)]
    swapped = dict(zip(places, reversed([lines[place] for place in places]), strict=True))
    return [swapped.get(place, line) for place, line in enumerate(lines)]


def _nothing_for_rfc822(exchange: Exchange, lines: list[bytes]) -> list[bytes]:
    """Leave out RFC822; all of the response, if nothing else was asked for."""
    items = exchange.argument.partition(" ")[2].strip("() ")
    if items.upper() == "RFC822":
        return [line for line in lines if not re.match(rb"\* \d+ FETCH ", line)]
    if _RFC822.search(items) is None:
        return lines
    found = [(line, apart(line, b"RFC822")) for line in lines]
    return [line if one is None else b"%b(%b)\r\n" % (one[0], one[2]) for line, one in found]


def _no_macros(exchange: Exchange) -> bytes | None:
    if _MACRO.search(exchange.argument) is None:
        return None
    return f"{exchange.tag} BAD Could not parse command\r\n".encode()


def _no_descending(exchange: Exchange) -> bytes | None:
    sets = exchange.argument.split(" ", 1)[0]
    if all(int(first) <= int(last) for first, last in _RANGE.findall(sets)):
        return None
    return f"{exchange.tag} BAD {'UID ' * exchange.verb.startswith('UID ')}parameters!\r\n".encode()


def _estimated(root: Node) -> None:
    for size in values(root, b"RFC822.SIZE"):
        size.raw = b"%d" % (int(size.raw) * 4 // 3 + 1)


def _never(root: Node) -> None:
    for date in values(root, b"INTERNALDATE"):
        date.raw = b'"00-Jan-0000 00:00:00 +0000"'


def _space_lost(root: Node) -> None:
    names = [name for name, _ in items(root)]
    for before, name in pairwise(names):
        if (before.raw, name.raw) == (b"UID", b"MODSEQ"):
            name.gap = b""


def _flags_apart(_: Exchange, lines: list[bytes]) -> list[bytes]:
    """Say the flags in a response of their own, ahead of the rest."""
    said: list[bytes] = []
    for line in lines:
        one = apart(line, b"FLAGS")
        said += [line] if one is None else [b"%b(%b)\r\n" % (one[0], part) for part in one[1:]]
    return said


def _flags_outside(_: Exchange, lines: list[bytes]) -> list[bytes]:
    """Close the list before FLAGS."""
    found = [(line, apart(line, b"FLAGS")) for line in lines]
    return [
        line if one is None else b"%b(%b) %b\r\n" % (one[0], one[2], one[1]) for line, one in found
    ]


def _doubly_in_parentheses(root: Node) -> None:
    inside = root.inside
    for place, (name, value) in enumerate(list(items(root))):
        if name.raw == b"ENVELOPE":
            inside[2 * place : 2 * place + 2] = [listed(name, value, gap=name.gap or b"")]
            inside[0].gap = b""
            return


def _split(value: Node) -> tuple[int, bytes] | None:
    """Return where the octets of a literal begin, and them."""
    found = _LITERAL.match(value.raw)
    return None if found is None else (found.end(), value.raw[found.end() :])


def _longer(root: Node) -> None:
    for _, value in bodies(root):
        if (found := _split(value)) is not None and found[1]:
            value.become(b"{%d}\r\n%b" % (len(found[1]) * 5 // 4 + 1, found[1]))


def _halved(root: Node) -> None:
    for _, value in bodies(root):
        if (found := _split(value)) is not None:
            half = found[1][: len(found[1]) // 2]
            value.become(b"{%d}\r\n%b" % (len(half), half))


def _quoted(root: Node) -> None:
    for _, value in bodies(root):
        found = _split(value)
        if found is not None and not re.search(rb'[\r\n"\\\0\x80-\xff]', found[1]):
            value.become(b'"%b"' % found[1])


def _nil_for_empty(root: Node) -> None:
    for _, value in bodies(root):
        if value.raw in (b'""', b"{0}\r\n"):
            value.become(b"NIL")


def _nothing_for_empty(root: Node) -> None:
    for _, value in bodies(root):
        if value.raw in (b'""', b"{0}\r\n", b"NIL"):
            value.become(b"")


def _empty_header(root: Node) -> None:
    for name, value in bodies(root):
        if b"HEADER.FIELDS" in name.raw.upper() and value.raw == b"{2}\r\n\r\n":
            value.become(b"{0}\r\n")


def _no_origin(root: Node) -> None:
    for name, _ in bodies(root):
        name.raw = re.sub(rb"\]<\d+>$", b"]", name.raw)


def _no_modseq(value: bytes) -> Quirk:
    """Return a quirk whose MODSEQ is this."""
    name, source = (
        ("negative", "T MK#1686 (Zoho)") if value == b"-1" else ("zero", "T MK#228 (Gmail)")
    )

    def change(root: Node) -> None:
        for found in values(root, b"MODSEQ"):
            for one in found.inside:
                one.become(value)

    return Quirk(f"modseq.{name}", "imap", ("FETCH", "STORE"), f"MODSEQ ({value.decode()})",
                 "mod-sequence-value parsers", source, fetched(change))  # fmt: skip


def _zero_uid(root: Node) -> None:
    for value in values(root, b"UID"):
        value.become(b"0")


def _space_before_end(root: Node) -> None:
    root.end = b" "


def _no_label(root: Node) -> None:
    for labels in values(root, b"X-GM-LABELS"):
        if labels.is_list:
            labels.members = listed(Node(b"NIL"), *labels.inside).inside
            for one in labels.inside[1:2]:
                one.gap = b" "


def _labels_unquoted(root: Node) -> None:
    for labels in values(root, b"X-GM-LABELS"):
        for one in labels.inside:
            one.raw = re.sub(rb'\A"(\[[^" ]*)"\Z', rb"\1", one.raw)


def _characters_counted(_: Exchange, lines: list[bytes]) -> list[bytes]:
    """Announce, of each literal that is text in UTF-8, its characters."""
    return [_in_characters(line) for line in lines]


def _in_characters(line: bytes) -> bytes:
    said, place = b"", 0
    while (found := _LITERAL.search(line, place)) is not None:
        end = found.end() + int(found[1])
        octets = line[found.end() : end]
        count = len(octets.decode(errors="surrogateescape"))
        said += line[place : found.start(1)] + b"%d}\r\n" % count + octets
        place = end
    return said + line[place:]


def _refused_after_all(exchange: Exchange, lines: list[bytes]) -> list[bytes]:
    """Say NO behind what was fetched."""
    if not lines or not is_tagged(exchange, lines[-1], b"OK") or len(lines) == 1:
        return lines
    return tagged(lambda tag, _: tag + b" NO Some of the requested messages no longer exist.")(
        exchange, lines
    )


# fmt: off
ROWS = (
    Quirk("fetch.uid_after_literal", "imap", _FETCH, "UID behind the message's octets",
          "clients that look before the literal only", "K no capture", fetched(_uid_last)),
    Quirk("fetch.out_of_order", "imap", _FETCH, "responses from the last to the first",
          "clients that count along", "T MK#943 (Domino); C TB (Yahoo)", _reversed),
    Quirk("fetch.space_before_paren", "imap", _FETCH, "(UID 19436 )", "strict parsers",
          "T jakartaee#209 (QQ)", fetched(_space_before_end)),
    Quirk("fetch.rfc822_ignored", "imap", _FETCH, "OK, and nothing, for RFC822",
          "clients that ask for it instead of BODY[]", "T MED#36 (iCloud)", _nothing_for_rfc822),
    Quirk("fetch.macros_bad", "imap", _FETCH, "ALL, FAST and FULL are refused with BAD",
          "clients that fetch by macro", "T MK#183 (Gmail)", refuse=_no_macros),
    Quirk("fetch.partial_ignored", "imap", _FETCH, "all of BODY[], and no BODY[]<0>, for a part",
          "clients that fetch in pieces", "C JM, IFL (Exchange)", is_deep=True),
    Quirk("fetch.partial_without_origin", "imap", _FETCH, "BODY[], not BODY[]<0>, for a part of it",
          "clients that then take it for the whole", "C IFL, JM (Exchange)", fetched(_no_origin)),
    Quirk("fetch.body_truncated_ok", "imap", _FETCH, "half of the octets, and OK",
          "clients that do not compare with RFC822.SIZE", "C TB", fetched(_halved)),
    Quirk("fetch.partial_no", "imap", _FETCH, "the messages, and then NO",
          "clients that throw away what they have", "C IFL", _refused_after_all),
    Quirk("fetch.seq_zero", "imap", _FETCH, "* 0 FETCH", "nz-number parsers", "T MK#428 (Courier)",
          ahead(b"* 0 FETCH (FLAGS ())\r\n")),
    Quirk("fetch.seq_beyond_exists", "imap", _FETCH, "FETCH for a number that never was announced",
          "clients that index a list by it", "C JM (Exchange, GoDaddy)",
          ahead(b"* 4294967 FETCH (FLAGS (\\Seen))\r\n")),
    Quirk("unsol.flags_in_body_fetch", "imap", _FETCH, "FLAGS in a response of their own",
          "clients that take the first response for all of it", "T MKF", _flags_apart),
    Quirk("fetch.uid_zero", "imap", _FETCH, "UID 0", "nz-number parsers", "C offlineimap",
          fetched(_zero_uid)),
    _no_modseq(b"0"),
    _no_modseq(b"-1"),
    Quirk("space.missing", "imap", _FETCH, "UID 1MODSEQ, the space lost", "tokenizers",
          "C TB (old Zimbra)", fetched(_space_lost), is_last=True),
    Quirk("paren.extra", "imap", _FETCH, "(UID 7 (ENVELOPE (…)) …)", "parsers of pairs",
          "T MK#943 (Domino)", fetched(_doubly_in_parentheses), is_last=True),
    Quirk("paren.closed_early", "imap", _FETCH, "the list ends before FLAGS",
          "parsers of lists", "T paperless-ngx#13412 (Xeams)", _flags_outside, is_last=True),
    Quirk("lit.zero_length", "imap", _FETCH, "{0} for header fields that are not there",
          "clients that wait for an empty line, or for an octet",
          "T emailjs#147, libetpan#426 (iCloud)", fetched(_empty_header)),
    Quirk("lit.too_long", "imap", _FETCH, "a literal announced longer than it is",
          "clients that read so many octets: they wait, or swallow the answer", "T MK#361",
          fetched(_longer), is_last=True),
    Quirk("str.quoted_for_body", "imap", _FETCH, "octets of a message as a quoted string",
          "clients that want a literal", "K no capture", fetched(_quoted)),
    Quirk("str.nil_for_body", "imap", _FETCH, "NIL for an empty body",
          "clients that want a string", "K no capture (Gmail)", fetched(_nil_for_empty)),
    Quirk("lit.char_count_not_bytes", "imap", ("FETCH", "LIST", "LSUB", "STATUS"),
          "literals that count characters, not octets", "clients that read so many octets",
          "T MailKit's tests", _characters_counted, is_last=True),
    Quirk("labels.nil", "imap", (*_FETCH, "STORE"), "NIL among X-GM-LABELS", "parsers of labels",
          "T MK#154 (Gmail)", fetched(_no_label)),
    Quirk("labels.unquoted", "imap", (*_FETCH, "STORE"), "[Work] without quotes among X-GM-LABELS",
          "parsers of labels", "T MK#193, MK#244 (Gmail)",
          fetched(_labels_unquoted)),
    Quirk("set.descending_bad", "imap", ("FETCH", "STORE", "COPY", "MOVE"),
          "5:1 is refused with BAD", "clients that go from the last message to the first",
          "T MK#1150 (hMailServer), MED#40 (QQ), Wino#201", refuse=_no_descending),
    Quirk("str.missing", "imap", _FETCH, "BODY[2] and nothing behind it, for an empty part",
          "parsers of pairs", "T MK#1708 (Yandex)", fetched(_nothing_for_empty), is_last=True),
    Quirk("size.estimate", "imap", _FETCH, "RFC822.SIZE is too large",
          "clients that read so many octets", "C EDS, JM (Exchange)", fetched(_estimated)),
    Quirk("date.internal_zero", "imap", _FETCH, 'INTERNALDATE "00-Jan-0000 …"', "parsers of dates",
          "T MK#1236 (Domino)", fetched(_never)),
)
