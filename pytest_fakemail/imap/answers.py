"""From a command that was understood to the octets of its answer.

The handler runs with the store's lock held, but the lock is free while octets travel: an
answer is taken lazily, some 64 KiB at a time, whatever its size.  Between any two pieces that a
handler yields, empty ones too, others may be served (`wire.effects` has the rules): a handler
that works for long yields ``b""`` now and then.
"""

from collections.abc import Callable, Generator, Iterable, Iterator
from functools import cache
from types import GeneratorType

from pytest_fakemail.imap.client import Client
from pytest_fakemail.imap.commands.login import SaslExchange
from pytest_fakemail.imap.grammar.cursor import BadSyntax
from pytest_fakemail.imap.responses.updates import enable_condstore, news, rest_of_news
from pytest_fakemail.imap.responses.values import encode_text
from pytest_fakemail.imap.table import SELECTED, Answer, Done, Entry, Refused, State, Waiting
from pytest_fakemail.store.impossible import Impossible
from pytest_fakemail.wire.effects import MORE, Close, Effect, Send

CHUNK = 64 * 1024
"""How many octets of an answer leave in one piece, about."""

MOST_BAD_COMMANDS = 20
"""So many commands in a row that are none end the connection."""

_SHORT = 4
"""So many pieces are taken at once, before others are served."""
_SHORT_OCTETS = 8 * 1024
"""A piece longer than this is the last of those."""

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

    def refuse(self, tag: str, refusal: Done) -> Iterable[Effect]:
        """Answer a command that will not be done."""
        with self._client.registry:
            answer = self._finished(tag, None, refusal, [])
        return self._spoken(answer)

    def carry_out(
        self, tag: str, entry: Entry, work: Callable[..., _Outcome], *given: object
    ) -> Iterable[Effect]:
        """Let a handler, or a command in progress, work on what is given; answer with what it says.

        Most answers are short, and are complete when this returns: one `Send`.  An exception is
        our mistake: the client is told so, the test fails by it.
        """
        self._client.tag = tag
        pieces: list[bytes] = []
        with self._client.registry:
            try:
                outcome = self._begun(entry, work, given, pieces)
            except Exception as error:  # noqa: BLE001 (see _refusal)
                outcome = self._refusal(error)
            if isinstance(outcome, Done):
                return self._spoken(self._finished(tag, entry, outcome, pieces))
        if isinstance(outcome, Generator):
            return self._spoken(self._rest(tag, entry, outcome, pieces))
        return self._spoken(self._waiting(tag, entry, outcome, pieces))

    def _spoken(self, answer: Iterable[Effect]) -> Iterable[Effect]:
        """Return an answer in the language that the client has chosen."""
        speech = self._client.speech
        return answer if speech is None else speech.told(answer)

    def _begun(
        self,
        entry: Entry,
        work: Callable[..., _Outcome],
        given: tuple[object, ...],
        pieces: list[bytes],
    ) -> _Outcome:
        """Run a handler as far as a short answer goes; return its rest, or how it ends."""
        client = self._client
        if entry.states is SELECTED and client.selected.is_void:
            raise Refused("The selected mailbox is gone", code="NONEXISTENT")
        if entry.looks_first:
            self._look(entry, given, pieces)
        client.registry.author = client.reference
        outcome = work(*given)
        if type(outcome) is Done or not isinstance(outcome, GeneratorType):
            return outcome
        for _ in range(_SHORT):
            try:
                piece = next(outcome)
            except StopIteration as end:
                ended: Done | Waiting = end.value
                return ended
            pieces.append(piece)
            if not piece or len(piece) > _SHORT_OCTETS:
                break
        return outcome

    def _look(self, entry: Entry, given: tuple[object, ...], pieces: list[bytes]) -> None:
        """Tell what came; with mod-sequences from the first command on that asks for them.

        RFC 7162 §3.1: once a client has sent such a command, all FETCH responses have them.
        """
        client, asks_modseq = self._client, entry.asks_modseq
        if asks_modseq is not None and client.selected.has_news and asks_modseq(given[1]):
            pieces.append(enable_condstore(client))
        pieces.append(news(client, expunges_allowed=False))

    def _rest(
        self, tag: str, entry: Entry, answer: Answer, pieces: list[bytes]
    ) -> Iterator[Effect]:
        """Let others be served between the pieces of an answer that is a longer one."""
        outcome: Done | Waiting
        try:
            outcome = yield from self._joined(answer, pieces)
        except Exception as error:  # noqa: BLE001 (see _refusal)
            outcome = self._refusal(error)
        if isinstance(outcome, Done):
            with self._client.registry:
                last = self._finished(tag, entry, outcome, pieces)
        else:
            last = self._waiting(tag, entry, outcome, pieces)
        yield from last

    def _refusal(self, error: Exception) -> Done:
        """Return how a command ends by an exception: refused, or with a mistake of ours."""
        if isinstance(error, Refused | BadSyntax):
            return Done(error.text, code=error.code, status=error.status)
        if isinstance(error, Impossible):
            return Done(str(error), code=error.code, status="NO")
        self._client.service.bugs.append(error)
        return Done("Our fault, not yours", code="SERVERBUG", status="NO")

    def asked(self, tag: str, entry: Entry, octets: bytes) -> None:
        """Take the next line for a response if a fault asked the client for one."""
        if entry.name == "AUTHENTICATE" and octets.startswith(b"+"):
            self.in_progress = InProgress(tag, entry, SaslExchange(self._client, None))

    def _joined(
        self, answer: Answer, pieces: list[bytes]
    ) -> Generator[Effect, None, Done | Waiting]:
        """Run the handler; leave in `pieces` what is too little to be sent by itself."""
        client = self._client
        size = sum(map(len, pieces))
        while True:
            if size >= CHUNK:
                yield from _cut(pieces)
                pieces.clear()
                size = 0
            else:
                yield MORE
            with client.registry:
                client.registry.author = client.reference
                try:
                    piece = next(answer)
                except StopIteration as end:
                    outcome: Done | Waiting = end.value
                    return outcome
            pieces.append(piece)
            size += len(piece)

    def _waiting(
        self, tag: str, entry: Entry, waiting: Waiting, pieces: list[bytes]
    ) -> tuple[Effect, ...]:
        """Have the client's next line go to a command; send what it has said so far."""
        self.in_progress = InProgress(tag, entry, waiting)
        return (Send(b"".join(pieces)), *waiting.then) if pieces else waiting.then

    def _finished(
        self, tag: str, entry: Entry | None, done: Done, pieces: list[bytes]
    ) -> tuple[Effect, ...]:
        """Return the news, the tagged response and what follows it; with the store's lock held."""
        client = self._client
        if entry is not None:
            is_held = (
                entry.holds_expunges or done.holds_expunges
            ) and "unsol.expunge_mid_fetch" not in client.connection.marks
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
        code = f"[{done.code}] " if done.code else ""
        text = self._text(done.text) if done.text else _completed(entry and entry.name)
        pieces += (f"{tag or '*'} {done.status} {code}".encode(), text, b"\r\n")
        answer: tuple[Effect, ...] = (Send(b"".join(pieces)), *done.then)
        self._bad_commands = self._bad_commands + 1 if done.status == "BAD" else 0
        if is_void:
            answer += self.bye("The selected mailbox is gone")
        elif self._bad_commands >= MOST_BAD_COMMANDS:
            answer += self.bye("Too many bad commands")
        return answer

    def _text(self, text: str) -> bytes:
        speech = self._client.speech
        if speech is None:
            return encode_text(text)
        return encode_text(speech.language.text(text), is_utf8=True)

    def bye(self, text: str) -> tuple[Effect, ...]:
        """End the connection, saying why (RFC 3501 §7.1.5)."""
        self._client.state = State.LOGOUT
        return Send(f"* BYE {text}\r\n".encode()), Close()

    def farewell(self, text: str) -> Iterable[Effect]:
        """End the connection unasked, in the client's language."""
        return self._spoken(self.bye(text))


@cache
def _completed(name: str | None) -> bytes:
    return encode_text(f"{name or 'Entry'} completed")


def _cut(pieces: list[bytes]) -> Iterator[Effect]:
    """Send pieces in one; a long last one may be a message's own octets and is not copied whole."""
    last = pieces[-1]
    if len(last) <= 2 * CHUNK:
        yield Send(b"".join(pieces))
        return
    yield Send(b"".join(pieces[:-1]))
    for start in range(0, len(last), CHUNK):
        yield Send(last[start : start + CHUNK])
