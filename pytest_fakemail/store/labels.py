r"""Labels: mailboxes that show messages which are kept once, as Gmail has them.

A message is in All Mail, and in the mailbox of each label that it has; or it is in Trash or in
Spam, and nowhere else.  Each place that shows it has a `Message` with a UID of its own there; its
`Content`, and so its number, is one, and so are its flags, but for ``\Deleted``, which says of one
mailbox that it is to go from there.  Hence:

- Copying a message adds a label, moving it swaps one for another; where it is already it is not
  put again.
- Expunging takes a label away.  With the last one `at_last` decides: the message stays in All
  Mail (``"archive"``), goes to Trash or is deleted.  From All Mail it goes to Trash, or is deleted
  if `at_last` says so; from Trash and Spam it is deleted.
- With `auto_expunges`, ``\Deleted`` is as good as an expunge.
- What comes to Trash or Spam loses its labels; what is taken out of there is in All Mail again.
- ``\Flagged`` puts a message into Starred, and Starred is that flag.

Sources: Google's help pages on IMAP actions and settings.  What they say of All Mail is old, what
copying out of Trash does is not written anywhere: both are unverified.

A store without labels makes none of this: whoever makes the tree of an account chooses.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace

from pytest_fakemail.store.arrivals import Arrival, Copies
from pytest_fakemail.store.content import Content, new_content
from pytest_fakemail.store.flags import DELETED, FLAGGED, Flags, FlagSets
from pytest_fakemail.store.label_names import (
    ALL,
    GMAILS_USES,
    JUNK,
    STARRED_MAILBOX,
    TRASH,
    label,
)
from pytest_fakemail.store.mailbox import Mailbox
from pytest_fakemail.store.message import Message
from pytest_fakemail.store.numbers import Uid
from pytest_fakemail.store.registry import Registry
from pytest_fakemail.store.threads import Threads
from pytest_fakemail.store.usage import Usage

_DELETED = frozenset((DELETED,))


class Labels:
    """One account's messages with labels: where each is, and what an expunge does.

    Called with the registry entered.  `places` has for each content's number the mailboxes that
    show it, with the message that each has for it.
    """

    __slots__ = ("at_last", "auto_expunges", "flag_sets", "places", "special", "threads")

    def __init__(self, *, auto_expunges: bool, at_last: str) -> None:
        self.auto_expunges = auto_expunges
        self.at_last = at_last
        self.flag_sets = FlagSets()
        self.places: dict[int, dict[LabelMailbox, Message]] = {}
        self.special: dict[str, LabelMailbox] = {}
        self.threads = Threads()

    def mailbox(
        self, name: str, registry: Registry, usage: Usage, *, attributes: tuple[str, ...] = ()
    ) -> "LabelMailbox":
        """Make a mailbox, as `Tree` asks for it; the first of a special use has that use."""
        free = GMAILS_USES - self.special.keys()
        use = next((one for one in attributes if one in free), "")
        made = LabelMailbox(name, registry, usage, attributes=attributes, use=use, labels=self)
        if use:
            self.special[use] = made
        return made

    def of(self, message: Message) -> list[str]:
        """Return all labels of a message, the mailboxes with uses first."""
        places = self.places.get(message.content.number, {})
        return sorted(
            (label(place) for place in places if place.use != ALL),
            key=lambda name: (name[:1] != "\\", name),
        )

    # --- messages come -----------------------------------------------------------------

    def came(self, mailbox: "LabelMailbox", messages: Sequence[Message]) -> None:
        """Show new messages of a mailbox wherever else they are to be seen."""
        for message in messages:
            self.places[message.content.number] = {mailbox: message}
            self.threads.join(message.content)
        if mailbox.is_apart:
            return
        if mailbox.use == STARRED_MAILBOX:
            mailbox.add_flags(messages, [FLAGGED])
        self._show(self.special[ALL], messages)
        self._follow_stars(messages)

    def put(self, mailbox: "LabelMailbox", numbers: Sequence[int]) -> None:
        """Put messages that are somewhere into a mailbox, and out of where they cannot stay."""
        sources = [next(iter(self.places[number].values())) for number in numbers]
        self._show(mailbox, sources)
        for place, shown in self._held(numbers).items():
            if place is not mailbox and (mailbox.is_apart or place.is_apart):
                self.drop(place, shown)
        if mailbox.is_apart:
            return
        self._show(self.special[ALL], sources)
        here = [self.places[number][mailbox] for number in numbers]
        if mailbox.use == STARRED_MAILBOX:
            mailbox.add_flags(here, [FLAGGED])
        self._follow_stars(here)

    def _show(self, mailbox: "LabelMailbox", messages: Iterable[Message]) -> None:
        """Let a mailbox show messages, those that it does not show already."""
        places = self.places
        arrivals = [
            Arrival(one.content, one.flags - _DELETED, one.internal_date)
            for one in messages
            if mailbox not in places[one.content.number]
        ]
        for shown in Mailbox.append_many(mailbox, arrivals):
            places[shown.content.number][mailbox] = shown

    def _held(self, numbers: Iterable[int]) -> dict["LabelMailbox", list[Message]]:
        """Return where messages are, and what shows them there."""
        held: defaultdict[LabelMailbox, list[Message]] = defaultdict(list)
        for number in numbers:
            for place, message in self.places[number].items():
                held[place].append(message)
        return held

    def _follow_stars(self, messages: Iterable[Message]) -> None:
        r"""Let Starred show those of the messages that are ``\Flagged``, and no others."""
        starred = self.special.get(STARRED_MAILBOX)
        if starred is None:
            return
        places = self.places
        messages = [one for one in messages if self.special[ALL] in places[one.content.number]]
        self._show(starred, [one for one in messages if FLAGGED in one.flags])
        plain = [one for one in messages if FLAGGED not in one.flags]
        self.drop(starred, [places[one.content.number].get(starred) for one in plain])

    # --- messages change ---------------------------------------------------------------

    def spread(self, mailbox: "LabelMailbox", changed: Sequence[Message]) -> None:
        """Give the other places of messages the flags that they have now in a mailbox."""
        groups: defaultdict[tuple[LabelMailbox, Flags], list[Message]] = defaultdict(list)
        for message in changed:
            flags = message.flags - _DELETED
            for place, other in self.places[message.content.number].items():
                if other.flags - _DELETED != flags:
                    groups[place, flags].append(other)
        for (place, flags), others in groups.items():
            place.take_flags(others, flags)
        if not mailbox.is_apart:
            self._follow_stars(changed)

    # --- messages go -------------------------------------------------------------------

    def drop(self, mailbox: "LabelMailbox", messages: Iterable[Message | None]) -> None:
        """Show messages no more in a mailbox; those that nothing shows are gone."""
        gone = [one for one in messages if one is not None]
        Mailbox.expunge(mailbox, [one.uid for one in gone])
        for message in gone:
            places = self.places[message.content.number]
            del places[mailbox]
            if not places:
                del self.places[message.content.number]

    def take(self, mailbox: "LabelMailbox", messages: Sequence[Message]) -> None:
        """Take the label of a mailbox from messages; out of Trash and Spam, they are restored."""
        if mailbox.is_apart:
            self.put(self.special[ALL], [one.content.number for one in messages])
        elif mailbox.use == STARRED_MAILBOX:
            mailbox.remove_flags(messages, [FLAGGED])
        elif mailbox.use != ALL:
            self.drop(mailbox, messages)

    def expunge(self, mailbox: "LabelMailbox", messages: Sequence[Message]) -> None:
        """Do what an expunge of messages in a mailbox does."""
        if mailbox.is_apart:
            self.drop(mailbox, messages)
            return
        self.take(mailbox, messages)
        everything = self.special[ALL]
        last = [
            one.content.number
            for one in messages
            if mailbox is everything or self.places[one.content.number].keys() == {everything}
        ]
        if self.at_last == "delete":
            for place, shown in self._held(last).items():
                self.drop(place, shown)
        elif self.at_last == "trash" or mailbox is everything:
            self.put(self.special[TRASH], last)


class LabelMailbox(Mailbox):
    r"""A mailbox that shows the messages of an account that have its label.

    `use` is the special use by which it behaves; a mailbox made for a use that another has
    already is like any other.
    """

    __slots__ = ("_labels", "fixed", "is_apart", "is_mere_label", "labels_of", "use")

    def __init__(
        self,
        name: str,
        registry: Registry,
        usage: Usage,
        *,
        attributes: tuple[str, ...],
        use: str,
        labels: Labels,
    ) -> None:
        self.use = use
        self.is_apart = use in (TRASH, JUNK)
        self.is_mere_label = not self.is_apart and use != ALL
        self.fixed = bool(use)
        # What is shown in several mailboxes is stored once.
        own = Usage() if self.is_mere_label else usage
        super().__init__(name, registry, own, attributes=attributes)
        self._flag_sets = labels.flag_sets
        self._labels = labels
        self.labels_of = labels.of

    def append_many(self, arrivals: Iterable[Arrival]) -> list[Message]:
        """Add messages, all or none; each is new, and in All Mail too."""
        with self.registry as registry:
            added = super().append_many(
                replace(
                    one,
                    raw=new_content(
                        registry, one.raw.raw if isinstance(one.raw, Content) else one.raw
                    ),
                )
                for one in arrivals
            )
            self._labels.came(self, added)
        return added

    def admit(self, copies: Copies) -> Sequence[Message]:
        """Give messages this label; return what shows them here, in the order of the copies."""
        labels = self._labels
        with self.registry:
            known = [
                one.content.number for one in copies.messages if one.content.number in labels.places
            ]
            strangers = iter(
                self.append_many(
                    Arrival(one.content, one.flags, one.internal_date)
                    for one in copies.messages
                    if one.content.number not in labels.places
                )
            )
            labels.put(self, known)
            places = labels.places
            return [
                places[number][self] if number in places else next(strangers)
                for number in [one.content.number for one in copies.messages]
            ]

    def hand_over(self, uids: Iterable[int], copies: Copies, target: Mailbox) -> Sequence[Message]:
        """Swap this label for another; for the same one there is nothing to do."""
        with self.registry:
            return self.admit(copies) if target is self else super().hand_over(uids, copies, target)

    def take_flags(self, messages: Iterable[Message], flags: Flags) -> None:
        r"""Give messages the flags that they have in another mailbox; ``\Deleted`` is its own."""
        super()._change_flags(messages, lambda old: flags | (old & _DELETED), None)

    def _change_flags(
        self,
        messages: Iterable[Message],
        change: Callable[[Flags], Flags],
        author: object | None,
    ) -> list[Message]:
        with self.registry:
            changed = super()._change_flags(messages, change, author)
            if changed:
                self._labels.spread(self, changed)
            doomed = [one for one in changed if DELETED in one.flags and not one.is_expunged]
            if doomed and self._labels.auto_expunges:
                self._labels.expunge(self, doomed)
        return changed

    def expunge(self, uids: Iterable[int]) -> list[Uid]:
        """Take the label from messages; see the module for what becomes of them."""
        with self.registry:
            messages = self._present(uids)
            self._labels.expunge(self, messages)
        return [one.uid for one in messages]

    def detach(self, uids: Iterable[int]) -> list[Uid]:
        """Take the label from messages, which stay where they are besides."""
        with self.registry:
            messages = self._present(uids)
            self._labels.take(self, messages)
        return [one.uid for one in messages if one.is_expunged]

    def change_uidvalidity(self, uidvalidity: int | None = None) -> None:
        """Number the messages anew, from 1; see `Mailbox`."""
        with self.registry:
            super().change_uidvalidity(uidvalidity)
            for message in self.messages:
                self._labels.places[message.content.number][self] = message

    def discard(self) -> None:
        """Take the label from all messages, for it was deleted."""
        with self.registry:
            self._labels.drop(self, list(self.messages))
            super().discard()

    def _present(self, uids: Iterable[int]) -> list[Message]:
        wanted: Collection[int] = sorted(set(uids))
        return [one for uid in wanted if (one := self.message(uid)) is not None]
