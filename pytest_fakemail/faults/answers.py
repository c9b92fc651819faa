"""Answers in the server's place: the command does not happen.

A text is sent as it is given; its lines are divided by any line end.  Text that is not
ASCII goes out as UTF-8, whether the client asked for that or not: it is a fault.
"""

from collections.abc import Callable, Iterable, Sequence
from itertools import chain

from pytest_fakemail.arguments import encodable
from pytest_fakemail.blame import asked
from pytest_fakemail.errors import BadArgument
from pytest_fakemail.faults.steps import Effects, Step, StepKind
from pytest_fakemail.wire.effects import Close, Effect, Send
from pytest_fakemail.wire.exchange import END_OF_DATA, Exchange

Text = str | Sequence[str]
"""A reply's text: one with line ends in it, or a list of lines."""

ANSWERS = {
    "smtp": ("reply", "send"),
    "lmtp": ("reply", "send"),
    "pop3": ("ok", "err", "send"),
    "imap": ("ok", "no", "bad", "bye", "send"),
}
"""The answers that each protocol has."""

_CODES = range(100, 1000)
_CLOSING = 421
_REFUSES_CONNECTION = 521


def named(answer: str, protocol: str, text: Text, code: int | None = None) -> Step:
    """Return the answer of this name, in the words of the protocol.

    Raises:
        BadArgument: a protocol that has no such answer, a code or a text that is none.
    """
    possible = ANSWERS.get(protocol, ())
    if answer not in possible:
        raise BadArgument(
            f"{protocol} has no answer {answer}(); there is {', '.join(possible) or 'none'}"
        )
    match answer:
        case "reply":
            return reply(code, text)
        case "bye":
            return bye(text)
        case "send":
            return send(lines_of(text))
        case "err":
            return status_indicator("-ERR", text)
        case "ok" if protocol == "pop3":
            return status_indicator("+OK", text)
        case _:
            return tagged(answer.upper(), text)


def reply(code: int | None, text: Text = "") -> Step:
    """Answer with an SMTP reply (RFC 5321 §4.2), of several lines if the text has them.

    421 ends the connection (RFC 5321 §4.2.1), and so does 521 as a greeting (RFC 7504 §3).
    On LMTP the end of data is answered once for each recipient (RFC 2033 §4.2).

    Raises:
        BadArgument: a code that has not three digits.
    """
    if not isinstance(code, int) or isinstance(code, bool) or code not in _CODES:
        raise BadArgument(f"no reply code: {code!r}; SMTP's have three digits, as in 450")
    lines = _lines(text)
    raw = b"".join(
        b"%d%s%s\r\n" % (code, _separator(line, is_last=number == len(lines)), line)
        for number, line in enumerate(lines, 1)
    )

    def answer(exchange: Exchange) -> list[Effect]:
        is_per_recipient = exchange.connection.protocol == "lmtp" and exchange.verb == END_OF_DATA
        count = max(1, len(exchange.recipients)) if is_per_recipient else 1
        is_last_word = code == _CLOSING or (
            code == _REFUSES_CONNECTION and exchange.verb == "connect"
        )
        return [Send(raw * count), Close()] if is_last_word else [Send(raw * count)]

    is_end = code == _CLOSING
    return Step(_answered(answer), StepKind.ANSWER, comes_by_itself=is_end, is_end=is_end)


def tagged(status: str, text: Text) -> Step:
    """Answer with IMAP's OK, NO or BAD: with the command's tag, as a greeting without.

    Lines before the last one are sent as untagged responses of the same status.
    """
    *others, last = _lines(text)

    def answer(exchange: Exchange) -> list[Effect]:
        words = [_words("*", status, line) for line in others]
        words.append(_words(exchange.tag or "*", status, last))
        return [Send(b"".join(words))]

    return Step(_answered(answer), StepKind.ANSWER)


def bye(text: Text) -> Step:
    """Say IMAP's BYE and close (RFC 9051 §7.1.5); nothing tagged follows."""
    raw = b"".join(_words("*", "BYE", line) for line in _lines(text))
    change = _answered(lambda _: [Send(raw), Close()])
    return Step(change, StepKind.ANSWER, comes_by_itself=True, is_end=True)


def status_indicator(indicator: str, text: Text) -> Step:
    """Answer with POP3's ``+OK`` or ``-ERR``; further lines make a multi-line response.

    ``-ERR`` never begins one (RFC 1939 §3), so its lines become one.
    """
    first, *others = _lines(text) if indicator == "+OK" else [b" ".join(_lines(text))]
    raw = _words(indicator, first)
    if others:
        stuffed = (b"." + line if line.startswith(b".") else line for line in others)
        raw += b"".join(line + b"\r\n" for line in stuffed) + b".\r\n"
    return Step(_answered(lambda _: [Send(raw)]), StepKind.ANSWER)


def send(data: bytes | Callable[[Exchange], bytes]) -> Step:
    """Answer with these octets and nothing else; a callable makes them from the exchange."""
    if callable(data):
        return Step(_answered(lambda exchange: [_sent_by(data, exchange)]), StepKind.ANSWER)
    if not isinstance(data, bytes | bytearray):
        raise BadArgument(f"no octets: {data!r}; send takes bytes, say takes text")
    raw = bytes(data)
    return Step(_answered(lambda _: [Send(raw)]), StepKind.ANSWER)


def _sent_by(function: Callable[[Exchange], bytes], exchange: Exchange) -> Send:
    made = asked(function, exchange)
    if not isinstance(made, bytes | bytearray):
        raise BadArgument(f"send's function returned {made!r}; wanted bytes")
    return Send(bytes(made))


def ignore() -> Step:
    """Answer nothing and go on with the next command."""
    return Step(_answered(lambda _: []), StepKind.ANSWER)


def lines_of(text: Text) -> bytes:
    """Return text as whole lines."""
    return b"".join(line + b"\r\n" for line in _lines(text))


def _answered(
    answer: Callable[[Exchange], Iterable[Effect]],
) -> Callable[[Exchange, Effects], Effects]:
    """Let an answer follow what the chain has said so far."""
    return lambda exchange, effects: chain(effects, answer(exchange))


def _lines(text: Text) -> list[bytes]:
    if isinstance(text, str):
        return [line.encode() for line in encodable("text", text).splitlines()] or [b""]
    if not isinstance(text, Sequence) or not all(isinstance(line, str) for line in text):
        raise BadArgument(f"no text: {text!r}; wanted text or a list of lines")
    given = [encodable("text", one) for one in text]
    return [line.encode() for one in given for line in one.splitlines() or [""]] or [b""]


def _separator(line: bytes, *, is_last: bool) -> bytes:
    if is_last:
        return b" " if line else b""
    return b"-"


def _words(*words: str | bytes) -> bytes:
    raw = [word if isinstance(word, bytes) else word.encode() for word in words]
    return b" ".join(word for word in raw if word) + b"\r\n"
