# ruff: noqa: D400, D415  (the docstring of a rule is its ABNF)
"""Arguments of SEARCH, SORT and THREAD.

The keys are read without recursion, for clients write an OR of hundreds as hundreds of ORs
in each other.  They are kept in postfix order: what negates or joins follows what it is
about.  `search_key` makes the tree, with a place for what only the session can answer.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from pytest_fakemail.imap.grammar.cursor import Cursor
from pytest_fakemail.imap.grammar.keys import Leaf, leaf
from pytest_fakemail.imap.grammar.rules import astring, atom, listed, partial_range
from pytest_fakemail.query.search import And, Not, Or, SearchKey
from pytest_fakemail.query.sorting import SortCriterion, SortKey


class Operator(Enum):
    """What is done to the keys before it."""

    NOT = "NOT"
    OR = "OR"


@dataclass(frozen=True, slots=True)
class Joined:
    """AND of the last so many keys."""

    count: int


Program = tuple[Leaf | Operator | Joined, ...]
"""Search keys in postfix order."""


def search_key(program: Program, answer: Callable[[Leaf], SearchKey]) -> SearchKey:
    """Return the tree of a program; `answer` turns each leaf into a key."""
    waiting: list[SearchKey] = []
    for step in program:
        match step:
            case Operator.NOT:
                waiting.append(Not(waiting.pop()))
            case Operator.OR:
                right = waiting.pop()
                waiting.append(Or(waiting.pop(), right))
            case Joined(count):
                joined = tuple(waiting[-count:])
                del waiting[-count:]
                waiting.append(joined[0] if count == 1 else And(joined))
            case _:
                waiting.append(answer(step))
    return waiting[0]


@dataclass(frozen=True, slots=True)
class Search:
    """The arguments of SEARCH, and of SORT and THREAD which have more.

    `returns` is None without RETURN, else names in upper case: MIN MAX ALL COUNT SAVE
    PARTIAL; ``RETURN ()`` is ALL.  `partial` is the page that PARTIAL wants.
    """

    program: Program
    charset: str | None = None
    returns: frozenset[str] | None = None
    partial: tuple[int, int] | None = None


def search(cursor: Cursor) -> Search:
    """``search = "SEARCH" [search-return-opts] SP ["CHARSET" SP charset SP] search-keys``"""
    cursor.expect(b" ")
    options: dict[str, tuple[int, int] | None] | None = None
    if "ESEARCH" in cursor.capabilities and cursor.skip_word("RETURN"):
        options = search_return_opts(cursor)
        cursor.expect(b" ")
    charset = None
    if cursor.skip_word("CHARSET"):
        cursor.expect(b" ")
        charset = search_charset(cursor)
        cursor.expect(b" ")
    program = search_keys(cursor, charset)
    if options is None:
        return Search(program, charset)
    return Search(program, charset, frozenset(options), options.get("PARTIAL"))


def search_return_opts(cursor: Cursor) -> dict[str, tuple[int, int] | None]:
    """``search-return-opts = SP "RETURN" SP "(" [search-return-opt *(SP …)] ")"`` (RFC 4731)"""
    cursor.expect(b" ")
    options = dict(listed(cursor, _search_return_opt, least=0))
    if "PARTIAL" in options and "ALL" in options:
        # RFC 9394 §3.1: one or the other.
        raise cursor.wants("PARTIAL without ALL")
    return options or {"ALL": None}


def _search_return_opt(cursor: Cursor) -> tuple[str, tuple[int, int] | None]:
    """``search-return-opt = "MIN" / "MAX" / "ALL" / "COUNT" / "SAVE" / "PARTIAL" SP …``"""
    start = cursor.position
    name = cursor.word("an option of RETURN")
    if name in {"MIN", "MAX", "ALL", "COUNT"}:
        return name, None
    if name == "SAVE" and "SEARCHRES" in cursor.capabilities:
        return name, None
    if name == "PARTIAL" and "PARTIAL" in cursor.capabilities:
        cursor.expect(b" ")
        return name, partial_range(cursor)
    cursor.position = start
    raise cursor.wants("an option that RETURN knows")


def search_charset(cursor: Cursor) -> str:
    """``charset = atom / quoted``; whether there is such a one is not decided here"""
    return astring(cursor, "a charset").decode("ascii", "replace")


class _Open:
    """A key that is not whole: a list in parentheses, a NOT, an OR, or the program."""

    __slots__ = ("count", "kind")

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.count = 0


def search_keys(cursor: Cursor, charset: str | None) -> Program:
    """``search-key *(SP search-key)``

    ``search-key = "(" search-key *(SP search-key) ")" / "NOT" SP search-key /
    "OR" SP search-key SP search-key / …`` and those of `leaf`.
    """
    program: list[Leaf | Operator | Joined] = []
    waiting = [_Open("program")]
    while waiting:
        if cursor.skip(b"("):
            waiting.append(_Open("list"))
        elif cursor.skip_word("NOT"):
            cursor.expect(b" ")
            waiting.append(_Open("NOT"))
        elif cursor.skip_word("OR"):
            cursor.expect(b" ")
            waiting.append(_Open("OR"))
        else:
            program.append(leaf(cursor, charset))
            _close(cursor, waiting, program)
    return tuple(program)


def _close(cursor: Cursor, waiting: list[_Open], program: list[Leaf | Operator | Joined]) -> None:
    """A key has ended: end all that ends with it, and take the space before the next one."""
    while waiting:
        last = waiting[-1]
        last.count += 1
        if last.kind == "NOT":
            program.append(Operator.NOT)
        elif last.kind == "OR" and last.count > 1:
            program.append(Operator.OR)
        elif (last.kind == "list" and cursor.skip(b")")) or (
            last.kind == "program" and not cursor.peek(b" ")
        ):
            program.append(Joined(last.count))
        else:
            cursor.expect(b" ")
            return
        waiting.pop()


@dataclass(frozen=True, slots=True)
class Sort:
    """The arguments of SORT and UID SORT."""

    criteria: tuple[SortCriterion, ...]
    search: Search


def sort(cursor: Cursor) -> Sort:
    """``sort = "SORT" SP sort-criteria SP search-criteria`` (RFC 5256 §5)"""
    cursor.expect(b" ")
    criteria = listed(cursor, sort_criterion)
    cursor.expect(b" ")
    return Sort(criteria, search_criteria(cursor))


def sort_criterion(cursor: Cursor) -> SortCriterion:
    """``sort-criterion = ["REVERSE" SP] sort-key``"""
    is_reverse = cursor.skip_word("REVERSE")
    if is_reverse:
        cursor.expect(b" ")
    return SortCriterion(sort_key(cursor), is_reverse)


def sort_key(cursor: Cursor) -> SortKey:
    """``sort-key = "ARRIVAL" / "CC" / "DATE" / "FROM" / "SIZE" / "SUBJECT" / "TO" / display``"""
    name = cursor.peek_word()
    is_known = name in SortKey.__members__
    if name.startswith("DISPLAY"):
        is_known = is_known and "SORT=DISPLAY" in cursor.capabilities
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
