"""The kinds of fault, and which of them fit a step of a conversation."""

from collections.abc import Callable, Iterator
from typing import Literal, get_args

from pytest_fakemail.dataclass import dataclass
from pytest_fakemail.net.presenting import starttls
from pytest_fakemail.sweep.lines import Call, Line, Presentation, call

Kind = Literal["refuse", "close", "lose_reply", "cut", "silence", "tls", "bye"]
"""What `only` and `skip` can be told."""

KINDS: tuple[str, ...] = get_args(Kind)

_MOMENTS = ("connect", "tls", "literal", "push")
"""What is no command, so that nothing of it can have happened."""

# Commands that change what the servers keep, so that it matters whether they have happened.
_CHANGING = {
    "smtp": frozenset(("end-of-data",)),
    "lmtp": frozenset(("end-of-data",)),
    "pop3": frozenset(("QUIT",)),
    "imap": frozenset(
        (
            *("APPEND", "COPY", "MOVE", "STORE", "EXPUNGE", "CLOSE", "FETCH", "REPLACE"),
            *("CREATE", "DELETE", "RENAME", "SUBSCRIBE", "UNSUBSCRIBE"),
        )
    ),
}

# For a while, and for good: RFC 5321 §4.2.2, §4.2.3 and §4.3.2, RFC 3463.
_REPLIES = {
    "connect": ((554, "5.7.1 No service for you"),),
    "EHLO": ((451, "4.3.0 Try again later"), (502, "5.5.1 Unknown command")),
    "LHLO": ((451, "4.3.0 Try again later"), (502, "5.5.1 Unknown command")),
    "AUTH": ((454, "4.7.0 Try again later"), (535, "5.7.8 Not accepted")),
    "STARTTLS": ((454, "4.7.0 TLS not available"), (502, "5.5.1 Unknown command")),
    "MAIL": ((451, "4.3.0 Try again later"), (550, "5.7.1 Not allowed")),
    "RCPT": ((450, "4.2.1 Try again later"), (550, "5.1.1 No such user")),
    "QUIT": ((500, "5.5.1 Unknown command"),),
}
_ANY_REPLY = ((451, "4.3.0 Try again later"), (554, "5.7.1 Not accepted"))

# They are answered OK or BAD, never NO: RFC 3501 §6.1, §6.4, RFC 2177, RFC 3691.
_NEVER_NO = frozenset(
    ("CAPABILITY", "NOOP", "LOGOUT", "CHECK", "CLOSE", "UNSELECT", "IDLE", "DONE", "STARTTLS")
)

# A server that refuses, those whom a client must not trust, by each of RFC 5280's reasons, and one
# that has no TLS at all.
_FLAWS = ("handshake-failure", "expired", "wrong-host", "untrusted", "in-the-clear")


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the clean run: the `nth` exchange at a point, and how it was answered.

    `clear` counts its connection among those of its protocol that began in the clear and could
    learn of STARTTLS; 0 for others.
    """

    protocol: str
    point: str
    nth: int
    label: str
    answer: bytes
    clear: int = 0

    @property
    def is_changing(self) -> bool:
        """Whether it matters if it has happened."""
        return self.point.removeprefix("UID ") in _CHANGING[self.protocol]


@dataclass(frozen=True, slots=True)
class Fault:
    """What befalls a step: its kind, in more words, and the line that makes it."""

    kind: str
    words: str
    line: Line | Presentation

    @property
    def is_silent(self) -> bool:
        """Whether the client is left waiting."""
        return self.kind == "silence"


def faults_at(step: Step) -> Iterator[Fault]:
    """Yield every fault that fits a step, in the order of the kinds."""
    for kind in KINDS:
        if kind == "tls":
            for flaw, nth in _tls(step):
                yield Fault(kind, flaw, Presentation(step.protocol, flaw, nth))
            continue
        for words, calls in _FITTING[kind](step):
            yield Fault(kind, words, Line(step.protocol, step.point, step.nth, calls))


def _tls(step: Step) -> Iterator[tuple[str, int]]:
    """Yield what `TlsAuthority.present` can do here, and at the which-th."""
    if step.point == starttls(step.protocol):
        yield "starttls-stripped", step.clear
    if step.point == "tls":
        yield from ((flaw, step.nth) for flaw in _FLAWS)


Fitting = Iterator[tuple[str, tuple[Call, ...]]]


def _refuse(step: Step) -> Fitting:
    if step.point in ("tls", "push"):
        return
    match step.protocol:
        case "smtp" | "lmtp":
            for code, text in _REPLIES.get(step.point, _ANY_REPLY):
                yield f"refuse {code}", (call("reply", code, text),)
        case "pop3" if step.point == "connect":
            yield "refuse", (call("err", "[SYS/TEMP] No service for you"), call("close"))
        case "pop3":
            yield "refuse", (call("err", "[SYS/TEMP] Try again later"),)
        case _ if step.point in _NEVER_NO:
            yield "refuse BAD", (call("bad", "Not now"),)
        case _ if step.point != "connect":  # a greeting is OK, PREAUTH or BYE
            yield "refuse NO", (call("no", "[UNAVAILABLE] Try again later"),)


def _close(_: Step) -> Fitting:
    yield "close", (call("close"),)


def _lose_reply(step: Step) -> Fitting:
    if step.point not in _MOMENTS:
        yield "lose_reply", (call("lose_reply"),)


def _cut(step: Step) -> Fitting:
    size = len(step.answer)
    if step.point == "push":
        return
    whole = size - len(b"\r\n")
    for octets in sorted({1, size // 2, whole}):
        if 0 < octets < size:
            yield f"cut after {octets} of {size}", (call("drop", after_bytes=octets),)


def _silence(step: Step) -> Fitting:
    yield "silence", (call("stall"),)
    if step.is_changing:
        yield "silence after it", (call("lose_reply"), call("stall"))


def _bye(step: Step) -> Fitting:
    if step.point == "tls":
        return
    match step.protocol:
        case "smtp" | "lmtp":
            yield "bye", (call("reply", 421, "4.3.2 Shutting down"),)
        case "imap":
            yield "bye", (call("bye", "Shutting down"),)
        case _ if step.point != "connect":  # where it is a refusal
            yield "bye", (call("err", "[SYS/TEMP] Shutting down"), call("close"))


_FITTING: dict[str, Callable[[Step], Fitting]] = {
    "refuse": _refuse,
    "close": _close,
    "lose_reply": _lose_reply,
    "cut": _cut,
    "silence": _silence,
    "bye": _bye,
}
