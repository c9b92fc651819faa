# ruff: noqa: D400, D415  (the docstring of a rule is its ABNF)
"""COMPARATOR: by what SEARCH, SORT and THREAD compare texts (RFC 5255 §4.7)."""

import re

from pytest_fakemail.imap.client import Client
from pytest_fakemail.imap.grammar.cursor import Cursor
from pytest_fakemail.imap.grammar.rules import astring, spaced
from pytest_fakemail.imap.table import AUTHENTICATED, Answer, Done, Refused, Table
from pytest_fakemail.pattern import pattern
from pytest_fakemail.query.comparators import CASEMAP, COMPARATORS, Comparator

table = Table("I18NLEVEL=2")

_LONGEST = 254
_ORDER = pattern(r"[+-]?((?:\*|[A-Za-z]\*?)(?:[A-Za-z0-9;=.-]\*?)*)")


def comparator_orders(cursor: Cursor) -> tuple[str, ...]:
    """``comparator-cmd = "COMPARATOR" *(SP comp-order-quoted)``"""
    return spaced(cursor, _order) if cursor.skip(b" ") else ()


def _order(cursor: Cursor) -> str:
    """``comp-order-quoted = astring``, a ``collation-order = ["+" / "-"] collation-wild``"""
    start = cursor.position
    order = astring(cursor, "a comparator").decode("ascii", "replace")
    match = _ORDER.fullmatch(order)
    if match is None or len(match[1]) > _LONGEST:
        cursor.position = start
        raise cursor.wants("the name or the pattern of a comparator")
    return order


@table.command("COMPARATOR", comparator_orders, states=AUTHENTICATED)
def comparator_command(client: Client, orders: tuple[str, ...]) -> Answer:
    """Tell the active comparator, or make it the first that matches what is asked for."""
    found = [one for order in orders for one in matching_comparators(order)]
    if orders and not found:
        raise Refused("No such comparator", code="BADCOMPARATOR")
    if found:
        client.compare_by(found[0])
    active = client.comparator
    matched = list(dict.fromkeys(one.name for one in found))
    listed = f" ({' '.join(matched)})" if len(matched) > 1 else ""
    yield f"* COMPARATOR {active}{listed}\r\n".encode()
    return Done(f"Will use {active} for collation" if orders else "")


def matching_comparators(order: str) -> list[Comparator]:
    """Return those that a name or pattern matches, the more widely useful first (RFC 4790 §3.2)."""
    wanted = order.lstrip("+-").lower()
    if wanted == "default":
        found = [CASEMAP]
    else:
        pieces = map(re.escape, wanted.split("*"))
        name = re.compile(".*".join(pieces))
        found = [one for one in COMPARATORS if name.fullmatch(one.name)]
    if order.startswith("-"):
        return [Comparator(one.name, one.mapped, is_reverse=True) for one in found]
    return found
