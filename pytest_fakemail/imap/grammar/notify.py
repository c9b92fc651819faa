# ruff: noqa: D400, D415  (the docstring of a rule is its ABNF)
"""Arguments of NOTIFY (RFC 5465 §8)."""

from collections.abc import Mapping

from pytest_fakemail.dataclass import dataclass
from pytest_fakemail.imap.grammar import mailbox_filters
from pytest_fakemail.imap.grammar.cursor import BadSyntax, Cursor
from pytest_fakemail.imap.grammar.fetch import FetchItem, fetch_att
from pytest_fakemail.imap.grammar.mailbox_filters import MailboxFilter, filter_mailboxes
from pytest_fakemail.imap.grammar.rules import atom, listed

MESSAGE_NEW = "MessageNew"
MESSAGE_EXPUNGE = "MessageExpunge"
FLAG_CHANGE = "FlagChange"
MAILBOX_NAME = "MailboxName"
SUBSCRIPTION_CHANGE = "SubscriptionChange"
MAILBOX_METADATA_CHANGE = "MailboxMetadataChange"
SERVER_METADATA_CHANGE = "ServerMetadataChange"

_SUPPORTED: Mapping[str, str] = {
    **dict.fromkeys(
        (MESSAGE_NEW, MESSAGE_EXPUNGE, FLAG_CHANGE, MAILBOX_NAME, SUBSCRIPTION_CHANGE), "NOTIFY"
    ),
    MAILBOX_METADATA_CHANGE: "METADATA",
    SERVER_METADATA_CHANGE: "METADATA-SERVER",
}
"""The events, with the capability that each needs (RFC 5465 §5.6, §5.7)."""
MESSAGE_EVENTS = frozenset({MESSAGE_NEW, MESSAGE_EXPUNGE, FLAG_CHANGE})
_ANNOTATION_CHANGE = "AnnotationChange"
_ABOUT_MESSAGES = MESSAGE_EVENTS | {_ANNOTATION_CHANGE}
_KNOWN: Mapping[str, str] = {name.upper(): name for name in (*_SUPPORTED, _ANNOTATION_CHANGE)}
_FILTERS = (
    mailbox_filters.SELECTED,
    mailbox_filters.SELECTED_DELAYED,
    *mailbox_filters.OTHERS,
)


@dataclass(frozen=True, slots=True)
class EventGroup:
    """Events of some mailboxes; without any for NONE.  `items` are fetched of new messages."""

    mailboxes: MailboxFilter
    events: frozenset[str] = frozenset()
    items: tuple[FetchItem, ...] = ()


@dataclass(frozen=True, slots=True)
class Notify:
    """The arguments of NOTIFY: `is_set` tells SET from NONE."""

    is_set: bool
    wants_status: bool = False
    groups: tuple[EventGroup, ...] = ()


def notify(cursor: Cursor) -> Notify:
    """``notify = "NOTIFY" SP ("SET" [SP "STATUS"] SP event-groups / "NONE")``"""
    cursor.expect(b" ")
    if cursor.skip_word("NONE"):
        return Notify(is_set=False)
    if not cursor.skip_word("SET"):
        raise cursor.wants("SET or NONE")
    cursor.expect(b" ")
    wants_status = cursor.skip_word("STATUS")
    if wants_status:
        cursor.expect(b" ")
    groups = [event_group(cursor)]
    while not cursor.is_at_end:
        cursor.expect(b" ")
        groups.append(event_group(cursor))
    if sum(group.mailboxes.is_selected for group in groups) > 1:
        raise BadSyntax("the selected mailbox is named twice")
    _require_support(cursor, groups)
    return Notify(is_set=True, wants_status=wants_status, groups=tuple(groups))


def event_group(cursor: Cursor) -> EventGroup:
    """``event-group = "(" filter-mailboxes SP events ")"``"""
    cursor.expect(b"(")
    more = (mailbox_filters.SUBTREE_ONE,) if "MULTISEARCH" in cursor.capabilities else ()
    mailboxes = filter_mailboxes(cursor, _FILTERS + more)
    cursor.expect(b" ")
    if cursor.skip_word("NONE"):
        cursor.expect(b")")
        return EventGroup(mailboxes)
    events = dict(listed(cursor, event))
    cursor.expect(b")")
    _check(mailboxes, events)
    return EventGroup(mailboxes, frozenset(events), events.get(MESSAGE_NEW, ()))


def event(cursor: Cursor) -> tuple[str, tuple[FetchItem, ...]]:
    """``event = "MessageNew" [SP "(" fetch-att *(SP fetch-att) ")"] / "MessageExpunge" / …``"""
    name = atom(cursor, "an event")
    name = _KNOWN.get(name.upper(), name)
    if name == MESSAGE_NEW and cursor.skip(b" ("):
        cursor.position -= 1
        return name, tuple(dict.fromkeys(listed(cursor, fetch_att)))
    return name, ()


def _check(mailboxes: MailboxFilter, events: Mapping[str, tuple[FetchItem, ...]]) -> None:
    """RFC 5465 §5, §6.1, §8: what must come together, and what has its one place."""
    about_messages = _ABOUT_MESSAGES & events.keys()
    if about_messages and not {MESSAGE_NEW, MESSAGE_EXPUNGE} <= about_messages:
        raise BadSyntax("MessageNew and MessageExpunge come together")
    if mailboxes.is_selected and any(
        name in _KNOWN.values() and name not in _ABOUT_MESSAGES for name in events
    ):
        raise BadSyntax("of the selected mailbox there are events of messages only")
    if not mailboxes.is_selected and any(events.values()):
        raise BadSyntax("items to fetch are for the selected mailbox")


def _require_support(cursor: Cursor, groups: list[EventGroup]) -> None:
    """RFC 5465 §3.1: an event that the server does not know is refused with NO, not BAD."""
    supported = [name for name, needed in _SUPPORTED.items() if needed in cursor.capabilities]
    if not {name for group in groups for name in group.events} <= set(supported):
        raise BadSyntax("no such event", code=f"BADEVENT ({' '.join(supported)})", status="NO")
