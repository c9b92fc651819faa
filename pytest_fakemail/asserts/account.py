"""An account as a test holds it: credentials, mailboxes, and what can befall it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pytest_fakemail import arguments
from pytest_fakemail.asserts.flags import Flagging, special_uses_of
from pytest_fakemail.asserts.limited import Limited
from pytest_fakemail.asserts.mailbox import MailboxHandle
from pytest_fakemail.asserts.search import checked_timeout
from pytest_fakemail.asserts.waits import blocked_loop, wait
from pytest_fakemail.clock import Duration, seconds
from pytest_fakemail.errors import BadArgument, UnknownMailbox, UnmetExpectation, did_you_mean
from pytest_fakemail.net.waiting import until
from pytest_fakemail.store.tokens import new_app_password
from pytest_fakemail.visible import visible

if TYPE_CHECKING:
    from pytest_fakemail.asserts.oauth import OAuth
    from pytest_fakemail.asserts.sharers import With
    from pytest_fakemail.notices.automatic import AutoReplyStyle


class AccountHandle(Limited):
    """A user of the servers: the same name and password serve SMTP AUTH, POP3 and IMAP.

    Two handles of one account are equal.
    """

    __slots__ = ()

    def __repr__(self) -> str:
        return f"<AccountHandle {visible(self.user)}>"

    def __eq__(self, other: object) -> bool:
        """Whether both are the same account."""
        return self._held is other._held if isinstance(other, AccountHandle) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._held)

    # --- credentials -------------------------------------------------------------------

    @property
    def user(self) -> str:
        """The login name, as it was given when the account was made."""
        return self._held.name

    @property
    def address(self) -> str:
        """The address at which it gets mail; of a name without ``@`` in the default domain."""
        return self._held.address

    @property
    def password(self) -> str:
        """The password; may be set to another, which open sessions do not notice."""
        return self._held.password

    @password.setter
    def password(self, password: str) -> None:
        if not isinstance(password, str):
            raise BadArgument(f"password of type {type(password).__name__}: wanted text")
        self._account.password = password

    def token(
        self,
        *,
        expires_in: Duration | None = None,
        scopes: Sequence[str] = (),
        audience: str | None = None,
    ) -> str:
        """Return a new bearer token for XOAUTH2 and OAUTHBEARER.

        Args:
            expires_in: how long it is good by the servers' clock; for ever if not given.
            scopes: what it is good for; for all protocols if none are given: ``"imap"``,
                ``"https://mail.google.com/"``, ``"https://outlook.office.com/SMTP.Send"``.
                One that is not for mail lets nobody in.
            audience: for whom it is; another than the provider's mail servers lets nobody in.

        Raises:
            BadArgument: no duration, a single text for scopes, or what is no text.
        """
        if isinstance(scopes, str):
            raise BadArgument(f"scopes={scopes!r}: wanted a list, as in [{scopes!r}]")
        scopes = arguments.lines("scopes", scopes)
        if audience is not None:
            arguments.text("audience", audience)
        return self._account.tokens.issue(expires_in=expires_in, scopes=scopes, audience=audience)

    def oauth(self, provider: str | None = None) -> "OAuth":
        """Let the account have tokens of a provider; return what an app's configuration needs.

        Bad tokens are then refused as there.

        Args:
            provider: ``"gmail"``, ``"m365"`` or ``"generic"``; if none is given, whose tokens the
                account has already: those of whom the servers pretend to be.

        Raises:
            BadArgument: another one.
        """
        from pytest_fakemail.asserts.oauth import OAuth

        return OAuth(self._account, provider)

    def require_app_password(self) -> str:
        """Refuse the password from now on; return the one that is made for an app.

        As Gmail does for accounts with a second factor.  Mechanisms that prove a password
        without sending it (CRAM-MD5, SCRAM, APOP) are refused, too; tokens are not.
        """
        self._account.app_password = self._account.app_password or new_app_password()
        return self._account.app_password

    def revoke(self, token: str) -> None:
        """Make a token worthless from now on.

        Raises:
            BadArgument: it is no token of this account.
        """
        if not isinstance(token, str) or self._account.tokens.state(token) == "unknown":
            raise BadArgument(f"no token of {self.user}: {token!r}; token() issues them")
        self._account.tokens.revoke(token)

    @property
    def is_locked(self) -> bool:
        """Whether logins are refused for now."""
        return self._account.is_locked

    def lock(self) -> None:
        """Refuse logins until `unlock`, with the right password too."""
        self._account.lock()

    def unlock(self) -> None:
        """Accept logins again."""
        self._account.unlock()

    # --- what it does by itself --------------------------------------------------------

    def forward(self, *to: str, keep_copy: bool = False, rewrite_sender: bool = False) -> None:
        """Send mail for this account on to others; without any, no more.

        Args:
            to: their addresses, here or elsewhere (`FakeMail.route`).
            keep_copy: whether the INBOX gets it as well.
            rewrite_sender: whether the return path becomes one of ours that leads back to the
                sender (SRS), so that SPF does not fail at the next server.

        Raises:
            BadArgument: no address; a switch that is neither True nor False, or for nobody.
        """
        from pytest_fakemail.store.answering import Forwarding

        for name, value in (("keep_copy", keep_copy), ("rewrite_sender", rewrite_sender)):
            if arguments.switch(name, value) and not to:
                raise BadArgument(f"{name}=True: wanted addresses to forward to, too")
        for address in to:
            if not isinstance(address, str) or "@" not in address.strip("@"):
                raise BadArgument(f"no address to forward to: {address!r}")
            if address.lower() == self._account.address.lower():
                raise BadArgument(f"{address!r} forwards to itself; keep_copy=True keeps a copy")
        self._office()
        self._account.forwarding = Forwarding(to, keep_copy, rewrite_sender) if to else None

    def auto_reply(
        self,
        text: str | None,
        *,
        subject: str | None = None,
        period: Duration = "7d",
        style: "AutoReplyStyle" = "rfc3834",
    ) -> None:
        """Answer mail for this account by itself; with None, no more (RFC 3834).

        Each sender is answered once in a period, by the clock; never a list, a bounce, a
        program, or this account itself.

        Args:
            text: what it says.
            subject: the message's with a prefix, if none is given.
            period: how long it takes until the same sender is answered again.
            style: whose habits it has: ``"rfc3834"``, ``"outlook"`` or ``"gmail"``.

        Raises:
            BadArgument: no text, no duration, an unknown style.
        """
        from pytest_fakemail.notices.automatic import require_style
        from pytest_fakemail.store.answering import AutoReply

        require_style(style)
        for name, value in (("text", text), ("subject", subject)):
            if value is not None and not isinstance(value, str):
                raise BadArgument(f"{name}={value!r}: wanted text")
        self._office()
        reply = None if text is None else AutoReply(text, subject, seconds(period), style)
        self._account.auto_reply = reply

    def _office(self) -> None:
        """Have the post office see to what this account does by itself."""
        if self._store.open_office is not None:
            self._store.open_office()

    # --- mailboxes ---------------------------------------------------------------------

    @property
    def inbox(self) -> MailboxHandle:
        """The mailbox that gets the mail sent to the address."""
        return self.mailbox("INBOX")

    @property
    def mailboxes(self) -> dict[str, MailboxHandle]:
        """All mailboxes by name, INBOX first, the others sorted."""
        with self._store.lock:
            return {name: self.mailbox(name) for name in self._account.mailboxes}

    @property
    def subscribed(self) -> list[str]:
        """The names that LSUB and LIST (SUBSCRIBED) show, sorted."""
        with self._store.lock:
            return sorted(self._account.mailboxes.subscribed)

    def mailbox(
        self, name: str, *, create: bool = False, special_use: Flagging = ()
    ) -> MailboxHandle:
        r"""Return the mailbox of this name; ``settings.separator`` stands between its levels.

        Args:
            name: its full name; INBOX in any case.
            create: make it, and those above it, if it is not there.
            special_use: with `create`, what it is for (RFC 6154): ``"\\Archive"``,
                ``"archive"``, or several; a mailbox that is there already gets these.

        Raises:
            UnknownMailbox: there is none.
            BadArgument: it cannot be made, because no mailbox can have such a name or use.
        """
        tree = self._account.mailboxes
        if not isinstance(name, str):
            raise BadArgument(f"no mailbox name: {name!r}; wanted e.g. 'INBOX'")
        arguments.switch("create", create)
        uses = special_uses_of(special_use)
        if uses and not create:
            raise BadArgument(f"special_use={special_use!r} is for a new mailbox: add create=True")
        with self._store.registry as registry:
            if create and self._get(name) is None:
                tree.create(name, attributes=uses)
            elif uses and name in tree:
                tree[name].attributes = tuple(uses)
                registry.touched()
            found = self._get(name)
            if found is None:
                raise UnknownMailbox(f"{self._no_mailbox(name)}; create=True makes one")
            return found

    def share(self, name: str, *, with_: "With", rights: str) -> MailboxHandle:
        """Let somebody else use a mailbox, which is made if it is not there; return it.

        To others it is ``"Users/ann@example.test/Invoices"`` (``settings.namespaces``).  Sessions
        that are open find it at once.

        Args:
            name: the mailbox, as its owner calls it.
            with_: an account, its address or login name; ``"anyone"`` for all, ``"authenticated"``
                for all but anonymous users.  With ``-`` before it, the rights are taken.
            rights: exactly those that he has from now on: letters of RFC 4314 §2.1, ``"lrswi"``.

        Raises:
            BadArgument: no such right, nobody, no possible name, or no namespaces for it.
        """
        from pytest_fakemail.asserts.sharers import identifier
        from pytest_fakemail.asserts.sharing import shared

        return shared(self._store, self._account, name, {identifier(with_): rights})

    def wait_for_mailbox(self, name: str, *, timeout: Duration = 5) -> MailboxHandle:
        """Return the mailbox of this name as soon as the app has made it.

        Raises:
            UnmetExpectation: there is none in time.
            BadArgument: no possible timeout.
        """
        limit = checked_timeout(timeout)
        arguments.text("name", name, "the name of a mailbox")
        found = wait(self._store.subscribe, lambda: self._get(name), limit)
        if found is None:
            raise UnmetExpectation(self._missing(name, limit) + blocked_loop())
        return found

    async def wait_for_mailbox_async(self, name: str, *, timeout: Duration = 5) -> MailboxHandle:  # noqa: ASYNC109  (as its twin)
        """Do as `wait_for_mailbox` without blocking the asyncio or trio loop that awaits it."""
        limit = checked_timeout(timeout)
        arguments.text("name", name, "the name of a mailbox")
        found = await until(self._store.subscribe, lambda: self._get(name), limit)
        if found is None:
            raise UnmetExpectation(self._missing(name, limit))
        return found

    def _get(self, name: str) -> MailboxHandle | None:
        with self._store.lock:
            found, owner = self._account.mailboxes.get(name), self._account
            sharing = self._store.sharing
            if found is None and sharing is not None:
                found, owner = sharing.seen_by(self._account, name)
        return None if found is None else MailboxHandle(found, owner, self._store)

    def _no_mailbox(self, name: str) -> str:
        """Say which there are, those that others share with it too."""
        sharing = self._store.sharing
        tree = self._account.mailboxes
        reach = None if sharing is None else sharing.reach(self._account)
        known = list(tree) if reach is None else list(reach)
        below = [one for one in known if one.endswith(f"{tree.hierarchy.separator}{name}")]
        guess = f"did you mean {below[0]!r}? " if below else did_you_mean(name, known)
        return f"no mailbox {name!r}; {guess}there is {', '.join(known)}"

    def _missing(self, name: str, limit: float) -> str:
        return f"no mailbox {name!r} within {limit:g} s; there is {', '.join(self.mailboxes)}"
