"""The order of a mailbox's messages, and their threads, kept from one SORT or THREAD to the next.

Clients that show a mailbox page by page ask again for each, and what most criteria and all threads
go by never changes.  Kept is what was last found of all messages, as long as they are the same.
"""

from array import array
from collections.abc import Callable, Generator, Sequence

from pytest_fakemail.imap.client import Client
from pytest_fakemail.imap.commands.inquiry import paced
from pytest_fakemail.query.turns import Turns
from pytest_fakemail.store.view import View

_AT_ONCE = 16 * 1024
"""So many numbers of a kept order are looked at in a turn."""
_ONE_IN = 8
"""Fewer messages than one in so many are sorted faster than picked from a kept order."""


def in_kept_order(
    client: Client,
    basis: object,
    found: Sequence[int],
    sort: Callable[[Sequence[int]], Turns[list[int]]],
) -> Generator[bytes, None, list[int]]:
    """Return the numbers that were found, in order.

    Args:
        client: whose selected mailbox it is.
        basis: all that the order follows from besides what never changes of a message.
        found: message numbers, ascending.
        sort: puts numbers in order.
    """
    view = client.selected
    basis = _of_the_same_messages(view, basis)
    if client.order is not None and client.order[0] == basis and len(found) * _ONE_IN > view.exists:
        return (yield from _picked(client.order[1], found))
    numbers = yield from paced(sort(found))
    if len(numbers) == view.exists:
        client.order = basis, array("L", numbers)
    return numbers


def kept_threads(
    client: Client,
    basis: object,
    found: Sequence[int],
    thread: Callable[[], Generator[bytes, None, str]],
) -> Generator[bytes, None, str]:
    """Return the threads of the numbers that were found, as THREAD writes them.

    Args:
        client: whose selected mailbox it is.
        basis: all that the text follows from besides what never changes of a message.
        found: message numbers.
        thread: finds and writes them.
    """
    view = client.selected
    basis = _of_the_same_messages(view, basis)
    is_of_all = len(found) == view.exists
    if is_of_all and client.threads is not None and client.threads[0] == basis:
        return client.threads[1]
    text = yield from thread()
    if is_of_all:
        client.threads = basis, text
    return text


def _of_the_same_messages(view: View, basis: object) -> object:
    # No message comes in below one that is there: so many up to a UID are the same ones.
    return view.exists, view.last_uid, basis


def _picked(order: "array[int]", found: Sequence[int]) -> Generator[bytes, None, list[int]]:
    if len(found) == len(order):
        return order.tolist()
    wanted = frozenset(found)
    picked: list[int] = []
    for start in range(0, len(order), _AT_ONCE):
        yield b""
        picked += [number for number in order[start : start + _AT_ONCE] if number in wanted]
    return picked
