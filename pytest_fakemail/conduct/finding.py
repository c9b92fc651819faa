"""A finding: what a client did badly, with the rule that it breaks and where it is seen."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from pytest_fakemail.dataclass import dataclass
from pytest_fakemail.transcript.exchanges import RecordedExchange
from pytest_fakemail.visible import shortened, visible

_LONGEST = 72
_SECRET = frozenset(("AUTH", "AUTHENTICATE", "LOGIN", "USER", "PASS", "APOP"))


@dataclass(frozen=True, slots=True)
class Finding:  # noqa: PLW1641  (frozen, it has a hash)
    """One finding.

    Attributes:
        name: what it is ignored by, ``"no-quit"``.
        text: what was done, and how often.
        source: the rule: an RFC with its section, of the protocol that was spoken.
        lines: what the transcript has of it, ``C:`` and ``S:``, without credentials.
        connection: the number of the connection, as in the transcript; of the last, if there
            are several.
    """

    name: str
    text: str
    source: str
    lines: tuple[str, ...]
    connection: int

    if TYPE_CHECKING:  # so that checkers let a name be looked for in a list of these

        def __eq__(self, other: object) -> bool: ...

    def __str__(self) -> str:
        return f"{self.name}: {self.text} ({self.source})"


SOURCES = {
    "login-in-the-clear": "RFC 4616 §1, RFC 9051 §6.2.3",
    "no-quit": "RFC 5321 §4.1.1.10, RFC 1939 §6, RFC 9051 §3.4",
    "connection-per-message": "RFC 5321 §2.1: one connection takes one mail after the other",
    "early-command": "RFC 2920 §3.1, RFC 4954 §4, RFC 3207 §4.1",
    "bare-newline": "RFC 5321 §2.3.8, RFC 1939 §3, RFC 9051 §2.2",
    "retry-at-once": "RFC 5321 §4.5.4.1",
    "retry-of-permanent": "RFC 5321 §4.2.1",
    "fetch-without-peek": "RFC 9051 §6.4.5",
    "polling": "RFC 2177 §1",
    "select-per-message": "RFC 9051 §6.3.2",
    "uidvalidity-ignored": "RFC 9051 §2.3.1.1",
    "foreign-expunge": "RFC 4315 §2.1",
}
"""Every finding that there is, with the rule behind it."""
_OWN = {"smtp": "RFC 5321 ", "pop3": "RFC 1939 ", "imap": "RFC 9051 "}
"""Each protocol's own RFC, which is no rule for the others."""


def finding(name: str, text: str, exchanges: Iterable[RecordedExchange]) -> Finding:
    """Return a finding with the source of its rule and the lines of these exchanges."""
    seen = list(exchanges)
    lines = tuple(line for one in seen for line in _lines(one))
    connection = seen[-1].connection
    return Finding(name, text, source(name, connection.protocol), lines, connection.number)


def source(name: str, protocol: str) -> str:
    """Return the rule behind a finding, as far as it is about this protocol or about all."""
    others = {rfc for other, rfc in _OWN.items() if other != protocol.replace("lmtp", "smtp")}
    parts = SOURCES[name].split(", ")
    kept = [part for part in parts if not part.startswith(tuple(others))]
    return ", ".join(kept or parts)


def _lines(exchange: RecordedExchange) -> Iterable[str]:
    """Return a command and the last line of its answer."""
    number = exchange.connection.number
    if exchange.verb.isupper():
        yield f"[{number}] C: {exchange.summary}"
    elif exchange.verb == "end-of-data":
        yield f"[{number}] C: ."
    last = exchange.answer.rstrip(b"\r\n").rpartition(b"\n")[2]
    # The answer to a login can repeat it.
    is_hidden = exchange.is_secret or exchange.verb in _SECRET
    told = str(exchange.reply_code) if is_hidden else last.decode(errors="backslashreplace")
    if last:
        yield f"[{number}] S: {visible(shortened(told, _LONGEST))}"
