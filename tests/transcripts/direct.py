"""The stage without sockets: sessions are called, and what they ask for is kept."""

from collections.abc import Callable, Iterable

from wire.services import Notebook, OneFault

from pytest_fakemail import pretence
from pytest_fakemail.clock import Clock
from pytest_fakemail.faults.engine import FaultEngine
from pytest_fakemail.imap import capabilities as imap_capabilities
from pytest_fakemail.imap.session import ImapSession
from pytest_fakemail.policies.engine import policies_of
from pytest_fakemail.policies.policy import Policy
from pytest_fakemail.pop3 import capabilities as pop3_capabilities
from pytest_fakemail.pop3.session import Pop3Session
from pytest_fakemail.settings import Settings
from pytest_fakemail.smtp import extensions as smtp_extensions
from pytest_fakemail.smtp.lmtp import LmtpSession
from pytest_fakemail.smtp.session import SmtpSession
from pytest_fakemail.store.store import Store
from pytest_fakemail.wire.capabilities import Capabilities
from pytest_fakemail.wire.effects import (
    Close,
    Effect,
    EndCompression,
    Later,
    Pause,
    Send,
    StartCompression,
    StartTls,
)
from pytest_fakemail.wire.exchange import Connection, Tls
from pytest_fakemail.wire.parties import Faults, Session
from pytest_fakemail.wire.session import Service

_SESSIONS: dict[str, Callable[[Service, Connection], Session]] = {
    "imap": ImapSession,
    "pop3": Pop3Session,
    "smtp": SmtpSession,
    "lmtp": LmtpSession,
}
_MUCH = 20_000

Cutter = Callable[[bytes], Iterable[bytes]]


def whole(data: bytes) -> Iterable[bytes]:
    """Let data arrive at once."""
    return [data]


def octets(data: bytes) -> Iterable[bytes]:
    """Let data arrive octet by octet; very much of it in small pieces."""
    size = 1 if len(data) < _MUCH else 999
    return [data[place : place + size] for place in range(0, len(data), size)]


class Line:
    """One connection: what the server said on it and nobody has looked at yet."""

    def __init__(self, number: int, service: Service, cut: Cutter, *, is_slow: bool) -> None:
        self.protocol = service.protocol
        self._clock = service.clock
        self._is_slow = is_slow
        self._due: list[tuple[float, Iterable[Effect]]] = []
        self.connection = Connection(number, service.protocol, wake=self._wake)
        self.session = _SESSIONS[service.protocol](service, self.connection)
        self._is_open = True
        self._is_woken = False
        self._cut = cut
        self._waiting: list[bytes | str] = []  # octets, and events in brackets
        self._take(self.session.greeting())

    def say(self, data: bytes) -> None:
        """Say this, as far as the connection goes on: what is behind STARTTLS is no TLS."""
        tls = self.connection.tls
        for piece in self._cut(data):
            if self._is_open and self.connection.tls is tls:
                self._take(self.session.receive_data(piece))

    def hear(self) -> bytes | None:
        """Return the next line that the server said, without its end, or the next event."""
        if not self._waiting:
            return None
        first = self._waiting[0]
        if isinstance(first, str):
            del self._waiting[0]
            is_pause = self._is_slow and first.startswith("[pause")
            return self.hear() if is_pause else first.encode()
        line, ending, rest = first.partition(b"\r\n")
        self._waiting[:1] = [rest] if rest else []
        return line if ending else line + b"<no newline>"

    overhear = hear

    def start_tls(self) -> bool:
        """Tell whether TLS began here."""
        return self.hear() == b"[tls]"

    def compress(self, *, is_begun: bool) -> bool:
        """Tell whether compression began here, or ended."""
        return self.hear() == (b"[compressed]" if is_begun else b"[clear]")

    def time_out(self) -> None:
        """Let the inactivity timer run out."""
        self._take(self.session.timed_out())

    def leave(self) -> None:
        """Close the connection from the client's side."""
        self._take(self.session.receive_eof())
        self._is_open = False
        self._waiting.clear()

    def attend(self) -> None:
        """Do what has fallen due, and tell what happened, if the session asked to be woken."""
        now = self._clock.elapsed()
        due = [effects for when, effects in self._due if when <= now]
        self._due = [one for one in self._due if one[0] > now]
        for effects in due:
            if self._is_open:
                self._take(effects)
        while self._is_woken and self._is_open:
            self._is_woken = False
            self._take(self.session.mailbox_changed())

    def _wake(self) -> None:
        self._is_woken = True

    def _take(self, effects: Iterable[Effect]) -> None:
        """Perform effects, in the order and at the pace of a driver."""
        for effect in effects:
            match effect:
                case Send(data):
                    last = self._waiting.pop() if self._waiting else b""
                    self._waiting += [last + data] if isinstance(last, bytes) else [last, data]
                case Pause(seconds):
                    self._waiting.append(f"[pause {seconds:g}]")
                case StartTls():
                    self._waiting.append("[tls]")
                    self.connection.tls = Tls("TLSv1.3", "TLS_AES_256_GCM_SHA384")
                    self._take(self.session.tls_started())
                case StartCompression(early):
                    self._waiting.append("[compressed]")
                    assert not early, "the client was to wait"
                case EndCompression():
                    self._waiting.append("[clear]")
                case Later(seconds, later):
                    self._due.append((self._clock.elapsed() + seconds, later))
                case Close(is_reset):
                    self.connection.is_over = True
                    self._waiting.append("[reset]" if is_reset else "[close]")
                    self._is_open = False


class Notes(Notebook):
    """A recorder that knows of which connection its notes are."""

    def __init__(self) -> None:
        super().__init__()
        self.of: dict[int, list[str]] = {}

    def noted(self, connection: Connection, text: str) -> None:
        super().noted(connection, text)
        self.of.setdefault(connection.number, []).append(text)


class Direct:
    """A store with the services over it; `cut` says how what clients say arrives."""

    def __init__(self, settings: Settings, *, cut: Cutter = whole) -> None:
        self.clock = Clock()
        self._settings = settings = pretence.dressed(settings)
        self._manners = pretence.manners_of(settings, self.clock)
        mailboxes = self._manners.personality.mailboxes if self._manners else None
        self.store = Store(settings, self.clock, mailboxes)
        self._cut = cut
        self._services: dict[str, Service] = {}
        self._engine: FaultEngine | None = None
        self._lines: list[Line] = []

    def capabilities(self, protocol: str) -> Capabilities:
        """Return what a server can do."""
        return self._service(protocol).capabilities

    def connect(self, number: int, protocol: str) -> Line:
        """Open a connection."""
        is_slow = self._engine is not None
        line = Line(number, self._service(protocol), self._cut, is_slow=is_slow)
        self._lines.append(line)
        return line

    def enforce(self, protocol: str, policy: Policy) -> None:
        """Let a policy stand; all servers have one engine then."""
        service = self._service(protocol)
        if self._engine is None:
            self._engine = FaultEngine(self.clock, hostname=self._settings.hostname)
        for one in self._services.values():
            one.faults = self._engine
        policies_of(self._engine, service).enforce(protocol, policy, {})

    def notes(self, number: int) -> list[str]:
        """Return what was noted of a connection."""
        line = self._lines[number - 1]
        notebook = self._services[line.protocol].recorder
        assert isinstance(notebook, Notes)
        return notebook.of.get(number, [])

    def settle(self) -> None:
        """Let everything happen that follows from what has happened."""
        for line in self._lines:
            line.attend()

    def end(self) -> None:
        """Check that the servers made no mistake of their own."""
        assert [bug for service in self._services.values() for bug in service.bugs] == []

    def _service(self, protocol: str) -> Service:
        service = self._services.get(protocol)
        if service is None:
            faults: Faults = OneFault()
            capabilities = _switchboard(protocol, self._settings)
            if self._manners is not None:
                faults = engine = FaultEngine(self.clock, hostname=self._settings.hostname)
                engine.speak(self._manners)
                engine.misbehave(*self._manners.quirks)
                self._manners.switch(protocol, capabilities, ())
            service = self._services[protocol] = Service(
                protocol=protocol,
                settings=self._settings,
                store=self.store,
                clock=self.clock,
                capabilities=capabilities,
                faults=faults,
                recorder=Notes(),
            )
        return service


def _switchboard(protocol: str, settings: Settings) -> Capabilities:
    match protocol:
        case "imap":
            return imap_capabilities.switchboard(settings)
        case "pop3":
            return Capabilities(pop3_capabilities.KNOWN, off=settings.pop3_without)
        case _:
            return Capabilities(smtp_extensions.KNOWN, off=settings.smtp_without)
