"""What rouses the loop, of either kind."""

import select
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from pytest_fakemail.net.bell import new_bell

if TYPE_CHECKING:
    from pytest_fakemail.net.bell import Bell


@pytest.fixture(params=["events", "sockets"])
def bell(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator["Bell"]:
    """A bell, with which no loop has to do."""
    if request.param == "sockets":
        monkeypatch.delattr(select, "epoll", raising=False)
    one = new_bell()
    if (request.param == "sockets") != (type(one).__name__ == "SocketBell"):
        pytest.skip("no eventfd on this system")
    yield one
    one.close()


def rings(bell: "Bell") -> bool:
    return bool(select.select([bell.fileno()], [], [], 0)[0])


def test_it_rings_until_it_is_hushed_however_often_it_was_rung(bell: "Bell") -> None:
    assert not rings(bell)
    for _ in range(3):
        bell.ring()
    assert rings(bell)
    bell.hush()
    assert not rings(bell)
    bell.hush()
    bell.ring()
    assert rings(bell)


def test_it_can_be_rung_without_end(bell: "Bell") -> None:
    for _ in range(10_000):
        bell.ring()
    assert rings(bell)


def test_nothing_happens_once_it_is_closed(bell: "Bell") -> None:
    closed, bell = bell, new_bell()
    closed.close()
    with_its_number = new_bell()
    closed.ring()
    closed.hush()
    closed.close()
    assert not rings(with_its_number)
    bell.close()
    with_its_number.close()
