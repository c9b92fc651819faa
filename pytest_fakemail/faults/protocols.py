"""The rules of each protocol: those answers that its server can give."""

from typing import Self

from pytest_fakemail.faults import fetched
from pytest_fakemail.faults.answers import Text
from pytest_fakemail.faults.rules import Rule


class SmtpRule(Rule):
    """A fault of SMTP or LMTP."""

    __slots__ = ()

    def reply(self, code: int, text: Text = "") -> Self:
        r"""Answer with an SMTP reply; several lines from a list or text with ``\n``.

        Enhanced codes are part of the text.  421, and 521 as a greeting, close.

        Raises:
            BadArgument: a code without three digits.
        """
        return self._answer("reply", text, code)


class Pop3Rule(Rule):
    """A fault of POP3."""

    __slots__ = ()

    def ok(self, text: Text = "") -> Self:
        """Answer ``+OK``, though nothing happens."""
        return self._answer("ok", text)

    def err(self, text: Text = "") -> Self:
        """Answer ``-ERR``; a response code is part of the text."""
        return self._answer("err", text)


class ImapRule(Rule):
    """A fault of IMAP."""

    __slots__ = ()

    def ok(self, text: Text = "") -> Self:
        """Answer a tagged ``OK``, though nothing happens."""
        return self._answer("ok", text)

    def no(self, text: Text = "") -> Self:
        """Answer ``NO``; a response code is part of the text."""
        return self._answer("no", text)

    def bad(self, text: Text = "") -> Self:
        """Answer ``BAD``."""
        return self._answer("bad", text)

    def bye(self, text: Text = "") -> Self:
        """Say ``* BYE`` and close."""
        return self._answer("bye", text)

    def omit(self) -> Self:
        """Leave the responses of FETCH out: of the messages that `uid` means, or of all.

        The command has happened, and is completed as if they had been sent.

        Raises:
            BadArgument: a rule that is not of FETCH.
        """
        return self._add(fetched.omit(self._plan.condition), "omit")

    def nil(self) -> Self:
        """Answer NIL for octets (``BODY[…]``, ``BINARY[…]``, RFC822): of `uid`, or of all messages.

        So do servers that have lost a message but not what they know of it.  The command has
        happened.

        Raises:
            BadArgument: a rule that is not of FETCH.
        """
        return self._add(fetched.nil(self._plan.condition), "nil")


RULES: dict[str, type[Rule]] = {
    "smtp": SmtpRule,
    "lmtp": SmtpRule,
    "pop3": Pop3Rule,
    "imap": ImapRule,
}
"""What ``when`` of each protocol returns."""
