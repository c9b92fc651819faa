# ruff: noqa: D400, D415  (the docstring of a rule is its ABNF)
"""Arguments of SEARCH, SORT and THREAD.

What only the session can answer, such as ``*`` and ``$``, is in the keys as it was written.
"""

from functools import partial

from pytest_fakemail.dataclass import dataclass, field
from pytest_fakemail.imap.grammar.cursor import BadSyntax, Cursor
from pytest_fakemail.imap.grammar.fetch import FetchItem, fetch_att
from pytest_fakemail.imap.grammar.groups import Group
from pytest_fakemail.imap.grammar.keys import FilterKey, leaf
from pytest_fakemail.imap.grammar.rules import astring, atom, listed, partial_range
from pytest_fakemail.query.search import And, Fuzzy, Not, Or, SearchKey, is_fuzzy, leaves
from pytest_fakemail.query.sorting import SortCriterion, SortKey, by_relevancy

DEEPEST = 100
"""How deep keys may be nested that change into each other: AND in OR in NOT in AND …

Hundreds of senders are no matter, however an app nests them: ORs in each other are one.
"""


@dataclass(frozen=True, slots=True)
class Search:
    """The arguments of SEARCH, and of SORT and THREAD which have more.

    `returns` is None without RETURN, else names in upper case: MIN MAX ALL COUNT SAVE
    PARTIAL CONTEXT UPDATE RELEVANCY; ``RETURN ()`` is ALL.  `partial` is the page that PARTIAL
    wants, `update` what UPDATE wants fetched of new messages; None without it.
    """

    key: SearchKey
    charset: str | None = None
    returns: frozenset[str] | None = None
    partial: tuple[int, int] | None = None
    update: tuple[FetchItem, ...] | None = None


@dataclass(slots=True)
class _Options:
    """The options of RETURN as they are read."""

    names: set[str] = field(default_factory=set)
    partial: tuple[int, int] | None = None
    update: tuple[FetchItem, ...] | None = None

    def of(self, key: SearchKey, charset: str | None) -> Search:
        """Return the search that has them."""
        if "RELEVANCY" in self.names:
            _require_fuzzy(key)
        return Search(key, charset, frozenset(self.names), self.partial, self.update)


def search(cursor: Cursor) -> Search:
    """``search = "SEARCH" [search-return-opts] SP ["CHARSET" SP charset SP] search-keys``"""
    cursor.expect(b" ")
    options: _Options | None = None
    if "ESEARCH" in cursor.capabilities and cursor.skip_word("RETURN"):
        options = search_return_opts(cursor, "CONTEXT=SEARCH")
        cursor.expect(b" ")
    charset = None
    if cursor.skip_word("CHARSET"):
        cursor.expect(b" ")
        charset = search_charset(cursor)
        cursor.expect(b" ")
    key = search_keys(cursor, charset)
    return Search(key, charset) if options is None else options.of(key, charset)


def search_return_opts(cursor: Cursor, context: str) -> _Options:
    """``search-return-opts = SP "RETURN" SP "(" [search-return-opt *(SP …)] ")"`` (RFC 4731)

    `context` is the capability that brings in those of RFC 5267.
    """
    cursor.expect(b" ")
    options = _Options()
    listed(cursor, partial(_search_return_opt, options, context), least=0)
    if {"PARTIAL", "ALL"} <= options.names:
        # RFC 9394 §3.1: one or the other.
        raise cursor.wants("PARTIAL without ALL")
    if not options.names:
        options.names.add("ALL")
    return options


def _search_return_opt(options: _Options, context: str, cursor: Cursor) -> None:
    """``search-return-opt = "MIN" / "MAX" / "ALL" / "COUNT" / "SAVE" / "PARTIAL" SP … / …``"""
    start, has_context = cursor.position, context in cursor.capabilities
    name = cursor.word("an option of RETURN")
    if name in options.names & {"PARTIAL", "ALL"}:
        # RFC 9394 §3.1, RFC 5267 §4.4: "more than one PARTIAL or ALL".
        cursor.position = start
        raise cursor.wants("each option once")
    is_known = name in {"MIN", "MAX", "ALL", "COUNT"}
    if name == "SAVE":
        is_known = "SEARCHRES" in cursor.capabilities
    elif name == "RELEVANCY":
        is_known = "SEARCH=FUZZY" in cursor.capabilities
    elif name in {"CONTEXT", "UPDATE"}:
        is_known = has_context
    elif name == "PARTIAL" and (has_context or "PARTIAL" in cursor.capabilities):
        cursor.expect(b" ")
        options.partial = partial_range(cursor)
        # RFC 5267 §5: only RFC 9394 counts from the end.
        is_known = options.partial[0] > 0 or "PARTIAL" in cursor.capabilities
    if not is_known:
        cursor.position = start
        raise cursor.wants("an option that RETURN knows")
    if name == "UPDATE":
        options.update = _update(cursor)
    options.names.add(name)


def _update(cursor: Cursor) -> tuple[FetchItem, ...]:
    """``modifier-update = "UPDATE" ["(" fetch-att *(SP fetch-att) ")"]`` (RFC 5465 §7)"""
    # RFC 5465's grammar has no space before the list, its example has one.
    has_items = cursor.peek(b"(") or cursor.peek(b" (")
    if "NOTIFY" not in cursor.capabilities or not has_items:
        return ()
    cursor.skip(b" ")
    return tuple(dict.fromkeys(listed(cursor, fetch_att)))


_OPENING: dict[str, tuple[type[Not | Or | Fuzzy], int]] = {
    "NOT": (Not, 1),
    "OR": (Or, 2),
    "FUZZY": (Fuzzy, 1),
}
"""The words that join the keys behind them, and how many those are."""


def search_charset(cursor: Cursor) -> str:
    """``charset = atom / quoted``; whether there is such a one is not decided here"""
    return astring(cursor, "a charset").decode("ascii", "replace")


def search_keys(cursor: Cursor, charset: str | None) -> SearchKey:
    """``search-key *(SP search-key)``, in a loop: parentheses may be nested as deep as they like"""
    groups = [Group(And)]
    while True:
        opened = _opened(cursor)
        if opened is not None:
            groups.append(opened)
            continue
        found: SearchKey | Group = leaf(cursor, charset)
        while True:
            group = groups[-1]
            if group.add(found) > DEEPEST:
                raise BadSyntax(f"the search keys are nested more than {DEEPEST} deep")
            if _goes_on(cursor, group):
                break
            if len(groups) == 1:
                return group.key()
            if group.missing is None:
                cursor.expect(b")")
            found = groups.pop()


def _opened(cursor: Cursor) -> Group | None:
    """``search-key = "(" search-keys ")" / "NOT" SP search-key / "OR" SP … SP … / "FUZZY" SP …``"""
    if cursor.skip(b"("):
        return Group(And)
    word = cursor.peek_word()
    is_known = word in _OPENING and (word != "FUZZY" or "SEARCH=FUZZY" in cursor.capabilities)
    if not is_known:
        return None
    cursor.skip_word(word)
    cursor.expect(b" ")
    return Group(*_OPENING[word])


def _require_fuzzy(key: SearchKey) -> None:
    """RELEVANCY is for searches that have FUZZY in them (RFC 6203 §4, §6), maybe in a filter"""
    if not is_fuzzy(key) and not any(isinstance(one, FilterKey) for one in leaves(key)):
        raise BadSyntax("RELEVANCY is only for a search with FUZZY")


def _goes_on(cursor: Cursor, group: Group) -> bool:
    """Return whether another key of the group follows, and pass the space before it."""
    if group.missing is None:
        return cursor.skip(b" ")
    group.missing -= 1
    if group.missing:
        cursor.expect(b" ")
    return group.missing > 0


@dataclass(frozen=True, slots=True)
class Sort:
    """The arguments of SORT and UID SORT."""

    criteria: tuple[SortCriterion, ...]
    search: Search


def sort(cursor: Cursor) -> Sort:
    """``sort = "SORT" [search-return-opts] SP sort-criteria SP search-criteria`` (RFC 5267 §5)"""
    cursor.expect(b" ")
    options: _Options | None = None
    if "ESORT" in cursor.capabilities and cursor.skip_word("RETURN"):
        options = search_return_opts(cursor, "CONTEXT=SORT")
        cursor.expect(b" ")
    criteria = listed(cursor, sort_criterion)
    cursor.expect(b" ")
    found = search_criteria(cursor)
    if by_relevancy(criteria):
        _require_fuzzy(found.key)
    return Sort(criteria, found if options is None else options.of(found.key, found.charset))


def sort_criterion(cursor: Cursor) -> SortCriterion:
    """``sort-criterion = ["REVERSE" SP] sort-key``"""
    is_reverse = cursor.skip_word("REVERSE")
    if is_reverse:
        cursor.expect(b" ")
    return SortCriterion(sort_key(cursor), is_reverse)


def sort_key(cursor: Cursor) -> SortKey:
    """``sort-key = "ARRIVAL" / "CC" / "DATE" / "FROM" / "SIZE" / "SUBJECT" / "TO" / …``"""
    name = cursor.peek_word()
    is_known = name in SortKey.__members__
    if name.startswith("DISPLAY"):
        is_known = is_known and "SORT=DISPLAY" in cursor.capabilities
    elif name == "RELEVANCY":
        is_known = "SEARCH=FUZZY" in cursor.capabilities
    if not is_known:
        raise cursor.wants("a key to sort by")
    cursor.skip_word(name)
    return SortKey[name]


def search_criteria(cursor: Cursor) -> Search:
    """``search-criteria = charset 1*(SP search-key)``"""
    charset = search_charset(cursor)
    cursor.expect(b" ")
    return Search(search_keys(cursor, charset), charset)


@dataclass(frozen=True, slots=True)
class Thread:
    """The arguments of THREAD and UID THREAD; `algorithm` in upper case."""

    algorithm: str
    search: Search


def thread(cursor: Cursor) -> Thread:
    """``thread = "THREAD" SP thread-alg SP search-criteria`` (RFC 5256 §5)"""
    cursor.expect(b" ")
    start = cursor.position
    algorithm = atom(cursor, "a threading algorithm").upper()
    if f"THREAD={algorithm}" not in cursor.capabilities:
        cursor.position = start
        raise cursor.wants("a threading algorithm that this server knows")
    cursor.expect(b" ")
    return Thread(algorithm, search_criteria(cursor))
