"""The outbox: what SMTP accepted, in order, with the waits and assertions of a test."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, TypeVar, overload

from pytest_fakemail.asserts.handle import Handle
from pytest_fakemail.asserts.looking import all_looked_at, looked_at
from pytest_fakemail.asserts.members import MemberSequence
from pytest_fakemail.asserts.search import Search, checked_timeout
from pytest_fakemail.asserts.waits import blocked_loop, wait
from pytest_fakemail.clock import Duration
from pytest_fakemail.net.waiting import until
from pytest_fakemail.query.criteria import Criteria
from pytest_fakemail.query.mails import DELIVERY
from pytest_fakemail.store.delivery import Delivery
from pytest_fakemail.store.store import Store
from pytest_fakemail.visible import shortened, visible

if TYPE_CHECKING:
    from typing import Unpack

    from pytest_fakemail.asserts.counting import Counted
    from pytest_fakemail.asserts.wording import Wording
    from pytest_fakemail.query.mail_criteria import DeliveryCriteria

T = TypeVar("T")


class Outbox(Handle, MemberSequence, Sequence[Delivery]):
    """A sequence of what was accepted, oldest first; usable from any thread.

    The criteria of all methods are ``to cc bcc sender from_ subject text html header
    attachment where``.  A text equals the field (`text` and `html`: is contained in it;
    addresses: in any case), a compiled pattern is found in it, a callable decides about
    it, None wants it absent, a list is all that the field has, in order, `any_of` (or a set)
    is one of several, any other object is compared with ``==``.  `to` are the
    recipients of the envelope, `header` is a mapping of fields, `attachment` asks for file
    names, `where` for a function of the whole `Delivery`.

    Timeouts are in real seconds, whatever the clock of the servers.
    """

    __slots__ = ("_store", "_why_none")

    _member, _place = (Delivery, "mail"), "outbox"

    def __init__(self, store: Store, *, why_none: Callable[[], list[str]] = list) -> None:
        self._store = store
        self._why_none = why_none

    def look_at(self, store: Store) -> None:
        """Be the outbox of another store, which has accepted nothing yet."""
        self._store = store

    def __len__(self) -> int:
        return len(self._store.deliveries)

    def __iter__(self) -> Iterator[Delivery]:
        return iter(all_looked_at(self._store, self._snapshot()))

    @overload
    def __getitem__(self, place: int) -> Delivery: ...
    @overload
    def __getitem__(self, place: slice) -> list[Delivery]: ...
    def __getitem__(self, place: int | slice) -> Delivery | list[Delivery]:
        __tracebackhide__ = True  # pytest then shows the line that asked
        try:
            found = self._store.deliveries[place]
            if isinstance(found, Delivery):
                return looked_at(self._store, found)
            return all_looked_at(self._store, found)
        except IndexError:
            raise IndexError(f"no outbox[{place}]; there is {len(self)}") from None

    def __repr__(self) -> str:
        mails = self._snapshot()
        if not mails:
            return "<Outbox: nothing>"
        from pytest_fakemail.asserts.explain import summary

        which = "1 mail" if len(mails) == 1 else f"{len(mails)} mails, the last"
        return f"<Outbox: {which} {visible(shortened(summary(mails[-1])))}>"

    def __eq__(self, other: object) -> bool:
        """Whether it has the mails of another outbox, or of a list, in their order."""
        if not isinstance(other, Outbox | list):
            return NotImplemented
        return self._snapshot() == (other if isinstance(other, list) else other._snapshot())

    __hash__ = None  # type: ignore[assignment]  # what it has changes, as with a list

    def one(self, **criteria: "Unpack[DeliveryCriteria]") -> Delivery:
        """Return the one mail that is there now and matches.

        Raises:
            UnmetExpectation: none matches, or several do.
            BadArgument: an unknown criterion.
        """
        search = self._search(criteria)
        return looked_at(self._store, search.require_one(search.one()))

    def all(self, **criteria: "Unpack[DeliveryCriteria]") -> list[Delivery]:
        """Return all mail that is there now and matches, oldest first.

        Raises:
            BadArgument: an unknown criterion.
        """
        return all_looked_at(self._store, self._search(criteria).all())

    def assert_count(self, count: int, **criteria: "Unpack[DeliveryCriteria]") -> list[Delivery]:
        """Return the matching mail if there is exactly so much of it now.

        Raises:
            UnmetExpectation: fewer or more match.
            BadArgument: no such count, or an unknown criterion.
        """
        counted = self._counted(criteria, count)
        return all_looked_at(self._store, counted.require(counted.exactly()))

    def wait_for(
        self, *, timeout: Duration = 5, **criteria: "Unpack[DeliveryCriteria]"
    ) -> Delivery:
        """Return the one mail that matches, as soon as it is there.

        Raises:
            UnmetExpectation: none matches in time, or several do.
            BadArgument: an unknown criterion, or no possible timeout.
        """
        search, limit = self._search(criteria), checked_timeout(timeout)
        found = self._wait(search.one, limit)
        return looked_at(self._store, search.require_one(found, limit, hint=blocked_loop))

    def wait_for_count(
        self, count: int, *, timeout: Duration = 5, **criteria: "Unpack[DeliveryCriteria]"
    ) -> list[Delivery]:
        """Return the matching mail, as soon as there is so much of it; more of it fails.

        Raises:
            UnmetExpectation: fewer match in time, or more do.
            BadArgument: no such count, an unknown criterion, or no possible timeout.
        """
        counted, limit = self._counted(criteria, count, least=1), checked_timeout(timeout)
        found = self._wait(counted.exactly, limit)
        return all_looked_at(self._store, counted.require(found, limit, hint=blocked_loop))

    def assert_none(self, *, within: Duration = 0, **criteria: "Unpack[DeliveryCriteria]") -> None:
        """Fail if any mail matches now, or comes and matches within so many seconds.

        Raises:
            UnmetExpectation: as soon as a mail matches.
            BadArgument: an unknown criterion, or no possible time.
        """
        self._wait(self._search(criteria).none, checked_timeout(within))

    async def wait_for_async(
        self,
        *,
        timeout: Duration = 5,  # noqa: ASYNC109  (as its twin)
        **criteria: "Unpack[DeliveryCriteria]",
    ) -> Delivery:
        """Do as `wait_for` without blocking the asyncio or trio loop that awaits it."""
        search, limit = self._search(criteria), checked_timeout(timeout)
        found = await self._wait_async(search.one, limit)
        return looked_at(self._store, search.require_one(found, limit))

    async def wait_for_count_async(
        self,
        count: int,
        *,
        timeout: Duration = 5,  # noqa: ASYNC109  (as its twin)
        **criteria: "Unpack[DeliveryCriteria]",
    ) -> list[Delivery]:
        """Do as `wait_for_count` without blocking the asyncio or trio loop that awaits it."""
        counted, limit = self._counted(criteria, count, least=1), checked_timeout(timeout)
        found = await self._wait_async(counted.exactly, limit)
        return all_looked_at(self._store, counted.require(found, limit))

    async def assert_none_async(
        self, *, within: Duration = 0, **criteria: "Unpack[DeliveryCriteria]"
    ) -> None:
        """Do as `assert_none` without blocking the asyncio or trio loop that awaits it."""
        await self._wait_async(self._search(criteria).none, checked_timeout(within))

    def assert_sound(self, *, ignore: Collection[str] = ()) -> None:
        """Fail if any mail has flaws, or two mails have one Message-ID.

        Args:
            ignore: the names of flaws that do not matter here.

        Raises:
            UnmetExpectation: there are some; the text says of which mail.
            BadArgument: no flaw has such a name.
        """
        from pytest_fakemail.asserts.soundness import flaws_of_all
        from pytest_fakemail.mime.flaws import require_sound

        require_sound(flaws_of_all(all_looked_at(self._store, self._snapshot())), ignore)

    def clear(self) -> None:
        """Forget what came so far; what was delivered to mailboxes stays there."""
        with self._store.lock:
            self._store.cleared += len(self._store.deliveries)
            self._store.deliveries.clear()
            self._store.looked_at.clear()

    def _search(self, criteria: Mapping[str, object]) -> Search[Delivery]:
        return Search(self._wording, Criteria(DELIVERY, criteria), self._snapshot)

    def _counted(
        self, criteria: Mapping[str, object], count: int, *, least: int = 0
    ) -> "Counted[Delivery]":
        from pytest_fakemail.asserts.counting import Counted

        return Counted(self._search(criteria), count, least=least)

    def _wording(self) -> "Wording":
        from pytest_fakemail.asserts.wording import Wording

        return Wording(
            one="mail",
            many="mails",
            place="",
            empty="none came at all",
            label=lambda place, _: f"outbox[{place}]",
            why_none=self._why_none,
        )

    def _snapshot(self) -> list[Delivery]:
        with self._store.lock:
            return list(self._store.deliveries)

    def _wait(self, attempt: Callable[[], T | None], limit: float) -> T | None:
        return wait(self._store.subscribe, attempt, limit)

    async def _wait_async(self, attempt: Callable[[], T | None], limit: float) -> T | None:
        return await until(self._store.subscribe, attempt, limit)
