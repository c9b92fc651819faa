"""What a driver knows of TLS: who decides on a handshake, and what a failed one means.

A handshake is an exchange of its own, verb ``"tls"``, on implicit TLS before the greeting and on
`StartTls` from the session; so faults apply to both.
"""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from pytest_fakemail.dataclass import dataclass
from pytest_fakemail.net.channel import HELLO
from pytest_fakemail.net.held import Held
from pytest_fakemail.net.tls import nothing_taken
from pytest_fakemail.pattern import pattern
from pytest_fakemail.wire.conversation import Conversation
from pytest_fakemail.wire.effects import Effect, StartTls
from pytest_fakemail.wire.exchange import Connection, Exchange
from pytest_fakemail.wire.session import Service

if TYPE_CHECKING:
    from pytest_fakemail.net.channel import Channel
    from pytest_fakemail.net.compressing import Compressed
    from pytest_fakemail.net.flaws import Flaw
    from pytest_fakemail.net.host import Host
    from pytest_fakemail.net.loop import Timer

MUTE = 1.0
"""Real seconds without an octet after which a client on the TLS port seems to wait for ours."""

# How clients end a handshake with a server that they do not trust: by an alert, or without.
_LIKE_DISTRUST = pattern("unknown ca|bad certificate|certificate unknown|the client left")


@dataclass(frozen=True, slots=True)
class _Decided(StartTls):
    """A handshake on which faults have had their say."""


class Handshake:
    """The TLS handshake of one connection, from the decision to what became of it."""

    __slots__ = (
        *("_conversation", "_give_back", "_has_met_hello", "_is_mute", "_other_port", "_timer"),
    )

    def __init__(
        self, connection: Connection, service: Service, other_port: Callable[[], int | None]
    ) -> None:
        """`other_port` tells where the server has TLS if this port has none, or the reverse."""
        self._conversation = Conversation(connection, service.faults, service.recorder)
        self._other_port = other_port
        self._has_met_hello = False
        self._is_mute = False
        self._timer: Timer | None = None
        self._give_back: Callable[[], None] = nothing_taken

    def decision(self) -> Iterator[Effect]:
        """Ask the faults, as for a command; what is decided then (`is_decided`) is to be done."""
        exchange = Exchange(self._conversation.connection, "tls")
        for effect in self._conversation.answer(exchange, lambda: [StartTls()]):
            yield _Decided() if isinstance(effect, StartTls) else effect

    def is_decided(self, effect: StartTls) -> bool:
        """Whether the faults have had their say on it."""
        return isinstance(effect, _Decided)

    def begin(self, host: "Host", held: Held, channel: "Channel | Compressed") -> None:
        """Shake hands, in the manner that was asked for.

        What the client sent before it could see our go-ahead came in the clear, and may be from
        a man in the middle: RFC 3207 §4.2, RFC 2595 §4, RFC 9051 §6.2.1.
        """
        connection, noted = self._conversation.connection, self._conversation.noted
        early, hello = held.take_apart()
        if early:
            noted(f"{len(early)} octets sent ahead of the TLS handshake were thrown away")
        if connection.is_implicit_tls and not hello:
            self._timer = host.thread.loop.call_later(MUTE, self.is_missing)
        manner = host.tls().manner(connection)
        self._give_back = manner.give_back
        if manner.kind != "valid":
            noted(f"fault: tls.present({manner.kind!r})")
        flaw = _flaw(manner.flaw, connection.protocol) if manner.flaw else None
        channel.start_tls(manner.context, hello, flaw)

    def heard(self) -> None:
        """The client has said something, or will not."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def is_missing(self) -> None:
        """The client of the TLS port has not said anything."""
        self.heard()
        if not self._is_mute and self._conversation.connection.is_implicit_tls:
            self._is_mute = True
            self._conversation.noted(
                "the client has said nothing on the TLS port: if it waits for a greeting in the "
                f"clear, it wants {self._where('the plain port')}"
            )

    def met_in_the_clear(self) -> None:
        """A ClientHello came where no handshake was agreed on."""
        if not self._has_met_hello:
            self._has_met_hello = True
            self._conversation.noted(
                "a TLS handshake on the plain port: for TLS from the first octet, the client "
                f"wants {self._where('the TLS port')}"
            )

    def failed(self, reason: str, hello: bytes) -> str:
        """Return a note on a handshake of which so much came from the client.

        Who sent no ClientHello, as one that looks whether a port is open, has met no flaw.
        """
        if hello[: len(HELLO)] != HELLO:
            self._give_back()
        if hello and not HELLO.startswith(hello[: len(HELLO)]):
            if not self._conversation.connection.is_implicit_tls:
                return "TLS failed: the client goes on in the clear after its STARTTLS"
            where = self._where("the plain port")
            return f"TLS failed: the client speaks in the clear on the TLS port; it wants {where}"
        is_distrust = hello and _LIKE_DISTRUST.search(reason)
        hint = " (does it trust the servers' CA?)" if is_distrust else ""
        return f"TLS failed: {reason}{hint}"

    def _where(self, name: str) -> str:
        port = self._other_port()
        return f"{name}, where nothing listens yet" if port is None else f"{name}, {port}"


def _flaw(kind: str, protocol: str) -> "Flaw":
    from pytest_fakemail.net.flaws import Flaw
    from pytest_fakemail.net.presenting import IN_THE_CLEAR

    return Flaw(kind, IN_THE_CLEAR[protocol])
