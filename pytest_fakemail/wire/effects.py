"""What a session asks of its connection: five things, as data.

Sessions, faults and transcripts speak of effects; `net.driver` alone performs them.
An answer is an iterable of effects and is taken lazily: the driver asks for the next
one only when the connection can bear it.
"""

from collections.abc import Iterable
from dataclasses import dataclass


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


Effect = Send | Pause | StartTls | Close | Later


def sent(effects: Iterable[Effect]) -> bytes:
    """Return the octets that these effects would send."""
    return b"".join(effect.data for effect in effects if isinstance(effect, Send))
