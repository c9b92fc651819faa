# ruff: noqa: D400, D415  (the docstring of a rule is its ABNF)
"""Arguments of LIST, with its extensions, and of LSUB and XLIST (RFC 5258, RFC 9051 §6.3.9)."""

from collections.abc import Callable, Mapping

from pytest_fakemail.dataclass import dataclass, field
from pytest_fakemail.imap.grammar.cursor import BadSyntax, Cursor
from pytest_fakemail.imap.grammar.metadata import entry_list
from pytest_fakemail.imap.grammar.rules import list_mailbox, listed
from pytest_fakemail.imap.grammar.status import status_items

MOST_PATTERNS = 1000
"""Most patterns of a LIST, for each is compared with every name (RFC 5530 §3, LIMIT)."""


@dataclass(frozen=True, slots=True)
class List:
    """The arguments of LIST.

    `selection` and `returns` hold the names of options in upper case; what stands behind one
    of RETURN is in `items`.  `is_extended` says that some of RFC 5258's syntax was used, which
    changes what an empty pattern means.
    """

    reference: str
    patterns: tuple[str, ...]
    selection: frozenset[str] = frozenset()
    returns: frozenset[str] = frozenset()
    items: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    is_extended: bool = False


# Options with the capabilities of which one is needed.
_SELECTION = {
    "SUBSCRIBED": (),
    "REMOTE": (),
    "RECURSIVEMATCH": (),
    "SPECIAL-USE": ("SPECIAL-USE",),
}
_RETURNS = {
    "SUBSCRIBED": ("LIST-EXTENDED",),
    "CHILDREN": ("LIST-EXTENDED",),
    "SPECIAL-USE": ("SPECIAL-USE",),
    "STATUS": ("LIST-STATUS",),
    "MYRIGHTS": ("LIST-MYRIGHTS",),
    "METADATA": ("LIST-METADATA",),
}
_ITEMS: Mapping[str, Callable[[Cursor], tuple[str, ...]]] = {
    "STATUS": status_items,
    "METADATA": entry_list,
}
"""What stands behind an option of RETURN."""


def list_(cursor: Cursor) -> List:
    """``list = "LIST" [SP list-select-opts] SP mailbox SP mbox-or-pat [SP list-return-opts]``"""
    cursor.expect(b" ")
    can_extend = "LIST-EXTENDED" in cursor.capabilities
    selection: frozenset[str] | None = None
    if can_extend and cursor.peek(b"("):
        selection = list_select_opts(cursor)
        cursor.expect(b" ")
    reference = list_mailbox(cursor)
    cursor.expect(b" ")
    has_patterns = can_extend and cursor.peek(b"(")
    patterns = _patterns(cursor) if has_patterns else (list_mailbox(cursor),)
    returns: tuple[tuple[str, tuple[str, ...]], ...] | None = None
    # iCloud announces LIST-STATUS without LIST-EXTENDED, whose RETURN it takes.
    if (can_extend or "LIST-STATUS" in cursor.capabilities) and cursor.skip(b" "):
        returns = list_return_opts(cursor)
    return List(
        reference,
        patterns,
        selection or frozenset(),
        frozenset(name for name, _ in returns or ()),
        {name: items for name, items in returns or () if items},
        is_extended=has_patterns or selection is not None or returns is not None,
    )


def _patterns(cursor: Cursor) -> tuple[str, ...]:
    """``patterns = "(" list-mailbox *(SP list-mailbox) ")"``; each once"""
    patterns = tuple(dict.fromkeys(listed(cursor, list_mailbox)))
    if len(patterns) > MOST_PATTERNS:
        raise BadSyntax(f"more than {MOST_PATTERNS} patterns", code="LIMIT", status="NO")
    return patterns


def list_select_opts(cursor: Cursor) -> frozenset[str]:
    """``list-select-opts = "(" [list-select-opt *(SP list-select-opt)] ")"``"""
    start = cursor.position
    options = frozenset(listed(cursor, _list_select_opt, least=0))
    # RFC 5258 §3: RECURSIVEMATCH modifies another option and means nothing alone.
    if "RECURSIVEMATCH" in options and not options & {"SUBSCRIBED", "SPECIAL-USE"}:
        cursor.position = start
        raise cursor.wants("RECURSIVEMATCH with an option that it can modify")
    return options


def _list_select_opt(cursor: Cursor) -> str:
    """``list-select-opt = "SUBSCRIBED" / "REMOTE" / "RECURSIVEMATCH" / "SPECIAL-USE"``"""
    return _option(cursor, _SELECTION)


def list_return_opts(cursor: Cursor) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """``list-return-opts = "RETURN" SP "(" [return-option *(SP return-option)] ")"``"""
    if not cursor.skip_word("RETURN"):
        raise cursor.wants("RETURN")
    cursor.expect(b" ")
    options = listed(cursor, _return_option, least=0)
    with_items = [name for name, items in options if items]
    if len(set(with_items)) < len(with_items):
        raise cursor.wants("each option once")
    return options


def _return_option(cursor: Cursor) -> tuple[str, tuple[str, ...]]:
    """``return-option = "SUBSCRIBED" / "CHILDREN" / "SPECIAL-USE" / status-option``"""
    name = _option(cursor, _RETURNS)
    items = _ITEMS.get(name)
    if items is None:
        return name, ()
    cursor.expect(b" ")
    return name, items(cursor)


def _option(cursor: Cursor, known: Mapping[str, tuple[str, ...]]) -> str:
    # RFC 5258 §3: "a server MUST respond to options it does not recognize with a BAD".
    name = cursor.peek_word()
    needed = known.get(name)
    if needed is None or not _is_granted(cursor, needed):
        granted = [one for one, needed in known.items() if _is_granted(cursor, needed)]
        raise cursor.wants("one of the options " + " ".join(granted))
    cursor.skip_word(name)
    return name


def lsub(cursor: Cursor) -> List:
    """``lsub = "LSUB" SP mailbox SP list-mailbox``; XLIST's are the same"""
    cursor.expect(b" ")
    reference = list_mailbox(cursor)
    cursor.expect(b" ")
    return List(reference, (list_mailbox(cursor),))


def _is_granted(cursor: Cursor, needed: tuple[str, ...]) -> bool:
    return not needed or any(one in cursor.capabilities for one in needed)
