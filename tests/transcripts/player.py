"""Plays transcripts against the sessions themselves: no socket, no thread, no waiting."""

import shlex
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path

from transcripts.script import Script, Step, Variables, said
from wire.services import Notebook, OneFault

from pytest_fakemail.clock import Clock
from pytest_fakemail.imap import capabilities as imap_capabilities
from pytest_fakemail.imap.session import ImapSession
from pytest_fakemail.pop3 import capabilities as pop3_capabilities
from pytest_fakemail.pop3.session import Pop3Session
from pytest_fakemail.settings import Settings, parsed
from pytest_fakemail.smtp import extensions as smtp_extensions
from pytest_fakemail.smtp.session import LmtpSession, SmtpSession
from pytest_fakemail.store.account import Account
from pytest_fakemail.store.mailbox import Mailbox
from pytest_fakemail.store.store import Store
from pytest_fakemail.wire.capabilities import Capabilities
from pytest_fakemail.wire.effects import Close, Effect, Pause, Send, StartTls
from pytest_fakemail.wire.exchange import Connection, Tls
from pytest_fakemail.wire.session import Service, Session

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
MESSAGES = Path(__file__).parent / "messages"
_MUCH = 20_000
Cutter = Callable[[bytes], Iterable[bytes]]


def whole(data: bytes) -> Iterable[bytes]:
    """Let data arrive at once."""
    return [data]


def octets(data: bytes) -> Iterable[bytes]:
    """Let data arrive octet by octet; very much of it in small pieces."""
    size = 1 if len(data) < _MUCH else 999
    return [data[place : place + size] for place in range(0, len(data), size)]


def new_service(protocol: str, store: Store, clock: Clock, settings: Settings) -> Service:
    """Return a service of a protocol over a store that others share."""
    match protocol:
        case "imap":
            capabilities = imap_capabilities.switchboard(settings)
        case "pop3":
            capabilities = Capabilities(pop3_capabilities.KNOWN, off=settings.pop3_without)
        case _:
            capabilities = Capabilities(smtp_extensions.KNOWN, off=settings.smtp_without)
    return Service(
        protocol=protocol,
        settings=settings,
        store=store,
        clock=clock,
        capabilities=capabilities,
        faults=OneFault(),
        recorder=Notebook(),
    )


SESSIONS: dict[str, Callable[[Service, Connection], Session]] = {
    "imap": ImapSession,
    "pop3": Pop3Session,
    "smtp": SmtpSession,
    "lmtp": LmtpSession,
}
START = {
    "imap": ("0 LOGIN {user} {password}", "0 SELECT {mailbox}"),
    "pop3": ("USER {user}", "PASS {password}"),
    "smtp": ("EHLO client.example.test",),
    "lmtp": ("LHLO client.example.test",),
}


class Line:
    """One connection: what the server said on it and nobody has looked at yet."""

    def __init__(self, number: int, service: Service, cut: Cutter) -> None:
        self.connection = Connection(number, service.protocol, wake=self.wake)
        self.session = SESSIONS[service.protocol](service, self.connection)
        self.is_woken = False
        self.is_open = True
        self.may_skip = False
        self._cut = cut
        self._waiting: list[bytes | str] = []  # octets, and events in brackets
        self.take(self.session.greeting())

    def wake(self) -> None:
        self.is_woken = True

    def say(self, data: bytes) -> None:
        """Say this, as far as the connection goes on: what is behind STARTTLS is no TLS."""
        tls = self.connection.tls
        for piece in self._cut(data):
            if self.is_open and self.connection.tls is tls:
                self.take(self.session.receive_data(piece))

    def take(self, effects: Iterable[Effect]) -> None:
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
                    self.take(self.session.tls_started())
                case Close(is_reset):
                    self._waiting.append("[reset]" if is_reset else "[close]")
                    self.is_open = False

    def hear(self) -> bytes | None:
        """Return the next line that the server said, without its end, or the next event."""
        if not self._waiting:
            return None
        first = self._waiting[0]
        if isinstance(first, str):
            del self._waiting[0]
            return first.encode()
        line, ending, rest = first.partition(b"\r\n")
        self._waiting[:1] = [rest] if rest else []
        return line if ending else line + b"<no newline>"

    def forget(self) -> None:
        """Look at nothing that was said so far."""
        self._waiting.clear()


def words_of(text: str) -> list[str]:
    """Split text into words; quotes hold some together, a backslash is nothing special."""
    lexer = shlex.shlex(text, posix=True)
    lexer.whitespace_split = True
    lexer.commenters = lexer.escape = ""
    return list(lexer)


def seed_message(words: list[str]) -> tuple[bytes, dict[str, object]]:
    """Return a message and what `Mailbox.append` is told of it.

    ``subject=``, ``from=``, ``to=`` and ``body=`` go into the message, ``header=Name:value``
    adds a field, ``file=`` takes it from the directory ``messages``; ``flags=``, ``uid=`` and
    ``date=`` (ISO 8601) are the mailbox's.
    """
    given = [word.partition("=")[::2] for word in words]
    fields = {"subject": "Hello", "from": "bob@example.test", "to": "ann@example.test"}
    fields.update((name, value) for name, value in given if name in fields)
    more = [value.replace(":", ": ", 1) for name, value in given if name == "header"]
    values = dict(given)
    header = [f"{name.title()}: {value}" for name, value in fields.items()] + more
    raw = "".join(f"{line}\r\n" for line in [*header, "", values.get("body", "body")]).encode()
    if "file" in values:
        raw = (MESSAGES / values["file"]).read_bytes()
    options: dict[str, object] = {"flags": values.get("flags", "").split()}
    if "uid" in values:
        options["uid"] = int(values["uid"])
    if "date" in values:
        options["internal_date"] = datetime.fromisoformat(values["date"])
    return raw, options


def _together(steps: Iterable[Step]) -> Iterator[list[Step]]:
    """Yield steps one by one, but what a client says in a row all together."""
    for (kind, _), group in groupby(steps, lambda step: (step.kind, step.connection)):
        if kind == "C":
            yield list(group)
        else:
            yield from ([step] for step in group)


class Player:
    """Plays one script; `cut` says how what the clients say arrives."""

    def __init__(self, script: Script, directory: str, *, cut: Cutter = whole) -> None:
        self._script = script
        self._cut = cut
        self._protocols = script.words("protocol") or [directory]
        self._clock = Clock()
        self._clock.freeze(NOW)
        self._settings = self._read_settings()
        self._store = Store(self._settings, self._clock)
        self._services: dict[str, Service] = {}
        self._lines: dict[int, Line] = {}
        self._variables = Variables()
        self._seed()

    def play(self) -> None:
        """Play all steps; nothing may be left unsaid at the end."""
        first = next(step for step in self._script.steps if step.kind != "E")
        self._line(first)
        for step, *more in _together(self._script.steps):
            if step.kind == "E":
                self._happen(step)
            elif step.kind == "C":
                line = self._line(step)
                self._expect_silence(line, step)
                texts = [self._variables.filled(one.text) for one in (step, *more)]
                line.say(b"".join(map(said, texts)))
            else:
                self._expect(self._line(step), step)
            self._wake()
        for number, line in self._lines.items():
            self._expect_silence(line, Step("C", "", f"the end of connection {number}"))
        for service in self._services.values():
            assert service.bugs == []

    # --- before ------------------------------------------------------------------------

    def _read_settings(self) -> Settings:
        given = [word.partition("=")[::2] for word in self._script.words("settings")]
        return Settings().but(**{name: parsed(name, value) for name, value in given})

    def _seed(self) -> None:
        accounts = self._script.words("accounts") or ["ann=secret"]
        self._passwords = dict(word.split("=") for word in accounts)
        for name, password in self._passwords.items():
            self._store.add_account(name, password)
        for name in self._script.words("mailboxes"):
            account, mailbox = self._named(name)
            account.mailboxes.create(mailbox)
        for seed in self._script.fields.get("mail", []):
            self._deliver(words_of(seed))

    def _deliver(self, words: list[str]) -> None:
        raw, options = seed_message(words[1:])
        self._mailbox(words[0]).append(raw, **options)  # type: ignore[arg-type]  # by name

    def _named(self, name: str) -> tuple[Account, str]:
        """Return the account and the name of ``account:name``, the first account's by default."""
        owner, _, mailbox = name.rpartition(":")
        account = self._store.account(owner or next(iter(self._passwords)))
        assert account is not None, f"no account {owner!r}"
        return account, mailbox

    def _mailbox(self, name: str) -> Mailbox:
        account, mailbox = self._named(name)
        return account.mailboxes[mailbox]

    def _line(self, step: Step) -> Line:
        """Return the connection of a step, opened and started at its first one."""
        line = self._lines.get(step.connection)
        if line is None:
            place = min(step.connection, len(self._protocols)) - 1
            line = Line(step.connection, self._service(self._protocols[place]), self._cut)
            self._lines[step.connection] = line
            started = self._start(line)
            if started or step.kind != "S":
                line.forget()
        return line

    def _service(self, protocol: str) -> Service:
        if protocol not in self._services:
            service = new_service(protocol, self._store, self._clock, self._settings)
            service.capabilities.on(*self._script.words("on"))
            service.capabilities.off(*self._script.words("off"))
            self._services[protocol] = service
        return self._services[protocol]

    def _start(self, line: Line) -> bool:
        state, *more = self._script.words("start") or [""]
        if not state:
            return False
        user, password = next(iter(self._passwords.items()))
        login, *select = START[line.connection.protocol]
        commands = [login, *(select if more or line.connection.protocol == "pop3" else ())]
        for command in commands:
            wanted = command.format(user=user, password=password, mailbox="".join(more))
            line.say(wanted.encode() + b"\r\n")
        return True

    # --- steps -------------------------------------------------------------------------

    def _expect(self, line: Line, step: Step) -> None:
        if step.text == "[nothing]":
            self._expect_silence(line, step)
            return
        if step.text == "[any lines]":
            line.may_skip = True
            return
        heard = line.hear()
        while heard is None or not self._variables.match(step.text, heard):
            if heard is not None and line.may_skip:
                heard = line.hear()
                continue
            wanted = self._variables.filled(step.text)
            rest = [str(more) for more in iter(line.hear, None)]
            raise AssertionError(
                f"{step.place}: the server said otherwise\n"
                f"  wanted {wanted!r}\n  heard  {heard!r}\n  then   {rest}"
            )
        line.may_skip = False

    def _expect_silence(self, line: Line, step: Step) -> None:
        if line.may_skip:
            line.may_skip = False
            line.forget()
        heard = line.hear()
        assert heard is None, f"{step.place}: the server had said more: {heard!r}"

    def _wake(self) -> None:
        for line in self._lines.values():
            while line.is_woken and line.is_open:
                line.is_woken = False
                line.take(line.session.mailbox_changed())

    def _happen(self, step: Step) -> None:
        """Let an event happen.

        ``deliver MAILBOX key=value …``, ``flags MAILBOX UID FLAG …``, ``expunge MAILBOX UID …``,
        ``create``, ``delete``, ``uidvalidity MAILBOX``, ``rename MAILBOX NAME``,
        ``quota ACCOUNT OCTETS``, ``lock ACCOUNT``, ``on``, ``off CAPABILITY …``,
        ``advance DURATION``, ``silence CONNECTION`` (its inactivity timer ran out) and
        ``gone CONNECTION`` (the client closed it).
        """
        event, *words = words_of(self._variables.filled(step.text))
        match event, words:
            case "deliver", _:
                self._deliver(words)
            case "flags", [name, uid, *flags]:
                mailbox = self._mailbox(name)
                message = mailbox.message(int(uid))
                assert message is not None, f"{step.place}: no message {uid}"
                mailbox.set_flags([message], flags)
            case "expunge", [name, *uids]:
                self._mailbox(name).expunge(map(int, uids))
            case "create" | "delete" | "rename", [name, *more]:
                account, mailbox_name = self._named(name)
                getattr(account.mailboxes, event)(mailbox_name, *more)
            case "uidvalidity", [name]:
                self._mailbox(name).change_uidvalidity()
            case _:
                self._happen_elsewhere(event, words, step)

    def _happen_elsewhere(self, event: str, words: list[str], step: Step) -> None:
        match event, words:
            case "quota" | "lock", [name, *more]:
                account = self._store.account(name)
                assert account is not None, f"{step.place}: no account {name}"
                if event == "lock":
                    account.lock()
                else:
                    account.quota = int(more[0])
            case "on" | "off", names:
                for service in self._services.values():
                    getattr(service.capabilities, event)(*names)
            case "advance", [duration]:
                self._clock.advance(duration)
            case "silence", [number]:
                line = self._lines[int(number)]
                line.take(line.session.timed_out())
            case "gone", [number]:
                line = self._lines[int(number)]
                line.take(line.session.receive_eof())
                line.is_open = False
                line.forget()
            case _:
                raise AssertionError(f"{step.place}: no event {step.text!r}")
