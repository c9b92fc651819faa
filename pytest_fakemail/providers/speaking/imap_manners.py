"""IMAP's answers as somebody else gives them: tagged texts, capabilities, ID, namespaces.

Only the end of an answer and a few short commands are looked at: what FETCH sends is not.
"""

import re
from collections.abc import Callable, Iterator, Mapping

from pytest_fakemail.faults.steps import Effects
from pytest_fakemail.providers.speaking.personality import Spoken
from pytest_fakemail.wire.effects import Effect, Send
from pytest_fakemail.wire.exchange import SASL_RESPONSE, Exchange

Fill = Callable[[str], str]
InOrder = Callable[[tuple[str, ...], dict[str, str]], list[str]]

_CODE = re.compile(r"\[[^\]]*\] ?")
_INBOX = re.compile(r'^(\* (?:LIST|LSUB) \([^)]*\) "[^"]*" )"?INBOX"?$')
_FLAGS = re.compile(r"^(\* (?:OK \[PERMANENT)?FLAGS \()([^)]+)")
_CAPABILITIES = re.compile(r"\[CAPABILITY ([^\]]*)\] ?")
_DATA = (" *", "LIST INBOX", "SELECT FLAGS")
_SHORT = (
    "CAPABILITY", "ID", "IDLE", "LOGIN", "AUTHENTICATE", "LOGOUT", "NAMESPACE", "SELECT", "EXAMINE",
    "LIST", "LSUB",
)  # fmt: skip
"""Commands whose untagged responses have texts, and are never long."""


def worded(
    spoken: Spoken, exchange: Exchange, fill: Fill, in_order: InOrder, effects: Effects
) -> Iterator[Effect]:
    """Yield the answer, one piece late: its last one has the tagged response."""
    verb = exchange.verb.removeprefix("UID ")
    if verb == SASL_RESPONSE:
        verb = "AUTHENTICATE"
    if verb == "DONE":
        verb = "IDLE"
    say = _Saying(spoken, exchange, verb, fill, in_order)
    held: Send | None = None
    for effect in effects:
        if not isinstance(effect, Send):
            if held is not None:
                yield Send(say.last(held.data))
                held = None
            yield effect
            continue
        if held is not None:
            yield Send(say.untagged(held.data))
        held = effect
    if held is not None:
        yield Send(say.last(held.data))


def _in_order(wanted: str, listed: str) -> str:
    """Return flags as a server always lists them, with what else there is behind them."""
    words = [*wanted.split(), *listed.split()]
    return " ".join(dict.fromkeys(words))


def _replies(spoken: Spoken, exchange: Exchange) -> Mapping[str, str]:
    """Return what is said otherwise than by us.

    A client that has chosen a language hears that, not the provider's words; data stay theirs.
    """
    if exchange.connection.speech is None:
        return spoken.replies
    return {name: said for name, said in spoken.replies.items() if name.endswith(_DATA)}


class _Saying:
    """One answer."""

    def __init__(
        self, spoken: Spoken, exchange: Exchange, verb: str, fill: Fill, in_order: InOrder
    ) -> None:
        self._spoken = spoken
        self._replies = _replies(spoken, exchange)
        self._exchange = exchange
        self._verb = verb
        self._fill = fill
        self._in_order = in_order

    def untagged(self, data: bytes) -> bytes:
        """Return responses that do not end the answer."""
        if self._verb == "connect":
            return self._greeting(data)
        is_farewell = self._verb == "push" and data.startswith(b"* BYE ")
        if self._verb not in _SHORT and not is_farewell:
            return data
        lines = data.decode("utf-8", "surrogateescape").split("\r\n")
        return "\r\n".join(map(self._line, lines)).encode("utf-8", "surrogateescape")

    def last(self, data: bytes) -> bytes:
        """Return the piece that ends the answer; the tagged response is its last line."""
        tag = self._exchange.tag
        start = data.rfind(b"\r\n", 0, -2) + 2 if data.endswith(b"\r\n") else len(data)
        start = 0 if start == 1 else start
        line = data[start:]
        if not tag or not line.startswith(f"{tag} ".encode()):
            return self.untagged(data)
        before = self.untagged(data[:start]) if start else b""
        return before + self._tagged(line.decode("utf-8", "replace").removesuffix("\r\n")).encode()

    def _tagged(self, line: str) -> str:
        tag, status, text = [*line.split(" ", 2), ""][:3]
        replies = self._replies
        code = _CODE.match(text)
        kind = "" if code is None else f" [{code[0].strip('[] ').partition(' ')[0]}]"
        begin = f"{self._verb} {status}"
        wording = replies.get(begin + kind, replies.get(begin, replies.get(f"* {status}")))
        found = _CAPABILITIES.match(text)
        pushed = ""
        if found is not None:
            names = " ".join(self._capabilities(found[1]))
            if self._spoken.pushes == "untagged":
                pushed = f"* CAPABILITY {names}\r\n"
            said = f"[CAPABILITY {names}] " if self._spoken.pushes == "code" else ""
            text = said + text[found.end() :]
            code = _CODE.match(text)
        if wording is not None:
            said = code[0] if code and not wording.startswith("!") else ""
            text = said + self._fill(wording.removeprefix("!"))
        return f"{pushed}{tag} {status} {text}\r\n"

    def _greeting(self, data: bytes) -> bytes:
        if not data.startswith(b"* OK"):
            return data
        found = _CAPABILITIES.search(data.decode())
        names = " ".join(self._capabilities(found[1])) if found else ""
        text = self._fill(self._spoken.greeting).replace("{capabilities}", names)
        return f"* OK {text}\r\n".encode()

    def _capabilities(self, listed: str) -> list[str]:
        ours = {}
        for word in listed.split():
            ours["APPENDLIMIT" if word.startswith("APPENDLIMIT=") else word] = word
        is_before = self._exchange.connection.user is None
        wanted = self._spoken.before if is_before else self._spoken.after
        return self._in_order(wanted, ours)

    def _line(self, line: str) -> str:
        if line.startswith("* CAPABILITY "):
            return f"* CAPABILITY {' '.join(self._capabilities(line[13:]))}"
        replies, verb = self._replies, self._verb
        if verb in ("LIST", "LSUB"):
            name = replies.get("LIST INBOX")
            return line if name is None else _INBOX.sub(rf"\g<1>{name}", line)
        if (flags := replies.get("SELECT FLAGS")) is not None:
            line = _FLAGS.sub(lambda found: found[1] + _in_order(flags, found[2]), line)
        for begin, key in self._places(line):
            if (text := replies.get(key)) is not None:
                return f"{begin} {self._fill(text)}".rstrip()
        return line

    def _places(self, line: str) -> Iterator[tuple[str, str]]:
        """Yield what stays of an untagged response, and the name of the text behind it."""
        verb = self._verb
        if line.startswith("* OK ["):
            code = line[6:].partition("]")[0]
            yield f"* OK [{code}]", f"SELECT [{code.partition(' ')[0]}]"
        elif line.startswith("* BYE"):
            yield "* BYE", f"{verb} BYE"
        elif line.startswith("+") and verb == "IDLE":
            yield "+", "IDLE +"
        elif line.startswith(f"* {verb} "):
            yield f"* {verb}", f"{verb} *"
