"""The page of a whole run: what each test used is put aside where it ran, and joined at the end.

A pytest plugin, registered by ``--fakemail-report``.  Each attempt of a test writes a file into a
directory that the workers of pytest-xdist share with their controller, so nothing of it goes
through anybody's report of a test: what is run again, or crashes later, has been kept.
"""

import json
import os
import sys
import tempfile
import time
from collections.abc import Generator
from pathlib import Path
from traceback import format_exc
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import pytest

from pytest_fakemail.dataclass import dataclass, field
from pytest_fakemail.report.saying import message, redacted
from pytest_fakemail.visible import visible, visible_lines

if TYPE_CHECKING:
    from pytest_fakemail.fakemail import FakeMail
    from pytest_fakemail.report.capture import Budget

_SPOOL = "fakemail_spool"
_MOST_NAMED = 5


@dataclass(slots=True)
class Attempt:
    """What is known so far of a test that is running."""

    began: float
    outcome: str = "passed"
    said: list[str] = field(default_factory=list)
    contents: "dict[FakeMail, dict[str, Any]]" = field(default_factory=dict)
    secrets: set[str] = field(default_factory=set)
    budget: "Budget | None" = None

    def take(self, report: pytest.TestReport) -> None:
        """Take note of how a phase of the test ended."""
        if report.failed:
            self.outcome = "failed" if report.when == "call" else "error"
        elif self.outcome == "passed" and hasattr(report, "wasxfail"):
            self.outcome = "xfailed" if report.skipped else "xpassed"
        elif self.outcome == "passed" and report.skipped:
            self.outcome = "skipped"
        if report.failed or hasattr(report, "wasxfail"):
            self.said.append(message(report))


@dataclass(slots=True)
class Told:
    """How much has been told of a FakeMail that tests share: exchanges by connection, and more."""

    said: dict[int, int] = field(default_factory=dict)
    mails: int = 0
    sweeps: int = 0


_ATTEMPT: pytest.StashKey[Attempt] = pytest.StashKey()


class RunReport:
    """The hooks: the same in a worker and in its controller, but for who writes the page."""

    def __init__(self, config: pytest.Config, path: Path) -> None:
        """Get ready.

        Args:
            config: the run's.
            path: where the page is to be.
        """
        self._path = path
        given: dict[str, Any] | None = getattr(config, "workerinput", None)
        self._worker = "" if given is None else str(given["workerid"])
        self._is_last = given is None
        self._spool = Path(tempfile.mkdtemp(prefix="fakemail-") if given is None else given[_SPOOL])
        self._told: WeakKeyDictionary[FakeMail, Told] = WeakKeyDictionary()
        self._count = 0
        self._began = time.time()

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:  # noqa: ANN401  (xdist's)
        """Tell a worker where to put what it has."""
        node.workerinput[_SPOOL] = str(self._spool)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Look at what the test has used, when each phase of it ends."""
        if call.when == "setup":
            item.stash[_ATTEMPT] = Attempt(call.start)
        own, others = _used(item, call)  # before the plugin that knows lets them go
        values = list(getattr(item, "funcargs", {}).values())
        asked = [one for one in others if any(one is value for value in values)]
        report = yield
        attempt = item.stash.get(_ATTEMPT, None)
        if attempt is not None:
            attempt.take(report)
            try:
                self._look(attempt, report, own, others, asked)
            except Exception:  # noqa: BLE001  (told, and the test's own outcome stays)
                attempt.said.append("fakemail could not show all of it:\n" + format_exc())
            if call.when == "teardown":
                self._put_aside(item, attempt, call.stop)
                del item.stash[_ATTEMPT]
        return report

    def _look(
        self,
        attempt: Attempt,
        report: pytest.TestReport,
        own: "list[FakeMail]",
        others: "list[FakeMail]",
        asked: "list[FakeMail]",
    ) -> None:
        """Keep the test's own at its very end, and what it shares before others get at it."""
        if not own and not others:
            return
        from pytest_fakemail.report.capture import Budget, captured, secrets_of

        attempt.secrets |= secrets_of([*own, *others])
        attempt.budget = attempt.budget or Budget()
        for one in own if report.when == "teardown" else ():
            attempt.contents[one] = captured(one, attempt.budget)
        is_time = report.when == "call" or (report.when == "setup" and not report.passed)
        for one in others if is_time else ():
            self._look_at_shared(attempt, one, is_asked_for=one in asked)

    def _look_at_shared(self, attempt: Attempt, one: "FakeMail", *, is_asked_for: bool) -> None:
        """Keep what is new in it: the end alone of another test's connection is nothing new."""
        from pytest_fakemail.report.capture import Budget, captured

        known = self._told.get(one, Told())
        said = {each.number: len(each.exchanges) for each in one.transcript.connections}
        meant = {number for number, count in said.items() if known.said.get(number) != count}
        if not meant and not is_asked_for:
            return
        mails = len(one.store.deliveries)
        attempt.budget = attempt.budget or Budget()
        attempt.contents[one] = captured(
            one,
            attempt.budget,
            connections=frozenset(meant),
            first_mail=known.mails if known.mails <= mails else 0,  # it has been reset
            first_sweep=known.sweeps,
        )
        self._told[one] = Told(said, mails, len(one._sweeps))  # noqa: SLF001  (our own)

    def _put_aside(self, item: pytest.Item, attempt: Attempt, ended: float) -> None:
        """Write a line that tells of the attempt, and a line with all of it."""
        if not attempt.contents:
            return
        from pytest_fakemail.net.certificates import real_files

        lines = told(attempt, item.nodeid, self._worker, ended)
        self._count += 1
        name = f"{self._worker or 'main'}-{os.getpid()}-{self._count:06}"
        with real_files():
            partial = self._spool / f"{name}.partial"
            partial.write_text("".join(f"{line}\n" for line in lines), encoding="ascii")
            partial.rename(self._spool / f"{name}.json")

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Write the page, when all workers are done."""
        if self._is_last and not session.config.option.collectonly:
            from pytest_fakemail.report.page import write

            write(self._path, self._spool, began=self._began)

    def pytest_terminal_summary(self, terminalreporter: "pytest.TerminalReporter") -> None:
        """Say where the page is."""
        if self._is_last and self._path.is_file():
            terminalreporter.write_sep("-", f"fakemail report: {self._path}")

    def pytest_unconfigure(self) -> None:
        """Take away what was put aside."""
        if self._is_last:
            import shutil

            shutil.rmtree(self._spool, ignore_errors=True)


def told(attempt: Attempt, test: str, worker: str, ended: float) -> tuple[str, str]:
    """Return two lines of JSON in ASCII: what the overview tells of an attempt, and all of it."""
    fakemails = list(attempt.contents.values())
    said = redacted("\n\n".join(attempt.said), attempt.secrets)
    mails = [mail for one in fakemails for mail in one["mails"]]
    recipients = {one: None for mail in mails for one in mail["envelope"]["RCPT TO"]}
    head = {
        "test": visible(test),
        "worker": worker,
        "began": attempt.began,
        "seconds": max(0.0, ended - attempt.began),
        "outcome": attempt.outcome,
        "mails": len(mails),
        "connections": sum(len(one["connections"]) for one in fakemails),
        "subjects": [mail["subject"] for mail in mails][:_MOST_NAMED],
        "recipients": list(recipients)[:_MOST_NAMED],
    }
    body = {
        "said": visible_lines(said),
        "fakemails": fakemails,
        "cut": attempt.budget.cut if attempt.budget else 0,
    }
    return json.dumps(head), json.dumps(body)


def _used(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> "tuple[list[FakeMail], list[FakeMail]]":
    """Return the test's own, and those that it shares or that its author made."""
    if "pytest_fakemail.fakemail" not in sys.modules:
        return [], []
    from pytest_fakemail import verdicts

    own = item.stash.get(verdicts.FAKEMAILS, [])
    return list(own), [one for one in verdicts.used_by(item, call) if one not in own]
