"""Performing the effects of one answer, as fast as the connection can bear.

Effects are taken one by one, and none while octets wait for the kernel, during a `Pause` or
during a handshake.  Neighbouring sends leave in one write of some 64 KiB.  An answer that has
had its turn lets the other connections have theirs before it goes on.
"""

import asyncio
import math
import time
from collections.abc import Callable, Iterable, Iterator
from enum import Enum
from itertools import chain
from typing import Protocol, assert_never

from pytest_fakemail.clock import Clock
from pytest_fakemail.net.alarm import Alarm
from pytest_fakemail.net.channel import Channel
from pytest_fakemail.wire.effects import MORE, Close, Effect, Later, More, Pause, Send, StartTls

CHUNK = 64 * 1024
"""Octets of neighbouring sends that make a write."""

TURN = 0.004
"""Seconds after which an answer lets others be served.

With a handful of answers at work, a NOOP beside them is to take no more than 20 ms.
"""


class Wait(Enum):
    """What has to happen before the next effect."""

    KERNEL = "the kernel has taken all octets"
    PAUSE = "a pause is over"
    HANDSHAKE = "a TLS handshake is done"
    OTHERS = "the other connections have had their turn"


class Stage(Protocol):
    """Who the performance is for: what is not writing or waiting is done there."""

    def wait_is_over(self) -> None:
        """Call `Performance.go_on`."""

    def writes(self) -> None:
        """Octets are about to leave."""

    def start_tls(self) -> Iterable[Effect] | None:
        """Begin a handshake and return None, or return what decides about it."""

    def postpone(self, effects: Iterable[Effect], due: float) -> None:
        """Perform these effects when the clock says so."""

    def close(self, *, reset: bool) -> None:
        """End the connection; `stop` is called."""


class Performance:
    """The effects of the current answer, if there is one."""

    __slots__ = (
        "_alarm",
        "_channel",
        "_clock",
        "_effects",
        "_loop",
        "_moment",
        "_paused_until",
        "_record",
        "_stage",
        "_turn_ends",
        "_waits_for",
    )

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        clock: Clock,
        channel: Channel,
        stage: Stage,
        record: Callable[[bytes], None],
    ) -> None:
        """`record` is told of the octets of every `Send` taken."""
        self._alarm = Alarm(loop, clock, self._pause_over)
        self._loop = loop
        self._clock = clock
        self._channel = channel
        self._stage = stage
        self._record = record
        self._effects: Iterator[Effect] | None = None
        self._waits_for: Wait | None = None
        self._paused_until = 0.0
        # When the effects since the last wait happen.  It is taken before octets leave, for
        # whoever has read them may move the clock; and it is when a pause was due to end, so
        # that of two pauses in a row one leap of the clock ends both.
        self._moment: float | None = None
        self._turn_ends = 0.0

    @property
    def is_over(self) -> bool:
        """Whether the next answer may begin."""
        return self._effects is None

    @property
    def is_ours(self) -> bool:
        """Whether the client cannot be expected to do anything: we pause, or serve others."""
        return self._waits_for in (Wait.PAUSE, Wait.OTHERS)

    @property
    def is_stalled(self) -> bool:
        """Whether a `Pause` is under way that never ends."""
        return self._waits_for is Wait.PAUSE and self._paused_until == math.inf

    def begin(self, effects: Iterable[Effect]) -> None:
        """Have these effects performed by `go_on`."""
        self._effects = iter(effects)

    def stop(self) -> None:
        """Forget what has not been performed."""
        self._effects = None
        self._waits_for = None
        self._alarm.cancel()

    def go_on_after(self, wait: Wait) -> None:
        """End this wait, if it was one; the stage goes on."""
        if self._waits_for is wait:
            self._waits_for = None
            self._stage.wait_is_over()

    def clock_jumped(self) -> None:
        """A test has moved the clock."""
        self._alarm.look()

    def go_on(self) -> bool:
        """Perform effects; return whether there are no more, and nothing to be waited for."""
        if self._waits_for is not None:
            return False
        if self._moment is None:
            self._moment = self._clock.time()
        self._turn_ends = time.monotonic() + TURN
        while True:
            data, effect = self._gather()
            if isinstance(effect, More):  # before octets leave, as above
                self._moment = self._clock.time()
            if data and not self._write(data):
                if effect is not None:
                    self._effects = chain((effect,), self._effects or ())
                return False
            if effect is not None:
                if not self._perform(effect):
                    return False
            elif not data:
                self._effects = None
                self._moment = None
                return True

    def _gather(self) -> tuple[bytes, Pause | StartTls | Close | Later | More | None]:
        """Take neighbouring sends, up to a chunk; return them with what came behind, if it did.

        That is `More` when the turn is over.  Nothing at all means that there are no more
        effects.
        """
        pieces: list[bytes] = []
        size = 0
        for effect in self._effects or ():
            if isinstance(effect, Send):
                self._record(effect.data)
                pieces.append(effect.data)
                size += len(effect.data)
                if time.monotonic() >= self._turn_ends:
                    return b"".join(pieces), MORE
                if size >= CHUNK:
                    break
            elif not isinstance(effect, More) or time.monotonic() >= self._turn_ends:
                return b"".join(pieces), effect
        return pieces[0] if len(pieces) == 1 else b"".join(pieces), None

    def _write(self, data: bytes) -> bool:
        self._stage.writes()
        if self._channel.write(data):
            return True
        self._waits_for = Wait.KERNEL
        self._moment = None
        return False

    def _perform(self, effect: Pause | StartTls | Close | Later | More) -> bool:
        """Do what is not sending; return whether the next effect may follow at once."""
        now = self._moment or self._clock.time()
        match effect:
            case Pause(seconds):
                self._waits_for = Wait.PAUSE
                self._paused_until = now + seconds
                self._alarm.set(self._paused_until)
                return False
            case StartTls():
                decision = self._stage.start_tls()
                if decision is None:
                    self._waits_for = Wait.HANDSHAKE
                    self._moment = None
                    return False
                self._effects = chain(decision, self._effects or ())
                return True
            case Later(seconds, effects):
                self._stage.postpone(effects, now + seconds)
                return True
            case More():
                self._waits_for = Wait.OTHERS
                self._loop.call_soon(self.go_on_after, Wait.OTHERS)
                return False
            case Close(reset):
                self._stage.close(reset=reset)
                return False
            case _:
                assert_never(effect)

    def _pause_over(self) -> None:
        self._moment = self._paused_until
        self.go_on_after(Wait.PAUSE)
