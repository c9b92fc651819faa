r"""An account's mailboxes: names, hierarchy, subscriptions, special uses.

What a name's levels are is its `Hierarchy`'s to say.  A name that only exists because
something is below it is no mailbox: LIST shows it as ``\NonExistent``.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Protocol

from pytest_fakemail.errors import UnknownMailbox
from pytest_fakemail.store.hierarchy import INBOX, Hierarchy
from pytest_fakemail.store.impossible import Impossible
from pytest_fakemail.store.log import Log
from pytest_fakemail.store.mailbox import Mailbox
from pytest_fakemail.store.mailbox_names import flaw
from pytest_fakemail.store.naming import Created, Deleted, NameChange, Renamed, Subscribed
from pytest_fakemail.store.registry import Listener, Registry
from pytest_fakemail.store.usage import Usage

_LONGEST_NAME = 1000
_MOST_LEVELS = 100


class MakeMailbox(Protocol):
    """What makes the mailboxes of a tree: their class, or what knows more of them."""

    def __call__(
        self, name: str, registry: Registry, usage: Usage, *, attributes: tuple[str, ...] = ()
    ) -> Mailbox:
        """Return a new mailbox."""


class Tree:
    """All mailboxes of one account, by name; iterates over the names, sorted, INBOX first."""

    __slots__ = (
        "_listeners",
        "_mailboxes",
        "_make_mailbox",
        "_registry",
        "_usage",
        "hierarchy",
        "log",
        "subscribed",
    )

    def __init__(
        self,
        registry: Registry,
        usage: Usage,
        hierarchy: Hierarchy,
        standard: Mapping[str, str],
        make: MakeMailbox = Mailbox,
    ) -> None:
        self._registry = registry
        self._usage = usage
        self._make_mailbox = make
        self.hierarchy = hierarchy
        self._mailboxes: dict[str, Mailbox] = {}
        self.subscribed: set[str] = set()
        self.log = Log[NameChange](registry)
        self._listeners: list[Listener] = []
        self._make(INBOX)
        for name, use in standard.items():
            self._make(name, (use,) if use else ())
        self.subscribed.update(self._mailboxes)

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._mailboxes, key=lambda name: (name != INBOX, name)))

    def __len__(self) -> int:
        return len(self._mailboxes)

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and self.hierarchy.canonical(name) in self._mailboxes

    def __getitem__(self, name: str) -> Mailbox:
        """Return the mailbox of this name.

        Raises:
            UnknownMailbox: there is none; the text says which there are.
        """
        try:
            return self._mailboxes[self.hierarchy.canonical(name)]
        except KeyError:
            known = ", ".join(self)
            raise UnknownMailbox(f"no mailbox {name!r}; there is {known}") from None

    def is_own(self, _name: str) -> bool:
        """Whether a name is, or would be, that of a mailbox here: all are."""
        return True

    def get(self, name: str) -> Mailbox | None:
        """Return the mailbox of this name, or None."""
        return self._mailboxes.get(self.hierarchy.canonical(name))

    def names(self) -> list[str]:
        """Return all names, also those that only lead to others; sorted, INBOX first."""
        with self._registry:
            known = self.names_above() | self._mailboxes.keys()
            return sorted(known, key=lambda name: (name != INBOX, name))

    def names_above(self) -> set[str]:
        """Return the names that have a mailbox below them."""
        with self._registry:
            return {above for name in self._mailboxes for above in self.hierarchy.parents(name)}

    def has_children(self, name: str) -> bool:
        """Whether a mailbox is below this name."""
        above = self.hierarchy.canonical(name)
        return any(self.hierarchy.is_below(other, above) for other in self._mailboxes)

    def hear_of_rights(self) -> None:
        """Have those look again who watch what they may see of others' mailboxes."""
        with self._registry:
            self._registry.touched(self._registry.rights_listeners)

    def listen(self, wake: Listener) -> Callable[[], None]:
        """Call `wake` after each change of names, as `Mailbox.subscribe`; return what ends it."""
        return self._registry.subscribe(wake, self._listeners)

    def _happened(self, change: NameChange) -> None:
        self.log.append(change)
        self._registry.touched(self._listeners)

    # --- changes -----------------------------------------------------------------------

    def create(
        self, name: str, *, attributes: Iterable[str] = (), is_limited: bool = False
    ) -> Mailbox:
        """Make a mailbox, and those above it that are missing (RFC 3501 §6.3.3).

        A separator at the end only announces what the client will do; it is dropped.

        Raises:
            Impossible: ALREADYEXISTS, or CANNOT for a name that is none; OVERQUOTA, if it
                `is_limited`.
        """
        with self._registry:
            name = self._checked(name)
            if name in self._mailboxes:
                raise Impossible(f"mailbox {name!r} already exists", "ALREADYEXISTS")
            missing = self._missing(name)
            if is_limited and not self._usage.has_mailboxes_left(len(missing) + 1):
                raise Impossible("Over quota", "OVERQUOTA")
            for above in missing:
                self._make(above)
            return self._make(name, tuple(attributes))

    def _missing(self, name: str) -> list[str]:
        """Return the names above a name that are no mailboxes, highest first."""
        above = reversed(list(self.hierarchy.parents(name)))
        return [one for one in above if one not in self._mailboxes]

    def delete(self, name: str) -> None:
        """Delete a mailbox with its messages; what is below it stays (RFC 3501 §6.3.4).

        Raises:
            Impossible: CANNOT for INBOX and what is fixed, NONEXISTENT, HASCHILDREN for a mere
                parent.
        """
        with self._registry:
            name = self.hierarchy.canonical(name)
            if name == INBOX:
                raise Impossible("INBOX cannot be deleted", "CANNOT")
            mailbox = self._mailboxes.get(name)
            if mailbox is None and self.has_children(name):
                raise Impossible(f"{name!r} is no mailbox and has others below it", "HASCHILDREN")
            if mailbox is None:
                raise Impossible(f"no mailbox {name!r}", "NONEXISTENT")
            _require_loose(mailbox)
            del self._mailboxes[name]
            self._usage.mailboxes -= 1
            if self._registry.book is not None:
                self._registry.book.forget(mailbox)
            self._happened(Deleted(name))
            mailbox.discard()

    def rename(self, name: str, new_name: str) -> None:
        """Give a mailbox and all below it another name (RFC 3501 §6.3.5).

        Renaming INBOX moves its messages to a new mailbox; what is below INBOX stays.

        Raises:
            Impossible: NONEXISTENT, ALREADYEXISTS, or CANNOT for a name that is none and
                for what is fixed.
        """
        with self._registry:
            name = self.hierarchy.canonical(name)
            new_name = self._checked(new_name)
            if name not in self._mailboxes and not self.has_children(name):
                raise Impossible(f"no mailbox {name!r}", "NONEXISTENT")
            if new_name in self._mailboxes or self.has_children(new_name):
                raise Impossible(f"mailbox {new_name!r} already exists", "ALREADYEXISTS")
            if self.hierarchy.is_below(new_name, name) and name != INBOX:
                raise Impossible(f"{new_name!r} would be below itself", "CANNOT")
            if name == INBOX:
                for above in self._missing(new_name):
                    self._make(above)
                inbox = self._mailboxes[INBOX]
                other = self._make(new_name, old_name=INBOX)
                inbox.move(list(inbox.messages), other)
                if self._registry.book is not None:
                    self._registry.book.follow(inbox, other)
            else:
                self._rename_all(name, new_name)

    def _rename_all(self, name: str, new_name: str) -> None:
        is_below = self.hierarchy.is_below
        moved = {
            old: new_name + old[len(name) :]
            for old in self._mailboxes
            if old == name or is_below(old, name)
        }
        for old, new in moved.items():
            _require_loose(self._mailboxes[old])
            self._checked(new)
        for above in self._missing(new_name):
            self._make(above)
        for old, new in moved.items():
            mailbox = self._mailboxes.pop(old)
            mailbox.name = new
            self._mailboxes[new] = mailbox
        self._happened(Renamed(name, new_name))

    def subscribe(self, name: str) -> None:
        """Remember a name for LSUB; it need not exist (RFC 3501 §6.3.6)."""
        with self._registry:
            name = self.hierarchy.canonical(name)
            if name not in self.subscribed:
                self.subscribed.add(name)
                self._happened(Subscribed(name))

    def unsubscribe(self, name: str) -> None:
        """Forget a name that was subscribed; one that was not is no mistake."""
        with self._registry:
            name = self.hierarchy.canonical(name)
            if name in self.subscribed:
                self.subscribed.discard(name)
                self._happened(Subscribed(name))

    def _make(
        self, name: str, attributes: tuple[str, ...] = (), *, old_name: str | None = None
    ) -> Mailbox:
        mailbox = self._make_mailbox(name, self._registry, self._usage, attributes=attributes)
        self._mailboxes[name] = mailbox
        self._usage.mailboxes += 1
        self._happened(Created(name) if old_name is None else Renamed(old_name, name))
        return mailbox

    def _checked(self, name: str) -> str:
        """Return the canonical form of a name for a new mailbox."""
        name = self.hierarchy.without_end(name)
        levels = self.hierarchy.levels(name)
        if not all(levels):
            raise Impossible(f"no mailbox name, it has a level without a name: {name!r}", "CANNOT")
        if len(name) > _LONGEST_NAME or len(levels) > _MOST_LEVELS:
            raise Impossible(
                f"no mailbox name: more than {_LONGEST_NAME} characters or {_MOST_LEVELS} levels",
                "CANNOT",
            )
        if reason := flaw(name):
            raise Impossible(f"no mailbox name, it {reason}: {name!r}", "CANNOT")
        return self.hierarchy.canonical(name)


def _require_loose(mailbox: Mailbox) -> None:
    if mailbox.fixed:
        raise Impossible(f"{mailbox.name!r} is the server's own", "CANNOT")
