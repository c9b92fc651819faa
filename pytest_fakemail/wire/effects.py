"""What a session asks of its connection: eight things, as data.

Sessions, faults and transcripts speak of effects; `net.driver` alone performs them.
An answer is an iterable of effects and is taken lazily: the driver asks for the next
one only when the connection can bear it.

All connections are served by one thread, so an answer that is long in the making would keep
every other client waiting.  It is therefore made in slices: the driver may serve others
between any two effects, and does when this answer has had `net.turns.TURN` seconds at a
stretch.  Whoever computes for long without anything to send yields `MORE` now and then, every
some hundred microseconds of work; it costs next to nothing when the turn is not over.

What holds between two slices of an answer:

- The connection itself goes on with nothing else: its next command, a push, a timeout come
  behind the last effect of this answer.  So its numbering stays, too; an IMAP view is caught up
  between commands only (`store.view`).
- The store's lock is not held, and other sessions and the test may change the store.  What has
  to be of one moment is one slice: a list of the messages that a command is about is taken at
  its start and worked through; flags and modification sequences are as they are when the slice
  that reads them runs, as they are for a client that asks in several commands (RFC 2180 §4);
  what a command changes all or nothing, it decides and changes in one slice, its last.
- A message that others expunge meanwhile stays readable for who still has a number for it.
"""

from collections.abc import Iterable

from pytest_fakemail.dataclass import dataclass, field


@dataclass(frozen=True, slots=True)
class Send:
    """Write these octets; neighbours may leave in one write."""

    data: bytes


@dataclass(frozen=True, slots=True)
class Pause:
    """Wait this many seconds of the clock before the next effect; ``math.inf`` is a stall."""

    seconds: float


@dataclass(frozen=True, slots=True)
class StartTls:
    """Begin a TLS handshake as the server, once everything before it has been sent."""


@dataclass(frozen=True, slots=True)
class StartCompression:
    """Compress what is sent from here on, and take what comes for compressed (RFC 4978).

    `early` is what the session was given behind the command, which should not have come yet.
    """

    early: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class EndCompression:
    """Compress no more, neither way (RFC 8437 §4.1)."""


@dataclass(frozen=True, slots=True)
class Close:
    """End the connection: in order once all is sent, or by RST."""

    reset: bool = False


@dataclass(frozen=True, slots=True)
class Later:
    """Perform these effects in so many seconds of the clock, if the connection lasts.

    Unlike after a `Pause`, the conversation goes on meanwhile.  The effects are taken when
    they are due, between two others, never inside an answer that is being sent.
    """

    seconds: float
    effects: "Iterable[Effect]"


@dataclass(frozen=True, slots=True)
class More:
    """There is more to come, but others may be served first; nothing is sent for it."""


MORE = More()

Compression = StartCompression | EndCompression

Break = Pause | StartTls | Compression | Close | Later
"""What is done between two sends, when all before it is with the kernel."""

Effect = Send | More | Break


def sent(effects: Iterable[Effect]) -> bytes:
    """Return the octets that these effects would send."""
    return b"".join(effect.data for effect in effects if isinstance(effect, Send))
