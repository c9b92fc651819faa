"""VANISHED (EARLIER): what was expunged while a client was away (RFC 7162 §3.2.10.1).

UIDs are handled as ranges: those that nobody used count as vanished where the log does not
reach back far enough, and there may be billions of them.
"""

from collections.abc import Iterable, Iterator, Sequence

from pytest_fakemail.imap.grammar.numbers import SequenceSet
from pytest_fakemail.store.numbers import ModSeq
from pytest_fakemail.store.view import View


def vanished_earlier(view: View, modseq: ModSeq, known: SequenceSet | None) -> bytes:
    """Return VANISHED (EARLIER) for what went since, of the UIDs the client knows.

    Where the log has forgotten, all UIDs that are not in use have vanished; the RFC lets a
    server say more than it has to.
    """
    mailbox = view.mailbox
    largest = max(mailbox.uidnext - 1, 1)
    logged = mailbox.log.expunged_since(modseq)
    if logged is None:
        gone = _gaps([message.uid for message in view.messages], largest)
    else:
        gone = (range(uid, uid + 1) for uid in logged)
    wanted = [range(1, largest + 1)] if known is None else known.resolved(largest)
    spans = ",".join(map(_written, _joined(_common(gone, wanted))))
    return f"* VANISHED (EARLIER) {spans}\r\n".encode() if spans else b""


def _gaps(uids: Sequence[int], largest: int) -> Iterator[range]:
    """Return the ranges between ascending UIDs, before and behind them."""
    before = 0
    for uid in (*uids, largest + 1):
        if uid > before + 1:
            yield range(before + 1, uid)
        before = uid


def _common(spans: Iterable[range], others: Sequence[range]) -> Iterator[range]:
    """Return what two rows of ascending ranges have in common."""
    place = 0
    for span in spans:
        while place < len(others) and others[place].stop <= span.start:
            place += 1
        # An other one may reach into the next span too, so `place` stays.
        at = place
        while at < len(others) and others[at].start < span.stop:
            yield range(max(span.start, others[at].start), min(span.stop, others[at].stop))
            at += 1


def _joined(spans: Iterable[range]) -> Iterator[range]:
    """Join ranges that touch."""
    last: range | None = None
    for span in spans:
        if last is not None and last.stop == span.start:
            last = range(last.start, span.stop)
            continue
        if last is not None:
            yield last
        last = span
    if last is not None:
        yield last


def _written(span: range) -> str:
    return f"{span.start}:{span.stop - 1}" if len(span) > 1 else str(span.start)
