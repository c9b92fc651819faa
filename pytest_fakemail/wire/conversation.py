"""A command with its answer, and the one place where faults and transcript join in.

What may happen, in which order
-------------------------------
A session frames a whole command and understands it, or finds out that it cannot; both are
described as an `Exchange`, and `Conversation.answer` is called with it and with `execute`, which
does the command.  Then, always in this order:

1. The recorder is told (`opened`).  First, so that what is sent from now on answers this
   exchange, and so that a command which kills the connection is in the transcript.
2. Without anything that could apply to it, `execute` answers.  That is all: a truth test, and
   where a test uses rules, policies or the like, a look at whether they are for this verb.
   `Conversation.passes` does as much without the `Exchange`.
3. Otherwise the faults are asked for an answer *instead*.  If there is one, nothing happens:
   `execute` is not called, and the session is told by `replaced` what the client was told in its
   place, for the client acts on it (it sends no literal after a NO).
4. If there is none, the command happens: `execute` is called.  It may be lazy, so it has happened
   whole only when the last effect is taken; a fault that hangs up takes them all before it does.
5. The faults work on the answer *after* the effect, whoever gave it: they cut, delay, change,
   lose it.
6. A `Close` among what is left marks the conversation as closed.  Commands that the client had
   sent ahead (pipelining) are then not carried out: a server that hung up reads no more.

Nothing else may bend what a client sees: not sessions, which do not know of rules, and not the
driver, which sends what it is given.  That is why a rule can speak of any command of any
protocol.

A login is several lines and one thing.  The lines behind the first (`SASL_RESPONSE`) continue its
exchange, and rules count logins, not lines.  IMAP's literals that are asked for are exchanges of
their own (``"literal"``), since the server may refuse there; so are the greeting (``"connect"``),
what the server says by itself (``"push"``) and the client's end (``"eof"``), which no rule may
answer.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from pytest_fakemail.wire.effects import Close, Effect, sent
from pytest_fakemail.wire.exchange import OF_LOGIN, SASL_RESPONSE, Connection, Exchange

if TYPE_CHECKING:
    from pytest_fakemail.wire.parties import Faults, Recorder


class Conversation:
    """One connection's exchanges, with the faults and the transcript of its server."""

    __slots__ = ("_faults", "_login", "_recorder", "connection", "is_closed")

    def __init__(self, connection: Connection, faults: "Faults", recorder: "Recorder") -> None:
        self.connection = connection
        self._faults = faults
        self._recorder = recorder
        self._login: Exchange | None = None
        self.is_closed = False
        """Whether a fault has ended the connection: nothing sent behind it may happen."""

    def passes(
        self,
        verb: str,
        request: bytes,
        payload: bytes | None = None,
        argument: str | None = None,
    ) -> bool:
        """Record what the client did if nothing can apply to it: then it just happens.

        That is what `answer` comes to without the `Exchange`, which nobody would look at.  If it
        returns False, nothing is recorded, and `answer` is the way.  A command with a tag has an
        `argument`, be that empty.
        """
        faults, connection = self._faults, self.connection
        if not faults.is_active:
            return self._recorder.heard(connection, verb, request, payload, argument)
        if verb in OF_LOGIN or faults.heeds(connection.protocol, verb):
            return False
        is_heard = self._recorder.heard(connection, verb, request, payload, argument)
        if is_heard and faults.is_counting:
            faults.saw(connection.protocol, verb)
        return is_heard

    def answer(
        self,
        exchange: Exchange,
        execute: Callable[[], Iterable[Effect]],
        replaced: Callable[[bytes], None] | None = None,
    ) -> Iterable[Effect]:
        """Record the exchange; return what the client is to see of the answer.

        Args:
            exchange: what the client did.
            execute: makes it happen and returns its effects; not called when a fault answers
                instead.
            replaced: called in its place then, with the octets that the fault answers: the
                client will act on them, and so must the session.
        """
        self._recorder.opened(exchange)
        faults = self._faults
        if not faults.is_active:
            return execute()
        if exchange.verb in OF_LOGIN:
            self._follow(exchange)
        protocol, verb = self.connection.protocol, exchange.verb
        if faults.is_counting and exchange.continues is None:
            faults.saw(protocol, verb)
        if not faults.heeds(protocol, verb):
            return execute()
        instead = faults.instead(exchange)
        if instead is None:
            effects = execute()
            bent = faults.after(exchange, effects)
            return effects if bent is effects else self._watched(bent)
        if replaced is not None:
            replaced(sent(instead))
        return self._watched(faults.after(exchange, instead))

    def _follow(self, exchange: Exchange) -> None:
        """Tell which login a response continues, and how many there have been."""
        if exchange.verb == SASL_RESPONSE:
            login = exchange.continues = self._login
            if login is not None:
                login.responses += 1
        else:
            self._login = exchange
            # AUTH mechanism [initial-response]; IMAP has a tag before it.
            words = len(exchange.request.split())
            exchange.responses = int(words > (3 if exchange.tag else 2))

    def noted(self, text: str) -> None:
        """Put an event without octets into the transcript."""
        self._recorder.noted(self.connection, text)

    def _watched(self, effects: Iterable[Effect]) -> Iterator[Effect]:
        for effect in effects:
            if isinstance(effect, Close):
                self.is_closed = True
            yield effect
