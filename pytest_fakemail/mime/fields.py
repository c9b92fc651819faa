"""The header of a mail as a test reads it: decoded texts by name, addresses as strings."""

from collections.abc import Iterator
from typing import Self

from pytest_fakemail.errors import BadArgument, UnmetExpectation, nearest_spelling
from pytest_fakemail.mime.headers import Headers, as_text, unfolded
from pytest_fakemail.mime.unlabelled import decoded
from pytest_fakemail.pattern import pattern
from pytest_fakemail.spelling import Spelt


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


_ODD = pattern(r"[\0- :]")
_ONLY_ONCE = frozenset({b"subject", b"date", b"message-id", b"in-reply-to"})


class Fields(Spelt):
    """The fields of a header in order, by name in any case: unfolded and decoded.

    Encoded words are decoded where RFC 2047 §5 allows them: in texts, phrases and comments.
    In Message-ID, References, List-Unsubscribe and the like they stand as they were sent.
    """

    __slots__ = ("_headers", "_hint")

    def __init__(self, headers: Headers, *, hint: str = "") -> None:
        """Take the header, and what may be why a field is not in it."""
        self._headers = headers
        self._hint = hint

    def __len__(self) -> int:
        return len(self._headers)

    def __iter__(self) -> Iterator[str]:
        """Iterate over the names as sent; one that is repeated comes again."""
        return (name for name, _ in self.items())

    def __contains__(self, name: object) -> bool:
        """Whether there is a field of this name.

        Raises:
            BadArgument: what can be the name of none, as with a colon.
        """
        return self._key(name) in self._headers

    def __repr__(self) -> str:
        return repr(self.items())

    def __getitem__(self, name: str) -> str:
        """Return the field of this name.

        Of several the first, but of Subject, Date, Message-ID and In-Reply-To, of which there
        may be only one (RFC 5322 §3.6), the last: what IMAP's ENVELOPE has.  `all` has all.

        Raises:
            UnmetExpectation: there is none; the text says which there are.
            BadArgument: what can be the name of none, as with a colon.
        """
        found = self.get(name)
        if found is None:
            names = [one for one in dict.fromkeys(self) if one.strip() == one != ""]
            there = f"{nearest_spelling(name, names)}there is {', '.join(names) or 'none'}"
            hint = f"; {self._hint}" if self._hint else ""
            raise UnmetExpectation(f"no header field {name!r}; {there}{hint}")
        return found

    def get(self, name: str, default: str | None = None) -> str | None:
        """Return the field of this name, or the default; which of several, `__getitem__` says."""
        key = self._key(name)
        value = self._headers.last(key) if key in _ONLY_ONCE else self._headers.first(key)
        return default if value is None else as_text(key, value)

    def all(self, name: str) -> list[str]:
        """Return every field of this name, in order."""
        key = self._key(name)
        return [as_text(key, value) for value in self._headers.all(key)]

    def items(self) -> list[tuple[str, str]]:
        """Return every field, as its name and its text, in order."""
        return [
            (decoded(field.name), as_text(field.name, unfolded(field.value)))
            for field in self._headers
        ]

    def addresses(self, name: str) -> list[Address]:
        """Return the addresses in all fields of this name, those in groups included."""
        from pytest_fakemail.mime import addresses

        return [
            Address(spec, found.display_name)
            for value in self._headers.all(self._key(name))
            for found in addresses.address_list(value)
            if (spec := found.written)
        ]

    def _key(self, name: object) -> bytes:
        """Return a name as the header has it; one with a blank or a colon has to be there.

        In the wild there are fields with names that no field may have.
        """
        if isinstance(name, str):
            key = name.encode("utf-8", "replace").lower()
            is_plain = name.replace("-", "").isalnum()  # as nearly all are
            if is_plain or key in self._headers or not _ODD.search(name or " "):
                return key
        return field_name(name).encode()


def field_name(name: object) -> str:
    """Return what can be the name of a field: no blank and no colon is in it (RFC 5322 §2.2).

    Raises:
        BadArgument: what cannot be one.
    """
    from pytest_fakemail import arguments

    given = arguments.text("name", name, "the name of a field, such as 'Subject'")
    if any(not "!" <= letter <= "~" or letter == ":" for letter in given):
        bare = given.strip(" :")
        guess = f"; did you mean {bare!r}?" if bare and bare != given else ""
        raise BadArgument(f"no header field is called {given!r}{guess}")
    return given
