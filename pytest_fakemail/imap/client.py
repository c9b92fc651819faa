"""What the server knows of one client: who it is, which mailbox it selected, what it enabled.

Handlers of commands work on a `Client`; octets are the business of `session`.
"""

from typing import TYPE_CHECKING, Protocol
from weakref import ref

from pytest_fakemail.imap.capabilities import Granted, announced
from pytest_fakemail.imap.framing import Framer
from pytest_fakemail.imap.grammar.numbers import SequenceSet
from pytest_fakemail.imap.hearing import USUAL, Follower, Hearing, Watcher
from pytest_fakemail.imap.table import Done, Refused, State
from pytest_fakemail.query.comparators import CASEMAP, Comparator
from pytest_fakemail.store.account import Account
from pytest_fakemail.store.mailbox import Mailbox
from pytest_fakemail.store.numbers import Uid
from pytest_fakemail.store.usage import Usage
from pytest_fakemail.store.view import Numbered, OutOfRange, View
from pytest_fakemail.wire.exchange import Connection
from pytest_fakemail.wire.session import Service

if TYPE_CHECKING:
    from array import array

    from pytest_fakemail.imap.languages.speech import Speech
    from pytest_fakemail.store.reach import Reach
    from pytest_fakemail.store.sharing import Sharing
    from pytest_fakemail.store.tree import Tree


class Teller(Protocol):
    """What a client is told besides of its selected mailbox."""

    def told(self) -> bytes:
        """Return untagged responses with what is new; they are sent."""


class Client:
    """One connection's client; handlers are called with the store's lock held.

    `account` is there since the login, `view` while a mailbox is selected, `enabled` holds
    what ENABLE or the use of CONDSTORE switched on, `saved` the UIDs of SEARCH's ``$``, `tag`
    that of the command being done.  `hearing` and `watcher` are what it hears unasked,
    `followers` what else follows the selected mailbox; `reference` is what logs know it by;
    `tellers` have news besides those of the selected mailbox; `order` is the last in which it
    was sorted, `threads` what it was last told of its threads.
    """

    def __init__(self, service: Service, connection: Connection, framer: Framer) -> None:
        self.service = service
        self.connection = connection
        self.registry = service.store.registry
        self.tag = ""
        self.reference = ref(self)
        self.watcher: Watcher | None = None
        self._framer = framer
        self.forget_login()

    def forget_login(self) -> None:
        """Be as at the greeting: all that a login or what came after it has changed is here.

        RFC 8437 §3: "all connection state except for the state of the TLS layer".
        """
        self.state = State.NOT_AUTHENTICATED
        self.account: Account | None = None
        self.view: View | None = None
        self.followers: list[Follower] = []
        self.order: tuple[object, array[int]] | None = None
        self.threads: tuple[object, str] | None = None
        self.saved: frozenset[Uid] = frozenset()
        self._comparator = CASEMAP
        self.is_compressed = False
        self.listen(USUAL, None)
        self.enabled: set[str] = set()
        self.granted = Granted(self.service.capabilities, self.enabled)
        self.tellers: list[Teller] = []
        self.speak(None)
        self.connection.user = None
        self.connection.token = None

    def speak(self, speech: "Speech | None") -> None:
        """Say the server's own texts so from now on; None as they are, in English."""
        self.speech = self.connection.speech = speech

    def said(self, lines: bytes) -> bytes:
        """Return whole lines of responses as the client gets them."""
        return lines if self.speech is None else self.speech.said(lines)

    @property
    def is_rev2(self) -> bool:
        """Whether IMAP4rev2 is spoken."""
        return self.granted.is_rev2

    @property
    def is_uid_only(self) -> bool:
        """Whether no message number is said any more, by either side (RFC 9586 §3)."""
        return "UIDONLY" in self.enabled

    @property
    def comparator(self) -> Comparator:
        """What texts are compared by: as long as nothing else was asked for, i;unicode-casemap."""
        return self._comparator if "I18NLEVEL=2" in self.granted else CASEMAP

    def compare_by(self, comparator: Comparator) -> None:
        """Compare texts by this from now on (RFC 5255 §4.7)."""
        self._comparator = comparator

    @property
    def is_utf8(self) -> bool:
        """Whether mailbox names are UTF-8 (RFC 6855 §3, RFC 9051 §5.1)."""
        return self.is_rev2 or "UTF8=ACCEPT" in self.enabled

    @property
    def capability_line(self) -> str:
        """What CAPABILITY lists now."""
        is_authenticated = self.state is not State.NOT_AUTHENTICATED
        return announced(self.service, self.connection, is_authenticated=is_authenticated)

    @property
    def owner(self) -> Account:
        """The account that is logged in; for handlers of states that have one."""
        if self.account is None:
            raise LookupError("nobody is logged in")
        return self.account

    def told_besides(self) -> bytes:
        """Return what is new besides the selected mailbox; nothing for nearly all clients."""
        return b"".join([teller.told() for teller in self.tellers]) if self.tellers else b""

    @property
    def selected(self) -> View:
        """The view of the selected mailbox; for handlers of that state."""
        if self.view is None:
            raise LookupError("no mailbox is selected")
        return self.view

    def log_in(self, account: Account) -> Done:
        """Enter the authenticated state; the reply tells the capabilities as they are now."""
        self.account = account
        self.connection.user = account.name
        self.state = State.AUTHENTICATED
        return Done("Logged in", code=f"CAPABILITY {self.capability_line}")

    @property
    def mailboxes(self) -> "Tree | Reach":
        """All mailboxes that the user can name, others' too."""
        sharing = self.sharing
        return self.owner.mailboxes if sharing is None else sharing.reach(self.owner)

    @property
    def sharing(self) -> "Sharing | None":
        """Who shares what; None as long as nobody shares, and nobody can."""
        store = self.service.store
        return store.share() if "ACL" in self.granted else store.sharing

    def find(self, name: str) -> Mailbox | None:
        """Return a mailbox, whatever the user may know of it."""
        sharing = self.sharing
        if sharing is None:
            return self.owner.mailboxes.get(name)
        return sharing.reach(self.owner).find(name)

    def mailbox(self, name: str, right: str = "r", *, code: str = "NONEXISTENT") -> Mailbox:
        """Return a mailbox in which the user has a right (RFC 4314 §2.1): to read, by default.

        Raises:
            Impossible, Refused: with this response code, there is none that he may know of; NOPERM.
        """
        sharing = self.sharing
        if sharing is not None:
            return sharing.reach(self.owner).require(name, right, code=code)
        mailbox = self.owner.mailboxes.get(name)
        if mailbox is None:
            raise Refused("There is no such mailbox", code=code)
        return mailbox

    def target(self, name: str) -> Mailbox:
        """Return a mailbox to put messages into.

        Raises:
            Impossible, Refused: TRYCREATE, there is none; NOPERM (RFC 5530 §3), it is read-only,
                or the user has no right to do that.
        """
        mailbox = self.mailbox(name, "i", code="TRYCREATE")
        if mailbox.rights.is_read_only:
            raise Refused("The mailbox is read-only", code="NOPERM")
        return mailbox

    def may(self, mailbox: Mailbox, right: str) -> bool:
        """Whether the user has a right in a mailbox (RFC 4314 §2.1)."""
        return mailbox.rights.acl is None or mailbox.rights.of(self.owner).may(right)

    def is_own(self, mailbox: Mailbox) -> bool:
        """Whether a mailbox is the user's own."""
        acl = mailbox.rights.acl
        return acl is None or acl.home.owner == self.owner.name

    def name_of(self, mailbox: Mailbox) -> str:
        """Return the full name that a mailbox has for this user."""
        acl = mailbox.rights.acl
        prefix = "" if acl is None or self.is_own(mailbox) else acl.home.prefix
        return prefix + mailbox.name

    @property
    def selected_name(self) -> str | None:
        """The full name of the selected mailbox; None if none is."""
        return None if self.view is None else self.name_of(self.view.mailbox)

    def usage(self, mailbox: Mailbox) -> Usage:
        """Return what counts the mailbox, and what limits it: its owner's."""
        acl = mailbox.rights.acl
        return self.owner.usage if acl is None else acl.home.usage

    def select(self, view: View) -> None:
        """Enter the selected state."""
        self._turn_to(view)
        self.state = State.SELECTED

    def deselect(self) -> None:
        """Return to the authenticated state, from wherever in it."""
        self._turn_to(None)
        self.state = State.AUTHENTICATED

    def _turn_to(self, view: View | None) -> None:
        self.view = view
        self.saved = frozenset()
        self.followers.clear()
        self.order = self.threads = None
        if self.watcher is not None:
            self.watcher.selected(view)

    def listen(self, hearing: Hearing, watcher: Watcher | None) -> None:
        """Hear this from now on, and nothing that was asked for before."""
        if self.watcher is not None:
            self.watcher.end()
        self.hearing, self.watcher = hearing, watcher

    def end(self) -> None:
        """Leave for good, and hold on to nothing of the store."""
        self.state = State.LOGOUT
        self.view = None
        self.followers.clear()
        self.listen(USUAL, None)

    def forget_received(self) -> None:
        """Drop what arrived behind this command: before TLS anybody may have written it."""
        self._framer.clear()

    def take_received(self) -> bytes:
        """Return what arrived behind this command, and forget it."""
        received = self._framer.unfinished
        self._framer.clear()
        return received

    def resolve(self, numbers: SequenceSet, *, is_uid: bool) -> Numbered:
        """Return the numbers and messages that a sequence set names, in order.

        Raises:
            Refused: BAD, a message number beyond the mailbox.
        """
        view = self.selected
        if numbers.is_saved:
            return view.by_uid((uid, uid) for uid in self.saved)
        if is_uid:
            return view.by_uid(numbers.ranges)
        try:
            return view.by_number(numbers.ranges)
        except OutOfRange as outside:
            raise Refused(str(outside), status="BAD") from None

    def require_write(self, rights: str = "") -> None:
        """Go on only if the selected mailbox may be changed, by who has these rights.

        Raises:
            Refused: READ-ONLY, it was EXAMINEd, or is so for everybody; NOPERM.
        """
        view = self.selected
        if view.is_read_only or view.mailbox.rights.is_read_only:
            raise Refused("The mailbox was selected read-only", code="READ-ONLY")
        if not all(map(view.rights.may, rights)):
            raise Refused("You have no right to do that", code="NOPERM")

    def deleted(self) -> list[Uid]:
        r"""Return the UIDs of the messages with ``\Deleted`` that the client was told of."""
        view = self.selected
        last = view.last_uid
        return [uid for uid in sorted(view.mailbox.deleted) if uid <= last]
