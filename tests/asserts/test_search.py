"""One expectation: what was looked at before is not read again."""

import pytest
from asserts.world import World

from pytest_fakemail.asserts.counting import Counted
from pytest_fakemail.asserts.search import Search
from pytest_fakemail.asserts.wording import Wording
from pytest_fakemail.errors import UnmetExpectation
from pytest_fakemail.query.criteria import Criteria
from pytest_fakemail.query.mails import DELIVERY
from pytest_fakemail.store.delivery import Delivery

PILE = Wording("mail", "mails", "", "none", lambda place, _: str(place))


def test_each_mail_is_judged_once(world: World) -> None:
    judged: list[Delivery] = []

    def judge(delivery: Delivery) -> bool:
        judged.append(delivery)
        return delivery.subject == "b"

    search = Search(lambda: PILE, Criteria(DELIVERY, {"where": judge}), lambda: list(world.outbox))
    first = world.send(subject="a")
    assert search.one() is None
    second = world.send(subject="b")
    assert search.one() is second
    assert search.all() == [second]
    assert judged == [first, second]


def test_a_failure_speaks_of_the_last_look(world: World) -> None:
    """What comes between the last look and the report must not confuse it."""
    search = Search(lambda: PILE, Criteria(DELIVERY, {"subject": "b"}), lambda: list(world.outbox))
    found = search.one()
    world.send(subject="b")
    with pytest.raises(UnmetExpectation, match=r"^no mail with subject 'b': none$"):
        search.require_one(found)
    with pytest.raises(UnmetExpectation, match=r"^0 mails with subject 'b', wanted 1$"):
        Counted(search, 1).require(None)


def test_a_function_that_changes_its_mind_is_no_trouble(world: World) -> None:
    answers = iter([False, True, True])
    world.send()
    search = Search(
        lambda: PILE, Criteria(DELIVERY, {"where": lambda _: next(answers)}), world.outbox.all
    )
    with pytest.raises(UnmetExpectation) as failure:
        search.require_one(search.one())
    assert str(failure.value) == "no mail where <lambda>"


def test_what_was_forgotten_is_no_match_any_more(world: World) -> None:
    search = Search(lambda: PILE, Criteria(DELIVERY, {}), lambda: list(world.outbox))
    world.send()
    assert Counted(search, 1).exactly() == list(world.outbox)
    world.outbox.clear()
    assert Counted(search, 1).exactly() is None
    assert Counted(search, 0).now() == []
