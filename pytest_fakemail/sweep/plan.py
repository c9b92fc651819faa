"""The steps of a conversation, and the rows of a sweep: a fault at a step."""

from collections import Counter
from collections.abc import Container, Iterable, Iterator
from random import Random
from typing import TYPE_CHECKING

from pytest_fakemail.dataclass import dataclass
from pytest_fakemail.errors import BadArgument
from pytest_fakemail.faults.points import POINTS
from pytest_fakemail.net.presenting import LISTS, starttls
from pytest_fakemail.sweep.kinds import KINDS, Fault, Step, faults_at
from pytest_fakemail.sweep.options import Options

if TYPE_CHECKING:
    from pytest_fakemail.transcript.exchanges import RecordedExchange

_LONGEST = 40


@dataclass(frozen=True, slots=True)
class Planned:
    """A row to come: at which step which fault."""

    step: Step
    fault: Fault


def steps(exchanges: "Iterable[RecordedExchange]") -> Iterator[Step]:
    """Return the steps of a clean run, in order, numbered as ``nth`` counts.

    Left out are commands that ``when`` does not know, and those at which a rule of the test's
    own struck: that is what is at this step.
    """
    counts: Counter[tuple[str, str]] = Counter()
    clear: dict[str, dict[int, int]] = {}
    for one in exchanges:
        connection = one.connection
        protocol, verb = connection.protocol, one.verb
        seen = clear.setdefault(protocol, {})
        if not connection.is_implicit_tls and verb in (*LISTS[protocol], starttls(protocol)):
            seen.setdefault(connection.number, len(seen) + 1)
        counts[protocol, verb] += 1
        nth = counts[protocol, verb]
        if not verb.startswith("UID "):  # FETCH means UID FETCH too
            nth += counts[protocol, f"UID {verb}"]
        is_faulty = any(note.startswith("fault: ") for note in one.notes)
        if verb in POINTS[protocol] and not is_faulty:
            answer = one.answer
            if one.is_secret and verb in ("AUTH", "AUTHENTICATE"):
                answer = answer[answer.rstrip(b"\r\n").rfind(b"\n") + 1 :]  # behind challenges
            yield Step(protocol, verb, nth, _label(one), answer, seen.get(connection.number, 0))


def _label(exchange: "RecordedExchange") -> str:
    text = exchange.summary.rstrip(" .") if exchange.verb != "end-of-data" else exchange.verb
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def rows(found: Iterable[Step], options: Options) -> list[Planned]:
    """Return every fault that fits at every step, or so many of them, in order.

    Raises:
        BadArgument: none does, or none of a kind that `only` names; the text tells which do.
    """
    fitting = [Planned(step, fault) for step in found for fault in faults_at(step)]
    planned = [row for row in fitting if row.fault.kind in options.kinds]
    _require_room(options, {row.fault.kind for row in fitting})
    sample = options.sample
    if sample is None or sample >= len(planned):
        return planned
    chosen = Random(options.seed).sample(range(len(planned)), sample)  # noqa: S311  (repeatable)
    return [planned[place] for place in sorted(chosen)]


def _require_room(options: Options, fitting: Container[str]) -> None:
    room = [kind for kind in KINDS if kind in fitting]
    wanted = options.kinds
    missing = [kind for kind in wanted if kind not in room]
    if not missing or (not options.is_selected and len(missing) < len(wanted)):
        return
    what = "no fault" if len(missing) == len(KINDS) else f"none of {', '.join(missing)}"
    raise BadArgument(
        f"the action's conversation has room for {what}: "
        + (f"it has for {', '.join(room)}" if room else "no step of it can be swept")
    )
