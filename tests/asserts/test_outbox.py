"""The outbox: a sequence, with expectations for now and for soon."""

import asyncio
import re
from collections.abc import Callable

import pytest
import trio
from asserts.world import World
from companions import beside

from pytest_fakemail.asserts.outbox import Outbox
from pytest_fakemail.errors import BadArgument, UnmetExpectation


def failure_of(call: Callable[..., object], *arguments: object, **options: object) -> list[str]:
    with pytest.raises(UnmetExpectation) as failure:
        call(*arguments, **options)
    return str(failure.value).splitlines()


def test_it_is_a_sequence(world: World) -> None:
    first, second = world.send(), world.send("bob@x.test")
    outbox = world.outbox
    assert len(outbox) == 2
    assert list(outbox) == [first, second]
    assert outbox[0] is first
    assert outbox[-1] is second
    assert outbox[:1] == [first]
    assert second in outbox
    assert outbox.index(second) == 1
    assert list(reversed(outbox)) == [second, first]
    assert outbox == [first, second]
    assert outbox != [second, first]
    assert outbox == outbox  # noqa: PLR0124
    assert outbox != (first, second)


def test_its_repr_is_short(world: World) -> None:
    assert repr(world.outbox) == "<Outbox: nothing>"
    assert world.outbox == []
    world.send("ann@x.test")
    assert repr(world.outbox) == "<Outbox: 1 mail 'Welcome' from shop@x.test to ann@x.test>"
    world.send("bob@x.test")
    last = "'Welcome' from shop@x.test to bob@x.test"
    assert repr(world.outbox) == f"<Outbox: 2 mails, the last {last}>"
    world.send(", ".join(f"reader-{number}@x.test" for number in range(100)), subject="x" * 900)
    assert len(repr(world.outbox)) < 250
    assert len(repr(world.outbox[-1])) < 250


def test_a_place_that_is_not_there_is_told(world: World) -> None:
    world.send()
    with pytest.raises(IndexError, match=r"^no outbox\[1\]; there is 1$"):
        world.outbox[1]


def test_one_is_the_only_match(world: World) -> None:
    sent = world.send()
    world.send("bob@x.test")
    assert world.outbox.one(to="ann@x.test") is sent


def test_all_are_in_order(world: World) -> None:
    sent = [world.send(), world.send()]
    world.send("bob@x.test")
    assert world.outbox.all(to="ann@x.test") == sent
    assert world.outbox.all(to="eve@x.test") == []


def test_one_fails_without_a_match(world: World) -> None:
    assert failure_of(world.outbox.one, to="ann@x.test") == [
        "no mail to 'ann@x.test': none came at all"
    ]


def test_one_fails_on_several(world: World) -> None:
    world.send(subject="a")
    world.send(subject="b")
    assert failure_of(world.outbox.one, to="ann@x.test") == [
        "2 mails to 'ann@x.test', wanted one:",
        "  outbox[0]  'a' from shop@x.test to ann@x.test",
        "  outbox[1]  'b' from shop@x.test to ann@x.test",
    ]


def test_a_count_is_exact(world: World) -> None:
    sent = [world.send(), world.send()]
    assert world.outbox.assert_count(2) == sent
    assert world.outbox.assert_count(0, to="bob@x.test") == []
    assert failure_of(world.outbox.assert_count, 3)[0] == "2 mails, wanted 3:"
    assert failure_of(world.outbox.assert_count, 1)[0] == "2 mails, wanted 1:"
    assert failure_of(world.outbox.assert_count, 1, to="b@x")[0] == "0 mails to 'b@x', wanted 1"


def test_wait_for_returns_what_comes(world: World) -> None:
    world.send("bob@x.test")
    with beside(lambda: world.send(subject="Late")):
        assert world.outbox.wait_for(to="ann@x.test", timeout=60).subject == "Late"


def test_wait_for_fails_on_several_without_waiting(world: World) -> None:
    world.send()
    world.send()
    lines = failure_of(world.outbox.wait_for, timeout=3600)
    assert lines[0] == "2 mails, wanted one:"


def test_wait_for_says_how_long_it_waited(world: World) -> None:
    assert failure_of(world.outbox.wait_for, to="ann@x.test", timeout="10ms") == [
        "no mail to 'ann@x.test' within 0.01 s: none came at all"
    ]


def test_a_stopped_clock_does_not_stop_a_wait(world: World) -> None:
    world.clock.freeze()
    assert failure_of(world.outbox.wait_for, timeout=0.01)


def test_wait_for_count_returns_when_all_are_there(world: World) -> None:
    def send_three() -> None:
        for _ in range(3):
            world.send()

    with beside(send_three):
        assert world.outbox.wait_for_count(3, timeout=60) == list(world.outbox)


def test_wait_for_count_fails_on_more_without_waiting(world: World) -> None:
    world.send()
    world.send()
    assert failure_of(world.outbox.wait_for_count, 1, timeout=3600)[0] == "2 mails, wanted 1:"


def test_wait_for_count_says_what_came_in_time(world: World) -> None:
    world.send(subject="a")
    world.send("bob@x.test")
    lines = failure_of(world.outbox.wait_for_count, 2, to="ann@x.test", timeout=0.01)
    assert lines == [
        "1 mail to 'ann@x.test' within 0.01 s, wanted 2:",
        "  outbox[0]  'a' from shop@x.test to ann@x.test",
        "nearest of the other 1:",
        "  to  'bob@x.test'  (wanted 'ann@x.test')",
    ]


def test_assert_none_looks_at_what_is_there(world: World) -> None:
    world.send()
    world.outbox.assert_none(to="bob@x.test")
    assert failure_of(world.outbox.assert_none, to="ann@x.test") == [
        "1 mail to 'ann@x.test', wanted none:",
        "  outbox[0]  'Welcome' from shop@x.test to ann@x.test",
    ]


def test_assert_none_may_wait_for_what_should_not_come(world: World) -> None:
    world.outbox.assert_none(within=0.01)
    with beside(world.send):
        assert failure_of(world.outbox.assert_none, within=3600)[0] == "1 mail, wanted none:"


def test_clear_forgets(world: World) -> None:
    world.send("user@example.test")
    world.outbox.clear()
    world.outbox.assert_count(0)
    world.account.inbox.assert_one()


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (lambda outbox: outbox.one(subjet="a"), "no criterion 'subjet'; did you mean 'subject'"),
        (lambda outbox: outbox.wait_for(timeout=-1), "no time to wait: -1; wanted seconds"),
        (lambda outbox: outbox.wait_for(timeout="soon"), "no time to wait: 'soon'; wanted"),
        (lambda outbox: outbox.assert_none(within=None), "no time to wait: None; wanted seconds"),
        (lambda outbox: outbox.wait_for_count(0), "count=0: wanted a whole number of at least 1"),
        (lambda outbox: outbox.assert_count("2"), "count='2': wanted a whole number of at least 0"),
        (lambda outbox: outbox.assert_count(count=True), "count=True: wanted a whole number"),
    ],
)
def test_impossible_arguments_are_told(
    world: World, call: Callable[[Outbox], object], text: str
) -> None:
    with pytest.raises(BadArgument, match=f"^{re.escape(text)}"):
        call(world.outbox)


Run = Callable[..., object]


@pytest.mark.parametrize(
    "run", [lambda main: asyncio.run(main()), trio.run], ids=["asyncio", "trio"]
)
class TestTwins:
    def test_a_coroutine_waits_for_what_comes(self, world: World, run: Run) -> None:
        async def main() -> None:
            with beside(lambda: world.send(subject="Late")):
                found = await world.outbox.wait_for_async(subject="Late", timeout=60)
            assert found is world.outbox[0]
            assert await world.outbox.wait_for_count_async(1, timeout=60) == [found]
            await world.outbox.assert_none_async(subject="Early", within=0.01)

        run(main)

    def test_it_fails_as_its_twin(self, world: World, run: Run) -> None:
        async def main() -> None:
            with pytest.raises(
                UnmetExpectation, match=r"^no mail within 0.01 s: none came at all$"
            ):
                await world.outbox.wait_for_async(timeout=0.01)
            with pytest.raises(UnmetExpectation, match=r"^0 mails within 0.01 s, wanted 1$"):
                await world.outbox.wait_for_count_async(1, timeout=0.01)
            world.send()
            with pytest.raises(UnmetExpectation, match=r"^1 mail, wanted none:"):
                await world.outbox.assert_none_async()

        run(main)

    def test_a_wait_that_held_up_the_loop_says_so(self, world: World, run: Run) -> None:
        async def main() -> None:
            lines = failure_of(world.outbox.wait_for, timeout=0.01)
            assert lines[1].endswith("await the …_async twin instead")

        run(main)
