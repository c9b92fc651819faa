"""Every hostile test has a bystander: a client that was there before and goes on sending."""

from collections.abc import Iterator

import pytest
from hostile.attacker import Bystander

from pytest_fakemail import FakeMail


@pytest.fixture(autouse=True)
def bystander(fakemail: FakeMail) -> Iterator[Bystander]:
    with Bystander(fakemail) as one:
        yield one
        one.has_lost_nothing()
