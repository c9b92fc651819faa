"""What happened to the names of an account's mailboxes, in order, and by whom.

They stand in a `Log`; whoever fell behind looks at what names there are.
"""

from pytest_fakemail.dataclass import dataclass


@dataclass(frozen=True, slots=True)
class Created:
    """There is a mailbox of this name now."""

    name: str


@dataclass(frozen=True, slots=True)
class Deleted:
    """There is no mailbox of this name any more."""

    name: str


@dataclass(frozen=True, slots=True)
class Renamed:
    """A mailbox has a new name, and so has what is below it."""

    old: str
    name: str


@dataclass(frozen=True, slots=True)
class Subscribed:
    """A name was subscribed, or is no longer."""

    name: str


NameChange = Created | Deleted | Renamed | Subscribed
