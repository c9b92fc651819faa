"""The FakeMails that several tests share: of the whole run, of a module, of a class.

Each test that uses one is judged by itself, by `verdicts`: what failed in the servers and which of
its faults never fired; then its faults are taken back.  Loaded when one is first asked for.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

import pytest

from pytest_fakemail import verdicts
from pytest_fakemail.fakemail import FakeMail

if TYPE_CHECKING:
    from pytest_fakemail.settings import Settings


@contextmanager
def shared(request: pytest.FixtureRequest, settings: "Settings", name: str) -> Iterator[FakeMail]:
    """Make the FakeMail of a fixture, known to the verdicts by its name."""
    if not request.config.pluginmanager.is_registered(verdicts):
        request.config.pluginmanager.register(verdicts, verdicts.__name__)
    settings = verdicts.returned(settings)
    if request.scope != "session":
        from pytest_fakemail.markers import marked

        settings = marked(request.node, settings)
    one = FakeMail(settings)
    one._announce = partial(verdicts.tell, request.config)  # noqa: SLF001  (our own)
    known = request.session.stash.setdefault(verdicts.SHARED, {})
    known[name] = one
    yield one
    del known[name]
    one.close()
    one.check(faults=False)  # they were the business of each test
