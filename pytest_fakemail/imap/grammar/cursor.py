"""A place in a command's text, moved on by the rules of the grammar.

Rules are functions over a cursor that return a value or raise `BadSyntax`; nothing here
knows a command.  Because framing hands over whole commands, a rule may give up anywhere.
"""

import re
from collections.abc import Container, Sequence

_WORD = re.compile(rb"[A-Za-z0-9.=_+-]+")
# Strict parsers of responses stumble over a lone parenthesis in a text.
_NAMES = {
    " ": "SP",
    "(": "an opening parenthesis",
    ")": "a closing parenthesis",
    "[": "an opening bracket",
    "]": "a closing bracket",
    "<": "an opening angle bracket",
    ">": "a closing angle bracket",
    '"': "a quote",
    "\\": "a backslash",
    ":": "a colon",
    ".": "a dot",
    "-": "a minus",
}
_LITERAL = re.compile(rb"(~?)\{\d+\+?\}\r?\n")


class BadSyntax(Exception):
    """The command cannot be understood; holds its reply.

    `status` is ``NO`` where the RFCs want it for a fault of the arguments (BADCHARSET,
    names that cannot be), `code` a response code without its brackets.
    """

    def __init__(self, text: str, *, code: str = "", status: str = "BAD") -> None:
        super().__init__(text)
        self.text = text
        self.code = code
        self.status = status


def uid_required() -> BadSyntax:
    """Return what to raise of a message number where only UIDs are spoken (RFC 9586 §3)."""
    text = "Message numbers are not allowed once UIDONLY is enabled"
    return BadSyntax(text, code="UIDREQUIRED")


class Everything(Container[str]):
    """Capabilities with none switched off."""

    def __contains__(self, name: object) -> bool:
        return True


class Cursor:
    """A whole command's text and literals, and how far they are read.

    `capabilities` tells which parameters of commands exist.  With `is_utf8`, after ENABLE of
    UTF8=ACCEPT or IMAP4rev2, quoted strings may hold UTF-8 and mailbox names are UTF-8
    (RFC 6855 §3, RFC 9051 §5.1).  With `is_uid_only` no message number may come.
    """

    __slots__ = ("_literals", "capabilities", "is_uid_only", "is_utf8", "position", "text")

    def __init__(
        self,
        text: bytes,
        literals: Sequence[bytes] = (),
        *,
        capabilities: Container[str] = Everything(),
        is_utf8: bool = False,
        is_uid_only: bool = False,
    ) -> None:
        # Some clients end commands with a space; Dovecot and Cyrus let them.
        self.text = text.removesuffix(b"\n").removesuffix(b"\r").rstrip(b" ")
        self.position = 0
        self.capabilities = capabilities
        self.is_utf8 = is_utf8
        self.is_uid_only = is_uid_only
        self._literals = iter(literals)

    @property
    def is_at_end(self) -> bool:
        """Whether nothing is left."""
        return self.position >= len(self.text)

    def wants(self, what: str) -> BadSyntax:
        """Return the failure to raise: what was wanted and where.

        What came instead is not repeated, for it may be a password.
        """
        return BadSyntax(f"expected {what} at octet {self.position + 1}")

    def peek(self, token: bytes) -> bool:
        """Tell whether the token comes next, in this case."""
        return self.text.startswith(token, self.position)

    def skip(self, token: bytes) -> bool:
        """Step over the token if it comes next."""
        if not self.text.startswith(token, self.position):
            return False
        self.position += len(token)
        return True

    def expect(self, token: bytes) -> None:
        """Step over the token, which must come next.

        Raises:
            BadSyntax: something else comes next.
        """
        if not self.text.startswith(token, self.position):
            raise self.wants(" and ".join(_NAMES.get(sign, sign) for sign in token.decode("ascii")))
        self.position += len(token)

    def take(self, pattern: re.Pattern[bytes]) -> bytes | None:
        """Step over what the pattern matches here and return it; None if it does not match."""
        match = pattern.match(self.text, self.position)
        if match is None:
            return None
        self.position = match.end()
        return match[0]

    def word(self, wanted: str) -> str:
        """Return the next word of letters, digits and ``.=_+-`` in upper case.

        Raises:
            BadSyntax: no such word comes next.
        """
        match = _WORD.match(self.text, self.position)
        if match is None:
            raise self.wants(wanted)
        self.position = match.end()
        return match[0].decode("ascii").upper()

    def peek_word(self) -> str:
        """Return the next word in upper case without stepping over it, ``""`` if none."""
        match = _WORD.match(self.text, self.position)
        return "" if match is None else match[0].decode("ascii").upper()

    def skip_word(self, word: str) -> bool:
        """Step over this word, in any case, if it comes next as a whole."""
        if self.peek_word() != word:
            return False
        self.position += len(word)
        return True

    def literal(self) -> tuple[bytes, bool] | None:
        """Step over a literal; return its octets and whether it is a literal8, or None."""
        match = _LITERAL.match(self.text, self.position)
        if match is None:
            return None
        self.position = match.end()
        return next(self._literals), bool(match[1])

    def end(self) -> None:
        """Require that nothing is left.

        Raises:
            BadSyntax: there is more.
        """
        if self.position < len(self.text):
            raise self.wants("the end of the command")
