"""One accepted socket: octets in and out, plain or under TLS, never blocking.

It is not one of asyncio's transports because a server that is told to misbehave, and one that
must not, needs what they lack: TLS begun on octets already received, a client served on after
it has closed its half, RST and FIN at will, an end that does not destroy the last reply, and
no task for a connection.
"""

import os
import socket
import ssl
import struct
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Protocol

from pytest_fakemail.net.alarm import nobody
from pytest_fakemail.net.loop import Loop, Timer

if TYPE_CHECKING:
    from pytest_fakemail.net.flaws import Flaw
    from pytest_fakemail.net.layer import TlsLayer
    from pytest_fakemail.wire.exchange import Tls

READ = 64 * 1024
"""Octets asked of the socket at once."""

# One for all, since all channels live on one thread.  A `recv` of that size would give each
# short command, which the transcript keeps, a page of memory of its own, and from 128 KiB on
# cost 30 µs more.
_SCRATCH = memoryview(bytearray(READ))

PIECE = 256 * 1024
"""Octets made into TLS records at once, so that a big message is not held twice."""

# A client that writes twice before it reads, as imaplib does for APPEND, is held up by Nagle's
# algorithm until its first octets are acknowledged, and Linux delays that by 40 ms where it
# expects an answer to carry it (RFC 1122 §4.2.3.2, §4.2.3.4).  Where none does, we ask for it.
_QUICKACK: int | None = getattr(socket, "TCP_QUICKACK", None)

_NOTHING = memoryview(b"")

HELLO = b"\x16\x03"
"""How a ClientHello begins: a handshake record of any version (RFC 8446 §5.1)."""

_BEGINNING = 16
"""Octets kept of what a client begins a handshake with."""

LINGER = 2.0
"""Seconds for which input is still read, and thrown away, after our FIN."""

_RESET = struct.pack("hh" if os.name == "nt" else "ii", 1, 0)


if TYPE_CHECKING:

    class Owner(Protocol):
        """Who hears what happens on a channel; every call comes from the loop."""

        def received(self, data: bytes) -> None:
            """Octets from the client, decrypted."""

        def ended(self) -> None:
            """The client has closed its side; ours is open."""

        def broken(self, reason: str) -> None:
            """The connection is lost in both directions; told in a moment, then `gone`."""

        def draining(self) -> None:
            """The kernel takes more of what was written, from now on."""

        def drained(self) -> None:
            """Everything written is with the kernel."""

        def secured(self, tls: Tls) -> None:
            """The handshake is done."""

        def refused(self, reason: str, hello: bytes) -> None:
            """The handshake failed, of which this is all that came; the channel will be closed."""

        def gone(self) -> None:
            """The socket is closed: always the last call."""


class Channel:
    """A non-blocking connection; `write` takes as much as the kernel does, no more."""

    __slots__ = (
        "_clear",
        "_deadline",
        "_descriptor",
        "_flaw",
        "_has_sent",
        "_is_closed",
        "_is_finishing",
        "_is_reading",
        "_loop",
        "_owner",
        "_reader",
        "_sock",
        "_tls",
        "_unsent",
        "hello",
    )

    def __init__(self, loop: Loop, sock: socket.socket, owner: "Owner") -> None:
        self._loop = loop
        self._sock = sock
        self._descriptor = sock.fileno()
        self._owner = owner
        self._tls: TlsLayer | None = None
        self._flaw: Flaw | None = None
        self._unsent = _NOTHING  # octets for the socket
        self.hello = b""  # what came first of a handshake
        self._clear = _NOTHING  # octets yet to be encrypted, then sent
        self._reader: Callable[[], None] = self._read_plain
        self._has_sent = False  # since we were last given octets
        self._is_reading = False
        self._is_closed = False
        self._is_finishing = False
        self._deadline: Timer | None = None

    @property
    def unsent(self) -> int:
        """How many octets the kernel has not taken yet."""
        return len(self._unsent) + len(self._clear)

    @property
    def _is_ending(self) -> bool:
        return self._is_closed or self._is_finishing

    def belong(self, owner: "Owner") -> None:
        """Tell another one what happens, from now on."""
        self._owner = owner

    # Reading

    def read(self) -> None:
        """Hand input to the owner from now on."""
        if not self._is_reading and not self._is_closed:
            self._is_reading = True
            self._loop.add_reader(self._descriptor, self._reader)

    def _read_with(self, reader: Callable[[], None]) -> None:
        """Read on, or again, but with another hand; the kernel need not be told."""
        self._reader = reader
        self._is_reading = False
        self.read()

    def pause_reading(self) -> None:
        """Leave further input where it is, with the kernel."""
        if self._is_reading:
            self._is_reading = False
            self._loop.remove_reader(self._descriptor)

    def _receive(self) -> bytes | None:
        try:
            return _SCRATCH[: self._sock.recv_into(_SCRATCH)].tobytes()
        except (BlockingIOError, InterruptedError):
            return None
        except OSError as error:
            self._break(error)
            return None

    def _read_plain(self) -> None:
        data = self._receive()
        if data:
            self._has_sent = False
            self._owner.received(data)
            if not self._has_sent:
                self._acknowledge()
        elif data is not None:
            self._end_of_input()

    def _acknowledge(self) -> None:
        """Let the kernel acknowledge what came, since no answer has done it."""
        if not self._is_closed and _QUICKACK is not None:
            with suppress(OSError):  # gone, as the next call will find out
                self._sock.setsockopt(socket.IPPROTO_TCP, _QUICKACK, 1)

    def _read_tls(self, tls: "TlsLayer") -> None:
        data = self._receive()
        if data:
            self._has_sent = False
            self._feed(tls, data)
            if not self._has_sent:
                self._acknowledge()
        elif data is None:
            return
        elif tls.is_established:
            # With close_notify or, as most clients do it, without.  OpenSSL is not told: it
            # would refuse to write on, and the client may have closed its half only.
            self._end_of_input()
        else:
            self._owner.refused("the client left", self.hello)
            self.close()

    def _read_nothing(self) -> None:
        if self._receive() == b"":
            self.close()

    def _end_of_input(self) -> None:
        self.pause_reading()
        self._owner.ended()

    # TLS

    def start_tls(self, context: ssl.SSLContext, data: bytes, flaw: "Flaw | None" = None) -> None:
        """Be the server of a handshake of which `data` has already been received."""
        from pytest_fakemail.net.layer import TlsLayer

        self._flaw = flaw
        self._tls = tls = TlsLayer(context)
        self._read_with(partial(self._read_tls, tls))
        if data:
            # Ahead of anything read from now on.
            self._loop.call_soon(partial(self._feed, tls, data))

    def _feed(self, tls: "TlsLayer", data: bytes) -> None:
        if self._is_ending:
            return
        self.hello = self.hello or data[:_BEGINNING]
        tls.feed(data)
        if self._flaw is not None and not self._flaw.is_silent_at_the_end:
            self._misbehave(tls, self._flaw)
            return
        try:
            if not tls.is_established and not self._shake_hands(tls):
                return
            clear, is_over = tls.decrypt()
        except ssl.SSLError as error:
            self._give_up(tls, error)
            return
        self._flush(tls)
        if clear:
            self._owner.received(clear)
        if is_over and not self._is_ending:
            self._end_of_input()

    def _misbehave(self, tls: "TlsLayer", flaw: "Flaw") -> None:
        """Leave the handshake as it is to be left; the client's further octets go nowhere."""
        if flaw.closes:
            self._owner.refused("the server left after the ClientHello", self.hello)
            if flaw.parting:
                self._unsent = memoryview(flaw.parting)
                self._send()
            self.finish()
        elif not self._unsent and (data := flaw.answer(tls)):
            self._unsent = memoryview(data)
            self._send()

    def _shake_hands(self, tls: "TlsLayer") -> bool:
        is_done = tls.handshake()
        self._flush(tls)
        if is_done:
            self._owner.secured(tls.described())
        return is_done and not self._is_ending

    def _give_up(self, tls: "TlsLayer", error: ssl.SSLError) -> None:
        """Tell the owner why (``"tlsv1 alert unknown ca"``), send the alert, end."""
        reason = (error.reason or str(error)).replace("_", " ").lower()
        # The owner first: once the client sees the end, a test may ask for what is noted of it.
        if tls.is_established:
            self._owner.broken(reason)
        else:
            self._owner.refused(reason, self.hello)
        self._flush(tls)
        self.finish()

    def _flush(self, tls: "TlsLayer") -> None:
        """Send what TLS itself has to say; behind other octets it goes along with them."""
        if not self._unsent and (data := tls.outgoing()):
            self._unsent = memoryview(data)
            self._send()

    # Writing

    def write(self, data: bytes) -> bool:
        """Send these octets; return whether the kernel took them all.

        If it did not, `Owner.drained` tells when it has, and nothing else may be written
        until then.
        """
        if self._tls is not None:
            self._clear = memoryview(data)
            return self._send()
        # Nearly always the kernel takes it, and nothing needs to be remembered.
        self._has_sent = True
        try:
            count = 0 if self._is_closed else self._sock.send(data)
        except OSError:
            count = 0  # what is wrong is told by the next try
        if count == len(data):
            return True
        self._unsent = memoryview(data)[count:]
        return self._send()

    def _send(self) -> bool:
        while not self._is_closed:
            if not self._unsent:
                if self._tls is None or not self._clear:
                    return True
                self._tls.encrypt(self._clear[:PIECE])
                self._clear = self._clear[PIECE:] if len(self._clear) > PIECE else _NOTHING
                self._unsent = memoryview(self._tls.outgoing())
            self._has_sent = True
            try:
                count = self._sock.send(self._unsent)
            except (BlockingIOError, InterruptedError):
                count = 0
            except OSError as error:
                self._break(error)
                return False
            if count < len(self._unsent):
                self._unsent = self._unsent[count:]
                self._loop.add_writer(self._descriptor, self._writable)
                return False
            self._unsent = _NOTHING  # an empty slice would hold on to what it was cut from
        return False

    def _writable(self) -> None:
        self._loop.remove_writer(self._descriptor)
        self._owner.draining()
        if self._send():
            self._owner.drained()

    # The end

    def finish(self) -> None:
        """End in order: close_notify, FIN; the socket closes when the client's has, too.

        Input goes on being read, for a moment: a socket closed over unread input sends RST,
        and that may overtake the last reply (RFC 1122 §4.2.2.13, RFC 9293 §3.6.1).
        """
        if self._is_ending:
            return
        self._is_finishing = True
        is_silent = self._flaw is not None and self._flaw.is_silent_at_the_end
        if self._tls is not None and self._tls.is_established and not is_silent:
            self._tls.close_notify()
            self._flush(self._tls)
        try:
            self._sock.shutdown(socket.SHUT_WR)
        except OSError:
            self.close()
            return
        self._read_with(self._read_nothing)
        self._deadline = self._loop.call_later(LINGER, self.close)

    def reset(self) -> None:
        """End by RST, whatever is under way."""
        if not self._is_closed:
            with suppress(OSError):  # some systems refuse where the client has reset already
                self._sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
            self.close()

    def close(self) -> None:
        """Close the socket; may be called again."""
        self._close(None)

    def _close(self, reason: str | None) -> None:
        if self._is_closed:
            return
        self.pause_reading()
        self._is_closed = True
        self._loop.remove_writer(self._descriptor)
        if self._deadline is not None:
            self._deadline.cancel()
        self._sock.close()
        self._reader = nobody
        if reason is None:
            self._leave()
        else:  # in a moment, for it may be in the middle of writing
            self._loop.call_soon(partial(self._tell, reason))

    def _tell(self, reason: str) -> None:
        self._owner.broken(reason)
        self._leave()

    def _leave(self) -> None:
        owner = self._owner
        del self._owner  # which holds us: nobody else need find out that both are garbage
        owner.gone()

    def abandon(self) -> None:
        """Close a forked child's copy of the socket, and nothing else."""
        self._sock.close()

    def _break(self, error: OSError) -> None:
        """Close; tell the owner why."""
        is_reset = isinstance(error, ConnectionError)
        self._close("reset by the client" if is_reset else f"broken: {error.strerror}")
