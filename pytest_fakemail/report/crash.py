"""The line of pytest's short summary, and the ``E`` line, without the path of our module."""

from typing import Any

import pytest

_PATH = "pytest_fakemail.errors."


def without_module(report: pytest.TestReport) -> None:
    """Let what a failure says begin with the name of its exception.

    A summary has 80 columns, of which ``pytest_fakemail.errors.`` would take a quarter.
    """
    for traceback, crash, _ in getattr(report.longrepr, "chain", ()):
        if crash is not None:
            crash.message = crash.message.removeprefix(_PATH)
        for entry in getattr(traceback, "reprentries", ()):
            entry.lines[:] = [_line(line) for line in entry.lines]


def _line(line: Any) -> Any:  # noqa: ANN401  (pytest's own)
    """Only in ``E   pytest_fakemail.errors.UnmetExpectation: …``, not in a line of code."""
    if isinstance(line, str) and line.startswith("E") and line[1:].lstrip().startswith(_PATH):
        return line.replace(_PATH, "", 1)
    return line
