"""Lists of addresses: mailboxes, groups, and what the wild makes of them.

RFC 5322 §3.4 with the obsolete forms of §4.4: source routes, comments for names, empty
list elements, dots and blanks in local parts.  The answer has the shape of IMAP's ENVELOPE
(RFC 3501 §7.4.2), so that a server only has to quote it.
"""

import re
from typing import NamedTuple

from pytest_fakemail.mime import charsets, lexer, words
from pytest_fakemail.pattern import pattern

MISSING_MAILBOX = b"MISSING_MAILBOX"
MISSING_DOMAIN = b"MISSING_DOMAIN"
"""What stands for the half of an address that is not there; the words are Dovecot's."""

_NO_DOT_ATOM = pattern(r"""[ -~](?<![\w!#$%&'*+/=?^`{|}~.-])""")


class Address(NamedTuple):
    """One element of a list, as in ENVELOPE, in octets as sent: unquoted, not decoded.

    A group begins with an element that has its name for `mailbox` and no `host`, and ends
    with one that has neither.
    """

    name: bytes | None
    route: bytes | None
    mailbox: bytes | None
    host: bytes | None

    @property
    def is_group_start(self) -> bool:
        """Whether this names the group of the addresses behind it."""
        return self.host is None and self.mailbox is not None

    @property
    def is_group_end(self) -> bool:
        """Whether this ends a group."""
        return self.host is None and self.mailbox is None

    @property
    def spec(self) -> str:
        """``mailbox@host`` as text; the mailbox alone without a host."""
        mailbox = charsets.decode(self.mailbox or b"")
        return f"{mailbox}@{charsets.decode(self.host)}" if self.host else mailbox

    @property
    def written(self) -> str:
        """`spec` as it is written in an address: a local part that is no dot-atom in quotes.

        Without what stands for a half that is not there; empty for a group or ``<>``.
        """
        if self.host is None or self.mailbox is None:
            return ""
        # Compared as objects: a mailbox may have such a name.
        mailbox = "" if self.mailbox is MISSING_MAILBOX else _local_part(self.mailbox)
        return mailbox if self.host is MISSING_DOMAIN else f"{mailbox}@{charsets.decode(self.host)}"

    @property
    def display_name(self) -> str:
        """The name as text, its encoded words decoded; empty without one."""
        return words.decode(self.name or b"")


_GROUP_END = Address(None, None, None, None)


def _local_part(mailbox: bytes) -> str:
    """``local-part = dot-atom / quoted-string`` (RFC 5322 §3.4.1), of what is in the quotes."""
    text = charsets.decode(mailbox)
    if _NO_DOT_ATOM.search(text) is None:
        return text
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


# What nearly all mail holds: ``a@b``, ``Name <a@b>``, ``"Name" <a@b>`` and a comma.
_COMMON = pattern(
    rb"""[ \t]*+(?:
        ([^\s<>@,;:()\\"\[\]]++)@([^\s<>@,;:()\\"\[\]]++)
      | (?:"([^"\\\r\n]++)"|([^\s<>@,;:()\\"\[\]]++(?:[ ][^\s<>@,;:()\\"\[\]]++)*+))?
        [ \t]*+<([^\s<>@,;:()\\"\[\]]++)@([^\s<>@,;:()\\"\[\]]++)>
    )[ \t]*+(?:,|\Z)""",
    re.VERBOSE,
)


def address_list(raw: bytes) -> list[Address]:
    """Read the value of an address field, folded or not."""
    found: list[Address] = []
    position, end = 0, len(raw)
    match_common = _COMMON.match
    while position < end:
        common = match_common(raw, position)
        if common is None:
            return found + _Reader(raw, position).address_list()
        mailbox, host, quoted, name, bracketed, bracketed_host = common.groups()
        if mailbox is not None:
            found.append(Address(None, None, mailbox, host))
        else:
            found.append(Address(quoted or name, None, bracketed, bracketed_host))
        position = common.end()
    return found


class _Token(NamedTuple):
    """`kind` is the sign itself, or ``a`` for atoms and literals, ``"`` and ``(``."""

    kind: bytes
    value: bytes
    is_apart: bool  # blanks or comments stand before it


_BLANKS = pattern(rb"\s++")
_ATOM = pattern(rb'[^\s()<>@,;:"\[]++')
_LITERAL = pattern(rb"\[(?:[^\]\\]|\\.)*+\]?", re.DOTALL)
_PAIR = pattern(rb"\\(.)", re.DOTALL)


def _tokens(raw: bytes, position: int) -> list[_Token]:
    found: list[_Token] = []
    is_apart = False
    while position < len(raw):
        sign = raw[position : position + 1]
        start = position
        if blanks := _BLANKS.match(raw, position):
            position = blanks.end()
            is_apart = True
            continue
        if sign == b"(":
            position = lexer.comment_end(raw, position)
            found.append(_Token(b"(", raw[start + 1 : position].removesuffix(b")"), is_apart))
            is_apart = True
            continue
        if sign == b'"':
            position = lexer.quoted_end(raw, position)
            content = _unfolded(raw[start + 1 : position].removesuffix(b'"'))
            found.append(_Token(b'"', _PAIR.sub(rb"\1", content), is_apart))
        elif atom := _ATOM.match(raw, position) or _LITERAL.match(raw, position):
            position = atom.end()
            found.append(_Token(b"a", _unfolded(atom[0]), is_apart))
        else:
            position += 1
            found.append(_Token(sign, sign, is_apart))
        is_apart = False
    return found


def _unfolded(value: bytes) -> bytes:
    return value.replace(b"\r\n", b"").replace(b"\n", b"") if b"\n" in value else value


def _phrase(tokens: list[_Token]) -> bytes:
    """``phrase = 1*word``, one blank where there were some."""
    return b"".join(
        b" " + token.value if token.is_apart and position else token.value
        for position, token in enumerate(tokens)
    )


class _Reader:
    """Reads a whole address list, token by token."""

    def __init__(self, raw: bytes, position: int) -> None:
        self.tokens = _tokens(raw, position)
        self.position = 0
        self.found: list[Address] = []

    def address_list(self) -> list[Address]:
        """``address-list = (address *("," address)) / obs-addr-list``."""
        is_in_group = False
        while self.position < len(self.tokens):
            before, comments = self.until(b",;:<")
            sign = self.take()
            if sign == b"<":
                self.angle_addr(before)
            elif sign == b":" and not is_in_group and not any(t.kind == b"@" for t in before):
                self.found.append(Address(None, None, _phrase(before), None))
                is_in_group = True
            elif before:
                self.addr_spec(before, comments)
            if sign == b";" and is_in_group:
                self.found.append(_GROUP_END)
                is_in_group = False
        if is_in_group:
            self.found.append(_GROUP_END)
        return self.found

    def peek(self) -> bytes:
        """Return the kind of the next token; nothing at the end."""
        return self.tokens[self.position].kind if self.position < len(self.tokens) else b""

    def take(self) -> bytes:
        """Return the kind of the next token and go behind it."""
        kind = self.peek()
        self.position += 1
        return kind

    def until(self, signs: bytes) -> tuple[list[_Token], list[_Token]]:
        """Take what stands before one of the signs: without comments, and the comments."""
        before: list[_Token] = []
        comments: list[_Token] = []
        while (kind := self.peek()) and kind not in signs:
            (comments if kind == b"(" else before).append(self.tokens[self.position])
            self.position += 1
        return before, comments

    def angle_addr(self, name: list[_Token]) -> None:
        """``angle-addr = "<" [obs-route] addr-spec ">"``, behind its "<"."""
        route: bytes | None = None
        if self.peek() == b"@":
            # ``obs-route = obs-domain-list ":"``, a list of "@" domain with commas
            start = self.position
            hops, _ = self.until(b":><;")
            if self.peek() == b":":
                self.position += 1
                route = b"".join(hop.value for hop in hops)
            else:
                self.position = start
        inside, _ = self.until(b">,;<")
        if self.peek() == b">":
            self.until(b",;")
        if self.peek() == b",":
            self.position += 1
        mailbox, host = _all_of(inside)
        self.found.append(Address(_phrase(name) or None, route, mailbox, host))

    def addr_spec(self, before: list[_Token], comments: list[_Token]) -> None:
        """``addr-spec = local-part "@" domain``, with a comment for a name (RFC 822)."""
        name, mailbox, host = _halves(before)
        if not name and not any(token.is_apart for token in before[1:]):
            mailbox, host = _all_of(before)
        if not name and comments:
            name = _PAIR.sub(rb"\1", comments[-1].value.strip())
        self.found.append(Address(name or None, None, mailbox, host))


def _halves(tokens: list[_Token]) -> tuple[bytes, bytes, bytes]:
    """Return the words before an addr-spec, its local part and its domain."""
    at = next((place for place, token in enumerate(tokens) if token.kind == b"@"), None)
    if at is None:
        if len(tokens) == 1 and tokens[0].kind == b"a":
            return b"", tokens[0].value, MISSING_DOMAIN
        return _phrase(tokens), MISSING_MAILBOX, MISSING_DOMAIN
    first = at
    while first > 0 and tokens[first - 1].kind in b'a"':
        first -= 1
        if first and not _is_joined(tokens[first - 1], tokens[first]):
            break
    last = at + 1
    while last < len(tokens) and tokens[last].kind == b"a":
        last += 1
        if last < len(tokens) and not _is_joined(tokens[last - 1], tokens[last]):
            break
    mailbox = b"".join(token.value for token in tokens[first:at])
    host = b"".join(token.value for token in tokens[at + 1 : last])
    return _phrase(tokens[:first]), mailbox or MISSING_MAILBOX, host or MISSING_DOMAIN


def _all_of(tokens: list[_Token]) -> tuple[bytes, bytes]:
    """Return the local part and the domain of what stands between angle brackets.

    Nothing of it is left out, or ``<mailto:a@b>`` and ``<a@b@c>`` would look like sound addresses.
    """
    before, mailbox, host = _halves(tokens)
    ats = [place for place, token in enumerate(tokens) if token.kind == b"@"]
    if ats and (before or len(ats) > 1):
        mailbox = b"".join(b" " * token.is_apart + token.value for token in tokens[: ats[-1]])
        host = b"".join(token.value for token in tokens[ats[-1] + 1 :])
        return mailbox.strip() or MISSING_MAILBOX, host or MISSING_DOMAIN
    return mailbox, host


def _is_joined(left: _Token, right: _Token) -> bool:
    """Whether two words are one: no blank between them, or a dot (RFC 5322 §4.4)."""
    return not right.is_apart or left.value.endswith(b".") or right.value.startswith(b".")
