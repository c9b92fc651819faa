"""A mailbox as a test holds it: to fill it, to look into it, to change it under an app's feet."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar, Unpack

from pytest_fakemail import arguments
from pytest_fakemail.asserts import loading, seeding
from pytest_fakemail.asserts.annotations import annotate, annotations
from pytest_fakemail.asserts.choosing import Which
from pytest_fakemail.asserts.flags import Flagging, flags_of
from pytest_fakemail.asserts.loaded import Loaded
from pytest_fakemail.asserts.loading import StrPath
from pytest_fakemail.asserts.message import MailboxMessage
from pytest_fakemail.asserts.readable_mailbox import ReadableMailbox
from pytest_fakemail.asserts.seeding import Compose, Composed
from pytest_fakemail.asserts.sharers import With, identifier
from pytest_fakemail.errors import BadArgument
from pytest_fakemail.mime.compose import Parts, compose
from pytest_fakemail.query.mail_criteria import MessageCriteria
from pytest_fakemail.store.acl import RIGHTS
from pytest_fakemail.store.arrivals import Arrival
from pytest_fakemail.store.flags import DELETED
from pytest_fakemail.store.numbers import Uid
from pytest_fakemail.visible import visible

if TYPE_CHECKING:
    from pytest_fakemail.asserts.seeding import Given

T = TypeVar("T")


class MailboxHandle(ReadableMailbox):
    r"""One mailbox of an account; usable from any thread, while sessions have it open.

    The criteria of all methods are ``uid to cc bcc from_ subject text html header
    attachment where flags labels seen answered flagged deleted draft``.  A text equals the field
    (`text` and `html`: is contained in it; addresses: in any case), a compiled pattern is
    found in it, a callable decides about it, None wants it absent, a list is all that the
    field has, in order (flags: in any), `any_of` (or a set) is one of several, any other
    object is compared with ``==``.

    Flags are written as ``"\\Seen"`` or ``"seen"``, keywords as they are; several in a list
    or with blanks between.  Timeouts are in real seconds, whatever the clock of the servers.
    """

    __slots__ = ()

    def __repr__(self) -> str:
        gone = ", deleted" if self._mailbox.is_deleted else ""
        count, owner = len(self._mailbox.messages), visible(self._account.name)
        return (
            f"<MailboxHandle {self.name!r} of {owner}: {count} message{'s' * (count != 1)}{gone}>"
        )

    # --- sharing ---------------------------------------------------------------------------

    @property
    def acl(self) -> dict[str, str]:
        """The rights of others by identifier, as GETACL tells them (RFC 4314); empty if private.

        As a test gives them: without the ``c`` and ``d`` that go along on the wire.
        """
        self._require_existing()
        acl = self._mailbox.rights.acl
        if acl is None:
            return {}
        return {
            who: "".join(right for right in RIGHTS if right in given)
            for who, given in acl.entries.items()
        }

    def unshare(self, with_: With) -> None:
        """Take all rights from whom the mailbox was shared with; who has it open loses it.

        Raises:
            BadArgument: it was not shared with him.
        """
        self._require_existing()
        who, acl = identifier(with_), self._mailbox.rights.acl
        with self._store.lock:
            if acl is None or not acl.has(who):
                known = ", ".join(self.acl) or "nobody"
                raise BadArgument(f"{self.name!r} is not shared with {who!r}, but with {known}")
            acl.forget(who)
            self._mailbox.regranted()

    # --- annotations -----------------------------------------------------------------------

    @property
    def annotations(self) -> dict[str, str]:
        """What clients annotated by SETMETADATA: shared entries, and the owner's private ones."""
        self._require_existing()
        return annotations(self._store, self._mailbox, self._account.name)

    def annotate(self, entry: str, value: str | bytes | None) -> None:
        """Set an annotation of the mailbox, or remove it by None (RFC 5464).

        Args:
            entry: ``"/shared/comment"``; ``"/private/…"`` is the owner's.
            value: text, or octets.

        Raises:
            BadArgument: no entry, no value, too long a value, or too many.
        """
        self._require_existing()
        annotate(self._store, self._mailbox, entry, value, self._account.name)

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
        several = arguments.each("messages", messages, "several, as in [first, second]")
        return self._deliver(
            [(None, each) if isinstance(each, Mapping) else (each, {}) for each in several]
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
        with self._store.registry:
            messages = self._mailbox.append_many(arrivals)
            if self._store.seeded is not None:
                self._store.seeded |= {one.content.number for one in messages}
            return self._shown(messages)

    # --- changing it under an app's feet -----------------------------------------------

    def expunge(self, *which: Which, **criteria: Unpack[MessageCriteria]) -> list[Uid]:
        r"""Remove messages, given by UIDs or by criteria; without either, those with ``\Deleted``.

        Returns the UIDs of those that are gone.

        Raises:
            UnmetExpectation: no message has such a UID, or none matches.
            BadArgument: an unknown criterion, or UIDs and criteria together.
        """
        if which and criteria:
            raise BadArgument("UIDs and criteria together: give either the one or the other")
        with self._store.registry:
            self._require_existing()
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
        if uidvalidity is not None:
            arguments.whole("uidvalidity", uidvalidity, 1, 2**32 - 1)
        self._mailbox.change_uidvalidity(uidvalidity)

    def rename(self, name: str) -> None:
        """Give the mailbox, and all below it, another name (RFC 9051 §6.3.6).

        INBOX stays: its messages move to a new mailbox of the name.

        Raises:
            BadArgument: the name is taken, or not possible.
        """
        self._require_existing()
        arguments.text("name", name, "the name of a mailbox")
        self._account.mailboxes.rename(self.name, name)

    def delete(self) -> None:
        """Delete the mailbox with its messages.

        Raises:
            BadArgument: it is INBOX.
        """
        self._require_existing()
        self._account.mailboxes.delete(self.name)
