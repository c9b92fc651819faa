"""What policies say: each reply has a name, texts of our own, and may be worded otherwise.

A text is the reply as it is sent: ``"450 4.7.1 Try later"``, ``"-ERR [SYS/TEMP] Try later"``,
``"NO [LIMIT] Try later"``; its lines are divided by line ends, each but the first without the
code.  IMAP's tag is put before it, and where nothing was asked, NO becomes BYE.
"""

import re
from collections.abc import Mapping
from string import Formatter

from pytest_fakemail.dataclass import dataclass
from pytest_fakemail.errors import BadArgument
from pytest_fakemail.faults import answers
from pytest_fakemail.policies.visits import UNASKED
from pytest_fakemail.spelling import unknown
from pytest_fakemail.wire.effects import Close, Effect
from pytest_fakemail.wire.exchange import Exchange

PLACEHOLDERS = ("client", "helo", "host", "user", "sender", "to", "domain", "seconds", "most")
"""What can stand in a text, in braces."""

_SHAPES = {
    "smtp": re.compile(r"[245]\d\d( .*)?", re.DOTALL),
    "pop3": re.compile(r"-ERR( .*)?", re.DOTALL),
    "imap": re.compile(r"(NO|BAD|BYE) .+", re.DOTALL),
}
_EXAMPLES = {
    "smtp": "450 4.7.1 Try later",
    "pop3": "-ERR [SYS/TEMP] Try later",
    "imap": "NO [LIMIT] Try later",
}


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply with a name, and its text for each family of protocols that can be given it."""

    name: str
    smtp: str = ""
    pop3: str = ""
    imap: str = ""

    def text(self, protocol: str) -> str:
        """Return our own text; LMTP speaks as SMTP does."""
        found: str = getattr(self, family(protocol))
        return found


def family(protocol: str) -> str:
    """Return ``"smtp"`` for LMTP, too."""
    return "smtp" if protocol == "lmtp" else protocol


def checked(text: object, protocol: str) -> str:
    """Return a text that the protocol can send.

    Raises:
        BadArgument: it is none, or has a placeholder that there is not.
    """
    kind = family(protocol)
    if not isinstance(text, str) or not _SHAPES[kind].fullmatch(text):
        raise BadArgument(f"no reply of {protocol}: {text!r}; wanted e.g. {_EXAMPLES[kind]!r}")
    try:
        names = [name for _, name, _, _ in Formatter().parse(text) if name is not None]
    except ValueError as error:
        raise BadArgument(f"no reply: {text!r}: {error}; write braces twice") from None
    for name in names:
        if name not in PLACEHOLDERS:
            raise BadArgument(unknown(f"placeholder {name!r} in a reply", name, PLACEHOLDERS))
    return text


def effects_of(
    text: str, exchange: Exchange, facts: Mapping[str, object], *, closes: bool
) -> list[Effect]:
    """Return the reply to an exchange, its placeholders filled."""
    clean = {name: " ".join(str(facts.get(name, "")).split()) for name in PLACEHOLDERS}
    lines = text.format_map(clean).split("\n")
    status, _, lines[0] = lines[0].partition(" ")
    match family(exchange.connection.protocol):
        case "smtp":
            step = answers.reply(int(status), lines)
        case "pop3":
            step = answers.status_indicator("-ERR", lines)
        case _ if status == "BYE" or exchange.verb in UNASKED:
            step = answers.bye(lines)
        case _:
            step = answers.tagged(status, lines)
    effects = list(step.change(exchange, ()))
    if closes and not any(isinstance(effect, Close) for effect in effects):
        effects.append(Close())
    return effects
