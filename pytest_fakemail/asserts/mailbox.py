"""A mailbox as a test holds it: to fill it, to look into it, to change it under an app's feet."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar, Unpack

from pytest_fakemail.asserts import choosing, loading, seeding
from pytest_fakemail.asserts.choosing import Which
from pytest_fakemail.asserts.explain import summary
from pytest_fakemail.asserts.flags import Flagging, flags_of
from pytest_fakemail.asserts.loaded import Loaded
from pytest_fakemail.asserts.loading import StrPath
from pytest_fakemail.asserts.message import MailboxMessage
from pytest_fakemail.asserts.search import Search, checked_count, checked_timeout
from pytest_fakemail.asserts.seeding import Compose, Composed
from pytest_fakemail.asserts.waits import blocked_loop, wait
from pytest_fakemail.clock import Duration
from pytest_fakemail.errors import BadArgument, UnknownMailbox, UnmetExpectation
from pytest_fakemail.mime.compose import Parts, compose
from pytest_fakemail.net.waiting import until
from pytest_fakemail.query.criteria import Criteria
from pytest_fakemail.query.mails import MESSAGE
from pytest_fakemail.store.account import Account
from pytest_fakemail.store.flags import DELETED
from pytest_fakemail.store.mailbox import Arrival, Mailbox
from pytest_fakemail.store.message import Message
from pytest_fakemail.store.numbers import Uid
from pytest_fakemail.store.store import Store

if TYPE_CHECKING:
    from pytest_fakemail.asserts.seeding import Given

T = TypeVar("T")


class MailboxHandle:
    r"""One mailbox of an account; usable from any thread, while sessions have it open.

    The criteria of all methods are ``uid to cc bcc from_ subject text html header
    attachment where flags seen answered flagged deleted draft``.  A text equals the field
    (`text` and `html`: is contained in it; addresses: in any case), a compiled pattern is
    found in it, a callable decides about it, None wants it absent, a list is all that the
    field has, in order (flags: in any), `any_of` (or a set) is one of several, any other
    object is compared with ``==``.

    Flags are written as ``"\\Seen"`` or ``"seen"``, keywords as they are; several in a list
    or with blanks between.  Timeouts are in real seconds, whatever the clock of the servers.
    """

    def __init__(self, mailbox: Mailbox, account: Account, store: Store) -> None:
        self._mailbox = mailbox
        self._account = account
        self._store = store

    def __repr__(self) -> str:
        return f"<MailboxHandle {self.name!r} of {self._account.name}: {len(self)} messages>"

    def __len__(self) -> int:
        return len(self._mailbox.messages)

    def __iter__(self) -> Iterator[MailboxMessage]:
        return iter(self.messages)

    @property
    def name(self) -> str:
        """The full name, as ``"INBOX"`` or ``"Work/Invoices"``."""
        return self._mailbox.name

    @property
    def uidvalidity(self) -> int:
        """What UIDs are good with (RFC 9051 §2.3.1.1)."""
        return self._mailbox.uidvalidity

    @property
    def uidnext(self) -> Uid:
        """The UID that the next message will have."""
        return self._mailbox.uidnext

    @property
    def messages(self) -> list[MailboxMessage]:
        """The messages as they are now, in the order of their UIDs."""
        with self._store.lock:
            return [MailboxMessage(message) for message in self._mailbox.messages]

    # --- filling -----------------------------------------------------------------------

    def deliver(
        self, message: "Given | None" = None, /, **options: Unpack[Composed]
    ) -> MailboxMessage:
        """Put a message into the mailbox; sessions that idle there hear of it at once.

        Args:
            message: a whole message: bytes (kept to the octet), an `EmailMessage`, or the
                path of an .eml file.  Without one, a message is composed.
            options: its parts, ``from_ to cc subject text html attachments headers``, where
                attachments are bytes or text by file name, and a header that is None is left
                out (``headers={"Date": None}``); beside either, ``flags``, ``received_at``
                (an aware datetime, now by the servers' clock if not given; a message that
                is composed has it in its Date field) and ``uid`` (the next one if not given).

        Raises:
            BadArgument: an option that does not exist or cannot have its value.
            UnknownMailbox: the mailbox was deleted.
        """
        return self._deliver([(message, options)])[0]

    def deliver_many(self, messages: "Iterable[Given | Composed]") -> list[MailboxMessage]:
        """Put messages into the mailbox, all or none, as one change.

        Each is whole (bytes, an `EmailMessage`, a path) or a dict of `deliver`'s options.

        Raises:
            BadArgument, UnknownMailbox: as `deliver`.
        """
        return self._deliver(
            [(None, each) if isinstance(each, Mapping) else (each, {}) for each in messages]
        )

    def load_mbox(self, path: StrPath) -> list[MailboxMessage]:
        """Put the messages of an mbox file into the mailbox, with its flags and dates.

        Raises:
            BadArgument: the file cannot be read, or is no mbox.
        """
        return self._load(loading.mbox(path))

    def load_maildir(self, path: StrPath) -> list[MailboxMessage]:
        """Put the messages of a maildir into the mailbox, with its flags and dates.

        Raises:
            BadArgument: the directory has neither ``cur`` nor ``new``.
        """
        return self._load(loading.maildir(path))

    def _load(self, messages: Iterable[Loaded]) -> list[MailboxMessage]:
        return self._append([Arrival(each.raw, each.flags, each.received_at) for each in messages])

    def _deliver(
        self, given: "list[tuple[Given | None, Mapping[str, Any]]]"
    ) -> list[MailboxMessage]:
        with self._store.registry:
            arrivals = [
                seeding.arrival(message, options, self._composer(place))
                for place, (message, options) in enumerate(given)
            ]
            return self._append(arrivals)

    def _composer(self, place: int) -> Compose:
        domain = self._store.settings.domain

        def composed(parts: Parts, received_at: datetime | None) -> bytes:
            complete = replace(
                parts,
                from_=parts.from_ or f"sender@{domain}",
                to=parts.to or self._account.address,
            )
            number = f"{self.uidvalidity}.{self.uidnext + place}"
            date = received_at or self._store.registry.clock.now()
            return compose(complete, date=date, message_id=f"<{number}@{domain}>")

        return composed

    def _append(self, arrivals: list[Arrival]) -> list[MailboxMessage]:
        self._require_existing()
        return [MailboxMessage(message) for message in self._mailbox.append_many(arrivals)]

    # --- looking -----------------------------------------------------------------------

    def message(self, uid: int) -> MailboxMessage:
        """Return the message with this UID.

        Raises:
            UnmetExpectation: there is none.
        """
        with self._store.lock:
            return MailboxMessage(self._chosen(uid)[0])

    def all(self, **criteria: object) -> list[MailboxMessage]:
        """Return the messages that match now.

        Raises:
            BadArgument: an unknown criterion.
        """
        return self._search(criteria).all()

    def assert_one(self, **criteria: object) -> MailboxMessage:
        """Return the one message that matches now.

        Raises:
            UnmetExpectation: none matches, or several do.
            BadArgument: an unknown criterion.
        """
        search = self._search(criteria)
        return search.require_one(search.one())

    def assert_count(self, count: int, **criteria: object) -> list[MailboxMessage]:
        """Return the messages that match now, if there are exactly so many.

        Raises:
            UnmetExpectation: fewer or more match.
            BadArgument: no such count, or an unknown criterion.
        """
        search = self._search(criteria)
        return search.require_count(search.count(checked_count(count)), count)

    def assert_empty(self) -> None:
        """Fail if there is a message.

        Raises:
            UnmetExpectation: there is one; the text says which.
        """
        self._search({}).none()

    def assert_none(self, *, within: Duration = 0, **criteria: object) -> None:
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
            message = MailboxMessage(self._chosen(which)[0])
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

    def wait_for(self, *, timeout: Duration = 5, **criteria: object) -> MailboxMessage:
        """Return the one message that matches, as soon as it does.

        Raises:
            UnmetExpectation: none matches in time, or several do.
            BadArgument: an unknown criterion, or no possible timeout.
        """
        search, limit = self._search(criteria), checked_timeout(timeout)
        return search.require_one(self._wait(search.one, limit), limit, hint=blocked_loop)

    def wait_for_count(
        self,
        count: int,
        *,
        timeout: Duration = 5,
        **criteria: object,
    ) -> list[MailboxMessage]:
        """Return the messages that match, as soon as there are exactly so many; 0 is possible.

        Raises:
            UnmetExpectation: it comes to another number in time.
            BadArgument: no such count, an unknown criterion, or no possible timeout.
        """
        search, limit = self._search(criteria), checked_timeout(timeout)
        checked_count(count)
        found = self._wait(lambda: search.count(count), limit)
        return search.require_count(found, count, limit, hint=blocked_loop)

    async def wait_for_async(self, *, timeout: Duration = 5, **criteria: object) -> MailboxMessage:  # noqa: ASYNC109  (as its twin)
        """Do as `wait_for` without blocking the asyncio or trio loop that awaits it."""
        search, limit = self._search(criteria), checked_timeout(timeout)
        return search.require_one(await self._wait_async(search.one, limit), limit)

    async def wait_for_count_async(
        self,
        count: int,
        *,
        timeout: Duration = 5,  # noqa: ASYNC109  (as its twin)
        **criteria: object,
    ) -> list[MailboxMessage]:
        """Do as `wait_for_count` without blocking the asyncio or trio loop that awaits it."""
        search, limit = self._search(criteria), checked_timeout(timeout)
        checked_count(count)
        found = await self._wait_async(lambda: search.count(count), limit)
        return search.require_count(found, count, limit)

    async def assert_none_async(self, *, within: Duration = 0, **criteria: object) -> None:
        """Do as `assert_none` without blocking the asyncio or trio loop that awaits it."""
        await self._wait_async(self._search(criteria).none, checked_timeout(within))

    def _search(self, criteria: Mapping[str, object]) -> Search[MailboxMessage]:
        pile = choosing.pile(self._mailbox, self._account)
        return Search(pile, Criteria(MESSAGE, criteria), lambda: self.messages)

    def _wait(self, attempt: Callable[[], T | None], limit: float) -> T | None:
        return wait(self._mailbox.subscribe, attempt, limit)

    async def _wait_async(self, attempt: Callable[[], T | None], limit: float) -> T | None:
        return await until(self._mailbox.subscribe, attempt, limit)

    # --- changing it under an app's feet -----------------------------------------------

    def expunge(self, *which: Which, **criteria: object) -> list[Uid]:
        r"""Remove messages, given by UIDs or by criteria; without either, those with ``\Deleted``.

        Returns the UIDs of those that are gone.

        Raises:
            UnmetExpectation: no message has such a UID, or none matches.
            BadArgument: an unknown criterion, or UIDs and criteria together.
        """
        if which and criteria:
            raise BadArgument("UIDs and criteria together: give either the one or the other")
        with self._store.registry:
            if criteria:
                messages = self._chosen(self._search(criteria).require_any())
            elif which:
                messages = self._chosen(*which)
            else:
                messages = [each for each in self._mailbox.messages if DELETED in each.flags]
            return self._mailbox.expunge([message.uid for message in messages])

    def set_flags(self, which: Which, *flags: Flagging) -> None:
        """Give messages exactly these flags.

        Raises:
            UnmetExpectation: no message has such a UID.
            BadArgument: what cannot be a flag.
        """
        with self._store.registry:
            self._mailbox.set_flags(self._chosen(which), flags_of(*flags))

    def add_flags(self, which: Which, *flags: Flagging) -> None:
        """Give messages these flags besides those that they have.

        Raises:
            UnmetExpectation, BadArgument: as `set_flags`.
        """
        with self._store.registry:
            self._mailbox.add_flags(self._chosen(which), flags_of(*flags))

    def remove_flags(self, which: Which, *flags: Flagging) -> None:
        """Take these flags from messages.

        Raises:
            UnmetExpectation, BadArgument: as `set_flags`.
        """
        with self._store.registry:
            self._mailbox.remove_flags(self._chosen(which), flags_of(*flags))

    def change_uidvalidity(self, uidvalidity: int | None = None) -> None:
        """Number all messages anew, from 1, under another UIDVALIDITY, a larger one by default.

        Raises:
            BadArgument: the one in use, or one that is not possible.
        """
        self._require_existing()
        self._mailbox.change_uidvalidity(uidvalidity)

    def rename(self, name: str) -> None:
        """Give the mailbox, and all below it, another name (RFC 9051 §6.3.6).

        INBOX stays: its messages move to a new mailbox of the name.

        Raises:
            BadArgument: the name is taken, or not possible.
        """
        self._require_existing()
        self._account.mailboxes.rename(self.name, name)

    def delete(self) -> None:
        """Delete the mailbox with its messages.

        Raises:
            BadArgument: it is INBOX.
        """
        self._require_existing()
        self._account.mailboxes.delete(self.name)

    def _chosen(self, *which: Which) -> list[Message]:
        """Return the messages meant; the caller holds the lock."""
        self._require_existing()
        return choosing.chosen(self._mailbox, which)

    def _require_existing(self) -> None:
        if self._mailbox.is_deleted:
            known = ", ".join(self._account.mailboxes)
            raise UnknownMailbox(f"mailbox {self.name!r} was deleted; there is {known}")
