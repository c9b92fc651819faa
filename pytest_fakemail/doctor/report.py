"""The doctor's report: a section each for what is installed, set, tried and found.

A line that begins with ``!`` is what may be in the way.  Nothing is collected, and whatever fails
is a line of the report, so that there is always one.
"""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import pytest

from pytest_fakemail.doctor.apps import apps
from pytest_fakemail.doctor.given import Sources, given
from pytest_fakemail.doctor.installed import installed, meddlers
from pytest_fakemail.doctor.probes import probes
from pytest_fakemail.visible import visible

if TYPE_CHECKING:
    from collections.abc import Callable


def examine(config: pytest.Config, sources: Sources, write: "Callable[[str], object]") -> None:
    """Write the report, line by line.

    Args:
        config: pytest's, before it is configured.
        sources: of settings, as `settings.gathered` takes them.
        write: takes a line.
    """
    settings, lines = given(config, sources)
    sections: dict[str, Iterable[str]] = {
        "installed": installed(config),
        "settings, and where each came from": lines,
        "servers, tried": probes(settings),
        "time and sockets": meddlers(config),
        "the app's framework": apps(),
    }
    found = 0
    for title, content in sections.items():
        write(f"{title}:")
        for line in _or_nothing(content):
            found += line.startswith("!")
            write(f"  {visible(line)}")
        write("")
    what = "nothing in the way" if not found else f"{found} to look at, marked with !"
    write(f"fakemail doctor: {what}")


def _or_nothing(lines: Iterable[str]) -> Iterator[str]:
    is_empty = True
    for line in lines:
        is_empty = False
        yield line
    if is_empty:
        yield "nothing found"
