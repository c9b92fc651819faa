"""The queue as a test holds it: what waits to be sent on, with waits and assertions."""

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, overload

from pytest_fakemail.asserts.counting import Counted
from pytest_fakemail.asserts.members import MemberSequence
from pytest_fakemail.asserts.search import Search, checked_timeout
from pytest_fakemail.asserts.waits import blocked_loop, wait
from pytest_fakemail.asserts.wording import Wording
from pytest_fakemail.clock import Duration
from pytest_fakemail.errors import UnmetExpectation
from pytest_fakemail.net.waiting import until
from pytest_fakemail.query.criteria import Criteria
from pytest_fakemail.query.mails import DELIVERY
from pytest_fakemail.relay.item import QueueItem
from pytest_fakemail.spelling import Spelt

if TYPE_CHECKING:
    from typing import Unpack

    from pytest_fakemail.query.mail_criteria import DeliveryCriteria
    from pytest_fakemail.relay.postoffice import PostOffice

_WORDING = Wording(
    one="queued mail",
    many="queued mails",
    place="",
    empty="the queue is empty",
    label=lambda place, _: f"queue[{place}]",
)


class Queue(Spelt, MemberSequence, Sequence[QueueItem]):
    """What was accepted for elsewhere and is not there yet, oldest first.

    The criteria of all methods are those of the outbox; `to` are the recipients that are left.
    Timeouts are in real seconds, whatever the clock of the servers.
    """

    __slots__ = ("_anew", "_held")

    _member, _place = (QueueItem, "item of the queue"), "queue"

    def __init__(self, office: "PostOffice", anew: "Callable[[], PostOffice]") -> None:
        """Take the office whose queue it is, and what returns that after `FakeMail.reset`."""
        self._held = office
        self._anew = anew

    def __len__(self) -> int:
        return len(self._office.spool)

    def __iter__(self) -> Iterator[QueueItem]:
        return iter(self._office.spool.items())

    @overload
    def __getitem__(self, place: int) -> QueueItem: ...
    @overload
    def __getitem__(self, place: slice) -> list[QueueItem]: ...
    def __getitem__(self, place: int | slice) -> QueueItem | list[QueueItem]:
        __tracebackhide__ = True  # pytest then shows the line that asked
        items = self._office.spool.items()
        try:
            return items[place]
        except IndexError:
            raise IndexError(f"no queue[{place}]; there is {len(items)}") from None

    def __repr__(self) -> str:
        return f"<Queue {self._office.spool.items()!r}>"

    # --- what is in it -----------------------------------------------------------------

    def one(self, **criteria: "Unpack[DeliveryCriteria]") -> QueueItem:
        """Return the one item that waits now and matches.

        Raises:
            UnmetExpectation: none matches, or several do.
            BadArgument: an unknown criterion.
        """
        search = self._search(criteria)
        return search.require_one(search.one())

    def all(self, **criteria: "Unpack[DeliveryCriteria]") -> list[QueueItem]:
        """Return the items that wait now and match.

        Raises:
            BadArgument: an unknown criterion.
        """
        return self._search(criteria).all()

    def assert_count(self, count: int, **criteria: "Unpack[DeliveryCriteria]") -> list[QueueItem]:
        """Return the matching items if there are exactly so many now.

        Raises:
            UnmetExpectation: fewer or more match.
            BadArgument: no such count, or an unknown criterion.
        """
        counted = Counted(self._search(criteria), count)
        return counted.require(counted.exactly())

    def assert_none(self, **criteria: "Unpack[DeliveryCriteria]") -> None:
        """Fail if anything that matches waits now.

        Raises:
            UnmetExpectation: something does.
            BadArgument: an unknown criterion.
        """
        self._search(criteria).none()

    def wait_for(
        self, *, timeout: Duration = 5, **criteria: "Unpack[DeliveryCriteria]"
    ) -> QueueItem:
        """Return the one item that matches, as soon as it waits.

        Raises:
            UnmetExpectation: none matches in time, or several do.
            BadArgument: an unknown criterion, or no possible timeout.
        """
        search, limit = self._search(criteria), checked_timeout(timeout)
        found = wait(self._office.spool.subscribe, search.one, limit)
        return search.require_one(found, limit, hint=blocked_loop)

    async def wait_for_async(
        self,
        *,
        timeout: Duration = 5,  # noqa: ASYNC109  (as its twin)
        **criteria: "Unpack[DeliveryCriteria]",
    ) -> QueueItem:
        """Do as `wait_for` without blocking the asyncio or trio loop that awaits it."""
        search, limit = self._search(criteria), checked_timeout(timeout)
        found = await until(self._office.spool.subscribe, search.one, limit)
        return search.require_one(found, limit)

    def wait_until_empty(self, *, timeout: Duration = 5) -> None:
        """Return as soon as nothing waits any more.

        It does not move the clock: what is to be tried again in five minutes waits so long.

        Raises:
            UnmetExpectation: something still waits then.
            BadArgument: no possible timeout.
        """
        limit = checked_timeout(timeout)
        if not wait(self._office.spool.subscribe, self._is_empty, limit):
            raise UnmetExpectation(self._still(limit) + blocked_loop())

    async def wait_until_empty_async(self, *, timeout: Duration = 5) -> None:  # noqa: ASYNC109  (as its twin)
        """Do as `wait_until_empty` without blocking the asyncio or trio loop that awaits it."""
        limit = checked_timeout(timeout)
        if not await until(self._office.spool.subscribe, self._is_empty, limit):
            raise UnmetExpectation(self._still(limit))

    # --- what is done with it ----------------------------------------------------------

    def flush(self, **criteria: "Unpack[DeliveryCriteria]") -> None:
        """Try all that match now, whenever they were due; return when that is over.

        What is held stays so.

        Raises:
            UnmetExpectation: there are criteria, and nothing matches.
            BadArgument: an unknown criterion.
        """
        self._office.flush(self._meant(criteria))

    def hold(self, **criteria: "Unpack[DeliveryCriteria]") -> list[QueueItem]:
        """Have all that match wait until `release`; return them.

        Raises:
            UnmetExpectation: there are criteria, and nothing matches.
            BadArgument: an unknown criterion.
        """
        items = self._meant(criteria)
        self._office.spool.hold(items)
        return items

    def release(self, **criteria: "Unpack[DeliveryCriteria]") -> list[QueueItem]:
        """Have all that match and are held tried again, now; return them.

        Raises:
            UnmetExpectation: there are criteria, and nothing matches.
            BadArgument: an unknown criterion.
        """
        items = [item for item in self._meant(criteria) if item.is_held]
        self._office.release(items)
        return items

    def remove(self, **criteria: "Unpack[DeliveryCriteria]") -> list[QueueItem]:
        """Take all that match out of the queue, without a word to anyone; return them.

        Raises:
            UnmetExpectation: there are criteria, and nothing matches.
            BadArgument: an unknown criterion.
        """
        items = self._meant(criteria)
        self._office.spool.remove(items)
        return items

    @property
    def _office(self) -> "PostOffice":
        """The office that is there now."""
        if self._held.is_past:
            self._held = self._anew()
        return self._held

    def _search(self, criteria: "DeliveryCriteria") -> Search[QueueItem]:
        return Search(lambda: _WORDING, Criteria(DELIVERY, criteria), self._office.spool.items)

    def _meant(self, criteria: "DeliveryCriteria") -> list[QueueItem]:
        """Return what matches; without criteria there may be nothing."""
        search = self._search(criteria)
        return search.require_any() if criteria else search.all()

    def _is_empty(self) -> bool | None:
        return (not len(self) and self._office.is_idle()) or None

    def _still(self, limit: float) -> str:
        rows = [f"  {described(item)}" for item in self]
        return "\n".join([f"{len(rows)} still in the queue after {limit:g} s:", *rows])


def described(item: QueueItem) -> str:
    """Return an item with what its last attempt was answered."""
    last = f"; last: {item.attempts[-1].reply}" if item.attempts else ""
    return f"{item!r}{last}"
