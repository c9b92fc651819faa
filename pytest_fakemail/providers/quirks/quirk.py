"""A known misbehaviour of a real server: a rewrite of an answer, octets in, octets out.

Some refuse a command that they should take; then it does not happen.  What a quirk has to remember
of a connection is in `Connection.marks`.
"""

import re
from collections.abc import Callable, Iterator

from pytest_fakemail.dataclass import dataclass
from pytest_fakemail.faults.steps import Effects
from pytest_fakemail.wire.effects import Close, Effect, Send
from pytest_fakemail.wire.exchange import Exchange

Rewrite = Callable[[Exchange, list[bytes]], list[bytes]]
"""From the responses of an answer, whole with their literals, to others."""

Refuse = Callable[[Exchange], bytes | None]
"""What is answered instead of a command, nothing to hang up; None lets it happen."""

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
    rewrite: Rewrite = lambda _, lines: lines
    refuse: Refuse = lambda _: None
    is_deep: bool = False
    """Whether the command itself does it, which finds the name in `Connection.marks`."""
    is_last: bool = False
    """Whether no list can be read of what it leaves: others that are on go first."""

    def refused(self, exchange: Exchange) -> list[Effect] | None:
        """Return what is answered instead of a command; None lets it happen."""
        if not self._is_for(exchange):
            return None
        said = self.refuse(exchange)
        if said is None:
            return None
        return [Send(said)] if said else [Close()]

    def begin(self, exchange: Exchange) -> None:
        """Let a command that happens find the quirk, until its answer is `bent`."""
        if self.is_deep and self._is_for(exchange):
            mark(exchange, self.name)

    def bent(self, exchange: Exchange, effects: Effects) -> Effects:
        """Return an answer as the quirk makes it."""
        return self._rewritten(exchange, effects) if self._is_for(exchange) else effects

    def _is_for(self, exchange: Exchange) -> bool:
        return not self.verbs or exchange.verb.removeprefix("UID ") in self.verbs

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
        if self.is_deep:
            exchange.connection.marks -= {self.name}

    def _said(self, exchange: Exchange, data: bytes) -> Iterator[Effect]:
        cut = responses(data) if self.protocol == "imap" else data.splitlines(keepends=True)
        said = b"".join(self.rewrite(exchange, cut))
        if said:
            yield Send(said)


def mark(exchange: Exchange, name: str) -> None:
    """Remember something of the client's connection."""
    exchange.connection.marks |= {name}


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
