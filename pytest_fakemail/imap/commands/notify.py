"""NOTIFY: what a client wants to hear of, all the time (RFC 5465)."""

from collections.abc import Sequence
from functools import partial

from pytest_fakemail.imap.client import Client
from pytest_fakemail.imap.commands.fetch import fetched_unasked
from pytest_fakemail.imap.commands.watching import NOTHING, Watch
from pytest_fakemail.imap.grammar.mailbox_filters import SELECTED_DELAYED
from pytest_fakemail.imap.grammar.notify import FLAG_CHANGE, EventGroup, Notify, notify
from pytest_fakemail.imap.hearing import USUAL, Hearing
from pytest_fakemail.imap.responses.updates import news
from pytest_fakemail.imap.table import AUTHENTICATED, DONE, Answer, Refused, Table

table = Table("NOTIFY")


@table.command("NOTIFY", notify, states=AUTHENTICATED)
def notify_command(client: Client, arguments: Notify) -> Answer:
    """Replace what the client hears unasked; with SET it is told first what has happened so far."""
    if not arguments.is_set:
        client.listen(NOTHING, None)
        return DONE
    hearing = _hearing(client, arguments)
    most = client.service.settings.imap_notify_mailboxes
    _require_few(arguments.groups, most)
    watch = Watch(client, arguments.groups, is_listening=hearing.is_always)
    _require_few(watch.mailboxes, most)
    # RFC 5465 §3.1: SET "implies an implicit NOOP command", whatever was wanted until now.
    client.listen(USUAL, None)
    yield news(client, expunges_allowed=True)
    client.listen(hearing, watch)
    watch.begin()
    if arguments.wants_status:
        yield from watch.initial()
    return DONE


def _require_few(watched: Sequence[object], most: int) -> None:
    if len(watched) > most:
        raise Refused("Those are too many mailboxes", code="NOTIFICATIONOVERFLOW")


def _hearing(client: Client, arguments: Notify) -> Hearing:
    """Return what is told of the selected mailbox, whichever that is at the time."""
    for group in arguments.groups:
        if group.mailboxes.is_selected and group.events:
            return _of_selected(client, group)
    # RFC 5465 §3.1: not to name it "is the same as specifying SELECTED NONE".
    return NOTHING


def _of_selected(client: Client, group: EventGroup) -> Hearing:
    return Hearing(
        flags=FLAG_CHANGE in group.events,
        is_always=True,
        delays_expunges=group.mailboxes.kind == SELECTED_DELAYED,
        has_uids=True,
        arrived=partial(fetched_unasked, client, group.items) if group.items else None,
    )
