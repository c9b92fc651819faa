"""Two companies: mail servers that hand mail to one another, on one clock."""

from collections.abc import Iterator

import pytest

from pytest_fakemail import FakeMail


@pytest.fixture
def a() -> Iterator[FakeMail]:
    with FakeMail(hostname="mx.a.test", domain="a.test") as one:
        yield one


@pytest.fixture
def b(a: FakeMail) -> Iterator[FakeMail]:
    with FakeMail(hostname="mx.b.test", domain="b.test", clock=a.clock) as one:
        yield one
