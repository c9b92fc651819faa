"""What a client is told when a rule or policy itself fails: a refusal for now, never a reset.

A function that the test has given may raise anything.  That is neither the client's mistake nor
a misbehaviour that was asked for, so the client gets a plain answer, and the test the exception.
"""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from pytest_fakemail.blame import is_the_tests
from pytest_fakemail.wire.effects import Close, Effect, Send
from pytest_fakemail.wire.exchange import Exchange

if TYPE_CHECKING:
    from pytest_fakemail.wire.parties import Recorder

_OURS = "Our fault, not yours"
_THE_TESTS = "A function of the test failed"


def refused(exchange: Exchange, bug: Exception) -> list[Effect]:
    """Return the answer to an exchange at which something failed.

    RFC 3463 §3.4 (X.3.0), RFC 3206 §4 (SYS/TEMP), RFC 5530 §3 (UNAVAILABLE, SERVERBUG).
    """
    from pytest_fakemail.faults import answers

    is_theirs = is_the_tests(bug)
    text = _THE_TESTS if is_theirs else _OURS
    verb, is_unasked = exchange.verb, exchange.verb in ("connect", "push")
    if verb == "eof":
        return []
    if verb == "tls":
        return [Close(reset=True)]
    match exchange.connection.protocol:
        case "imap":
            code = "UNAVAILABLE" if is_theirs else "SERVERBUG"
            is_nameless = is_unasked or not exchange.tag
            said = f"[{code}] {text}"
            step = answers.bye(said) if is_nameless else answers.tagged("NO", said)
        case "pop3":
            step = answers.status_indicator("-ERR", f"[SYS/TEMP] {text}")
        case _:
            step = answers.reply(421 if is_unasked else 451, f"4.3.0 {text}")
    effects: list[Effect] = list(step.change(exchange, ()))
    if is_unasked and not any(isinstance(effect, Close) for effect in effects):
        effects.append(Close())
    return effects


class Guard:
    """Turns what goes wrong with rules and policies into an answer, and keeps the exceptions.

    Without a list to keep them in, it raises them.
    """

    def __init__(self, bugs: list[BaseException] | None, recorder: "Recorder | None") -> None:
        self._bugs = bugs
        self._recorder = recorder

    def answer(self, exchange: Exchange, bug: Exception) -> list[Effect]:
        """Keep the exception; return what the client is told."""
        if self._bugs is None:
            raise bug
        self._bugs.append(bug)
        if self._recorder is not None:
            whose = "test" if is_the_tests(bug) else "server"
            self._recorder.noted(exchange.connection, f"a mistake of the {whose}'s: {bug!r}")
        return refused(exchange, bug)

    def watched(self, exchange: Exchange, effects: Iterable[Effect]) -> Iterator[Effect]:
        """Yield an answer; if it fails half said, only the end of the connection is honest."""
        has_sent = False
        try:
            for effect in effects:
                yield effect
                has_sent = has_sent or isinstance(effect, Send)
        except Exception as bug:  # noqa: BLE001  (whatever it is, the client is not to blame)
            told = self.answer(exchange, bug)
            yield from (Close(reset=True),) if has_sent else told
