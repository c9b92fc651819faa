"""ESEARCH: one search of many mailboxes (RFC 7377).

Mailboxes that the user may not read are not searched, nor those that are not there, and nothing
tells the two apart (§2.2, §5).  Each is looked at when its turn comes, in a view of its own, as
EXAMINE makes one; the selected one as its client knows it.
"""

from collections.abc import Iterator, Sequence

from pytest_fakemail.imap.client import Client
from pytest_fakemail.imap.commands.contexts import begun, context_of
from pytest_fakemail.imap.commands.inquiry import (
    Inquiry,
    done,
    prepared,
    require_no_charset_in_utf8,
)
from pytest_fakemail.imap.commands.limits import message_limit, told
from pytest_fakemail.imap.commands.mailbox_filters import covered
from pytest_fakemail.imap.commands.telling import tell_all_numbers
from pytest_fakemail.imap.grammar.mailbox_filters import MailboxFilter
from pytest_fakemail.imap.grammar.multisearch import MultiSearch, esearch
from pytest_fakemail.imap.responses.esearch import mailbox_correlator
from pytest_fakemail.imap.table import AUTHENTICATED, SELECTED, Answer, Refused, Table
from pytest_fakemail.store.mailbox import Mailbox
from pytest_fakemail.store.view import View
from pytest_fakemail.wire.exchange import Exchange

table = Table("MULTISEARCH")


def tell_sources(client: Client, exchange: Exchange, asked: MultiSearch) -> None:
    """The command may find any message of the selected mailbox, or is about those it names."""
    if not asked.is_of_others:
        tell_all_numbers(client, exchange, asked)
        return
    names = [name for source in asked.sources for name in source.names]
    exchange.mailbox = names[0] if len(names) == len(asked.sources) == 1 else None


@table.command("ESEARCH", esearch, states=AUTHENTICATED, looks_first=True, tell=tell_sources)
# The grammar has no UID ESEARCH, but the example of §2 does.
@table.command("UID ESEARCH", esearch, states=SELECTED, looks_first=True, tell=tell_sources)
def esearch_command(client: Client, arguments: MultiSearch) -> Answer:
    """Search the mailboxes; answer with UIDs, for each in which something is found (§2.1)."""
    _require_state(client, arguments)
    require_no_charset_in_utf8(client, arguments.search)
    asked = prepared(client, arguments.search)
    update = context_of(client, asked, is_uid=True, has_mailbox=True)
    mailboxes = list(_sought(client, arguments.sources))
    limit = _Limit(client, is_for_many=len(mailboxes) > 1)
    are_some_gone = is_begun = False
    for mailbox in mailboxes:
        view = _view(client, mailbox)
        is_empty = not view.exists and view is not client.view
        if view.is_void or is_empty or not limit.has_room(view):
            continue
        inquiry = Inquiry(client, view, asked)
        found, has_gone = yield from inquiry.found()
        found, is_whole = limit.within(inquiry, found)
        are_some_gone = are_some_gone or has_gone
        correlators = mailbox_correlator(client, view, client.tag)
        line = inquiry.extended(correlators, list(found), is_uid=True)
        yield line if found else b""
        if view is client.view:
            is_begun = True
            uids = inquiry.uids(found) if update else ()
            yield begun(client, update, uids, inquiry.scores, is_whole=is_whole)
    if not is_begun:
        yield begun(client, update, (), is_whole=False)
    untagged, code = told("EXPUNGEISSUED" if are_some_gone else "", limit.code)
    yield untagged
    return done(asked, are_some_gone=are_some_gone, limit=code)


def _require_state(client: Client, arguments: MultiSearch) -> None:
    """Go on if there is a selected mailbox where one is needed (§2.2).

    Raises:
        Refused: BAD, there is none, or SAVE of another mailbox; NONEXISTENT, it is gone.
    """
    asked, view = arguments.search, client.view
    if view is None and (arguments.is_of_selected or asked.update is not None):
        raise Refused("No mailbox is selected", status="BAD")
    if arguments.is_of_others and "SAVE" in (asked.returns or ()):
        raise Refused("SAVE is for the selected mailbox alone", status="BAD")
    if view is not None and view.is_void and (arguments.is_of_selected or asked.update is not None):
        raise Refused("The selected mailbox is gone", code="NONEXISTENT")


class _Limit:
    """How many messages may be searched (RFC 9738 §3.1, RFC 7377 §2.4).

    With one mailbox the client is told up to where; of several those that are too much are left
    out, for a UID would not say whose it is.
    """

    def __init__(self, client: Client, *, is_for_many: bool) -> None:
        self._left = message_limit(client) if is_for_many else 0
        self._is_for_many = is_for_many and self._left > 0
        self.code = ""

    def has_room(self, view: View) -> bool:
        """Whether all messages of another mailbox may be searched, too."""
        if not self._is_for_many:
            return True
        if view.exists > self._left:
            self.code = "LIMIT"
            return False
        self._left -= view.exists
        return True

    def within(self, inquiry: Inquiry, found: Sequence[int]) -> tuple[Sequence[int], bool]:
        """Return what was found in as many messages as may be searched, and if those are all."""
        if self._is_for_many:
            return found, True
        found, self.code = inquiry.within_limit(found)
        return found, not self.code


def _view(client: Client, mailbox: Mailbox) -> View:
    if client.view is not None and client.view.mailbox is mailbox:
        return client.view
    return View(mailbox, is_read_only=True, who=client.owner)


def _sought(client: Client, sources: Sequence[MailboxFilter]) -> Iterator[Mailbox]:
    """Yield the mailboxes that are meant and may be read, each once (§2.2)."""
    seen: set[Mailbox] = set()
    for source in dict.fromkeys(sources):
        for mailbox in _meant(client, source):
            if mailbox not in seen and client.may(mailbox, "r"):
                seen.add(mailbox)
                yield mailbox


def _meant(client: Client, source: MailboxFilter) -> Iterator[Mailbox]:
    """Yield the mailboxes that one source means; what it does not name takes the right ``l``."""
    if source.is_selected:
        yield client.selected.mailbox
        return
    tree = client.mailboxes
    named = dict.fromkeys(map(tree.hierarchy.canonical, source.names))
    others = [] if source.kind == "MAILBOXES" else covered(tree, source)
    hidden = named.keys() - set(others)
    for name in (*(name for name in named if name in hidden), *others):
        mailbox = client.find(name)
        if mailbox is not None and (name in named or client.may(mailbox, "l")):
            yield mailbox
