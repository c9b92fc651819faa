"""A mailbox's messages as a test speaks of them: by UIDs, by messages, in reports."""

from collections.abc import Iterable, Iterator

from pytest_fakemail.asserts.message import MailboxMessage
from pytest_fakemail.asserts.wording import Wording
from pytest_fakemail.errors import BadArgument, UnmetExpectation
from pytest_fakemail.query.criteria import Criteria
from pytest_fakemail.store.account import Account
from pytest_fakemail.store.mailbox import Mailbox
from pytest_fakemail.store.message import Message
from pytest_fakemail.store.numbers import Uid
from pytest_fakemail.store.store import Store

_MOST_ELSEWHERE = 3
_OF_MAILBOXES = ("uid", "flags", "labels", "seen", "answered", "flagged", "deleted", "draft")
_LATE = "mail that comes back, or from another server, is not there at once: wait_for waits for it"

Which = int | MailboxMessage | Iterable[int | MailboxMessage]
"""A UID, a message, or several of these."""


def wording(mailbox: Mailbox, account: Account, store: Store) -> Wording:
    """Return how a report speaks of the messages in a mailbox."""

    def elsewhere(criteria: Criteria) -> list[str]:
        # One that a client deletes meanwhile is none.
        others = [account.mailboxes.get(name) for name in account.mailboxes]
        found = [
            f"but uid {message.uid} in {other.name} matches"
            for other in others
            if other is not None and other is not mailbox
            for message in map(MailboxMessage, list(other.messages))
            if criteria.match(message)
        ]
        return (found or list(_sent_past(account, store, criteria)))[:_MOST_ELSEWHERE]

    return Wording(
        one="message",
        many="messages",
        place=f" in {mailbox.name}",
        empty="it is empty",
        label=lambda _, message: f"uid {message.uid}",
        elsewhere=elsewhere,
        late="" if store.office is None else _LATE,
    )


def _sent_past(account: Account, store: Store, criteria: Criteria) -> Iterator[str]:
    """Yield which mail that was sent would be the one, had it reached this account."""
    wanted = criteria.without(_OF_MAILBOXES)
    # What asks for a message's place and flags alone is no question to mail that has none.
    is_possible = not criteria.has("where") and (wanted or not criteria)
    for place, mail in enumerate(list(store.deliveries) if is_possible else []):
        reached = [one for address in mail.recipients for one in store.accounts_at(address)]
        if account not in reached and wanted.match(mail):
            whose = f"account {reached[0].name!r}" if reached else "nobody with an account here"
            yield f"but outbox[{place}] matches: it went to {', '.join(mail.recipients)}, {whose}"


def chosen(mailbox: Mailbox, which: Iterable[Which]) -> list[Message]:
    """Return the messages meant; the caller holds the lock.

    Raises:
        UnmetExpectation: no message has such a UID.
        BadArgument: what is neither a UID nor a message.
    """
    return [_message(mailbox, _uid(one)) for each in which for one in _several(each)]


def _several(which: object) -> Iterable[object]:
    if isinstance(which, Iterable) and not isinstance(which, str):
        return which
    return [which]


def _message(mailbox: Mailbox, uid: int) -> Message:
    found = mailbox.message(uid)
    if found is None:
        uids = [message.uid for message in mailbox.messages]
        there = f"its UIDs are {ranges(uids)}" if uids else "it is empty"
        raise UnmetExpectation(f"no message with UID {uid} in {mailbox.name}; {there}")
    return found


def _uid(one: object) -> int:
    uid = one.uid if isinstance(one, MailboxMessage) else one
    if isinstance(uid, bool) or not isinstance(uid, int):
        raise BadArgument(f"no UID: {one!r}; wanted a number, or a message of the mailbox")
    return uid


def ranges(uids: Iterable[Uid]) -> str:
    """Return ascending numbers as IMAP writes them: ``1:3,7``."""
    pieces: list[list[int]] = []
    for uid in uids:
        if pieces and uid == pieces[-1][1] + 1:
            pieces[-1][1] = uid
        else:
            pieces.append([uid, uid])
    return ",".join(f"{low}" if low == high else f"{low}:{high}" for low, high in pieces)
