"""What the server knows of one client: who it is, which mailbox it selected, what it enabled.

Handlers of commands work on a `Client`; octets are the business of `session`.
"""

from pytest_fakemail.imap.capabilities import Granted, announced
from pytest_fakemail.imap.framing import Framer
from pytest_fakemail.imap.grammar.numbers import SequenceSet
from pytest_fakemail.imap.table import Done, Refused, State
from pytest_fakemail.store.account import Account
from pytest_fakemail.store.mailbox import Mailbox
from pytest_fakemail.store.numbers import Uid
from pytest_fakemail.store.view import Numbered, OutOfRange, View
from pytest_fakemail.wire.exchange import Connection
from pytest_fakemail.wire.session import Service


class Client:
    """One connection's client; handlers are called with the store's lock held.

    `account` is there since the login, `view` while a mailbox is selected, `enabled` holds
    what ENABLE or the use of CONDSTORE switched on, `saved` the UIDs of SEARCH's ``$``, `tag`
    that of the command being done.
    """

    def __init__(self, service: Service, connection: Connection, framer: Framer) -> None:
        self.service = service
        self.connection = connection
        self.registry = service.store.registry
        self.tag = ""
        self._framer = framer
        self.forget_login()

    def forget_login(self) -> None:
        """Be as at the greeting: all that a login or what came after it has changed is here.

        RFC 8437 §3: "all connection state except for the state of the TLS layer".
        """
        self.state = State.NOT_AUTHENTICATED
        self.account: Account | None = None
        self.view: View | None = None
        self.saved: frozenset[Uid] = frozenset()
        self.is_compressed = False
        self.enabled: set[str] = set()
        self.granted = Granted(self.service.capabilities, self.enabled)
        self.connection.user = None
        self.connection.token = None

    @property
    def is_rev2(self) -> bool:
        """Whether IMAP4rev2 is spoken."""
        return self.granted.is_rev2

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

    def mailbox(self, name: str, *, code: str = "NONEXISTENT") -> Mailbox:
        """Return a mailbox of the account.

        Raises:
            Refused: with this response code, if there is none.
        """
        mailbox = self.owner.mailboxes.get(name)
        if mailbox is None:
            raise Refused("There is no such mailbox", code=code)
        return mailbox

    def target(self, name: str) -> Mailbox:
        """Return a mailbox of the account to put messages into.

        Raises:
            Refused: TRYCREATE, there is none; NOPERM (RFC 5530 §3), it is read-only.
        """
        mailbox = self.mailbox(name, code="TRYCREATE")
        if mailbox.rights.is_read_only:
            raise Refused("The mailbox is read-only", code="NOPERM")
        return mailbox

    def select(self, view: View) -> None:
        """Enter the selected state."""
        self.view = view
        self.saved = frozenset()
        self.state = State.SELECTED

    def deselect(self) -> None:
        """Return to the authenticated state, from wherever in it."""
        self.view = None
        self.saved = frozenset()
        self.state = State.AUTHENTICATED

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

    def require_write(self) -> None:
        """Go on only if the selected mailbox may be changed.

        Raises:
            Refused: READ-ONLY, it was EXAMINEd, or is so for everybody.
        """
        if self.selected.is_read_only or self.selected.mailbox.rights.is_read_only:
            raise Refused("The mailbox was selected read-only", code="READ-ONLY")

    def deleted(self) -> list[Uid]:
        r"""Return the UIDs of the messages with ``\Deleted`` that the client was told of."""
        view = self.selected
        last = view.last_uid
        return sorted(uid for uid in view.mailbox.deleted if uid <= last)
