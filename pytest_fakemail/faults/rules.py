"""A rule: when this happens, do that, so many times.  The language of a test's faults.

What a rule does is a chain, told in order.  Answers (`reply`, `no`, `ok`, `send`,
`ignore` …) speak instead of the server, and `close`, `reset` and `stall` hang up or fall
silent instead: the command does not happen.  All else works on the server's own answer
(`lose_reply`, `drop`, `delay`, `trickle`, `split`, `corrupt`, `rewrite`, `say`): the command
has happened.  In one chain an answer is what the others work on, and an ending comes
behind whatever the steps before it let out.
"""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Literal, Self

from pytest_fakemail import arguments
from pytest_fakemail.clock import Duration, seconds
from pytest_fakemail.errors import BadArgument, UnknownAction, UnmetExpectation, did_you_mean
from pytest_fakemail.faults import alterations, answers, endings, timing
from pytest_fakemail.faults.answers import Text
from pytest_fakemail.faults.failures import Failure, checked, failure_step
from pytest_fakemail.faults.fetched import InResponse
from pytest_fakemail.faults.history import times
from pytest_fakemail.faults.matching import Condition
from pytest_fakemail.faults.places import AfterOctets, InLiteral, Place, Places
from pytest_fakemail.faults.plan import Plan
from pytest_fakemail.faults.steps import Step, StepKind
from pytest_fakemail.faults.strikes import Strikes
from pytest_fakemail.spelling import unknown
from pytest_fakemail.wire.exchange import Exchange

_LONGEST_SHOWN = 60
_PIECES = 2


class Rule:
    """One fault, as ``when`` began it; each method adds to it and returns it.

    What is common to all protocols; `SmtpRule`, `Pop3Rule` and `ImapRule` have their answers.

    A rule strikes every time unless told otherwise, until the test ends.  One that never
    did makes its test fail, unless it is `optional`.
    """

    __slots__ = ("_plan", "_strikes", "_tell")

    def __init__(self, plan: Plan, tell: Callable[[], None], strikes: Strikes) -> None:
        self._plan = plan
        self._tell = tell
        self._strikes = strikes

    @property
    def fired(self) -> int:
        """How often it struck."""
        return self._plan.fired

    def wait_fired(self, count: int = 1, *, timeout: Duration = 5) -> None:
        """Return as soon as it has struck so many times, in all.

        Args:
            count: at least so many.
            timeout: in real seconds, or another duration.

        Raises:
            UnmetExpectation: it struck less often in time; the text says what came instead.
            BadArgument: no such count, or no possible timeout.
        """
        limit, waits = self._awaited(count, timeout), self._strikes.waits
        if not waits.block(self._strikes.subscribe, self._has_fired(count), limit):
            raise UnmetExpectation(self._plan.why_not_fired(count, limit) + waits.hint())

    async def wait_fired_async(self, count: int = 1, *, timeout: Duration = 5) -> None:  # noqa: ASYNC109  (as its twin)
        """Do as `wait_fired` without blocking the asyncio or trio loop that awaits it."""
        limit, waits = self._awaited(count, timeout), self._strikes.waits
        if not await waits.suspend(self._strikes.subscribe, self._has_fired(count), limit):
            raise UnmetExpectation(self._plan.why_not_fired(count, limit))

    def _awaited(self, count: int, timeout: Duration) -> float:
        _count("count", count)
        limit = seconds(timeout)
        self._plan.sentence.end()  # nobody waits in the middle of what he says
        return limit

    def _has_fired(self, count: int) -> Callable[[], bool | None]:
        return lambda: self._plan.fired >= count or None

    # Answers: the command does not happen.

    def fail(self, failure: Failure) -> Self:
        """Refuse as a real server does: a `Preset`, or a failure of ``pytest_fakemail.providers``.

        A login of several lines is refused once the client has said all.

        Raises:
            BadArgument: a failure of another protocol, or one that cannot happen at this point.
        """
        asked, scene = self._plan.condition, self._plan.scene
        for point in (asked.point, *asked.others):
            checked(failure, asked.protocol, point)
        return self._add(failure_step(failure, *scene), "fail", failure)

    def send(self, data: bytes | Callable[[Exchange], bytes]) -> Self:
        """Answer with just these octets, or those that a function makes of the exchange."""
        return self._add(answers.send(data), "send", data)

    def ignore(self) -> Self:
        """Answer nothing, do nothing, wait for the next command."""
        return self._add(answers.ignore(), "ignore")

    # Endings.

    def close(self, *, after_answer: bool = False) -> Self:
        """Hang up instead of answering: the command does not happen.

        What the chain said before (``.reply(421, …)``, ``.say(…)``) is sent.  With
        `after_answer` the command happens and is answered first.  If it shall happen and
        not be answered: `lose_reply`.
        """
        step = endings.close(after_answer=arguments.switch("after_answer", after_answer))
        return self._add(step, "close", **_given(after_answer=after_answer or None))

    def reset(self) -> Self:
        """Break the connection off (TCP RST) instead of answering, as `close` does in order."""
        return self._add(endings.reset(), "reset")

    def lose_reply(self) -> Self:
        """Hang up after the command has happened, with nothing of its answer sent.

        ``.lose_reply().stall()`` falls silent instead, ``.lose_reply().reset()`` breaks off.
        """
        return self._add(endings.lose_reply(), "lose_reply")

    def drop(
        self, *, after_bytes: int = 0, in_literal: int | None = None, reset: bool = False
    ) -> Self:
        """Hang up within the answer: after so many octets of it, or of a literal.

        That is the first literal with so many.  Of FETCH with the condition `uid`, both count
        within that message's response.  An answer without the place passes as it is, and the rule
        strikes at a later one.

        The command has happened.
        """
        place = self._place(after_bytes, in_literal)
        arguments.switch("reset", reset)
        given = _given(after_bytes=after_bytes or None, in_literal=in_literal, reset=reset or None)
        return self._add(endings.drop(place, is_reset=reset), "drop", **given)

    def stall(self, *, after_bytes: int | None = None, in_literal: int | None = None) -> Self:
        """Fall silent for ever and stay connected: instead of answering, or within the answer.

        Instead of it, the command does not happen; within it, it has.  Places are those of `drop`.
        """
        given = _given(after_bytes=after_bytes, in_literal=in_literal)
        place = self._place(after_bytes or 0, in_literal) if given else None
        return self._add(endings.stall(place), "stall", **given)

    # Timing.

    def delay(
        self,
        duration: Duration,
        *,
        after_bytes: int | None = None,
        in_literal: int | None = None,
    ) -> Self:
        """Answer this much later, or wait within the answer.  The command happens at once.

        Places are those of `drop`.

        Raises:
            BadArgument: not a duration, a negative place.
        """
        given = _given(after_bytes=after_bytes, in_literal=in_literal)
        time = seconds(duration)
        if not given:
            return self._add(timing.delay(time), "delay", duration)
        step = timing.delay_at(time, self._place(after_bytes or 0, in_literal))
        return self._add(step, "delay", duration, **given)

    def do(self, function: Callable[[Exchange], object]) -> Self:
        """Call a function with the exchange, before the answer goes out.

        The command has happened, unless the chain answers instead.  It is called on the
        servers' thread, so it may deliver mail and change mailboxes, but not wait for clients.
        What it raises fails the test.

        Raises:
            BadArgument: no function.
        """
        if not callable(function):
            raise BadArgument(f"do({function!r}): wanted a function of the exchange")
        return self._add(timing.do(function), "do", function)

    def trickle(self, bytes_per_second: float = 1, *, chunk: int = 1) -> Self:
        """Send the answer slowly, `chunk` octets at a time."""
        if not isinstance(bytes_per_second, int | float) or not bytes_per_second > 0:
            raise BadArgument(f"bytes_per_second={bytes_per_second!r}: wanted more than zero")
        step = timing.trickle(bytes_per_second, _count("chunk", chunk))
        return self._add(step, "trickle", bytes_per_second, **_given(chunk=chunk))

    def split(self, pieces: int = _PIECES, *, size: int | None = None) -> Self:
        """Send the answer in so many writes, or in writes of `size` octets."""
        if size is not None and pieces != _PIECES:
            raise BadArgument(f"split({pieces!r}, size={size!r}): wanted a count or a size")
        if size is not None:
            return self._add(timing.split_each(_count("size", size)), "split", size=size)
        return self._add(timing.split(_count("pieces", pieces)), "split", pieces)

    # Alterations.

    def say(self, text: str | bytes, *, at: int | Literal["before", "after"] = "before") -> Self:
        """Send something more: before or after the answer, or after so many of its lines.

        Text is a line, or several, and gets its line ends; bytes are sent as they are.
        IMAP's responses count as one line each, with their literals.  Of an answer with fewer lines
        nothing is said.
        """
        if at != "before" and at != "after":  # noqa: PLR1714  (mypy narrows only this)
            _after_lines(at)
        data = text if isinstance(text, bytes) else answers.lines_of(text)
        if not data:
            raise BadArgument(f"say({text!r}): nothing to say")
        return self._add(alterations.say(data, at), "say", text, at=at)

    def corrupt(self, octets: int = 1, *, seed: int = 0) -> Self:
        """Change so many octets of the answer; the same ones each time for one seed."""
        seed = arguments.whole("seed", seed, 0, 2**64)
        step = alterations.corrupt(_count("octets", octets), seed)
        return self._add(step, "corrupt", octets, seed=seed)

    def rewrite(
        self,
        old: bytes | str | re.Pattern[bytes] | Callable[[bytes], bytes],
        new: bytes | str | None = None,
    ) -> Self:
        """Replace octets of the answer, or let a function make another of it.

        ``rewrite(b"old", b"new")`` replaces every occurrence, a compiled pattern of bytes
        every match; if no answer had any, the test fails.  A pattern and a function are given the
        whole answer at once.
        The lengths that IMAP's literals announce stay as they are.

        Raises:
            BadArgument: nothing to look for, or no replacement.
        """
        step = alterations.rewrite(old, new)
        return self._add(step, "rewrite", *([old] if new is None else [old, new]))

    # How often and when.

    def once(self) -> Self:
        """Strike once; then the next rule has its turn."""
        self._plan.limit = 1
        return self._say("once")

    def times(self, count: int) -> Self:
        """Strike so many times; then the next rule has its turn."""
        self._plan.limit = _count("times", count)
        return self._say("times", count)

    def skip(self, count: int) -> Self:
        """Let so many pass that would be meant."""
        self._require_turns("skip")
        self._plan.skipped = _count("skip", count, minimum=0)
        return self._say("skip", count)

    def after(self, duration: Duration) -> Self:
        """Strike this much later, by the clock.

        What a server does by itself (`bye`, ``reply(421)``, `close`, `reset`, `drop`, `stall`,
        `say`) then comes while the conversation goes on: the command is answered as usual.
        On IDLE it is called off when IDLE ends.  Any other answer is merely late.
        """
        self._require_turns("after")
        self._plan.after = seconds(duration)
        return self._say("after", duration)

    def optional(self) -> Self:
        """Do not make the test fail if this never strikes."""
        self._plan.is_optional = True
        return self._say("optional")

    def stop(self) -> None:
        """Strike no more."""
        self._plan.is_stopped = True
        self._tell()

    def why_unfired(self) -> str:
        """Say what the rule is, where it was set, and what came instead."""
        return self._plan.why_unfired()

    def _why_unmet(self) -> str:
        """Say the same; nothing if it struck as often as it should, or is optional or stopped."""
        return self.why_unfired() if self._plan.is_unfired else ""

    def __repr__(self) -> str:
        return str(self._plan)

    if not TYPE_CHECKING:  # which then knows the answers of each protocol

        def __getattr__(self, name: str) -> object:
            if name.startswith("_"):
                raise AttributeError(name)
            actions = [each for each in dir(type(self)) if not each.startswith("_")]
            what = f"action {name!r} in {self._plan.condition.protocol}"
            raise UnknownAction(unknown(what, name, actions))

    def _place(self, after_bytes: int, in_literal: int | None) -> Places:
        if in_literal is not None:
            octets = _count("in_literal", in_literal, minimum=0)
            protocol = self._plan.condition.protocol
            if protocol != "imap":
                raise BadArgument(
                    f"in_literal={octets}: {protocol} has no literals; wanted after_bytes"
                )
            return _within(lambda _: InLiteral(octets), self._plan.condition)
        octets = _count("after_bytes", after_bytes, minimum=0)
        return _within(lambda of: AfterOctets(octets, of=of), self._plan.condition)

    def _answer(self, answer: str, text: Text, code: int | None = None) -> Self:
        step = answers.named(answer, self._plan.condition.protocol, text, code)
        given = [one for one in (code, text) if one not in (None, "")]
        return self._add(step, answer, *given)

    def _add(self, step: Step, action: str, *values: object, **options: object) -> Self:
        self._require_sense(step, action)
        self._plan.steps += (step,)
        return self._say(action, *values, **options)

    def _require_sense(self, step: Step, action: str) -> None:
        """Refuse what would be said, and never done.

        Raises:
            BadArgument: the rule has struck as often as it may, or the connection ends before.
        """
        self._require_turns(action)
        kinds = {one.kind for one in self._plan.steps}
        if step.kind is StepKind.ENDING and StepKind.ENDING in kinds:
            raise BadArgument(f"{action}() behind {self}: a conversation ends once")
        if step.kind is StepKind.ANSWER and any(one.is_end for one in self._plan.steps):
            raise BadArgument(f"{action}() behind {self}: nobody hears it there; say it before")

    def _require_turns(self, word: str) -> None:
        if self._plan.is_used_up and not self._plan.is_stopped:
            struck = times(self._plan.fired)
            raise BadArgument(
                f"{word}() comes too late for {self}: it has struck {struck}, as often as it may; "
                "times(…) lets it strike more often, when(…) begins another"
            )

    def _say(self, word: str, *values: object, **options: object) -> Self:
        """Keep the author's words for `repr`; let the engine know of the change.

        Raises:
            BadArgument: the rule was taken back, so that nothing more comes of it.
        """
        if self._plan.is_stopped:
            raise BadArgument(f"{self} was taken back, and strikes no more; when(…) begins another")
        given = [_shown(value) for value in values]
        given += [f"{name}={_shown(value)}" for name, value in options.items()]
        self._plan.words += (f".{word}({', '.join(given)})",)
        self._tell()
        return self


def _shown(value: object) -> str:
    if isinstance(value, Failure):
        return value.name
    name = getattr(value, "__name__", None)
    text = name if callable(value) and isinstance(name, str) else repr(value)
    return text if len(text) <= _LONGEST_SHOWN else text[:_LONGEST_SHOWN] + "…"


def _given(**options: object) -> dict[str, object]:
    return {name: value for name, value in options.items() if value is not None}


def _within(place: Callable[[str], Place], condition: Condition) -> Places:
    """Return the place in the response of the message that the rule is about, if it is of one."""

    def found(exchange: Exchange) -> Place:
        if condition.is_of_responses(exchange):
            return InResponse(lambda: place("response"), condition, exchange)
        return place("answer")

    return found


def _after_lines(at: object) -> None:
    """Refuse what is no place in an answer."""
    if not isinstance(at, int) or isinstance(at, bool) or at < 0:
        guess = did_you_mean(at, ("before", "after")) if isinstance(at, str) else ""
        wanted = "wanted 'before', 'after', or after how many lines, from 0"
        raise BadArgument(f"at={at!r}: {guess}{wanted}")


def _count(name: str, value: int, *, minimum: int = 1) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < minimum:
        raise BadArgument(f"{name}={value!r}: wanted a whole number of at least {minimum}")
    return value
