"""A mailbox as a test looks into it: what it is, which messages it has, and what to wait for."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import TypeVar, Unpack

from pytest_fakemail.asserts import choosing
from pytest_fakemail.asserts.choosing import Which
from pytest_fakemail.asserts.counting import Counted
from pytest_fakemail.asserts.explain import summary
from pytest_fakemail.asserts.flag_sets import FlagRow, UseSet
from pytest_fakemail.asserts.flags import Flagging, flags_of, permanent_flags_of
from pytest_fakemail.asserts.handle import Handle
from pytest_fakemail.asserts.looking import all_looked_at, looked_at
from pytest_fakemail.asserts.members import Members
from pytest_fakemail.asserts.message import MailboxMessage
from pytest_fakemail.asserts.search import Search, checked_timeout
from pytest_fakemail.asserts.waits import blocked_loop, wait
from pytest_fakemail.clock import Duration
from pytest_fakemail.errors import BadArgument, NotRunning, UnknownMailbox, UnmetExpectation
from pytest_fakemail.net.waiting import until
from pytest_fakemail.query.criteria import Criteria
from pytest_fakemail.query.mail_criteria import MessageCriteria
from pytest_fakemail.query.messages import MESSAGE
from pytest_fakemail.store.account import Account
from pytest_fakemail.store.mailbox import Mailbox
from pytest_fakemail.store.message import Message
from pytest_fakemail.store.numbers import Uid
from pytest_fakemail.store.store import Store

T = TypeVar("T")


class ReadableMailbox(Handle, Members):
    """The half of a `MailboxHandle` that changes no message.

    Whatever asks a mailbox that was deleted raises `UnknownMailbox`, so that no assertion holds
    because there is nothing to look at.
    """

    __slots__ = ("_account", "_mailbox", "_store")

    _member, _place, _number = (MailboxMessage, "message of a mailbox"), "mailbox", "uid"

    def __init__(self, mailbox: Mailbox, account: Account, store: Store) -> None:
        self._mailbox = mailbox
        self._account = account
        self._store = store

    def __eq__(self, other: object) -> bool:
        """Whether both are the same mailbox; one that was deleted is no new one of its name."""
        if not isinstance(other, ReadableMailbox):
            return NotImplemented
        return self._mailbox is other._mailbox

    def __hash__(self) -> int:
        return hash(self._mailbox)

    def __bool__(self) -> bool:
        """Say yes: a mailbox is there when it is empty, too."""
        return True

    def __len__(self) -> int:
        self._require_existing()
        return len(self._mailbox.messages)

    def __iter__(self) -> Iterator[MailboxMessage]:
        return iter(self.messages)

    def __contains__(self, wanted: object) -> bool:
        """Whether this message is in it, whatever flags it has now.

        Raises:
            BadArgument: what can be no message of a mailbox.
        """
        if isinstance(wanted, MailboxMessage):
            return any(one._is_still(wanted) for one in self)  # noqa: SLF001  (its other half)
        return super().__contains__(wanted)

    @property
    def name(self) -> str:
        """The full name, as ``"INBOX"`` or ``"Work/Invoices"``."""
        return self._mailbox.name

    @property
    def uidvalidity(self) -> int:
        """What UIDs are good with (RFC 9051 §2.3.1.1)."""
        self._require_existing()
        return self._mailbox.uidvalidity

    @property
    def uidnext(self) -> Uid:
        """The UID that the next message will have."""
        self._require_existing()
        return self._mailbox.uidnext

    @property
    def messages(self) -> list[MailboxMessage]:
        """The messages as they are now, in the order of their UIDs."""
        return all_looked_at(self._store, self._snapshot())

    @property
    def special_use(self) -> frozenset[str]:
        r"""What it is for, as LIST shows it: ``{"\\Sent"}`` (RFC 6154)."""
        self._require_existing()
        return UseSet(self._mailbox.attributes)

    @property
    def read_only(self) -> bool:
        """Whether clients can only read it: SELECT says [READ-ONLY], APPEND is refused (NOPERM).

        May be set, while sessions are open, too.  What the test does and what SMTP delivers
        comes into it all the same.
        """
        self._require_existing()
        return self._mailbox.rights.is_read_only

    @read_only.setter
    def read_only(self, is_read_only: bool) -> None:
        self._require_existing()
        if not isinstance(is_read_only, bool):
            raise BadArgument(f"read_only={is_read_only!r}: wanted True or False")
        self._mailbox.rights.is_read_only = is_read_only

    @property
    def permanent_flags(self) -> tuple[str, ...]:
        r"""What PERMANENTFLAGS lists: the flags that clients can change, ``\*`` for new keywords.

        May be set, to a list of flags or to None for all of them.  What clients do to other
        flags is ignored (RFC 9051 §7.1).
        """
        self._require_existing()
        return FlagRow(self._mailbox.rights.listed(self._mailbox.keywords))

    @permanent_flags.setter
    def permanent_flags(self, flags: Flagging | None) -> None:
        self._require_existing()
        permanent = None if flags is None else permanent_flags_of(flags)
        self._mailbox.rights.permanent_flags = permanent

    # --- looking -----------------------------------------------------------------------

    def message(self, uid: int) -> MailboxMessage:
        """Return the message with this UID.

        Raises:
            UnmetExpectation: there is none.
        """
        with self._store.lock:
            return looked_at(self._store, self._shown(self._one_chosen(uid))[0])

    def all(self, **criteria: Unpack[MessageCriteria]) -> list[MailboxMessage]:
        """Return the messages that match now.

        Raises:
            BadArgument: an unknown criterion.
        """
        return all_looked_at(self._store, self._search(criteria).all())

    def assert_one(self, **criteria: Unpack[MessageCriteria]) -> MailboxMessage:
        """Return the one message that matches now.

        Raises:
            UnmetExpectation: none matches, or several do.
            BadArgument: an unknown criterion.
        """
        search = self._search(criteria)
        return looked_at(self._store, search.require_one(search.one()))

    def assert_count(self, count: int, **criteria: Unpack[MessageCriteria]) -> list[MailboxMessage]:
        """Return the messages that match now, if there are exactly so many.

        Raises:
            UnmetExpectation: fewer or more match.
            BadArgument: no such count, or an unknown criterion.
        """
        counted = Counted(self._search(criteria), count)
        return all_looked_at(self._store, counted.require(counted.now()))

    def assert_empty(self) -> None:
        """Fail if there is a message.

        Raises:
            UnmetExpectation: there is one; the text says which.
        """
        self._search({}).none()

    def assert_none(self, *, within: Duration = 0, **criteria: Unpack[MessageCriteria]) -> None:
        """Fail if a message matches now, or comes to match within so many seconds.

        Raises:
            UnmetExpectation: as soon as a message matches.
            BadArgument: an unknown criterion, or no possible time.
        """
        self._wait(self._search(criteria).none, checked_timeout(within))

    def assert_flags(self, which: int | MailboxMessage, *flags: Flagging) -> None:
        """Fail if a message has not exactly these flags; without any, if it has one.

        Raises:
            UnmetExpectation: what is missing, and what is too much.
            BadArgument: what cannot be a flag.
        """
        with self._store.lock:
            message = looked_at(self._store, self._shown(self._one_chosen(which))[0])
        wanted = {flag.lower(): flag for flag in flags_of(*flags)}
        there = {flag.lower(): flag for flag in message.flags}
        lacking = sorted(flag for key, flag in wanted.items() if key not in there)
        spare = sorted(flag for key, flag in there.items() if key not in wanted)
        if lacking or spare:
            lines = [f"uid {message.uid}  {summary(message)}"]
            lines += [f"  lacks {' '.join(lacking)}"] if lacking else []
            lines += [f"  has {' '.join(spare)} too"] if spare else []
            raise UnmetExpectation("\n".join(lines))

    # --- waiting -----------------------------------------------------------------------

    def wait_for(
        self, *, timeout: Duration = 5, **criteria: Unpack[MessageCriteria]
    ) -> MailboxMessage:
        """Return the one message that matches, as soon as it does.

        Raises:
            UnmetExpectation: none matches in time, or several do.
            BadArgument: an unknown criterion, or no possible timeout.
        """
        search, limit = self._search(criteria), checked_timeout(timeout)
        found = self._wait(search.one, limit)
        return looked_at(self._store, search.require_one(found, limit, hint=blocked_loop))

    def wait_for_count(
        self,
        count: int,
        *,
        timeout: Duration = 5,
        **criteria: Unpack[MessageCriteria],
    ) -> list[MailboxMessage]:
        """Return the messages that match, as soon as there are exactly so many; 0 is possible.

        Raises:
            UnmetExpectation: it comes to another number in time.
            BadArgument: no such count, an unknown criterion, or no possible timeout.
        """
        counted, limit = Counted(self._search(criteria), count), checked_timeout(timeout)
        found = self._wait(counted.now, limit)
        return all_looked_at(self._store, counted.require(found, limit, hint=blocked_loop))

    async def wait_for_async(
        self,
        *,
        timeout: Duration = 5,  # noqa: ASYNC109  (as its twin)
        **criteria: Unpack[MessageCriteria],
    ) -> MailboxMessage:
        """Do as `wait_for` without blocking the asyncio or trio loop that awaits it."""
        search, limit = self._search(criteria), checked_timeout(timeout)
        found = await self._wait_async(search.one, limit)
        return looked_at(self._store, search.require_one(found, limit))

    async def wait_for_count_async(
        self,
        count: int,
        *,
        timeout: Duration = 5,  # noqa: ASYNC109  (as its twin)
        **criteria: Unpack[MessageCriteria],
    ) -> list[MailboxMessage]:
        """Do as `wait_for_count` without blocking the asyncio or trio loop that awaits it."""
        counted, limit = Counted(self._search(criteria), count), checked_timeout(timeout)
        found = await self._wait_async(counted.now, limit)
        return all_looked_at(self._store, counted.require(found, limit))

    async def assert_none_async(
        self, *, within: Duration = 0, **criteria: Unpack[MessageCriteria]
    ) -> None:
        """Do as `assert_none` without blocking the asyncio or trio loop that awaits it."""
        await self._wait_async(self._search(criteria).none, checked_timeout(within))

    def _snapshot(self) -> list[MailboxMessage]:
        with self._store.lock:
            self._require_existing()
            return self._shown(self._mailbox.messages)

    def _shown(self, messages: Iterable[Message]) -> list[MailboxMessage]:
        server, labels_of = self._store.name_server, self._mailbox.labels_of
        if labels_of is None:
            return [MailboxMessage(one, server) for one in messages]
        return [MailboxMessage(one, server, labels_of(one)) for one in messages]

    def _search(self, criteria: Mapping[str, object]) -> Search[MailboxMessage]:
        self._require_existing()
        wording = partial(choosing.wording, self._mailbox, self._account, self._store)
        return Search(wording, Criteria(MESSAGE, criteria), self._snapshot)

    def _wait(self, attempt: Callable[[], T | None], limit: float) -> T | None:
        return wait(self._mailbox.subscribe, attempt, limit)

    async def _wait_async(self, attempt: Callable[[], T | None], limit: float) -> T | None:
        return await until(self._mailbox.subscribe, attempt, limit)

    def _chosen(self, *which: Which) -> list[Message]:
        """Return the messages meant; the caller holds the lock."""
        self._require_existing()
        return choosing.chosen(self._mailbox, which)

    def _one_chosen(self, which: Which) -> list[Message]:
        """Return the message that is meant; the caller holds the lock."""
        found = self._chosen(which)
        if len(found) != 1:
            raise BadArgument(f"no message: {which!r}; wanted a UID, or a message")
        return found

    def _require_existing(self) -> None:
        if self._store.is_past:
            whose = self._account.name
            what = f"mailbox {self.name!r} of {whose}" if whose else f"mailbox {self.name!r}"
            raise NotRunning(f"{what} was forgotten by reset(); fakemail.account(…) has another")
        if self._mailbox.is_deleted:
            known = ", ".join(self._account.mailboxes)
            again = "; one of its name was made since: ask the account for it"
            hint = again if self.name in self._account.mailboxes else ""
            raise UnknownMailbox(f"mailbox {self.name!r} was deleted; there is {known}{hint}")
