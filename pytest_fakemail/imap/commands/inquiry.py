"""A search put to one mailbox: what SEARCH, SORT, THREAD and ESEARCH have in common."""

from collections.abc import Generator, Sequence
from typing import TypeVar

from pytest_fakemail.imap.client import Client
from pytest_fakemail.imap.commands.filters import filled
from pytest_fakemail.imap.commands.limits import message_limit, newest
from pytest_fakemail.imap.gmail.keys import gmail_key
from pytest_fakemail.imap.grammar.keys import GmailKey, InSet
from pytest_fakemail.imap.grammar.search import Search
from pytest_fakemail.imap.responses.esearch import about, esearch_line
from pytest_fakemail.imap.responses.updates import enable_condstore
from pytest_fakemail.imap.table import Done, Refused
from pytest_fakemail.mime import charsets
from pytest_fakemail.query.matching import matched, scored
from pytest_fakemail.query.search import (
    And,
    ModSeqSince,
    Numbers,
    SearchKey,
    Unanswered,
    answered,
    leaves,
)
from pytest_fakemail.query.sorting import NO_SCORES, Scores, SortCriterion, by_relevancy
from pytest_fakemail.query.turns import Turns
from pytest_fakemail.store.numbers import Uid
from pytest_fakemail.store.view import View

_T = TypeVar("_T")


def prepared(client: Client, asked: Search) -> Search:
    """Return a search as it can be asked: with filters filled in, in a charset that is known.

    Raises:
        Refused: BADCHARSET (RFC 3501 §6.4.4); as `filters.filled`.
    """
    try:
        _require_known(asked.charset)
        return filled(client, asked)
    except Refused as refusal:
        if refusal.status == "NO" and "SAVE" in (asked.returns or ()):
            # RFC 5182 §2.1: after NO, $ is empty.
            client.saved = frozenset()
        raise


def _require_known(charset: str | None) -> None:
    if charset is not None and charsets.codec(charset) is None:
        raise Refused("No such charset", code="BADCHARSET (US-ASCII UTF-8)")


def require_no_charset_in_utf8(client: Client, arguments: Search) -> None:
    """Go on unless a client that enabled UTF-8 names a charset.

    RFC 6855 §3: "a SEARCH command that contains a charset specification" is answered BAD.  SORT
    and THREAD are another matter: RFC 5256 §3 makes theirs mandatory.

    Raises:
        Refused: BAD.
    """
    if arguments.charset is not None and "UTF8=ACCEPT" in client.enabled:
        raise Refused("CHARSET is not for a client that enabled UTF-8", status="BAD")


def asks_modseq(asked: Search) -> bool:
    """Whether a search has MODSEQ among its keys, and so shows mod-sequences (RFC 7162 §3.1.5)."""
    return any(isinstance(key, ModSeqSince) for key in leaves(asked.key))


class Inquiry:
    """One search in one view: that of the selected mailbox, or one made to search another.

    `criteria` are those by which the result will be sorted.  `scores` are there, if anybody wants
    them, when the messages are found (RFC 6203 §4, §6).
    """

    def __init__(
        self, client: Client, view: View, arguments: Search, criteria: Sequence[SortCriterion] = ()
    ) -> None:
        self._client = client
        self._view = view
        self._arguments = arguments
        self._tells_scores = "RELEVANCY" in (arguments.returns or ())
        self._needs_scores = self._tells_scores or by_relevancy(criteria)
        self.scores: Scores = NO_SCORES
        self.asks_modseq = asks_modseq(arguments)

    def found(self) -> Generator[bytes, None, tuple[Sequence[int], bool]]:
        """Find the numbers of the messages that match, ascending, and whether any is left out.

        Left out is what another session expunged, and this client was not told of (RFC 2180
        §4.3).
        """
        view = self._view
        key = asked_now(self._client, view, self._arguments.key)
        messages, now = view.messages, self._client.service.clock.now()
        comparator = self._client.comparator
        if self.asks_modseq:
            yield enable_condstore(self._client)
        found = yield from paced(
            matched(key, messages, now=now, recent=view.recent, comparator=comparator)
        )
        if self._needs_scores:
            scores = yield from paced(
                scored(key, messages, found, now=now, recent=view.recent, comparator=comparator)
            )
            self.scores = {messages[number - 1].uid: score for number, score in scores.items()}
        if not view.has_pending_expunges:
            return found, False
        present = [number for number in found if not messages[number - 1].is_expunged]
        return present, len(present) < len(found)

    def within_limit(self, found: Sequence[int]) -> tuple[Sequence[int], str]:
        """Return what was found among the messages that may be searched, and the response code.

        Searched are those that the sets among the keys name, all without one (RFC 9738 §3.1).
        """
        if not message_limit(self._client):
            return found, ""
        key, messages = self._arguments.key, self._view.messages
        named = list(range(1, len(messages) + 1))
        for one in key.keys if isinstance(key, And) else (key,):
            only = _answer(self._client, self._view, one) if isinstance(one, InSet) else None
            if isinstance(only, Numbers):
                uids = self.uids(named) if only.is_uid else named
                named = [
                    number for number, name in zip(named, uids, strict=True) if name in only.numbers
                ]
        kept, code = newest(self._client, [messages[number - 1] for number in named])
        if not code:
            return found, ""
        lowest = named[-len(kept)]
        return [number for number in found if number >= lowest], code

    def extended(self, correlators: str, found: list[int], *, is_uid: bool) -> bytes:
        """Save what SAVE wants, and return the ESEARCH response, if there is one."""
        returns, partial = self._arguments.returns or frozenset({"ALL"}), self._arguments.partial
        meant = about(found, returns, partial)
        if "SAVE" in returns:
            self._client.saved = frozenset(self.uids(meant))
        if returns == {"SAVE"}:
            return b""
        named: list[int] = [*self.uids(found)] if is_uid else found
        # RFC 7162 §3.1.10: of the messages that are named.
        modseq = self.highest_modseq(meant) if meant and self.asks_modseq else None
        scores = [self.scores[uid] for uid in self.uids(found)] if self._tells_scores else None
        return esearch_line(
            correlators, named, returns, partial, is_uid=is_uid, modseq=modseq, scores=scores
        )

    def uids(self, numbers: Sequence[int]) -> list[Uid]:
        """Return the UIDs of the messages with these numbers."""
        messages = self._view.messages
        return [messages[number - 1].uid for number in numbers]

    def highest_modseq(self, numbers: Sequence[int]) -> int:
        """Return the highest modification sequence of the messages with these numbers."""
        messages = self._view.messages
        return max(messages[number - 1].modseq for number in numbers)


def asked_now(client: Client, view: View, key: SearchKey) -> SearchKey:
    """Return the key as it is to be asked now, with what only the session knows put in."""
    asked = answered(key, lambda leaf: _answer(client, view, leaf))
    if "search.token_only" not in client.connection.marks:
        return asked
    from pytest_fakemail.query.whole_words import by_words

    return by_words(asked)


def _answer(client: Client, view: View, leaf: Unanswered) -> SearchKey:
    """Put in what ``*`` and ``$`` are, and Gmail's labels."""
    match leaf:
        case InSet(numbers, _) if numbers.is_saved:
            return Numbers(saved_in(client, view), is_uid=True)
        case InSet(numbers, is_uid):
            # Numbers beyond the mailbox are those of no message; as with Dovecot, to ask for
            # them is no mistake here.
            return Numbers(numbers.members(view.last_uid if is_uid else view.exists), is_uid)
        case GmailKey():
            return gmail_key(client, view.mailbox, leaf)
        case _:
            raise TypeError(f"nobody answers {leaf}")


def saved_in(client: Client, view: View) -> frozenset[Uid]:
    """Return what ``$`` is: a result in the selected mailbox, so in others nothing."""
    return client.saved if view is client.view else frozenset()


def done(arguments: Search, *, are_some_gone: bool, limit: str = "") -> Done:
    """End; a UID command that speaks of message numbers holds EXPUNGE too (RFC 9051 §7.5.1)."""
    return Done(
        code="EXPUNGEISSUED" if are_some_gone else limit,
        holds_expunges=any(
            isinstance(key, InSet) and not key.is_uid for key in leaves(arguments.key)
        ),
    )


def paced(turns: Turns[_T]) -> Generator[bytes, None, _T]:
    """Work in turns; between them others are served."""
    while True:
        try:
            next(turns)
        except StopIteration as done:
            answer: _T = done.value
            return answer
        yield b""
