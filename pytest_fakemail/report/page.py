"""One page of HTML from what the tests of a run have put aside.

The page fetches nothing and names no other place.  What comes from a mail is either text that the
template escapes, or JSON in which no markup can begin; the page's own script makes elements of it,
test by test, when one is opened.
"""

import json
from base64 import b64encode
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from itertools import groupby
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from pytest_fakemail.dataclass import dataclass

MOST_OF_A_RUN = 96 * 1024 * 1024
"""Octets of all tests together; those of tests that passed are left out first."""

_ORDER = ("failed", "error", "xpassed", "xfailed", "passed", "skipped")
_HOME = Path(__file__).parent


@dataclass(slots=True)
class Kept:
    """An attempt of a test: its first line, and where the second one is."""

    head: dict[str, Any]
    file: Path
    number: int = 0
    is_shown: bool = True

    def body(self) -> Markup:
        """Return all of it, fit for a ``<script>`` that is no script."""
        with self.file.open(encoding="ascii") as lines:
            lines.readline()
            return embedded(lines.readline().rstrip("\n"))


@dataclass(slots=True)
class Shown:
    """A test with its attempts, the last of which counts."""

    name: str
    attempts: list[Kept]

    @property
    def outcome(self) -> str:
        """That of the last attempt."""
        return str(self.attempts[-1].head["outcome"])

    @property
    def last(self) -> dict[str, Any]:
        """What is told of the last attempt."""
        return self.attempts[-1].head


def embedded(text: str) -> Markup:
    """Return ASCII JSON in which no tag, comment or entity can begin."""
    for sign, escape in (("<", r"\u003c"), (">", r"\u003e"), ("&", r"\u0026")):
        text = text.replace(sign, escape)
    return Markup(text)  # noqa: S704  (nothing is left of it that markup is made of)


def write(path: Path, spool: Path, *, began: float, most: int = MOST_OF_A_RUN) -> None:
    """Write the page of a run.

    Args:
        path: of the page; directories that are missing are made.
        spool: where the attempts are, as `run` puts them there.
        began: when the run began, in seconds since the epoch.
        most: octets of evidence.
    """
    tests = _tests(spool)
    left_out = _left_out(tests, most)
    script = (_HOME / "page.js").read_text(encoding="utf-8")
    environment = Environment(
        loader=PackageLoader("pytest_fakemail", "report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    page = environment.get_template("page.html.jinja").generate(
        tests=tests,
        counts={name: sum(one.outcome == name for one in tests) for name in _ORDER},
        left_out=left_out,
        most=most,
        began=f"{datetime.fromtimestamp(began, UTC):%Y-%m-%d %H:%M:%S} UTC",
        script=Markup(script),  # noqa: S704  (our own)
        style=Markup((_HOME / "page.css").read_text(encoding="utf-8")),  # noqa: S704
        policy=policy(script),
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="\n", errors="backslashreplace") as file:
        file.writelines(page)


def policy(script: str) -> str:
    """Return a Content-Security-Policy by which this script runs, no other, and nothing else."""
    checksum = b64encode(sha256(script.encode()).digest()).decode()
    return (
        f"default-src 'none'; script-src 'sha256-{checksum}'; style-src 'unsafe-inline'; "
        "img-src data:; frame-src 'none'; base-uri 'none'; form-action 'none'"
    )


def _tests(spool: Path) -> list[Shown]:
    """Return all tests, the failed ones first, otherwise as they ran."""
    kept = [_head(file) for file in sorted(spool.glob("*.json"))]
    kept.sort(key=lambda one: (one.head["test"], one.head["began"]))
    tests = [
        Shown(name, list(attempts))
        for name, attempts in groupby(kept, key=lambda one: str(one.head["test"]))
    ]
    tests.sort(key=lambda one: (_ORDER.index(one.outcome), one.attempts[0].head["began"]))
    for number, attempt in enumerate(each for one in tests for each in one.attempts):
        attempt.number = number
    return tests


def _head(file: Path) -> Kept:
    with file.open(encoding="ascii") as lines:
        return Kept(json.loads(lines.readline()), file)


def _left_out(tests: list[Shown], most: int) -> int:
    """Mark, in the order of the page, what there is no room for; return how many attempts."""
    left_out = 0
    for attempt in _attempts(tests):
        size = attempt.file.stat().st_size
        attempt.is_shown = size <= most
        most -= size if attempt.is_shown else 0
        left_out += not attempt.is_shown
    return left_out


def _attempts(tests: list[Shown]) -> Iterator[Kept]:
    for one in tests:
        yield from reversed(one.attempts)
