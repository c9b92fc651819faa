"""What a sweep has found: rows, a table of them, and assertions."""

from collections import Counter
from collections.abc import Collection, Sequence
from typing import Generic, TypeVar

from pytest_fakemail.dataclass import dataclass
from pytest_fakemail.errors import UnmetExpectation
from pytest_fakemail.spelling import Spelt
from pytest_fakemail.sweep.judging import DOUBLES, LOSSES, UNTRUTHS, Finding, Verdict
from pytest_fakemail.transcript.passages import telling

T = TypeVar("T")

_MOST_SHOWN = 10
_MOST_LINES = 40
_MOST_TRACED = 20


@dataclass(frozen=True, slots=True)
class SweepRow(Spelt):
    """One run of the action with one fault.

    Attributes:
        number: from 1.
        step: what the client did, as ``"RCPT TO:<ann@example.test>"``.
        kind: of fault: ``"refuse"``, ``"close"``, ``"lose_reply"`` …
        fault: the same in more words: ``"cut after 4 of 29"``.
        line: the ``fakemail.….when(…)`` that reproduces the row, to be pasted into a test.
        said: what the action said of it: ``"done"``, ``"failed: …"``, ``"hung in …"``.
        findings: what is wrong, each a verdict and its details, the worst first.
        conversation: the transcript of the row, of those that are not fine.
        trace: the traceback of an exception that nobody handled.
    """

    number: int
    step: str
    kind: str
    fault: str
    line: str
    said: str
    findings: tuple[Finding, ...] = ()
    conversation: str = ""
    trace: str = ""

    @property
    def verdict(self) -> str:
        """The worst of the findings, ``"fine"`` without any."""
        return str(self.findings[0][0] if self.findings else Verdict.FINE)

    @property
    def is_fine(self) -> bool:
        """Whether nothing is wrong."""
        return not self.findings

    def assert_fine(self) -> None:
        """Fail unless nothing is wrong.

        Raises:
            UnmetExpectation: with the line that reproduces the row, and its conversation.
        """
        if self.findings:
            raise UnmetExpectation(self._told(with_conversation=True))

    def _told(self, *, with_conversation: bool) -> str:
        text = [f"{self.fault} at {self.step}: {self.verdict}", f"  {self.line}"]
        text.append(f"  the action said: {self.said}")
        text += [
            f"  {verdict}: {detail}" if detail else f"  {verdict}"
            for verdict, detail in self.findings
        ]
        if with_conversation:
            trace = self.trace.splitlines()[-_MOST_TRACED:]
            lines = telling(self.conversation.splitlines(), _MOST_LINES - len(trace))
            text += [f"  | {line}" for line in (*trace, *lines)]
        return "\n".join(text)

    def __repr__(self) -> str:
        return f"<SweepRow {self.number}: {self.fault} at {self.step}: {self.verdict}>"


@dataclass(frozen=True, slots=True)
class SweepResult(Spelt, Generic[T]):
    """All rows of a sweep, in the order of the conversation; `value` is the clean run's return."""

    value: T
    rows: Sequence[SweepRow]

    @property
    def verdicts(self) -> dict[str, int]:
        """How many rows have which verdict, the commonest first."""
        return dict(Counter(row.verdict for row in self.rows).most_common())

    def table(self, *, only_bad: bool = False) -> str:
        """Return a line for each row, and below them how many have which verdict.

        Args:
            only_bad: leave out the rows that are fine.
        """
        shown = [row for row in self.rows if not (only_bad and row.is_fine)]
        head = ("", "step", "fault", "the app said", "verdict")
        cells = [
            (str(row.number), row.step, row.fault, _short(row.said), row.verdict) for row in shown
        ]
        widths = [max(len(line[place]) for line in [head, *cells]) for place in range(len(head))]
        lines = [
            "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
            for line in [head, *cells]
        ]
        return "\n".join([*lines, str(self)])

    def assert_fine(self) -> None:
        """Fail unless every row is fine.

        Raises:
            UnmetExpectation: with each row that is not, and the line that reproduces it.
        """
        self._refuse(frozenset(Verdict), "wrong")

    def assert_nothing_lost(self) -> None:
        """Fail if anything was lost: mail said to be sent, messages, their copies or flags.

        Raises:
            UnmetExpectation: with each such row, and the line that reproduces it.
        """
        self._refuse(LOSSES, "lost")

    def assert_nothing_doubled(self) -> None:
        """Fail if anything was sent, copied or processed twice, or will be.

        Raises:
            UnmetExpectation: with each such row, and the line that reproduces it.
        """
        self._refuse(DOUBLES, "doubled")

    def assert_honest(self) -> None:
        """Fail if the action said of anything that it was done and it was not, or the reverse.

        Raises:
            UnmetExpectation: with each such row, and the line that reproduces it.
        """
        self._refuse(UNTRUTHS, "not as the action said")

    def _refuse(self, refused: Collection[Verdict], word: str) -> None:
        wanted = {*refused, Verdict.NOT_MET}  # a fault that never struck has shown nothing
        bad = [row for row in self.rows if any(verdict in wanted for verdict, _ in row.findings)]
        if not bad:
            return
        told = [row._told(with_conversation=False) for row in bad[:_MOST_SHOWN]]  # noqa: SLF001
        if len(bad) > len(told):
            told.append(f"… and {len(bad) - len(told)} more: table(only_bad=True)")
        first = bad[0]._told(with_conversation=True)  # noqa: SLF001
        told[0] = first
        raise UnmetExpectation(f"{word} in {len(bad)} of {len(self.rows)} rows\n" + "\n".join(told))

    def __str__(self) -> str:
        counts = ", ".join(f"{count} {verdict}" for verdict, count in self.verdicts.items())
        return f"{len(self.rows)} rows: {counts}"

    def __repr__(self) -> str:
        return f"<SweepResult of {self}>"


def _short(said: str) -> str:
    first = said.partition("\n")[0]
    return first if len(first) <= 44 else first[:43] + "…"  # noqa: PLR2004  (a column)
