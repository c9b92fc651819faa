"""The header of a mail as a test reads it: decoded texts by name, addresses as strings."""

from collections.abc import Iterator
from typing import Self

from pytest_fakemail.errors import UnmetExpectation
from pytest_fakemail.mime import addresses, words
from pytest_fakemail.mime.headers import Headers, unfolded


class Address(str):
    """``mailbox@domain`` of an address field; `display_name` stands beside it, may be empty."""

    __slots__ = ("display_name",)

    display_name: str

    def __new__(cls, spec: str, display_name: str = "") -> Self:
        """Take the address without angle brackets, and the name decoded."""
        self = super().__new__(cls, spec)
        self.display_name = display_name
        return self

    @property
    def full(self) -> str:
        """``Ann <ann@example.test>``; the address alone without a name."""
        return f"{self.display_name} <{self}>" if self.display_name else str(self)


class Fields:
    """The fields of a header in order, by name in any case: folded, encoded words decoded."""

    __slots__ = ("_headers",)

    def __init__(self, headers: Headers) -> None:
        self._headers = headers

    def __len__(self) -> int:
        return len(self._headers)

    def __iter__(self) -> Iterator[str]:
        """Iterate over the names as sent; one that is repeated comes again."""
        return (name for name, _ in self.items())

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and _key(name) in self._headers

    def __repr__(self) -> str:
        return repr(self.items())

    def __getitem__(self, name: str) -> str:
        """Return the first field of this name.

        Raises:
            UnmetExpectation: there is none; the text says which there are.
        """
        found = self.get(name)
        if found is None:
            there = ", ".join(dict.fromkeys(self)) or "none"
            raise UnmetExpectation(f"no header field {name!r}; there is {there}")
        return found

    def get(self, name: str, default: str | None = None) -> str | None:
        """Return the first field of this name, or the default."""
        found = self._headers.text(_key(name))
        return default if found is None else found

    def all(self, name: str) -> list[str]:
        """Return every field of this name, in order."""
        return [words.decode(value) for value in self._headers.all(_key(name))]

    def items(self) -> list[tuple[str, str]]:
        """Return every field, as its name and its text, in order."""
        return [
            (words.decode(field.name), words.decode(unfolded(field.value)))
            for field in self._headers
        ]

    def addresses(self, name: str) -> list[Address]:
        """Return the addresses in all fields of this name, those in groups included."""
        return [
            Address(_spec(found), found.display_name)
            for value in self._headers.all(_key(name))
            for found in addresses.address_list(value)
            if found.host is not None
        ]


def _key(name: str) -> bytes:
    return name.encode("utf-8", "replace").lower()


def _spec(found: addresses.Address) -> str:
    is_local = found.host == addresses.MISSING_DOMAIN
    return found.spec.rpartition("@")[0] if is_local else found.spec
