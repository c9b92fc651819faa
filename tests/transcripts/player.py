"""Plays transcripts on a stage: `direct`, without sockets, or `sockets`."""

import shlex
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from typing import Any, Protocol

from transcripts.script import Script, Step, Variables, said

from pytest_fakemail import policies
from pytest_fakemail.clock import Clock
from pytest_fakemail.policies.policy import Policy
from pytest_fakemail.settings import Settings, parsed
from pytest_fakemail.store.account import Account
from pytest_fakemail.store.acl import rights_in
from pytest_fakemail.store.mailbox import Mailbox
from pytest_fakemail.store.store import Store
from pytest_fakemail.wire.capabilities import Capabilities

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
MESSAGES = Path(__file__).parent / "messages"

# What brings a connection to the state that a script starts in, and how the last line of an
# answer begins.
START = {
    "imap": ("0 LOGIN {user} {password}", "0 SELECT {mailbox}"),
    "pop3": ("USER {user}", "PASS {password}"),
    "smtp": ("EHLO client.example.test",),
    "lmtp": ("LHLO client.example.test",),
}
ENDS = {b"[close]", b"[reset]"}
LAST_LINE = {"imap": b"0 OK", "pop3": b"+OK", "smtp": b"250 ", "lmtp": b"250 "}


class Line(Protocol):
    """One connection of a client."""

    protocol: str

    def say(self, data: bytes) -> None: ...
    def hear(self) -> bytes | None: ...
    def overhear(self) -> bytes | None: ...
    def start_tls(self) -> bool: ...
    def compress(self, *, is_begun: bool) -> bool: ...
    def time_out(self) -> None: ...
    def leave(self) -> None: ...


class Stage(Protocol):
    """Where a script is played."""

    clock: Clock
    store: Store

    def capabilities(self, protocol: str) -> Capabilities: ...
    def connect(self, number: int, protocol: str) -> Line: ...
    def enforce(self, protocol: str, policy: Policy) -> None: ...
    def notes(self, number: int) -> list[str]: ...
    def settle(self) -> None: ...
    def end(self) -> None: ...


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
    """Plays one script on a stage that `make_stage` builds for its settings."""

    def __init__(
        self, script: Script, directory: str, make_stage: Callable[[Settings], Stage]
    ) -> None:
        self._script = script
        self._protocols = script.words("protocol") or [directory]
        self._stage = make_stage(self._read_settings())
        self._stage.clock.freeze(NOW)
        self._store = self._stage.store
        self._lines: dict[int, Line] = {}
        self._skipping: set[Line] = set()
        self._variables = Variables()
        self._noted: dict[int, int] = {}

    def play(self) -> None:
        """Play all steps; nothing may be left unsaid at the end."""
        try:
            self._seed()
            self._play()
        finally:
            self._stage.end()

    def _play(self) -> None:
        first = next(step for step in self._script.steps if step.kind not in "EN")
        self._line(first)
        for step, *more in _together(self._script.steps):
            if step.kind == "E":
                self.happen(step)
            elif step.kind == "N":
                self._expect_note(step)
            elif step.kind == "C":
                line = self._line(step)
                self._expect_silence(line, step)
                texts = [self._variables.filled(one.text) for one in (step, *more)]
                line.say(b"".join(map(said, texts)))
            else:
                self._expect(self._line(step), step)
            self._stage.settle()
        for number, line in self._lines.items():
            if not self._is_over(number):
                self._expect_silence(line, Step("C", "", f"the end of connection {number}"))
            told = self._noted.get(number, 0)
            assert self._policies_said(number)[told:] == [], f"connection {number} has more notes"

    def _is_over(self, number: int) -> bool:
        """Whether the last that a script tells of a connection is its end."""
        steps = self._script.steps
        told = [step for step in steps if step.kind not in "EN" and step.connection == number]
        return told[-1].text in {"[close]", "[reset]"} or any(
            step.text == f"gone {number}" for step in steps
        )

    # --- before ------------------------------------------------------------------------

    def _read_settings(self) -> Settings:
        given = [word.partition("=")[::2] for word in self._script.words("settings")]
        values: dict[str, Any] = {name: parsed(name, value) for name, value in given}
        return Settings(**values)

    def _seed(self) -> None:
        accounts = self._script.words("accounts") or ["ann=secret"]
        self._passwords = dict(word.split("=") for word in accounts)
        for name, password in self._passwords.items():
            self._store.add_account(name, password)
        for name in self._script.words("mailboxes"):
            account, mailbox = self._named(name)
            account.mailboxes.create(mailbox)
        for protocol in dict.fromkeys(self._protocols):
            capabilities = self._stage.capabilities(protocol)
            capabilities.on(*self._script.words("on"))
            capabilities.off(*self._script.words("off"))
        for seed in self._script.fields.get("mail", []):
            self._deliver(words_of(seed))
        for call in self._script.fields.get("policies", []):
            policy = eval(f"policies.{call}", {"policies": policies})  # noqa: S307  (ours)
            self._stage.enforce(self._protocols[0], policy)

    def _deliver(self, words: list[str]) -> None:
        raw, options = seed_message(words[1:])
        self._mailbox(words[0]).append(raw, **options)  # type: ignore[arg-type]  # by name

    def _named(self, name: str) -> tuple[Account, str]:
        """Return the account and the name of ``account:name``, the first account's by default.

        Those of ``shared`` are shared mailboxes.
        """
        owner, _, mailbox = name.rpartition(":")
        if owner == "shared":
            return self._store.share().commons, mailbox
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
            line = self._stage.connect(step.connection, self._protocols[place])
            self._lines[step.connection] = line
            commands = self._start(line, step.connection)
            if commands or step.kind != "S":
                line.hear()  # the greeting
            for command in commands:
                line.say(command.encode() + b"\r\n")
                last = LAST_LINE[line.protocol]
                while not (heard := line.hear() or last).startswith(last):
                    assert heard not in ENDS, f"{command!r} was answered by {heard!r}"
        return line

    def _start(self, line: Line, connection: int) -> list[str]:
        state, *more = self._script.words("start") or [""]
        if not state:
            return []
        user = next(iter(self._passwords))
        for number, name in enumerate(self._script.words("users"), 1):
            user = name if number == connection else user
        password = self._passwords[user]
        login, *select = START[line.protocol]
        commands = [login, *(select if more or line.protocol == "pop3" else ())]
        mailbox = "".join(more)
        return [one.format(user=user, password=password, mailbox=mailbox) for one in commands]

    # --- steps -------------------------------------------------------------------------

    def _expect(self, line: Line, step: Step) -> None:
        match step.text:
            case "[nothing]":
                self._expect_silence(line, step)
            case "[any lines]":
                self._skipping.add(line)
            case "[tls]":
                assert line.start_tls(), f"{step.place}: TLS did not begin"
            case "[compressed]" | "[clear]":
                is_begun = step.text == "[compressed]"
                assert line.compress(is_begun=is_begun), f"{step.place}: no, it is not"
            case _:
                self._expect_line(line, step)

    def _expect_line(self, line: Line, step: Step) -> None:
        heard = line.hear()
        while heard is None or not self._variables.match(step.text, heard):
            if heard is not None and heard not in ENDS and line in self._skipping:
                heard = line.hear()
                continue
            wanted = self._variables.filled(step.text)
            rest = [str(more) for more in iter(line.overhear, None) if heard != b"[close]"]
            raise AssertionError(
                f"{step.place}: the server said otherwise\n"
                f"  wanted {wanted!r}\n  heard  {heard!r}\n  then   {rest}"
            )
        self._skipping.discard(line)

    def _policies_said(self, number: int) -> list[str]:
        notes = self._stage.notes(number)
        return [note[8:] for note in notes if note.startswith("policy: ")]

    def _expect_note(self, step: Step) -> None:
        """Compare the next note of a policy."""
        place = self._noted.get(step.connection, 0)
        self._noted[step.connection] = place + 1
        notes = self._policies_said(step.connection)[place:]
        heard = notes[0] if notes else None
        is_so = heard is not None and self._variables.match(step.text, heard.encode())
        assert is_so, f"{step.place}: wanted the note {step.text!r}, there is {heard!r}"

    def _expect_silence(self, line: Line, step: Step) -> None:
        assert line not in self._skipping, f"{step.place}: tell how the [any lines] before it end"
        heard = line.overhear()
        assert heard is None, f"{step.place}: the server had said more: {heard!r}"

    def happen(self, step: Step) -> None:
        """Let an event happen.

        ``deliver MAILBOX key=value …``, ``flags MAILBOX UID FLAG …``, ``expunge MAILBOX UID …``,
        ``create``, ``delete``, ``uidvalidity MAILBOX``, ``rename MAILBOX NAME``,
        ``share MAILBOX WHO RIGHTS`` (which makes it), ``quota ACCOUNT OCTETS``,
        ``softquota``, ``hardquota``, ``lock ACCOUNT``, ``on``, ``off CAPABILITY …``,
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
            case "share", [name, who, rights]:
                self._store.share().grant(*self._named(name), who, rights_in(rights))
            case "uidvalidity", [name]:
                self._mailbox(name).change_uidvalidity()
            case _:
                self._happen_elsewhere(event, words, step)

    def _happen_elsewhere(self, event: str, words: list[str], step: Step) -> None:
        match event, words:
            case "quota" | "lock" | "softquota" | "hardquota", [name, *more]:
                account = self._store.account(name)
                assert account is not None, f"{step.place}: no account {name}"
                if event == "lock":
                    account.lock()
                elif not more:
                    account.usage.is_soft = event == "softquota"
                else:
                    account.quota = int(more[0])
            case "on" | "off", names:
                for protocol in dict.fromkeys(self._protocols):
                    getattr(self._stage.capabilities(protocol), event)(*names)
            case "advance", [duration]:
                self._stage.clock.advance(duration)
            case "silence", [number]:
                self._lines[int(number)].time_out()
            case "gone", [number]:
                self._lines[int(number)].leave()
            case _:
                raise AssertionError(f"{step.place}: no event {step.text!r}")
