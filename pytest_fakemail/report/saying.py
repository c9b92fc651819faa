"""What a failed test said, without what nobody is to read."""

from collections.abc import Iterable

import pytest

_MOST_SAID = 20_000
_REDACTED = "[redacted]"


def message(report: pytest.TestReport) -> str:
    """Return what a failure says, without the source, which may have passwords in it."""
    crash = getattr(report.longrepr, "reprcrash", None)
    if crash is not None:
        text = f"{crash.path}:{crash.lineno}: {crash.message}"
    else:
        text = str(getattr(report, "wasxfail", "")) or report.longreprtext
    where = "" if report.when == "call" else f"in {report.when}: "
    left = len(text) - _MOST_SAID
    return where + text[:_MOST_SAID] + (f"\n… {left:,} more characters" if left > 0 else "")


def redacted(text: str, secrets: Iterable[str]) -> str:
    """Return a text without any of the secrets."""
    for secret in sorted(secrets, key=len, reverse=True):
        text = text.replace(secret, _REDACTED)
    return text
