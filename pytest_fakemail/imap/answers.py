"""From a command that was understood to the octets of its answer.

The handler runs with the store's lock held, but the lock is free while octets travel: an
answer is taken lazily, some 64 KiB at a time, whatever its size.  Between any two pieces that a
handler yields, empty ones too, others may be served (`wire.effects` has the rules): a handler
that works for long yields ``b""`` now and then.
"""

from collections.abc import Callable, Generator, Iterator

from pytest_fakemail.imap.client import Client
from pytest_fakemail.imap.commands.login import SaslExchange
from pytest_fakemail.imap.grammar.cursor import BadSyntax
from pytest_fakemail.imap.responses.updates import news, rest_of_news
from pytest_fakemail.imap.responses.values import encode_text
from pytest_fakemail.imap.table import SELECTED, Answer, Done, Entry, Refused, State, Waiting
from pytest_fakemail.store.impossible import Impossible
from pytest_fakemail.wire.effects import MORE, Close, Effect, Send

CHUNK = 64 * 1024
"""How many octets of an answer leave in one piece, about."""

MOST_BAD_COMMANDS = 20
"""So many commands in a row that are none end the connection."""

_Outcome = Answer | Done | Waiting


class InProgress:
    """A command that gets the client's next line, with its tag (RFC 9051 §5.5)."""

    __slots__ = ("entry", "tag", "waiting")

    def __init__(self, tag: str, entry: Entry, waiting: Waiting) -> None:
        self.tag = tag
        self.entry = entry
        self.waiting = waiting


class Answers:
    """How one client is answered; remembers what is in progress, counts bad commands."""

    __slots__ = ("_bad_commands", "_client", "in_progress")

    def __init__(self, client: Client) -> None:
        self._client = client
        self._bad_commands = 0
        self.in_progress: InProgress | None = None

    def refuse(self, tag: str, refusal: Done) -> Iterator[Effect]:
        """Answer a command that will not be done."""
        yield from self._finish(tag, None, refusal, [])

    def carry_out(
        self, tag: str, entry: Entry, work: Callable[..., _Outcome], *given: object
    ) -> Iterator[Effect]:
        """Let a handler, or a command in progress, work on what is given; answer with what it says.

        An exception in it is our mistake: the client is told so, the test fails by it.
        """
        client = self._client
        client.tag = tag
        pieces: list[bytes] = []
        outcome: Done | Waiting
        try:
            outcome = yield from self._joined(entry, pieces, work, given)
        except (Refused, BadSyntax) as refused:
            outcome = Done(refused.text, code=refused.code, status=refused.status)
        except Impossible as refusal:
            outcome = Done(str(refusal), code=refusal.code, status="NO")
        except Exception as bug:  # noqa: BLE001 (whatever it is, the client is not to blame)
            client.service.bugs.append(bug)
            outcome = Done("Our fault, not yours", code="SERVERBUG", status="NO")
        if isinstance(outcome, Done):
            yield from self._finish(tag, entry, outcome, pieces)
            return
        self.in_progress = InProgress(tag, entry, outcome)
        if pieces:
            yield Send(b"".join(pieces))
        yield from outcome.then

    def asked(self, tag: str, entry: Entry, octets: bytes) -> None:
        """Take the next line for a response if a fault asked the client for one."""
        if entry.name == "AUTHENTICATE" and octets.startswith(b"+"):
            self.in_progress = InProgress(tag, entry, SaslExchange(self._client, None))

    def _joined(
        self,
        entry: Entry,
        pieces: list[bytes],
        work: Callable[..., _Outcome],
        given: tuple[object, ...],
    ) -> Generator[Effect, None, Done | Waiting]:
        """Run the handler; leave in `pieces` what is too little to be sent by itself."""
        client = self._client
        with client.registry:
            if entry.states is SELECTED and client.selected.is_void:
                raise Refused("The selected mailbox is gone", code="NONEXISTENT")
            if entry.looks_first:
                pieces.append(news(client, expunges_allowed=False))
            client.registry.author = client.reference
            outcome = work(*given)
        size = 0
        while isinstance(outcome, Generator):
            with client.registry:
                client.registry.author = client.reference
                try:
                    piece = next(outcome)
                except StopIteration as end:
                    outcome = end.value
                    continue
            if not piece or size:  # most answers are one piece
                yield MORE
            pieces.append(piece)
            size += len(piece)
            if size >= CHUNK:
                yield from _cut(pieces)
                pieces.clear()
                size = 0
        return outcome

    def _finish(
        self, tag: str, entry: Entry | None, done: Done, pieces: list[bytes]
    ) -> Iterator[Effect]:
        """Send the news, the tagged response and what follows it."""
        client = self._client
        with client.registry:
            if entry is not None:
                is_held = entry.holds_expunges or done.holds_expunges
                pieces += (
                    rest_of_news(client, expunges_allowed=not is_held),
                    client.told_besides(),
                )
            is_void = client.view is not None and client.view.is_void
            if is_void and client.is_rev2:
                # RFC 9051 §3: an unsolicited CLOSED ends the selected state.
                pieces.append(b"* OK [CLOSED] The selected mailbox is gone\r\n")
                client.deselect()
                is_void = False
        text = done.text or f"{entry.name if entry else 'Entry'} completed"
        code = f"[{done.code}] " if done.code else ""
        pieces.append(f"{tag or '*'} {done.status} {code}".encode() + encode_text(text) + b"\r\n")
        yield Send(b"".join(pieces))
        yield from done.then
        self._bad_commands = self._bad_commands + 1 if done.status == "BAD" else 0
        if is_void:
            yield from self.bye("The selected mailbox is gone")
        elif self._bad_commands >= MOST_BAD_COMMANDS:
            yield from self.bye("Too many bad commands")

    def bye(self, text: str) -> Iterator[Effect]:
        """End the connection, saying why (RFC 3501 §7.1.5)."""
        self._client.state = State.LOGOUT
        yield Send(f"* BYE {text}\r\n".encode())
        yield Close()


def _cut(pieces: list[bytes]) -> Iterator[Effect]:
    """Send pieces in one; a long last one may be a message's own octets and is not copied whole."""
    last = pieces[-1]
    if len(last) <= 2 * CHUNK:
        yield Send(b"".join(pieces))
        return
    yield Send(b"".join(pieces[:-1]))
    for start in range(0, len(last), CHUNK):
        yield Send(last[start : start + CHUNK])
