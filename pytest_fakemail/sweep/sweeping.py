"""The sweep: a clean run, a plan, a run for each row, a verdict on each."""

import gc
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Generic, TypeVar

from pytest_fakemail.blame import asked
from pytest_fakemail.dataclass import dataclass
from pytest_fakemail.errors import BadArgument
from pytest_fakemail.sweep.evidence import Evidence, on_record
from pytest_fakemail.sweep.ground import Ground, Standing
from pytest_fakemail.sweep.judging import (
    Case,
    Finding,
    Items,
    Verdict,
    borne_out,
    findings,
    foretold,
)
from pytest_fakemail.sweep.lines import Struck
from pytest_fakemail.sweep.observing import World, observed
from pytest_fakemail.sweep.options import Options, checked
from pytest_fakemail.sweep.passwords import given_away
from pytest_fakemail.sweep.plan import Planned, rows, steps
from pytest_fakemail.sweep.progress import Progress
from pytest_fakemail.sweep.result import SweepResult, SweepRow
from pytest_fakemail.sweep.running import Limits, Report, Run, Traffic
from pytest_fakemail.sweep.silence import Silence

if TYPE_CHECKING:
    from typing import Unpack

    from pytest_fakemail.sweep.options import SweepOptions

T = TypeVar("T")

_COLLECTED = 100
"""After so many rows, sockets that nobody closed are."""

_NOT_PUT_BACK = (
    "what the app keeps for itself is not put back by a sweep, so let a function do it, "
    "such as before_each=tickets.clear"
)

_WORST_FIRST = {verdict: place for place, verdict in enumerate(Verdict)}


@dataclass(slots=True)
class _Outcome:
    """What a run has left."""

    report: Report
    traffic: Traffic
    world: World
    recorded: Items | None
    is_kept: bool
    """Whether all is still on record that was before."""
    given_away: frozenset[str]
    """Which logins anybody could read, and how."""


def sweep(
    ground: Ground, action: Callable[[], T], rows: set[int], **given: "Unpack[SweepOptions]"
) -> SweepResult[T]:
    """Do as `FakeMail.sweep` says; put the connections of all runs but the first into `rows`."""
    if not callable(action):
        raise BadArgument(f"sweep({action!r}): wanted a function without arguments")
    options = checked(dict(given))
    ground.store.seeded = set()
    try:
        return _Sweep(ground, action, options).result(rows)
    finally:
        ground.store.seeded = None


class _Sweep(Generic[T]):
    """One sweep of one action."""

    def __init__(self, ground: Ground, action: Callable[[], T], options: Options) -> None:
        self._ground = ground
        self._action = action
        self._options = options
        self._before = observed(ground.store)
        self._taken = len(ground.store.deliveries)
        self._beginning = Standing(ground)
        self._can_go_on: bool | None = None

    def result(self, rows_connections: set[int]) -> SweepResult[T]:
        ground = self._ground
        beginning = self._beginning
        known = ground.connections()
        clean = self._clean_run()
        exchanges = ground.exchanges_of_clients(known)
        if not exchanges:
            raise BadArgument("the action had no conversation with these servers")
        ending, known = Standing(ground), ground.connections()
        planned = rows(steps(exchanges), self._options)
        try:
            beginning.put_back()
            again = self._clean_run()
            self._require_the_same(clean, again)
            # The first one may have imported half a framework.
            clean.report.seconds = min(clean.report.seconds, again.report.seconds)
            evidence = Evidence(self._before, clean.world, clean.report.value, clean.recorded)
            with _unclosed_sockets_forgiven():
                found = self._all_rows(planned, beginning, clean, evidence)
        finally:
            ending.put_back()
            rows_connections |= ground.connections() - known
        return SweepResult(clean.report.value, found)

    def _clean_run(self) -> _Outcome:
        def freely(run: Run, _: Traffic) -> Report:
            return run.freely()

        outcome = self._run(freely)
        if outcome.report.error is not None:
            raise outcome.report.error
        return outcome

    def _run(self, how: Callable[[Run, Traffic], Report], *, begins_anew: bool = True) -> _Outcome:
        ground, options = self._ground, self._options
        if options.before_each is not None and begins_anew:
            asked(options.before_each)
        before = on_record(options.processed)
        place, known = ground.place(), ground.connections()
        traffic = Traffic([])
        stop = ground.transcript.follow(traffic.tell)
        try:
            report = how(Run(self._action, traffic, ground.store.registry.let_go), traffic)
            ground.require_no_reset()
            ground.settle()
        finally:
            stop()
        after = on_record(options.processed)
        recorded = None if before is None or after is None else after - before
        is_kept = before is None or after is None or not before - after
        world = observed(ground.store, self._before, self._taken)
        given = given_away(ground.connected_since(place, known))
        return _Outcome(report, traffic, world, recorded, is_kept, given)

    def _require_the_same(self, first: _Outcome, second: _Outcome) -> None:
        one, other = first.report.value, second.report.value
        if one != other:
            raise BadArgument(
                f"the action returned {one!r}, and then {other!r}, with no fault at all: what it "
                "returns says whether all went well, so let it be equal each time"
            )
        if first.world != second.world:
            raise BadArgument(
                "the action did not do the same twice, with no fault at all: "
                f"mail for {dict(first.world.sent)}, then for {dict(second.world.sent)}; "
                f"{_NOT_PUT_BACK}"
            )
        if first.recorded != second.recorded:
            raise BadArgument(
                f"the app had {_shown(first.recorded)} more on record as processed after one run, "
                f"and {_shown(second.recorded)} more after the next, with no fault at all: "
                f"{_NOT_PUT_BACK}"
            )

    def _all_rows(
        self, planned: list[Planned], beginning: Standing, clean: _Outcome, evidence: Evidence
    ) -> list[SweepRow]:
        limits = Limits.beyond(clean.report, clean.traffic.count, self._options.patience)
        progress = Progress(self._ground.announce, planned, clean.report, limits)
        found = []
        for number, row in enumerate(planned, 1):
            beginning.put_back()
            progress.tell(number)
            if not number % _COLLECTED:
                gc.collect()
            found.append(self._row(number, row, clean, evidence, limits))
        return found

    def _row(
        self, number: int, row: Planned, clean: _Outcome, evidence: Evidence, limits: Limits
    ) -> SweepRow:
        ground = self._ground
        rule = row.fault.line.begin(ground.servers(), ground.tls)
        ground.faults.begin_now()

        def within(run: Run, traffic: Traffic) -> Report:
            is_silent = row.fault.is_silent
            silence = Silence(ground, rule, lambda: traffic.count) if is_silent else None
            return run.within(limits, silence=silence, hang_up=ground.hang_up)

        outcome = self._run(within)
        report = outcome.report
        says_done, said = self._said(report, clean)
        case = Case(
            self._before,
            clean.world,
            outcome.world,
            says_done,
            evidence.clean,
            evidence.of(outcome.world, report.value, outcome.recorded),
        )
        found = [*_of_the_run(report, rule, self._options), *findings(case)]
        given = sorted(outcome.given_away - clean.given_away)
        found += [(Verdict.GIVEN_AWAY, how) for how in given]
        if rule.fired:  # or it would strike in the next run
            found += self._of_the_next_run(case, clean, evidence, limits)
        found.sort(key=lambda one: _WORST_FIRST[one[0]])
        is_unhandled = any(verdict is Verdict.UNHANDLED for verdict, _ in found)
        return SweepRow(
            number,
            row.step.label,
            row.fault.kind,
            row.fault.words,
            str(row.fault.line),
            said,
            tuple(found),
            "\n".join(outcome.traffic.lines) if found else "",
            report.trace if is_unhandled else "",
        )

    def _of_the_next_run(
        self, case: Case, clean: _Outcome, evidence: Evidence, limits: Limits
    ) -> list[Finding]:
        """Return what is wrong when the action is run again, as far as that can be tried."""
        told = list(foretold(case))
        if not told or self._can_go_on is False:
            return told
        then = self._run(lambda run, _: self._undisturbed(run, limits), begins_anew=False)
        report = then.report
        has_ended = report.error is None and not report.hung_at
        if not self._goes_on(clean, evidence, limits) or not has_ended or not then.is_kept:
            return told
        items = evidence.of(then.world, report.value, then.recorded)
        both = Case(
            case.before,
            case.clean,
            then.world,
            case.says_done,
            case.clean_items,
            evidence.together(case.items, items),
        )
        return [one for foretelling in told for one in borne_out(both, foretelling)]

    def _goes_on(self, clean: _Outcome, evidence: Evidence, limits: Limits) -> bool:
        """Whether the action leaves all as it is when a clean run has left nothing to do."""
        if self._can_go_on is None:
            self._beginning.put_back()
            self._clean_run()
            then = self._run(lambda run, _: self._undisturbed(run, limits), begins_anew=False)
            report = then.report
            items = evidence.of(then.world, report.value, then.recorded)
            is_at_rest = then.world == clean.world and then.is_kept
            has_ended = report.error is None and not report.hung_at
            both = evidence.together(evidence.clean, items)
            self._can_go_on = is_at_rest and has_ended and both == evidence.clean
        return self._can_go_on

    def _undisturbed(self, run: Run, limits: Limits) -> Report:
        return run.within(limits, silence=None, hang_up=self._ground.hang_up)

    def _said(self, report: Report, clean: _Outcome) -> tuple[bool | None, str]:
        if report.hung_at:
            return None, f"nothing; hung at {report.hung_at}"
        error = report.error
        if error is not None:
            return False, f"failed: {type(error).__name__}: {error}"
        if report.value == clean.report.value:
            return True, "done"
        return False, f"failed: returned {report.value!r}"


def _shown(items: Items | None) -> str:
    """Return what was recorded, as a list."""
    return repr(list(items.elements())) if items else "nothing"


@contextmanager
def _unclosed_sockets_forgiven() -> Iterator[None]:
    """Collect what actions left open when they failed, without a `ResourceWarning` for each."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        yield
        gc.collect()


def _of_the_run(report: Report, rule: Struck, options: Options) -> list[Finding]:
    """Return what is wrong with how an action ended."""
    found: list[Finding] = []
    if not rule.fired:
        found.append((Verdict.NOT_MET, "the action did not come to this step"))
    if report.hung_at:
        found.append((Verdict.HUNG, f"no end within {options.patience:g} s: {report.hung_at}"))
    if report.error is not None and not options.is_report(report.error):
        error = report.error
        found.append((Verdict.UNHANDLED, f"{type(error).__name__}: {error}"))
    return found
