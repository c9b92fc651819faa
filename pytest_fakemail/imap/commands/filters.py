"""FILTERS: searches that are kept under a name, as annotations of the server (RFC 5466).

A filter takes the place of its FILTER key as one key, as if it stood in parentheses.  The RFC has
it "inserted verbatim", and all its examples mean the same by that; but OR and NOT would tear a
filter of several keys apart.
"""

from collections.abc import Mapping
from dataclasses import replace

from pytest_fakemail.imap.client import Client
from pytest_fakemail.imap.framing import Announcement, Command, Framer
from pytest_fakemail.imap.grammar.cursor import BadSyntax, Cursor
from pytest_fakemail.imap.grammar.filters import check_name, criteria
from pytest_fakemail.imap.grammar.keys import FilterKey
from pytest_fakemail.imap.grammar.search import DEEPEST, Search
from pytest_fakemail.imap.table import Refused
from pytest_fakemail.query.search import SearchKey, Unanswered, answered, depth, is_fuzzy, leaves
from pytest_fakemail.store.annotations import PRIVATE, SHARED, book

_VALUES = "filters/values/"

MOST_PASSES = 10
"""How deep filters may name others; the RFC wants 3 at least (§3.1)."""

MOST_KEYS = 10_000
"""How many keys filters may bring into one search, or a few would grow to any number."""

_IMPLIED = ("UTF-8", "US-ASCII")


def filled(client: Client, asked: Search) -> Search:
    """Return the search with what is kept in the place of each FILTER.

    Raises:
        Refused: UNDEFINED-FILTER, there is none of that name, or it leads to itself; BADCHARSET;
            CANNOT, it is no search criteria; LIMIT.
    """
    if not any(isinstance(leaf, FilterKey) for leaf in leaves(asked.key)):
        return asked
    if asked.charset is not None and asked.charset.upper() not in _IMPLIED:
        code = f"BADCHARSET ({' '.join(_IMPLIED)})"
        raise Refused("A filter is in UTF-8", code=code, status="BAD")
    key = _Filters(client).into(asked.key, ())
    if "RELEVANCY" in (asked.returns or ()) and not is_fuzzy(key):
        raise Refused("RELEVANCY is only for a search with FUZZY", status="BAD")
    return replace(asked, key=key)


def require_criteria(client: Client, values: Mapping[str, bytes | None]) -> None:
    """Go on unless a value is no filter, though its entry is for one (§3.2).

    Raises:
        Refused: CANNOT.
    """
    for entry, value in values.items():
        scope, _, name = entry.lower().partition(_VALUES)
        if scope not in (PRIVATE, SHARED) or value is None:
            continue
        try:
            check_name(Cursor(name.encode()))
            _criteria(client, value, is_uid_only=False)
        except BadSyntax as bad:
            raise Refused(f"That is no filter: {bad.text}", code="CANNOT") from None


def _criteria(client: Client, value: bytes, *, is_uid_only: bool) -> SearchKey:
    """Read a value, which may have literals in it.

    Raises:
        BadSyntax: it is no search criteria.
    """
    framer = Framer()
    framer.feed(value + b"\r\n")
    while isinstance(event := framer.next_event(), Announcement):
        framer.accept()
    if not isinstance(event, Command) or framer.unfinished:
        raise BadSyntax("the criteria are not whole, or more than that")
    cursor = Cursor(
        event.text,
        event.literals,
        capabilities=client.granted,
        is_utf8=True,
        is_uid_only=is_uid_only,
    )
    return criteria(cursor)


class _Filters:
    """What is kept, as one search of one user finds it."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._known = book(client.registry).page(None).of(client.owner.name)
        self._keys: dict[str, SearchKey] = {}
        self._count = 0

    def into(self, key: SearchKey, above: tuple[str, ...], levels: int = 0) -> SearchKey:
        """Return a key with filters filled in; it stands in those above, so many levels deep."""
        levels += depth(key)
        if levels > DEEPEST:
            raise Refused(f"Filters make the keys more than {DEEPEST} deep", code="LIMIT")

        def answer(leaf: Unanswered) -> SearchKey:
            return self._kept(leaf.name, above, levels) if isinstance(leaf, FilterKey) else leaf

        return answered(key, answer)

    def _kept(self, name: str, above: tuple[str, ...], levels: int) -> SearchKey:
        folded = name.lower()
        key = self._key(name, folded)
        if folded in above or len(above) == MOST_PASSES:
            raise _undefined(name)
        self._count += sum(1 for _ in leaves(key))
        if self._count > MOST_KEYS:
            raise Refused("Filters make too many keys", code="LIMIT")
        return self.into(key, (*above, folded), levels)

    def _key(self, name: str, folded: str) -> SearchKey:
        """Return what is kept, the private one before the shared one."""
        if folded not in self._keys:
            found = self._known.get(f"{PRIVATE}{_VALUES}{folded}")
            found = found or self._known.get(f"{SHARED}{_VALUES}{folded}")
            if found is None:
                raise _undefined(name)
            try:
                key = _criteria(self._client, found[1], is_uid_only=self._client.is_uid_only)
            except BadSyntax as bad:
                if bad.code:
                    raise
                text = f"The filter {name} is no search criteria: {bad.text}"
                raise Refused(text, code="CANNOT") from None
            self._keys[folded] = key
        return self._keys[folded]


def _undefined(name: str) -> Refused:
    return Refused("There is no such filter", code=f"UNDEFINED-FILTER {name}")
