"""What every protocol's session offers its driver, and what it is given."""

from collections.abc import Iterable
from typing import Protocol

from pytest_fakemail.clock import Clock
from pytest_fakemail.dataclass import dataclass, field
from pytest_fakemail.settings import Settings
from pytest_fakemail.store.store import Store
from pytest_fakemail.wire.capabilities import Capabilities
from pytest_fakemail.wire.effects import Effect
from pytest_fakemail.wire.exchange import Faults, Recorder


@dataclass(slots=True, eq=False)
class Service:
    """What all sessions of one protocol of one FakeMail share.

    `bugs` collects exceptions that were ours: the client was told of a server error, the
    test fails with the traceback.  `last_logins` is when an account last logged in, in
    seconds by the clock, by its name (RFC 2449 §6.5 has POP3 ask).
    """

    protocol: str
    settings: Settings
    store: Store
    clock: Clock
    capabilities: Capabilities
    faults: Faults
    recorder: Recorder
    bugs: list[BaseException] = field(default_factory=list)
    last_logins: dict[str, float] = field(default_factory=dict)


class Session(Protocol):
    """A protocol's state machine: octets in, effects out, nothing else touched.

    The driver takes all effects of one call before it makes the next.
    """

    timeout: float | None
    """Seconds without input after which `timed_out` is called; read after each call."""

    def greeting(self) -> Iterable[Effect]:
        """Return what a new connection is met with; for implicit TLS, after the handshake."""

    def receive_data(self, data: bytes) -> Iterable[Effect]:
        """Take octets from the client, cut anywhere; return what to do about them."""

    def receive_eof(self) -> Iterable[Effect]:
        """The client closed its side or the connection broke; nothing unfinished happens.

        Always the last call, and made exactly once, however the connection ends.
        """

    def tls_started(self) -> Iterable[Effect]:
        """The handshake asked for by `StartTls` is done; `Connection.tls` is set."""

    def mailbox_changed(self) -> Iterable[Effect]:
        """`Connection.wake` was called: tell the client what it may be told now."""

    def timed_out(self) -> Iterable[Effect]:
        """The client was silent for `timeout` seconds."""
