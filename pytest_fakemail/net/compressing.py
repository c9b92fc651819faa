"""A channel whose octets are compressed (RFC 4978), above TLS if there is any.

A driver that is told to compress goes on with this in its channel's place; what others do not
use, they do not pay for.  Faults and the transcript are above it: they know the octets that were
meant.
"""

import ssl
from typing import TYPE_CHECKING

from pytest_fakemail.net.channel import Channel
from pytest_fakemail.net.deflate import Deflater, Inflater, NotDeflate
from pytest_fakemail.net.held import Held
from pytest_fakemail.net.loop import Loop
from pytest_fakemail.wire.effects import Compression, EndCompression
from pytest_fakemail.wire.exchange import Tls

if TYPE_CHECKING:
    from pytest_fakemail.net.channel import Owner
    from pytest_fakemail.net.flaws import Flaw

_PIECE = 64 * 1024
"""Octets handed to the owner at once."""

_AT_ONCE = 4
"""So many such pieces, before others have their turn."""


def switched(
    effect: Compression, channel: "Channel | Compressed", owner: "Owner", loop: Loop, held: Held
) -> "tuple[Channel | Compressed, bytes]":
    """Return what to go on with in a channel's place, and what to write first."""
    if isinstance(effect, EndCompression):
        return channel, channel.end() if isinstance(channel, Compressed) else b""
    # One that has ended its compression is a channel again.
    compressed = Compressed(
        channel.channel if isinstance(channel, Compressed) else channel, owner, loop
    )
    compressed.begin(effect.early + held.take())
    return compressed, b""


class Compressed:
    """Stands for a channel to its owner, and for the owner to the channel."""

    __slots__ = (
        "_deflater",
        "_has_ended",
        "_inflater",
        "_is_busy",
        "_is_held",
        "_loop",
        "_owner",
        "channel",
    )

    def __init__(self, channel: Channel, owner: "Owner", loop: Loop) -> None:
        """Go on where the channel is."""
        self.channel = channel
        self._owner = owner
        self._loop = loop
        self._deflater: Deflater | None = Deflater()
        self._inflater = Inflater()
        self._is_held = False  # the owner wants nothing now
        self._is_busy = False  # octets are being handed over, or will be in a moment
        self._has_ended = False  # the client has closed its side
        self.channel.belong(self)

    def begin(self, early: bytes) -> None:
        """Take what was received already, behind the command: it is compressed."""
        self._inflater.feed(early)
        if early:
            self._soon()

    def end(self) -> bytes:
        """Return what ends our stream; what is written from now on is clear.

        So is what comes: the client ends its stream by itself (RFC 8437 §4.1).
        """
        deflater, self._deflater = self._deflater, None
        self._inflater.stop()
        return b"" if deflater is None else deflater.end()

    # What a driver asks of a channel

    @property
    def unsent(self) -> int:
        """How many octets, compressed ones, the kernel has not taken yet."""
        return self.channel.unsent

    @property
    def hello(self) -> bytes:
        """What came first of a handshake."""
        return self.channel.hello

    def write(self, data: bytes) -> bool:
        """Send these octets; return whether the kernel took them all."""
        return self.channel.write(data if self._deflater is None else self._deflater.piece(data))

    def read(self) -> None:
        """Hand input to the owner from now on: first what is here already."""
        self._is_held = False
        if self._inflater.has_more:
            self._soon()
        elif not self._is_busy and not self._has_ended:
            self.channel.read()

    def pause_reading(self) -> None:
        """Leave further input where it is."""
        self._is_held = True
        self.channel.pause_reading()

    def start_tls(self, context: ssl.SSLContext, data: bytes, flaw: "Flaw | None" = None) -> None:
        """Shake hands, after the compression has ended: before, nobody may ask for it."""
        self.channel.start_tls(context, data, flaw)

    def finish(self) -> None:
        """End in order: the stream, then what is below it."""
        self._inflater.clear()
        if self._deflater is not None and not self.channel.unsent:
            self.channel.write(self.end())
        self.channel.finish()

    def reset(self) -> None:
        """End by RST."""
        self.channel.reset()

    def close(self) -> None:
        """Close the socket."""
        self.channel.close()

    def abandon(self) -> None:
        """Close a forked child's copy of the socket."""
        self.channel.abandon()

    # What a channel tells its owner

    def received(self, data: bytes) -> None:
        """Inflate what came, a part of it at a time."""
        self._inflater.feed(data)
        if not self._is_busy:
            self._hand_over()

    def _hand_over(self) -> None:
        self._is_busy = True
        for _ in range(_AT_ONCE):
            if self._is_held or not self._inflater.has_more:
                break
            try:
                data = self._inflater.piece(_PIECE)
            except NotDeflate as error:
                self._inflater.clear()
                self._owner.broken(f"closed by the server: what came is no DEFLATE: {error}")
                self.channel.finish()
                return
            if data:
                self._owner.received(data)
        self._is_busy = False
        if self._is_held:
            return
        if self._inflater.has_more:
            self._soon()
        elif self._has_ended:
            self._owner.ended()
        else:
            self.channel.read()

    def _soon(self) -> None:
        """Go on when others have had their turn; meanwhile nothing more is wanted."""
        if not self._is_busy:
            self._is_busy = True
            self.channel.pause_reading()
            self._loop.call_soon(self._hand_over)

    def ended(self) -> None:
        """The client has closed its side; the owner hears of it when it has heard the rest."""
        self._has_ended = True
        if not self._is_busy and not self._inflater.has_more:
            self._owner.ended()

    def broken(self, reason: str) -> None:
        """The connection is lost."""
        self._inflater.clear()
        self._owner.broken(reason)

    def draining(self) -> None:
        """The kernel takes more."""
        self._owner.draining()

    def drained(self) -> None:
        """Everything written is with the kernel."""
        self._owner.drained()

    def secured(self, tls: Tls) -> None:
        """A handshake is done, after the compression has ended."""
        self._owner.secured(tls)

    def refused(self, reason: str, hello: bytes) -> None:
        """A handshake has failed, after the compression has ended."""
        self._owner.refused(reason, hello)

    def gone(self) -> None:
        """The socket is closed."""
        self._inflater.clear()
        self._owner.gone()
