"""ESEARCH: what a search found, as much of it as was asked for (RFC 4731, RFC 9051 §7.3.4)."""

from collections.abc import Sequence

from pytest_fakemail.imap.client import Client
from pytest_fakemail.imap.grammar.numbers import encode_numbers, page
from pytest_fakemail.imap.responses.values import encode_mailbox
from pytest_fakemail.store.view import View


def about(found: list[int], returns: frozenset[str], partial: tuple[int, int] | None) -> list[int]:
    """Return what the answer is about, which SAVE keeps: all, unless only some are asked for.

    RFC 5182 §2.4, RFC 9394 §3.2.
    """
    if "ALL" in returns or "COUNT" in returns or not returns & {"MIN", "MAX", "PARTIAL"}:
        return found
    told = found[:1] if "MIN" in returns else []
    if partial is not None:
        told = told + page(found, partial)
    return told + found[-1:] if "MAX" in returns else told


def correlator(tag: str) -> str:
    """Return what tells the client which command's result it is (RFC 4466 §2.6.2)."""
    return f'TAG "{tag}"'


def mailbox_correlator(client: Client, view: View, tag: str) -> str:
    """Return what tells also which mailbox it is about (RFC 7377 §2.1)."""
    name = encode_mailbox(client.name_of(view.mailbox), is_utf8=client.is_utf8).decode()
    return f'TAG "{tag}" MAILBOX {name} UIDVALIDITY {view.mailbox.uidvalidity}'


def esearch_line(
    correlators: str,
    named: Sequence[int],
    returns: frozenset[str],
    partial: tuple[int, int] | None,
    *,
    is_uid: bool,
    modseq: int | None = None,
    scores: Sequence[int] | None = None,
) -> bytes:
    """Return ``* ESEARCH`` with the items wanted of numbers or UIDs in their order.

    MIN and MAX are the first and the last (RFC 5267 §3.1).  `scores` are those of all that is
    named, for RELEVANCY; with PARTIAL, the page's are told.
    """
    words = [f"* ESEARCH ({correlators})"]
    if is_uid:
        words.append("UID")
    if named and "MIN" in returns:
        words.append(f"MIN {named[0]}")
    if named and "MAX" in returns:
        words.append(f"MAX {named[-1]}")
    if named and "ALL" in returns:
        words.append(f"ALL {encode_numbers(named)}")
    if partial is not None:
        first, last = partial
        words.append(f"PARTIAL ({first}:{last} {encode_numbers(page([*named], partial)) or 'NIL'})")
    if "COUNT" in returns:
        words.append(f"COUNT {len(named)}")
    if scores is not None:
        told = scores if partial is None else page([*scores], partial)
        words.append(f"RELEVANCY ({' '.join(map(str, told))})")
    if modseq is not None:
        words.append(f"MODSEQ {modseq}")
    return f"{' '.join(words)}\r\n".encode()
