"""What real servers say when they refuse, as data for `Rule.fail`."""

from collections.abc import Iterator
from dataclasses import dataclass

from pytest_fakemail.errors import BadArgument
from pytest_fakemail.faults import answers
from pytest_fakemail.faults.steps import Effects, Step, StepKind
from pytest_fakemail.wire.effects import Close, Effect, Pause, Send
from pytest_fakemail.wire.exchange import Exchange


@dataclass(frozen=True, slots=True, kw_only=True)
class Preset:
    r"""A refusal as a real server words it.

    `answer` names the action (``"reply"``, ``"no"`` …) and `code` SMTP's number; `text` may
    have several lines.  ``{recipient}``, ``{sender}``, ``{domain}`` (the recipient's),
    ``{mailbox}``, ``{user}``, ``{verb}`` and ``{peer}`` stand for what the exchange has.
    `before` and `after` are whole lines around the answer, without line ends, `closes`
    whether the server then hangs up, `delay` the seconds that it takes its time.
    `points` are the moments at which the server is known to say it, `evidence` and
    `source` how that is known.

    Raises:
        BadArgument: an answer that the protocol does not have, a code that is none.
    """

    name: str
    protocol: str
    answer: str
    text: str
    code: int | None = None
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    closes: bool = False
    delay: float = 0.0
    points: tuple[str, ...] = ()
    evidence: str = ""
    source: str = ""

    def __post_init__(self) -> None:
        """Check that the protocol has such an answer."""
        try:
            answers.named(self.answer, self.protocol, self.text, self.code)
        except BadArgument as mistake:
            raise BadArgument(f"{self.name}: {mistake}") from None

    def __str__(self) -> str:
        return self.name


def preset_step(preset: Preset) -> Step:
    """Return the step that speaks as the preset says."""

    def change(exchange: Exchange, effects: Effects) -> Iterator[Effect]:
        text = _filled(preset.text, exchange)
        answer = answers.named(preset.answer, preset.protocol, text, preset.code)
        said = list(answer.change(exchange, ()))
        yield from effects
        if preset.delay:
            yield Pause(preset.delay)
        yield from _lines(preset.before, exchange)
        yield from (effect for effect in said if not isinstance(effect, Close))
        yield from _lines(preset.after, exchange)
        if preset.closes or Close() in said:
            yield Close()

    shape = answers.named(preset.answer, preset.protocol, preset.text, preset.code)
    return Step(change, StepKind.ANSWER, comes_by_itself=shape.comes_by_itself)


def _lines(lines: tuple[str, ...], exchange: Exchange) -> list[Effect]:
    return [Send(answers.lines_of(_filled(line, exchange))) for line in lines]


def _filled(text: str, exchange: Exchange) -> str:
    """Put the exchange's facts in the place of their names."""
    recipient = exchange.recipients[-1] if exchange.recipients else ""
    facts = {
        "recipient": str(recipient),
        "domain": str(recipient).rpartition("@")[2],
        "sender": exchange.sender or "",
        "mailbox": exchange.mailbox or "",
        "user": exchange.connection.user or "",
        "verb": exchange.verb,
        "peer": exchange.connection.peer[0],
    }
    for name, fact in facts.items():
        text = text.replace(f"{{{name}}}", fact)
    return text
