"""Pages made without a run of pytest."""

from pathlib import Path

from pytest_fakemail import FakeMail
from pytest_fakemail.report.capture import Budget, captured
from pytest_fakemail.report.page import write
from pytest_fakemail.report.run import Attempt, told


def page_of(
    directory: Path, mails: dict[str, bytes], *, outcome: str = "passed", said: str = ""
) -> Path:
    """Return a page with a test for each of these mails, by its name."""
    spool = directory / "spool"
    spool.mkdir()
    for number, (name, raw) in enumerate(mails.items()):
        with FakeMail() as one:
            one.account().inbox.deliver(raw)
            budget = Budget()
            attempt = Attempt(float(number), outcome, [said] if said else [], budget=budget)
            attempt.contents[one] = captured(one, budget)
        lines = told(attempt, name, "", number + 0.5)
        (spool / f"{number:05}.json").write_text("\n".join([*lines, ""]), encoding="ascii")
    page = directory / "page.html"
    write(page, spool, began=0.0)
    return page
