"""What NOTIFY watches: events of the mailboxes that are not selected (RFC 5465 §5).

All that is told comes from the logs of the mailboxes and of their names; what a mailbox is like
is told as it is when it is told.  A watch marks what was touched and wakes its connection, so one
that watches a thousand mailboxes looks at the one that changed.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import assert_never

from pytest_fakemail.imap.client import Client
from pytest_fakemail.imap.commands.listing import lost_line, name_line
from pytest_fakemail.imap.commands.mailbox_filters import meaning
from pytest_fakemail.imap.commands.status import status_line
from pytest_fakemail.imap.grammar.mailbox_filters import SUBTREE_ONE
from pytest_fakemail.imap.grammar.notify import (
    FLAG_CHANGE,
    MAILBOX_METADATA_CHANGE,
    MAILBOX_NAME,
    MESSAGE_EVENTS,
    SERVER_METADATA_CHANGE,
    SUBSCRIPTION_CHANGE,
    EventGroup,
)
from pytest_fakemail.imap.hearing import Hearing
from pytest_fakemail.imap.responses.metadata import Changes, changes_heard, hear_no_more
from pytest_fakemail.store.changes import Added, Change, Expunged, Flagged
from pytest_fakemail.store.mailbox import Mailbox
from pytest_fakemail.store.naming import Created, Deleted, NameChange, Renamed, Subscribed
from pytest_fakemail.store.registry import Listener
from pytest_fakemail.store.view import View

OVERFLOW = b"* OK [NOTIFICATIONOVERFLOW]"
NOTHING = Hearing(messages=False, flags=False)
"""NOTIFY NONE."""

_Meanings = list[tuple[Callable[[str], bool], frozenset[str]]]

_CLOSELY = {"MAILBOXES": 0, "SUBTREE": 1, SUBTREE_ONE: 1}
"""How closely a filter says which mailboxes it means; all others do so least."""

_ABOUT_METADATA = frozenset({MAILBOX_METADATA_CHANGE, SERVER_METADATA_CHANGE})


class _Watched:
    """A mailbox with the events wanted of it, and up to where they were told."""

    __slots__ = ("end", "events", "log", "position", "unseen")

    def __init__(self, mailbox: Mailbox, events: frozenset[str], *, is_new: bool) -> None:
        self.events = events
        self.log = mailbox.log
        self.position = 0 if is_new else mailbox.log.end
        self.unseen = 0 if is_new else mailbox.unseen_count
        self.end: Callable[[], None] = lambda: None


class Watch:
    """The events that one client wants of what is not selected, since its NOTIFY SET.

    Without groups that are of other mailboxes it watches only over when the selected one wakes.
    """

    def __init__(self, client: Client, groups: Sequence[EventGroup], *, is_listening: bool) -> None:
        self._client = client
        self._tree = client.owner.mailboxes
        others = [group for group in groups if not group.mailboxes.is_selected]
        self._groups = sorted(others, key=_weight)
        self._is_listening = is_listening
        self._others = self._of_others()
        self._have_rights_changed = False
        self._annotations: Changes | None = None
        self._view: View | None = None
        self._changed: dict[Mailbox, None] = {}
        self._names_told = self._tree.log.end
        self._ends: list[Callable[[], None]] = []
        self._end_of_view: Callable[[], None] | None = None
        self._watched: dict[Mailbox, _Watched] = {}
        for mailbox, events in self._wanted().items():
            self._watched[mailbox] = _Watched(mailbox, events, is_new=False)

    @property
    def mailboxes(self) -> list[Mailbox]:
        """The mailboxes whose messages are watched, if they are not selected."""
        return list(self._watched)

    def begin(self) -> None:
        """Listen from now on."""
        for mailbox in self._watched:
            self._listen(mailbox)
        if self._groups:
            self._ends.append(self._tree.listen(self._client.connection.wake))
            registry = self._client.registry
            listeners = registry.rights_listeners
            self._ends.append(registry.subscribe(self._rights_changed, listeners))
        if any(_ABOUT_METADATA & group.events for group in self._groups):
            self._annotations = changes_heard(self._client)
            self._annotations.wants = self._wants_annotations
        self.selected(self._client.view)

    def initial(self) -> Iterator[bytes]:
        """Yield the STATUS responses of SET STATUS (RFC 5465 §3.1)."""
        for mailbox, watched in self._watched.items():
            is_selected = self._view is not None and mailbox is self._view.mailbox
            if self._may_know(mailbox) and not is_selected:
                has_modseq = FLAG_CHANGE in watched.events and "CONDSTORE" in self._client.granted
                items = ["UIDVALIDITY", "UIDNEXT", "MESSAGES"]
                items += ["HIGHESTMODSEQ"] if has_modseq else []
                items += ["UNSEEN"] if FLAG_CHANGE in watched.events else []
                yield status_line(self._client, mailbox, items)

    # --- as a watcher ------------------------------------------------------------------

    def news(self) -> bytes:
        """Return what happened, by others, to what is watched."""
        told = self._news_of_names() + self._news_of_rights()
        if self._annotations is not None:
            told += self._annotations.news()
        while self._changed:
            mailbox, _ = self._changed.popitem()
            watched = self._watched.get(mailbox)
            if watched is not None:
                told += self._news_of(mailbox, watched)
        return told

    def replaced(self, told: bytes) -> None:
        """Tell no more if a fault said that it is too much."""
        if told.startswith(OVERFLOW):
            self._client.listen(NOTHING, None)

    def selected(self, view: View | None) -> None:
        """Be woken by the selected mailbox; what that client was not told yet, tell another way."""
        if self._end_of_view is not None:
            self._end_of_view()
            self._end_of_view = None
        if self._view is not None:
            self._changed[self._view.mailbox] = None
        self._view = view
        if view is not None:
            if view.mailbox in self._watched:
                self._caught_up(view.mailbox, self._watched[view.mailbox])
            if self._is_listening:
                self._end_of_view = view.mailbox.subscribe(self._client.connection.wake)

    def end(self) -> None:
        """Hold on to nothing."""
        self._view = None
        if self._annotations is not None:
            hear_no_more(self._client, self._annotations)
            self._annotations = None
        if self._end_of_view is not None:
            self._end_of_view()
            self._end_of_view = None
        for watched in self._watched.values():
            watched.end()
        for end in self._ends:
            end()
        self._watched.clear()
        self._changed.clear()
        self._ends.clear()

    # --- messages ----------------------------------------------------------------------

    def _listen(self, mailbox: Mailbox) -> None:
        self._watched[mailbox].end = mailbox.subscribe(self._waker(mailbox))

    def _waker(self, mailbox: Mailbox) -> Listener:
        changed, connection = self._changed, self._client.connection

        def wake() -> None:
            changed[mailbox] = None
            connection.wake()

        return wake

    def _caught_up(self, mailbox: Mailbox, watched: _Watched) -> None:
        watched.log, watched.position = mailbox.log, mailbox.log.end
        watched.unseen = mailbox.unseen_count

    def _news_of(self, mailbox: Mailbox, watched: _Watched) -> bytes:
        """Return the STATUS of a mailbox if something happened that the client wants to hear of."""
        view = self._view
        if view is not None and view.mailbox is mailbox:
            if not view.has_news:
                self._caught_up(mailbox, watched)
            return b""
        is_numbered_anew = watched.log is not mailbox.log
        changes: Sequence[Change] | None = None
        if not is_numbered_anew:
            changes = mailbox.log.by_others(watched.position, self._client.reference)
        unseen = watched.unseen
        has_changed = changes is None or bool(changes)
        self._caught_up(mailbox, watched)
        if not has_changed or mailbox.is_deleted or not self._may_know(mailbox):
            return b""
        items = self._items(watched, changes, has_new_unseen=unseen != watched.unseen)
        return status_line(self._client, mailbox, items) if items else b""

    def _may_know(self, mailbox: Mailbox) -> bool:
        """RFC 5465 §5: "require the 'l' and 'r' rights on all observed mailboxes"."""
        return self._client.may(mailbox, "l") and self._client.may(mailbox, "r")

    def _items(
        self, watched: _Watched, changes: Sequence[Change] | None, *, has_new_unseen: bool
    ) -> list[str]:
        """Return the items of STATUS that tell the changes; None stands for any (RFC 5465 §5)."""
        counts = changes is None or any(isinstance(one, Added | Expunged) for one in changes)
        wants_flags = FLAG_CHANGE in watched.events
        flags = wants_flags and (
            changes is None or any(isinstance(one, Flagged) for one in changes)
        )
        has_modseq = "CONDSTORE" in self._client.enabled and (counts or flags)
        told = ["HIGHESTMODSEQ"] if has_modseq else []
        if wants_flags and has_new_unseen:
            told.append("UNSEEN")
        if counts:
            return ["UIDVALIDITY", "UIDNEXT", "MESSAGES", *told]
        return ["UIDVALIDITY", *told] if told else []

    def _wanted(self) -> dict[Mailbox, frozenset[str]]:
        """Return the mailboxes with the events of messages that are wanted of them."""
        meanings = self._meanings()
        named = [(name, self._tree[name]) for name in self._tree]
        named += [(name, mailbox) for mailbox, name in self._others.items()]
        return {
            mailbox: events
            for name, mailbox in named
            if (events := self._events(name, meanings) & MESSAGE_EVENTS)
        }

    # --- others' mailboxes -------------------------------------------------------------

    def _of_others(self) -> dict[Mailbox, str]:
        """Return the mailboxes of others of which it may be told: with l and r (RFC 5465 §5)."""
        sharing = self._client.sharing
        visible = {} if sharing is None else sharing.reach(self._client.owner).visible()
        may = self._client.may
        return {mailbox: name for name, mailbox in visible.items() if may(mailbox, "r")}

    def _rights_changed(self) -> None:
        self._have_rights_changed = True
        self._client.connection.wake()

    def _news_of_rights(self) -> bytes:
        """Return what is told of names that came, went or changed elsewhere (RFC 5465 §5.9)."""
        if not self._have_rights_changed:
            return b""
        self._have_rights_changed = False
        old, self._others = self._others, self._of_others()
        meanings = self._meanings()
        lines = [
            name_line(self._client, name, old.get(mailbox))
            for mailbox, name in self._others.items()
            if old.get(mailbox) != name and MAILBOX_NAME in self._events(name, meanings)
        ]
        lines += [
            lost_line(self._client, mailbox, name)
            for mailbox, name in old.items()
            if mailbox not in self._others and MAILBOX_NAME in self._events(name, meanings)
        ]
        return b"".join(lines) if self._look_again() else self._overflow()

    def _meanings(self) -> _Meanings:
        """Return what each group means now; it is costly where there are many groups."""
        tree = self._client.mailboxes
        return [(meaning(tree, group.mailboxes), group.events) for group in self._groups]

    def _events(self, name: str, meanings: _Meanings | None = None) -> frozenset[str]:
        """Return the events wanted of a name: of all groups that it is in, up to one with NONE.

        RFC 5465 does not say how NONE goes with other groups: here it takes the name out of
        those that mean it no more closely.
        """
        events: set[str] = set()
        for means, wanted in self._meanings() if meanings is None else meanings:
            if means(name):
                if not wanted:
                    break
                events |= wanted
        return frozenset(events)

    # --- annotations -------------------------------------------------------------------

    def _wants_annotations(self, mailbox: Mailbox | None) -> bool:
        """Whether a change of annotations, or of the server's, is told (RFC 5465 §5.6, §5.7)."""
        if mailbox is None:
            return any(SERVER_METADATA_CHANGE in group.events for group in self._groups)
        events = self._events(self._client.name_of(mailbox))
        return MAILBOX_METADATA_CHANGE in events and self._may_know(mailbox)

    # --- names -------------------------------------------------------------------------

    def _news_of_names(self) -> bytes:
        log = self._tree.log
        if not self._groups or self._names_told == log.end:
            return b""
        changes = log.by_others(self._names_told, self._client.reference)
        self._names_told = log.end
        if changes is None or not self._look_again():
            return self._overflow()
        lines: dict[str, bytes] = {}
        for change in changes:
            for name, old_name in self._affected(change):
                if name not in lines or old_name is not None:
                    lines[name] = name_line(self._client, name, old_name)
        return b"".join(lines.values())

    def _look_again(self) -> bool:
        """Watch the mailboxes that are meant now; say whether they are not too many.

        What is in those that were not meant before is news, too.
        """
        wanted = self._wanted()
        for mailbox in self._watched.keys() - wanted.keys():
            self._watched.pop(mailbox).end()
        for mailbox, events in wanted.items():
            if mailbox in self._watched:
                self._watched[mailbox].events = events
            else:
                self._watched[mailbox] = _Watched(mailbox, events, is_new=True)
                self._listen(mailbox)
                self._changed[mailbox] = None
        return len(wanted) <= self._client.service.settings.imap_notify_mailboxes

    def _overflow(self) -> bytes:
        """Tell no more (RFC 5465 §5.8): "behave as if a NOTIFY NONE command had been received"."""
        self._client.listen(NOTHING, None)
        return OVERFLOW + b" Too much to tell\r\n"

    def _affected(self, change: NameChange) -> Iterator[tuple[str, str | None]]:
        """Yield the names to tell of a change, each with what it was called before."""
        match change:
            case Created(name) | Deleted(name):
                above = next(iter(self._tree.hierarchy.parents(name)), None)
                for one in (name, above):
                    if one is not None and MAILBOX_NAME in self._events(one):
                        yield one, None
            case Renamed(old, name):
                if MAILBOX_NAME in self._events(old) | self._events(name):
                    yield name, old
            case Subscribed(name):
                if self._hears_of_subscription(name):
                    yield name, None
            case _:
                assert_never(change)

    def _hears_of_subscription(self, name: str) -> bool:
        """Whether a subscription is told; of "subscribed" also the one that has just ended."""
        return SUBSCRIPTION_CHANGE in self._events(name) or any(
            group.mailboxes.kind == "SUBSCRIBED" and SUBSCRIPTION_CHANGE in group.events
            for group in self._groups
        )


def _weight(group: EventGroup) -> tuple[int, bool]:
    """Return by what groups are ordered: the closest first, those with NONE before their like."""
    return _CLOSELY.get(group.mailboxes.kind, len(_CLOSELY)), bool(group.events)
