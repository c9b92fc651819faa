"""What the plugin adds to pytest's report of a test: sections, files, a line that says it."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from traceback import format_exc

import pytest

from pytest_fakemail.fakemail import FakeMail
from pytest_fakemail.net.certificates import real_files
from pytest_fakemail.report import artifacts, failure
from pytest_fakemail.report.attachments import attach
from pytest_fakemail.transcript.transcript import Place

_ALL = 2
"""How verbose pytest is with ``-vv``."""
_PROPERTY = "fakemail_artifacts"
_SAID: pytest.StashKey[dict[int, list[str]]] = pytest.StashKey()
"""What the phases of a test that failed have said so far, by attempt."""


def add(
    item: pytest.Item,
    report: pytest.TestReport,
    fakemails: Sequence[FakeMail],
    directory: str | None,
    places: Mapping[FakeMail, Place],
    *,
    is_first: bool,
) -> None:
    """Put sections into the report; keep files below the directory, if there is one.

    The test's own failure is told whatever happens here.

    Args:
        item: the test.
        report: of a phase of it.
        fakemails: those that the test used.
        directory: where files are kept, if they are.
        places: how far the transcripts were before the test, of those that were there.
        is_first: whether this is the first failure of this attempt; then the plugins that
            write reports of their own get its mails.
    """
    try:
        with real_files():
            _add(item, report, fakemails, directory, places, is_first=is_first)
    except Exception:  # noqa: BLE001  (told, and not in place of the failure)
        report.sections.append(("fakemail could not show the mail", format_exc()))


def _add(
    item: pytest.Item,
    report: pytest.TestReport,
    fakemails: Sequence[FakeMail],
    directory: str | None,
    places: Mapping[FakeMail, Place],
    *,
    is_first: bool,
) -> None:
    is_whole = getattr(item.config.option, "verbose", 0) >= _ALL  # -p no:terminal has none
    said = report.longreprtext if report.failed else ""
    sections = failure.sections(fakemails, is_whole=is_whole, said=said, places=places)
    if report.failed:
        report.sections += sections
    if is_first:
        attach(item, report, fakemails, sections)
    if directory is not None:
        _keep(item, report, fakemails, Path(directory), places)


def _keep(
    item: pytest.Item,
    report: pytest.TestReport,
    fakemails: Sequence[FakeMail],
    directory: Path,
    places: Mapping[FakeMail, Place],
) -> None:
    """Write the files of a test, and a property of the test that says where they are."""
    from pytest_fakemail.report.capture import secrets_of
    from pytest_fakemail.report.saying import message, redacted

    # Set by pytest-rerunfailures; each attempt keeps what it has seen.
    attempt = getattr(item, "execution_count", 1)
    said = item.stash.setdefault(_SAID, {}).setdefault(attempt, [])
    if report.failed:
        said.append(redacted(message(report), secrets_of(fakemails)))
    text = report.longreprtext if report.failed else ""
    sections = failure.sections(fakemails, said=text, places=places, whole="transcript.txt")
    home = artifacts.write(
        directory, item.nodeid, fakemails, sections, said="\n\n".join(said), attempt=attempt
    )
    told = (_PROPERTY, str(home))
    for properties in (item.user_properties, report.user_properties):
        if told not in properties:
            properties.append(told)
