"""Quirks of LIST, SELECT and STATUS: what mailboxes there are, and what is in them."""

import re
from collections.abc import Callable

from pytest_fakemail.providers.quirks.quirk import Quirk, Rewrite
from pytest_fakemail.providers.quirks.rewrites import is_tagged, sub, without
from pytest_fakemail.providers.quirks.tree import literal, unquoted
from pytest_fakemail.store.label_names import ALL_MAIL
from pytest_fakemail.wire.exchange import Exchange

_LISTS = ("LIST", "LSUB")
_OPENS = ("SELECT", "EXAMINE")
_USES = rb" ?\\(?:All|Archive|Drafts|Flagged|Important|Junk|Sent|Trash)\b"
_LISTED = re.compile(
    rb'(\* (?:LIST|LSUB) \([^)]*\) (?:"[^"]*"|NIL) )("(?:[^"\\]|\\.)*"|[^ "(]+)((?: \(.*)?\r\n)',
    re.DOTALL,
)
"""What is before the name, the name as it stands there, what is behind it."""


def _renamed(change: Callable[[bytes], bytes]) -> Rewrite:
    """Change the names in LIST and LSUB, as they are on the wire."""

    def rewrite(_: Exchange, lines: list[bytes]) -> list[bytes]:
        found = [(line, _LISTED.fullmatch(line)) for line in lines]
        return [line if one is None else one[1] + change(one[2]) + one[3] for line, one in found]

    return rewrite


def _inside(name: bytes, change: Callable[[bytes], bytes]) -> bytes:
    """Change a name within its quotes, if it has some."""
    is_quoted = name[:1] == b'"'
    return b'"%b"' % change(name[1:-1]) if is_quoted else change(name)


def _status_in_literal(_: Exchange, lines: list[bytes]) -> list[bytes]:
    status = re.compile(rb'(\* STATUS )("(?:[^"\\]|\\.)*"|[^ "]+)( \(.*)', re.DOTALL)
    return [status.sub(lambda one: one[1] + literal(one[2]) + one[3], line) for line in lines]


def _all_mail(exchange: Exchange) -> bytes | None:
    """Refuse to know Gmail's All Mail, by its name in any language."""
    name = (exchange.mailbox or "").rpartition("]/")[2]
    if name not in ALL_MAIL:
        return None
    said = f"{exchange.tag} NO [NONEXISTENT] Unknown Mailbox: {exchange.mailbox} (Failure)\r\n"
    return said.encode()


def _not_below(exchange: Exchange, lines: list[bytes]) -> list[bytes]:
    """List INBOX, too, where what is below another mailbox was asked for."""
    reference, _, pattern = exchange.argument.rpartition(" ")
    where = (reference + pattern).replace('"', "").upper()
    if not where.endswith(("*", "%")) or where.startswith(("*", "%", "INBOX")):
        return lines
    first = next((one for line in lines if (one := _LISTED.fullmatch(line))), None)
    if first is None:
        return lines
    separator = first[1].rstrip().rpartition(b" ")[2]
    return [b"* %b () %b INBOX\r\n" % (exchange.verb.encode(), separator), *lines]


def _ends_in_separator(exchange: Exchange) -> bytes | None:
    if not exchange.argument.rstrip('"').endswith("/"):
        return None
    return f"{exchange.tag} NO [CANNOT] Invalid mailbox name (Failure)\r\n".encode()


def _without_attributes(_: Exchange, lines: list[bytes]) -> list[bytes]:
    r"""Leave no attribute but what says that a name cannot be opened; INBOX is ``\Noinferiors``."""
    bare = re.compile(rb"\A(\* (?:LIST|LSUB) )\(([^)]*)\)")

    def changed(found: re.Match[bytes], line: bytes) -> bytes:
        kept = [word for word in found[2].split() if word in (b"\\Noselect", b"\\NonExistent")]
        name = _LISTED.fullmatch(line)
        if name is not None and unquoted(name[2]) == b"INBOX":
            kept.append(b"\\Noinferiors")
        return found[1] + b"(%b)" % b" ".join(kept) + line[found.end() :]

    found = [(line, bare.match(line)) for line in lines]
    return [line if one is None else changed(one, line) for line, one in found]


def _notes(exchange: Exchange, lines: list[bytes]) -> list[bytes]:
    """List one more where all were asked for."""
    is_for_all = exchange.argument.rstrip().endswith(("*", '"*"', "%", '"%"'))
    if not is_for_all or not is_tagged(exchange, lines[-1], b"OK"):
        return lines
    first = next((one for line in lines if (one := _LISTED.fullmatch(line))), None)
    separator = b'"/"' if first is None else first[1].rstrip().rpartition(b" ")[2]
    verb = exchange.verb.encode()
    return [*lines[:-1], b"* %b (\\HasNoChildren) %b Notes\r\n" % (verb, separator), lines[-1]]


# fmt: off
ROWS = (
    Quirk("list.inbox_mixed_case", "imap", _LISTS, "Inbox, not INBOX",
          "clients that look for INBOX", "T MK#242 (Yahoo), MK#849 (Microsoft)",
          _renamed(lambda name: b"Inbox" if unquoted(name) == b"INBOX" else name)),
    Quirk("list.no_inbox", "imap", _LISTS, "no line for INBOX", "clients that look for it there",
          "T MK#1957 (strato)", without(rb'\* (?:LIST|LSUB) \([^)]*\) "[^"]*" "?INBOX"?\r\n')),
    Quirk("list.special_use_missing", "imap", _LISTS, "no special uses",
          "clients that guess no names", "T MKF:icloud (iCloud, older Exchange)", sub(_USES, b"")),
    Quirk("list.no_attributes", "imap", _LISTS, r"no attributes, but \Noinferiors of INBOX",
          "clients that look for children or uses", "T MKF:icloud (iCloud)", _without_attributes),
    Quirk("list.special_use_doubled", "imap", _LISTS, r"\Drafts \Drafts", "clients that count",
          "T Yandex", sub(rb"( ?)(\\(?:Drafts|Junk|Sent|Trash)\b)", rb"\1\2 \2")),
    Quirk("list.all_mail_hidden", "imap", (*_LISTS, *_OPENS, "STATUS"),
          r"no mailbox with \All, as with Gmail's setting that hides All Mail",
          "clients that find every message there", "C NYL (Gmail)",
          without(rb"\* (?:LIST|LSUB) \([^)]*\\All\b"), _all_mail),
    Quirk("list.includes_nonmail", "imap", _LISTS, "Notes in the list, which cannot be selected",
          "clients that open all that there is", "T SwiftMail#30 (iCloud)", _notes),
    Quirk("list.leading_delimiter", "imap", _LISTS, "/Sent, not Sent",
          "clients that split names into levels", "C IFL",
          _renamed(lambda name: name if unquoted(name) == b"INBOX" else
                   _inside(name, lambda bare: b"/" + bare))),
    Quirk("list.trailing_delimiter", "imap", _LISTS, "Public Folders/, not Public Folders",
          "clients that split names into levels", "C JM (UW)",
          _renamed(lambda name: name if unquoted(name) == b"INBOX" else
                   _inside(name, lambda bare: bare + b"/"))),
    Quirk("list.nil_delimiter", "imap", _LISTS, "NIL for the separator",
          "clients that split names into levels", "K no capture",
          sub(rb'\A(\* (?:LIST|LSUB) \([^)]*\)) "[^"]*"', rb"\1 NIL")),
    Quirk("list.empty_delimiter", "imap", _LISTS, '"" for the separator',
          "clients that want one character", "K no capture",
          sub(rb'\A(\* (?:LIST|LSUB) \([^)]*\)) "[^"]*"', rb'\1 ""')),
    Quirk("list.bad_mutf7", "imap", _LISTS, "&Jjo, not &Jjo-: an encoding that never ends",
          "clients that decode names", "K no capture",
          _renamed(lambda name: re.sub(rb"(&[A-Za-z0-9+,]+)-", rb"\1", name))),
    Quirk("list.name_in_literal", "imap", _LISTS, "names as literals", "clients that read lines",
          "T MKF", _renamed(literal)),
    Quirk("list.name_unquoted", "imap", _LISTS, "names without quotes, spaces and all",
          "parsers of atoms", "T MK#945 (Microsoft)", _renamed(unquoted)),
    Quirk("list.missing_quote", "imap", _LISTS, "a name whose opening quote is lost",
          "parsers of quoted strings", "C getmail6 (Microsoft)",
          _renamed(lambda name: name.removeprefix(b'"'))),
    Quirk("list.reference_ignored", "imap", _LISTS, 'LIST "Work/" % as if it were LIST "" %',
          "clients that name by the reference what they want to see", "C TB (Cyrus)", is_deep=True),
    Quirk("list.not_below", "imap", _LISTS, "INBOX among what is below another mailbox",
          "clients that take each for a child", "T MK#149 (SmarterMail)", _not_below),
    Quirk("create.trailing_separator_refused", "imap", ("CREATE",),
          "CREATE of a name that ends in / is refused",
          "clients that say so that there will be others below it (RFC 3501 §6.3.3)",
          "K no capture (Gmail)", refuse=_ends_in_separator),
    Quirk("namespace.drop", "imap", ("NAMESPACE",), "the end, without a word",
          "clients that ask since it is announced", "T MK#1512 (Exchange 2003)",
          refuse=lambda _: b""),
    Quirk("lsub.bad", "imap", ("LSUB",), "LSUB is refused with BAD",
          "clients that ask for subscriptions in the old way",
          "T MK#2016; C IFL list.js (Microsoft, with IMAP4rev2)",
          refuse=lambda exchange: f"{exchange.tag} BAD Command Error. 12\r\n".encode()),
    Quirk("permflags.no_keywords", "imap", _OPENS, r"PERMANENTFLAGS without \*",
          "clients that set keywords all the same", "T RainLoop#686 (Microsoft)",
          sub(rb"\A(\* OK \[PERMANENTFLAGS \([^)]*?) ?\\\*", rb"\1")),
    Quirk("permflags.empty", "imap", _OPENS, "PERMANENTFLAGS ()",
          "clients that then set no flag, though they could", "K no capture",
          sub(rb"\A(\* OK \[PERMANENTFLAGS) \([^)]*\)", rb"\1 ()")),
    Quirk("recent.always_zero", "imap", _OPENS, "* 0 RECENT", "clients that see new mail by it",
          "K no capture", sub(rb"\A\* \d+ RECENT\r\n", b"* 0 RECENT\r\n")),
    Quirk("permflags.bracket", "imap", _OPENS, "a keyword with brackets in PERMANENTFLAGS",
          "parsers of response codes that end at the first ]", "C IFL",
          sub(rb"\A(\* (?:OK \[PERMANENT)?FLAGS \()", rb"\1[css3-page] ")),
    Quirk("flags.nil", "imap", _OPENS, "FLAGS NIL", "parsers of lists", "T MK#1042",
          sub(rb"\A\* FLAGS .*\r\n", b"* FLAGS NIL\r\n")),
    Quirk("flags.quoted", "imap", _OPENS, r'"\\Deleted" among the FLAGS', "parsers of flags",
          "T MK#771 (InterMail)", sub(rb"\A(\* FLAGS \()", rb'\1"\\\\Deleted" ')),
    Quirk("flags.backslash_keyword", "imap", _OPENS, r"\Spam among the flags",
          "clients that know each system flag", "T MK#1906",
          sub(rb"\A(\* (?:OK \[PERMANENT)?FLAGS \()", rb"\1\\Spam ")),
    Quirk("uidnext.missing", "imap", _OPENS, "no UIDNEXT", "clients that wait for it", "C TB",
          without(rb"\* OK \[UIDNEXT ")),
    Quirk("uidnext.zero", "imap", (*_OPENS, "STATUS"), "UIDNEXT 0", "nz-number parsers",
          "T MK#1010", sub(rb"UIDNEXT \d+", b"UIDNEXT 0")),
    Quirk("uidvalidity.zero", "imap", (*_OPENS, "STATUS"), "UIDVALIDITY 0", "nz-number parsers",
          "T MK#150 (SmarterMail)", sub(rb"UIDVALIDITY \d+", b"UIDVALIDITY 0")),
    Quirk("modseq.without_condstore", "imap", _OPENS, "HIGHESTMODSEQ, though there is no CONDSTORE",
          "clients that then ask for changes", "T MKF:yahoo (Yahoo)", is_deep=True),
    Quirk("modseq.over_60bit", "imap", (*_OPENS, "STATUS"), "HIGHESTMODSEQ beyond 2^60",
          "clients that keep it in a double", "T MK#1686 (Zoho)",
          sub(rb"HIGHESTMODSEQ (\d{1,2})\b", rb"HIGHESTMODSEQ 11529215046068469\1")),
    Quirk("status.empty_list", "imap", ("STATUS",), "STATUS with nothing in it",
          "clients that want a number", "T MED#15 (163)",
          sub(rb"\A(\* STATUS .* )\([^)]*\)\r\n", rb"\1()\r\n")),
    Quirk("status.name_in_literal", "imap", ("STATUS",), "the name as a literal",
          "clients that read lines", "T MKF", _status_in_literal),
    Quirk("status.trailing_space", "imap", ("STATUS",), "a space behind STATUS", "strict parsers",
          "C ICQ", sub(rb"\A(\* STATUS .*)\r\n", rb"\1 \r\n")),
    Quirk("select.needed_to_see_new", "imap",
          ("NOOP", "CHECK", "FETCH", "SEARCH", "STORE", "push", "IDLE"),
          "EXISTS is told by SELECT alone", "clients that poll by NOOP or IDLE", "C TB",
          without(rb"\* \d+ (?:EXISTS|RECENT)\r\n")),
    Quirk("idle.no_push", "imap", ("push",), "IDLE tells nothing", "clients that never ask again",
          "T imapclient#150", lambda _, __: []),
)
