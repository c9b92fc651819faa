"""The table of a connection's phases, and the page that shows it."""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from net.house import House, read

from pytest_fakemail.net.phases import DUE, NEXT, PHASES, diagram
from pytest_fakemail.wire.effects import Pause, Send

if TYPE_CHECKING:
    from pytest_fakemail.net.phases import Phase

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "connections.md"


def test_page_shows_the_table() -> None:
    text = PAGE.read_text()
    assert f"```mermaid\n{diagram()}\n```" in text
    for name, meaning in (PHASES | DUE).items():
        assert f"| {name} | {meaning} |" in text


def test_every_phase_can_be_reached_and_ends() -> None:
    assert list(NEXT) == list(PHASES)
    reached: set[Phase] = set()
    waiting: list[Phase] = ["ANSWERING"]
    while waiting:
        phase = waiting.pop()
        if phase not in reached:
            reached.add(phase)
            waiting += NEXT[phase]
    assert reached == set(PHASES)
    assert all(phase == "ENDED" or "ENDED" in NEXT[phase] for phase in PHASES)


def test_phase_that_cannot_follow_is_a_mistake_of_ours() -> None:
    with House({"go": lambda: [Send(b"."), Pause(1)]}) as house:
        house.clock.freeze()
        with house.client() as client:
            client.sendall(b"go\r\n")
            read(client, 1)
            house.settle()
            driver = next(iter(house.listeners[0]._drivers))
            assert driver.phase == "PAUSING"
            with pytest.raises(RuntimeError, match="SENDING cannot follow PAUSING"):
                driver._enter("SENDING")
            house.clock.advance(1)
