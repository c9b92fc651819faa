"""Parameters of MIME fields: ``value; name=value; name*0*=charset'language'text``.

RFC 2045 §5.1 for the form, RFC 2231 for continuations and character sets.  Read as the
wild writes them: unquoted values with forbidden characters, blanks around ``=``, stray
semicolons, comments, quotes that never end.
"""

import re

from pytest_fakemail.mime import charsets, lexer, words

Parameters = tuple[tuple[bytes, bytes], ...]
"""Names and values as sent and in order, the pieces of a continued one joined.

A name ends in ``*`` where the value has RFC 2231's form, ``charset'language'%41...``.
"""

# The plain value ends at a blank or semicolon; what else stands before the next semicolon
# is nothing.  Possessive, so that each octet is looked at a bounded number of times.
_PIECE = re.compile(
    rb"""[\s;]*+(?P<name>[^\s;=]*+)\s*+
         (?:=\s*+(?:"(?P<quoted>(?:[^"\\]|\\.)*+)"?|(?P<plain>[^\s;]*+)))?[^;]*+""",
    re.DOTALL | re.VERBOSE,
)
# A file name that ought to be quoted reaches up to the next semicolon, blanks and all: so
# mail readers take it, because many senders write it so.
_UNQUOTED_NAME = re.compile(
    rb"""(;\s*+(?:file)?name\s*+=\s*+)([^\s";][^;"]*+)(?=;|\Z)""", re.IGNORECASE
)
# As `headers.LF`.
_EQUALS, _PARENTHESIS, _BACKSLASH, _STAR = b"=(\\*"
_NEEDS_QUOTES = re.compile(rb"[\s()]")
_COMMENT_BEHIND = re.compile(rb"\s++\([^()]*+\)\Z")
_QUOTED_PAIR = re.compile(rb"\\(.)", re.DOTALL)
_CONTINUED = re.compile(rb"(.+)\*([0-9]{1,9})(\*?)", re.DOTALL)
_ESCAPED = re.compile(rb"%([0-9A-Fa-f]{2})")
_UNSAFE = re.compile(rb"[^!#$&+.^_`{|}~0-9A-Za-z-]")


def split(raw: bytes) -> tuple[bytes, Parameters]:
    """Return a field's value before the first semicolon, and the parameters behind it."""
    if _EQUALS in raw:
        raw = _UNQUOTED_NAME.sub(_quoted_name, raw)
    if _PARENTHESIS in raw:
        raw = lexer.without_comments(raw)
    value, semicolon, rest = raw.partition(b";")
    return value.strip(), parameters(rest) if semicolon else ()


def _quoted_name(unquoted: re.Match[bytes]) -> bytes:
    name, value = unquoted[1], unquoted[2].rstrip()
    comment = _COMMENT_BEHIND.search(value)
    behind = b"" if comment is None else value[comment.start() :]
    value = value[: len(value) - len(behind)]
    if not _NEEDS_QUOTES.search(value):
        return unquoted[0]
    return name + b'"' + re.sub(rb'(["\\])', rb"\\\1", value) + b'"' + behind


def parameters(raw: bytes) -> Parameters:
    """Return the parameters of ``name=value; name=value``."""
    found: list[tuple[bytes, bytes]] = []
    position = 0
    while position < len(raw):
        piece = _PIECE.match(raw, position)
        if piece is None or piece.end() == position:  # cannot be: every octet is eaten
            break
        position = piece.end()
        name, quoted, plain = piece.groups()
        if quoted is not None:
            found.append(
                (name, _QUOTED_PAIR.sub(rb"\1", quoted) if _BACKSLASH in quoted else quoted)
            )
        elif plain is not None:
            found.append((name, plain))
    if _STAR in raw:
        return _joined(found)
    return tuple(found)


def text(values: Parameters, name: bytes) -> str | None:
    """Return the parameter of this name (in lower case) as text, its character set decoded.

    RFC 2231's form wins over a plain one; in a plain one encoded words are decoded, which
    RFC 2047 §5 forbids and many senders do.
    """
    plain: str | None = None
    for known, value in values:
        if known.lower() == name + b"*":
            return _extended_text(value)
        if known.lower() == name and plain is None:
            plain = words.decode(value)
    return plain


def _extended_text(value: bytes) -> str:
    """``charset "'" language "'" text`` (RFC 2231 §4)."""
    charset, mark, rest = value.partition(b"'")
    _, second, escaped = rest.partition(b"'")
    if not (mark and second):
        charset, escaped = b"", value
    if escaped.startswith(b'"'):  # quotes have no place there, and some put them there
        escaped = escaped.strip(b'"')
    octets = _ESCAPED.sub(lambda match: bytes([int(match[1], 16)]), escaped)
    return charsets.decode(octets, charset.decode("latin-1"))


def _joined(found: list[tuple[bytes, bytes]]) -> Parameters:
    """Join ``name*0``, ``name*1`` ... in the order of their numbers (RFC 2231 §3)."""
    families: dict[bytes, list[tuple[int, bytes, bytes]]] = {}
    rows: list[tuple[bytes, bytes]] = []
    for name, value in found:
        section = _CONTINUED.fullmatch(name)
        if section is None:
            rows.append((name, value))
        else:
            family = families.setdefault(section[1].lower(), [])
            family.append((int(section[2]), name, value))
    for family in families.values():
        family.sort(key=lambda section: section[0])
        if [number for number, _, _ in family] == list(range(len(family))):
            rows.append(_whole([(name, value) for _, name, value in family]))
        else:  # a piece is missing, or there twice
            rows += [(name, value) for _, name, value in family]
    return tuple(rows)


def _whole(pieces: list[tuple[bytes, bytes]]) -> tuple[bytes, bytes]:
    first, _ = pieces[0]
    name = first[: first.rindex(b"*", 0, -1)]
    if not any(piece.endswith(b"*") for piece, _ in pieces):
        return name, b"".join(value for _, value in pieces)
    # A plain piece among extended ones is escaped, so that the whole reads as one.
    escaped = [
        value if piece.endswith(b"*") else _UNSAFE.sub(lambda match: b"%%%02X" % match[0][0], value)
        for piece, value in pieces
    ]
    if not first.endswith(b"*"):
        escaped.insert(0, b"''")
    return name + b"*", b"".join(escaped)
