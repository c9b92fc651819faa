"""The switchboard of a server's extensions: EHLO keywords, POP3 and IMAP capabilities."""

from collections.abc import Iterable, Iterator
from typing import Any

from pytest_fakemail.errors import BadArgument, UnknownCapability
from pytest_fakemail.spelling import Fixed, Spelt, unknown


class Capabilities(Fixed, Spelt):
    """The names a server could announce, each on or off; iterates over those that are on.

    Switching takes effect at once, for open connections too.  A name that is off is not
    announced, and its commands, parameters and replies are refused as if unknown.
    `remembered` is for what is made of what is on; a switch empties it.  `spelt` are the names that
    are on, for who asks often and spells them as here.
    """

    _settable = frozenset(("spelt", "remembered"))

    def __init__(self, known: Iterable[str], *, off: Iterable[str] = ()) -> None:
        self._known = {name.upper(): name for name in known}
        self._promised: tuple[str, ...] = ()
        self._concealed: frozenset[str] = frozenset()
        self._denied: frozenset[str] = frozenset()
        self._set(dict.fromkeys(self._known, True))
        self.off(*off)
        self.settle()

    def __contains__(self, name: object) -> bool:
        if name in self.spelt:  # as nearly all who ask spell it
            return True
        return isinstance(name, str) and self._on.get(name.upper(), False)

    def __iter__(self) -> Iterator[str]:
        return (self._known[key] for key, is_on in self._on.items() if is_on)

    def __repr__(self) -> str:
        return f"<Capabilities {' '.join(self) or 'none'}>"

    def knows(self, name: str) -> bool:
        """Whether this server has such an extension, on or off."""
        return isinstance(name, str) and name.upper() in self._known

    def on(self, *names: str) -> None:
        """Announce and serve these names.

        Raises:
            UnknownCapability: a name that this server does not know.
        """
        self._switch(names, on=True)
        self._denied -= {self._key(name) for name in names}

    def off(self, *names: str) -> None:
        """Stop announcing and serving these names.

        Raises:
            UnknownCapability: a name that this server does not know.
        """
        self._switch(names, on=False)
        self._denied |= {self._key(name) for name in names}

    def only(self, *names: str) -> None:
        """Switch these names on and all others off.

        Raises:
            UnknownCapability: a name that this server does not know.
        """
        keys = [self._key(name) for name in names]
        self._denied = frozenset()
        self._set({key: key in keys for key in self._known})

    def announce(self, *words: str) -> None:
        """Announce these too, though nothing stands behind them: commands of theirs are unknown.

        Raises:
            BadArgument: what is no word of printable ASCII.
        """
        for word in words:
            is_word = isinstance(word, str) and word.isascii() and word.isprintable()
            if not is_word or not word.strip():
                raise BadArgument(f"no capability to announce: {word!r}; wanted a word: 'X-MINE'")
        self._promised = tuple(dict.fromkeys((*self._promised, *words)))
        self._set(self._on)

    def conceal(self, *names: str) -> None:
        """Announce these no more, though they are there and served.

        Raises:
            UnknownCapability: a name that this server does not know.
        """
        self._concealed |= {self._key(name) for name in names}
        self._set(self._on)

    def announced(self, lines: list[str]) -> list[str]:
        """Return what is announced of these lines, each a name with its parameters, and more."""
        if self._concealed:
            lines = [one for one in lines if one.partition(" ")[0].upper() not in self._concealed]
        return [*lines, *self._promised] if self._promised else lines

    def follow(self, other: "Capabilities") -> None:
        """Be one with another from now on: a switch of either is one of both."""
        self.__dict__ = other.__dict__

    def settle(self) -> None:
        """Take what is on now for how it began."""
        self._begun = self._state

    @property
    def is_touched(self) -> bool:
        """Whether anything was switched since it began."""
        return self._begun != self._state

    @property
    def _state(self) -> tuple[object, ...]:
        return dict(self._on), self._promised, self._concealed

    @property
    def promised(self) -> tuple[str, ...]:
        """The words that are announced though nothing stands behind them."""
        return self._promised

    def shows(self, name: str) -> bool:
        """Whether this is on, and not concealed."""
        return name in self and name.upper() not in self._concealed

    def denies(self, name: str) -> bool:
        """Whether this was switched off, or concealed, by name."""
        return name.upper() in self._denied | self._concealed

    def _switch(self, names: Iterable[str], *, on: bool) -> None:
        self._set(self._on | {self._key(name): on for name in names})

    def _set(self, on: dict[str, bool]) -> None:
        self._on = on
        # Sessions ask for several with each command, nearly always as they are spelt.
        self.spelt = frozenset(self._known[key] for key, is_on in on.items() if is_on)
        # Last, so that no other thread puts a line of the old ones in here.
        self.remembered: dict[object, Any] = {}  # each protocol's own

    def _key(self, name: str) -> str:
        key = name.upper() if isinstance(name, str) else ""
        if key not in self._known:
            what, known = f"capability {name!r}", self._known.values()
            raise UnknownCapability(unknown(what, name, known, several=True))
        return key
