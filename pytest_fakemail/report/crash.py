"""The line of pytest's short summary, and the ``E`` line, without the path of our module."""

from typing import Any

import pytest

_NAMES = {
    "pytest_fakemail.errors.": "",
    "pytest_fakemail.store.impossible.Impossible:": "BadArgument:",  # what it is to an author
}


def without_module(report: pytest.TestReport) -> None:
    """Let what a failure says begin with the name of its exception.

    A summary has 80 columns, of which ``pytest_fakemail.errors.`` would take a quarter.
    """
    for traceback, crash, _ in getattr(report.longrepr, "chain", ()):
        if crash is not None:
            crash.message = _shortened(crash.message)
        for entry in getattr(traceback, "reprentries", ()):
            entry.lines[:] = [_line(line) for line in entry.lines]


def _line(line: Any) -> Any:  # noqa: ANN401  (pytest's own)
    """Only in ``E   pytest_fakemail.errors.UnmetExpectation: …``, not in a line of code."""
    if not isinstance(line, str) or not line.startswith("E"):
        return line
    said = line[1:].lstrip()
    return line[: len(line) - len(said)] + _shortened(said)


def _shortened(said: str) -> str:
    for long, short in _NAMES.items():
        if said.startswith(long):
            return short + said.removeprefix(long)
    return said
