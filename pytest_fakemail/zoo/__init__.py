"""zoo: real-world shapes of messages, each with a name, its oddity and its correct reading.

``zoo["address-group"]`` is a `ZooMessage`: a `Mail` that knows what is odd about it.
"""

from collections.abc import Iterator, Mapping
from functools import cached_property
from importlib import import_module

from pytest_fakemail.errors import BadArgument, did_you_mean
from pytest_fakemail.mime.mail import Mail
from pytest_fakemail.spelling import unknown
from pytest_fakemail.zoo.entry import Entry, Reading

__all__ = ["Reading", "Zoo", "ZooMessage", "zoo"]

_HOUSES = (
    "headers",
    "addresses",
    "charsets",
    "structure",
    "attachments",
    "calendars",
    "machines",
    "people",
    "sealed",
)


class ZooMessage(Mail):
    """A message of the zoo.

    Attributes:
        name: what it is looked up by.
        oddity: what is odd about it, one sentence.
        reading: what a correct reader makes of it.
        tags: what it is filtered by.
    """

    __slots__ = ("name", "oddity", "reading", "tags")

    def __init__(self, entry: Entry) -> None:
        super().__init__(entry.make())
        self.name = entry.name
        self.oddity = entry.oddity
        self.reading = entry.reading
        self.tags = entry.tags

    def __repr__(self) -> str:
        return f"<ZooMessage {self.name!r}: {self.oddity}>"


class Zoo(Mapping[str, ZooMessage]):
    """Messages by name, in a fixed order; each is made anew when it is asked for."""

    def __repr__(self) -> str:
        return f"<Zoo of {len(self)} messages>"

    def __len__(self) -> int:
        return len(self._entries)

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __getitem__(self, name: str) -> ZooMessage:
        """Return a message by its name.

        Raises:
            BadArgument: there is none of that name; the text says which is nearest.
        """
        found = self._entries.get(name)
        if found is None:
            guess = did_you_mean(str(name), self._entries).strip()
            raise BadArgument(f"no message {name!r} in the zoo{guess and '; ' + guess}")
        return ZooMessage(found)

    def __contains__(self, name: object) -> bool:
        return name in self._entries

    @property
    def tags(self) -> list[str]:
        """Every tag, in alphabetical order."""
        return sorted({tag for entry in self._entries.values() for tag in entry.tags})

    def names(self, *tags: str, without: tuple[str, ...] = ()) -> list[str]:
        """Return the names of the messages that have all of these tags, and none of `without`.

        Raises:
            BadArgument: a tag that no message has.
        """
        for tag in (*tags, *without):
            if tag not in self.tags:
                raise BadArgument(unknown(f"tag {tag!r}", tag, self.tags))
        return [
            entry.name
            for entry in self._entries.values()
            if entry.tags.issuperset(tags) and entry.tags.isdisjoint(without)
        ]

    def tagged(self, *tags: str, without: tuple[str, ...] = ()) -> list[ZooMessage]:
        """Return the messages themselves, chosen as `names` chooses them."""
        return [self[name] for name in self.names(*tags, without=without)]

    @cached_property
    def _entries(self) -> dict[str, Entry]:
        houses = [import_module(f"{__name__}.{house}") for house in _HOUSES]
        return {entry.name: entry for house in houses for entry in house.ENTRIES}


zoo = Zoo()
