"""How values are written in IMAP responses (RFC 3501 §9, RFC 9051 §9).

The counterpart of `grammar`: what is written here can be read there.  Strings are octets
as the message has them; nothing is decoded on the way to the client.
"""

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from pytest_fakemail.imap.grammar.mutf7 import encode_mutf7
from pytest_fakemail.store.flags import SYSTEM_FLAGS

NIL = b"NIL"

_is_plain = re.compile(rb"[ !#-\[\]-~]*+\Z").match
_QUOTABLE = re.compile(rb"[^\0\r\n\x80-\xff]*")
_QUOTABLE_UTF8 = re.compile(rb"[^\0\r\n]*")
_SPECIAL = re.compile(rb'([\\"])')
# Fewer characters than atoms may have: what looks like a word needs no quotes, and no
# client is put to the test by brackets or NIL.
_WORD = re.compile(rb"(?!nil\Z)[A-Za-z0-9][A-Za-z0-9._+/=-]*", re.IGNORECASE)
_UNSPEAKABLE = re.compile(r"[^ -~]+")
_UNSPEAKABLE_UTF8 = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")
_NO_LITERAL = str.maketrans("{}", "()")
_NO_PAIRS = str.maketrans('()[]"', "?????")
_MONTHS = b"Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
_SYSTEM_ORDER = {flag: place for place, flag in enumerate(SYSTEM_FLAGS)}


def encode_string(octets: bytes, *, is_utf8: bool = False) -> bytes:
    """Return ``string``: quoted where that can hold the octets, else a literal.

    Octets beyond ASCII are quoted only if they are UTF-8 and the client has enabled it with
    UTF8=ACCEPT or IMAP4rev2 (`is_utf8`).  NUL, for which IMAP's strings have no place,
    becomes U+FFFD, as with Dovecot.
    """
    if _is_plain(octets):
        return b'"' + octets + b'"'
    if _QUOTABLE.fullmatch(octets) or (is_utf8 and _is_quotable_utf8(octets)):
        return b'"%b"' % _SPECIAL.sub(rb"\\\1", octets)
    return encode_literal(octets.replace(b"\0", b"\xef\xbf\xbd"))


def _is_quotable_utf8(octets: bytes) -> bool:
    if not _QUOTABLE_UTF8.fullmatch(octets):
        return False
    try:
        octets.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def encode_nstring(octets: bytes | None, *, is_utf8: bool = False) -> bytes:
    """Return ``nstring = string / nil``."""
    if octets is None:
        return NIL
    # Once more what `encode_string` begins with: this is where FETCH ENVELOPE spends its time.
    return b'"' + octets + b'"' if _is_plain(octets) else encode_string(octets, is_utf8=is_utf8)


def encode_astring(octets: bytes, *, is_utf8: bool = False) -> bytes:
    """Return ``astring``: a word bare, anything else as a string."""
    return octets if _WORD.fullmatch(octets) else encode_string(octets, is_utf8=is_utf8)


def encode_literal(octets: bytes) -> bytes:
    """Return ``literal``."""
    return b"{%d}\r\n%b" % (len(octets), octets)


def encode_literal8(octets: bytes) -> bytes:
    """Return ``literal8``, which may hold NUL (RFC 3516 §4.4)."""
    return b"~{%d}\r\n%b" % (len(octets), octets)


def encode_mailbox(name: str, *, is_utf8: bool = False) -> bytes:
    """Return ``mailbox``: in UTF-8 if the client has enabled that, else in modified UTF-7."""
    octets = name.encode("utf-8") if is_utf8 else encode_mutf7(name).encode("ascii")
    return encode_astring(octets, is_utf8=is_utf8)


def encode_separator(separator: str | None) -> bytes:
    """Return ``DQUOTE QUOTED-CHAR DQUOTE / nil``, as mailbox-list has it."""
    return encode_nstring(None if separator is None else separator.encode("ascii"))


def encode_labels(names: Iterable[str], *, is_utf8: bool) -> bytes:
    r"""Return ``"(" [label *(SP label)] ")"``; those that begin with ``\`` are quoted."""
    return b"(%b)" % b" ".join(
        encode_string(name.encode()) if name[0] == "\\" else encode_mailbox(name, is_utf8=is_utf8)
        for name in names
    )


@lru_cache(maxsize=4096)
def encode_flags(flags: frozenset[str], *, is_recent: bool = False) -> bytes:
    r"""Return ``"(" [flag *(SP flag)] ")"``: the system's flags first, then keywords."""
    ordered = sorted(flags, key=lambda flag: (_SYSTEM_ORDER.get(flag, len(_SYSTEM_ORDER)), flag))
    if is_recent:
        ordered.append("\\Recent")
    return f"({' '.join(ordered)})".encode("ascii")


def encode_date_time(moment: datetime) -> bytes:
    """Return ``date-time`` of an aware datetime, in its own zone."""
    return b'"%02d-%b-%04d %02d:%02d:%02d %b"' % (
        moment.day,
        _MONTHS[moment.month - 1],
        moment.year,
        moment.hour,
        moment.minute,
        moment.second,
        b"+0000" if moment.tzinfo is UTC else _zone(moment.utcoffset() or timedelta()),
    )


def _zone(offset: timedelta) -> bytes:
    """Return ``zone``."""
    minutes = int(offset.total_seconds()) // 60
    sign = b"-" if minutes < 0 else b"+"
    return sign + b"%02d%02d" % divmod(abs(minutes), 60)


def encode_text(text: str, *, is_utf8: bool = False) -> bytes:
    """Return ``text`` for humans: one line of printable ASCII, with ``?`` for anything else.

    In UTF-8 to a client that has chosen a language (RFC 5255 §3.2).
    Parsers that tokenise it too stumble over a parenthesis, bracket or quote that is alone, and
    over what looks like a literal; a client's own words, such as a mailbox name, may have them.
    """
    said = (_UNSPEAKABLE_UTF8 if is_utf8 else _UNSPEAKABLE).sub("?", text).translate(_NO_LITERAL)
    has_pairs = said.count("(") == said.count(")") and said.count("[") == said.count("]")
    if not has_pairs or said.count('"') % 2:
        said = said.translate(_NO_PAIRS)
    return said.encode()
