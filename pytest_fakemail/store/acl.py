"""Access control lists: who may do what in a mailbox (RFC 4314 §2).

A user's rights are the union of what the entries give that apply to him, without what negative
ones (``-fred``) take, whoever else gives it.  An entry applies by login name or address, in any
case; ``anyone`` is everybody, ``authenticated`` everybody but who logged in as ``anonymous``
(RFC 4505): so a mailbox can be opened to all colleagues and not to the world.
"""

from collections.abc import Iterable, Mapping
from typing import Final, Protocol

from pytest_fakemail.dataclass import dataclass
from pytest_fakemail.store.usage import Usage

RIGHTS: Final = "lrswipkxtea"
"""The standard rights (RFC 4314 §2.1), in the order in which they are listed."""

ALL: Final = frozenset(RIGHTS)
ALWAYS_THE_OWNERS: Final = frozenset("la")
"""What nobody can take from the owner, or a mailbox could be lost to all."""

ANYONE: Final = "anyone"
AUTHENTICATED: Final = "authenticated"
ANONYMOUS: Final = "anonymous"

VIRTUAL: Final[Mapping[str, str]] = {"c": "kx", "d": "te"}
"""RFC 2086's rights and those that they stand for: the first of the ways of RFC 4314 §2.1.1."""


class UnknownRight(ValueError):
    """A character that is no right; `args` holds it."""


class Who(Protocol):
    """Whom entries may apply to: an account."""

    @property
    def name(self) -> str:
        """The login name."""

    @property
    def address(self) -> str:
        """The address at which it gets mail."""


@dataclass(frozen=True, slots=True, eq=False)
class Home:
    """Whose mailboxes these are: `owner` is a login name, None for what is nobody's own.

    `prefix` stands before their names for everybody else; `usage` counts them.
    """

    owner: str | None
    prefix: str
    usage: Usage

    @property
    def quota_root(self) -> str:
        """What others call the quota root (RFC 9208 §3.2)."""
        return self.prefix[:-1]


def rights_in(text: str) -> frozenset[str]:
    """Return the rights that are written so; RFC 2086's ``c`` and ``d`` stand for several.

    Raises:
        UnknownRight: a character is none.
    """
    for character in text:
        if character not in ALL and character not in VIRTUAL:
            raise UnknownRight(character)
    return frozenset("".join(VIRTUAL.get(character, character) for character in text))


def written(rights: Iterable[str]) -> str:
    """Return rights as ACL and MYRIGHTS show them: with ``c`` and ``d`` (RFC 4314 §2.1.1)."""
    rights = frozenset(rights)
    shown = [right for right in RIGHTS[:-1] if right in rights]
    shown += [virtual for virtual, members in VIRTUAL.items() if not rights.isdisjoint(members)]
    return "".join(shown) + ("a" if "a" in rights else "")


class Acl:
    """The access control list of one mailbox; a mailbox without one is its owner's alone."""

    __slots__ = ("_entries", "home")

    def __init__(self, home: Home, entries: Mapping[str, frozenset[str]] | None = None) -> None:
        self.home = home
        self._entries: dict[str, tuple[str, frozenset[str]]] = {}
        owner = {} if home.owner is None else {home.owner: ALL}
        for identifier, rights in (owner if entries is None else entries).items():
            self.grant(identifier, rights)

    def __repr__(self) -> str:
        return f"<Acl {self.entries}>"

    @property
    def entries(self) -> dict[str, frozenset[str]]:
        """The rights by identifier, as it was first written, in the order of first mention."""
        return dict(self._entries.values())

    def inherited(self) -> "Acl":
        """Return the list that a mailbox gets that is made below (RFC 4314 §4, CREATE)."""
        return Acl(self.home, self.entries)

    def grant(self, identifier: str, rights: Iterable[str], *, sign: str = "") -> None:
        """Give exactly these rights to an identifier; add them by ``+``, take them by ``-``.

        An entry without rights is none.
        """
        key, rights = identifier.lower(), frozenset(rights)
        spelling, old = self._entries.get(key, (identifier, frozenset()))
        new = {"+": old | rights, "-": old - rights}.get(sign, rights)
        if new:
            self._entries[key] = spelling, new
        else:
            self._entries.pop(key, None)

    def has(self, identifier: str) -> bool:
        """Whether there is an entry of an identifier."""
        return identifier.lower() in self._entries

    def forget(self, identifier: str) -> None:
        """Remove the entry of an identifier; that there is none is no mistake."""
        self._entries.pop(identifier.lower(), None)

    def rights_of(self, who: Who) -> frozenset[str]:
        """Return what a user may do."""
        names = {who.name.lower(), who.address.lower(), ANYONE}
        if who.name.lower() != ANONYMOUS:
            names.add(AUTHENTICATED)
        given: set[str] = set()
        taken: set[str] = set()
        for key, (_, rights) in self._entries.items():
            if key in names:
                given |= rights
            elif key.startswith("-") and key[1:] in names:
                taken |= rights
        own = ALWAYS_THE_OWNERS if self.home.owner == who.name else frozenset()
        return frozenset(given - taken) | own

    def always_of(self, identifier: str) -> frozenset[str]:
        """Return the rights that an identifier has without an entry (RFC 4314 §3.4)."""
        owner = self.home.owner
        is_owner = owner is not None and identifier.lower() == owner.lower()
        return ALWAYS_THE_OWNERS if is_owner else frozenset()
