"""The root of all mail: accounts, aliases, and the outbox of what SMTP accepted."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Protocol

from pytest_fakemail.clock import Clock
from pytest_fakemail.domains import address_key
from pytest_fakemail.errors import BadArgument
from pytest_fakemail.settings import Settings
from pytest_fakemail.store.account import Account
from pytest_fakemail.store.hierarchy import Hierarchy
from pytest_fakemail.store.namespaces import below, personal_prefix
from pytest_fakemail.store.registry import Registry
from pytest_fakemail.store.special_uses import SPECIAL_USES
from pytest_fakemail.store.traces import asks_for_reports, traced
from pytest_fakemail.store.usage import Usage

if TYPE_CHECKING:
    from pytest_fakemail.mime.name_server import NameServer
    from pytest_fakemail.store.content import Content
    from pytest_fakemail.store.delivery import Delivery
    from pytest_fakemail.store.sharing import Sharing
    from pytest_fakemail.store.tree import Tree


if TYPE_CHECKING:

    class Office(Protocol):
        """What becomes of mail that is not, or not only, for mailboxes here."""

        @property
        def has_routes(self) -> bool:
            """Whether mail goes anywhere else."""

        def is_local(self, domain: str) -> bool:
            """Whether a domain is said to be ours."""

        def takes(self, address: str) -> bool:
            """Whether mail for an address goes somewhere though nobody here has it."""

        def keeps(self, address: str) -> bool:
            """Whether mail for an address may go into a mailbox here."""

        def accepted(
            self, delivery: "Delivery", here: Mapping[Account, str], elsewhere: Sequence[str]
        ) -> None:
            """Take a message: the accounts that have it, and for whom it has to leave."""

        def flush_domain(self, domain: str) -> int:
            """Try now what waits for a domain (``@x.test``: and for those below it); count it."""


class Store:
    """Everything that a FakeMail's servers know; made with the default account.

    Usable from any thread.  `lock` is the one lock, `deliveries` the outbox in order, `cleared`
    how many `Outbox.clear` has forgotten, `posted` the numbers of contents that servers wrote
    themselves (reports of failure …), `seeded` those that the test has put into mailboxes while a
    sweep looks, None without one, `name_server` what returns the one that tells whether mail
    is authentic, `is_past` whether its FakeMail was reset, and has another now.
    """

    def __init__(
        self, settings: Settings, clock: Clock, mailboxes: Mapping[str, str] | None = None
    ) -> None:
        self.settings = settings
        standard = SPECIAL_USES if mailboxes is None else mailboxes
        if prefix := personal_prefix(settings):
            standard = {below(prefix, name): use for name, use in standard.items()}
        self._standard = standard if settings.mailboxes == "standard" else {}
        self.registry = Registry(clock, keeps_nul=settings.imap_keeps_nul)
        self.lock = self.registry.lock
        self.deliveries: list[Delivery] = []
        self.looked_at: dict[int, bytes] = {}
        self.cleared = 0
        self.is_past = False
        self.posted: set[int] = set()
        self.seeded: set[int] | None = None
        self.sharing: Sharing | None = None
        self.office: Office | None = None
        self.open_office: Callable[[], Office] | None = None
        self.name_server: Callable[[], NameServer | None] | None = None
        separator = settings.separator
        self._hierarchy = Hierarchy(None if separator == "NIL" else separator)
        self._accounts: dict[str, Account] = {}
        self._by_address: dict[str, Account] = {}
        self._aliases: dict[str, tuple[str, ...]] = {}
        self._begin()

    @property
    def accounts(self) -> Mapping[str, Account]:
        """All accounts by login name, in the order in which they were made."""
        return {account.name: account for account in self._accounts.values()}

    @property
    def holders(self) -> list[Account]:
        """Everybody who has mailboxes: all accounts, and last whoever has those of nobody."""
        commons = () if self.sharing is None else (self.sharing.commons,)
        return [*self._accounts.values(), *commons]

    @property
    def aliases(self) -> Mapping[str, tuple[str, ...]]:
        """The members of each alias, by its address in lower case."""
        return MappingProxyType(self._aliases)

    def _begin(self) -> None:
        self.add_account(self.settings.user, self.settings.password)
        if self.settings.namespaces != Settings.namespaces:
            self.share()  # whoever names them wants them announced, or to hear of the mistake

    def share(self) -> "Sharing":
        """Return who shares what; from now on there are namespaces for it (`sharing`)."""
        if self.sharing is None:
            from pytest_fakemail.store.furniture import maker
            from pytest_fakemail.store.sharing import Sharing

            names = () if self.settings.gmail_labels else self.settings.namespaces
            domain = self.settings.domain
            self.sharing = Sharing(
                self.registry,
                self._accounts,
                self._hierarchy,
                names,
                domain=domain,
                make=maker(self.settings),
            )
        return self.sharing

    @property
    def is_untouched(self) -> bool:
        """Whether nothing was ever done to it: the default account alone, and no mail."""
        trees = [account.mailboxes for account in self.holders]
        mail = any(len(tree[name].messages) for tree in trees for name in tree)
        return len(self._accounts) == 1 and not mail and not self.deliveries

    def subscribe(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call `listener` after every change, in the changing thread, without the lock.

        Returns what ends that.
        """
        return self.registry.subscribe(listener)

    def reset(self) -> None:
        """Return to how the store was made; sessions still open lose their mailboxes.

        UIDVALIDITY goes on growing, so that what clients kept cannot be mistaken for new.
        """
        with self.registry as registry:
            for account in self.holders:
                for name in account.mailboxes if account.is_furnished else ():
                    account.mailboxes[name].discard()
            self.deliveries.clear()
            self.cleared = 0
            self.posted.clear()
            self.sharing = None
            self._accounts.clear()
            self._by_address.clear()
            self._aliases.clear()
            self._begin()
            registry.touched()

    # --- accounts ----------------------------------------------------------------------

    def account(self, name: str) -> Account | None:
        """Return the account with this login name or address, in any case, or None."""
        key = address_key(name)
        return self._accounts.get(key) or self._by_address.get(key)

    def account_for(self, name: str, password: str | None) -> Account:
        """Return the account of this name, made if need be, with this password if one is given.

        Raises:
            BadArgument: a name that cannot be one, a password that is no text.
        """
        if not isinstance(name, str):
            raise BadArgument(f"no login name: {name!r}; wanted e.g. 'ann@example.test'")
        if password is not None and not isinstance(password, str):
            raise BadArgument(f"password of type {type(password).__name__}: wanted text")
        known = self.account(name)
        if known is None:
            return self.add_account(name, password or self.settings.password)
        if password is not None:
            known.password = password
        return known

    def add_account(self, name: str, password: str) -> Account:
        """Return the account of this name with this password; made if it is not there yet.

        Raises:
            BadArgument: an empty name, or one with white space or control characters.
        """
        has_space = " " in name and name[0] != '"'  # as in "john doe"@example.test
        if not name or has_space or not name.isprintable():  # other white space is not, either
            raise BadArgument(f"no login name: {name!r}")
        with self.registry as registry:
            account = self.account(name)
            if account is None:
                address = name if "@" in name else f"{name}@{self.settings.domain}"
                account = Account(
                    name, address, password, registry=registry, furnish=self._furnished
                )
                account.oauth_provider = self.settings.provider
                self._accounts[address_key(name)] = account
                self._by_address[self._key(address)] = account
                if len(self._accounts) > 1:  # so that UIDVALIDITYs are in the accounts' order
                    for one in self._accounts.values():
                        one.furnished()
                registry.touched()
            account.password = password
            return account

    def _furnished(self, usage: Usage) -> "Tree":
        from pytest_fakemail.store.furniture import furnished

        return furnished(self.settings, self._standard, self.registry, self._hierarchy, usage)

    def login(self, name: str, password: str) -> Account | None:
        """Return the account that this name and password open, or None.

        With ``settings.accept_any_login`` an unknown name gets an account.  Whether the
        account is locked is the caller's question.
        """
        account = self.account(name)
        if account is not None:
            is_open = self.settings.accept_any_login or account.accepts_password(password)
            return account if is_open else None
        if not self.settings.accept_any_login:
            return None
        try:
            return self.add_account(name, password)
        except BadArgument:
            return None

    # --- addresses ---------------------------------------------------------------------

    def add_alias(self, address: str, members: Sequence[str]) -> None:
        """Let mail for this address reach these; a name without @ gets the default domain.

        ``*@example.test`` is a catch-all: what reaches nobody else in the domain.

        Raises:
            BadArgument: no members, an address without a local part, another wildcard.
        """
        if not isinstance(address, str) or not address or address.startswith("@"):
            raise BadArgument(f"no address for an alias: {address!r}")
        if "*" in address and (not address.startswith("*@") or "*" in address[1:]):
            raise BadArgument(
                f"no address for an alias: {address!r}; a catch-all is '*@example.test'"
            )
        is_list = isinstance(members, Collection) and not isinstance(members, str | bytes)
        if not is_list or not members or not all(isinstance(one, str) and one for one in members):
            raise BadArgument(f"no members for the alias {address}: {members!r}; wanted a list")
        with self.registry as registry:
            self._aliases[self._key(address)] = tuple(members)
            registry.touched()

    def accounts_at(self, address: str) -> list[Account]:
        """Return the accounts that mail for an address reaches, each once.

        Looks through aliases, and through aliases of aliases; takes the address in any
        case and with a sub-address (``ann+tag@example.test``, RFC 5233).
        """
        if not self._aliases:
            account = self._addressed(self._key(address))
            return [] if account is None else [account]
        with self.registry.lock:  # nothing changes here, so nobody is told
            found: dict[str, Account] = {}
            self._find(address, found, set())
            return list(found.values())

    def elsewhere(self, address: str) -> list[str]:
        """Return the addresses behind this one, after aliases, that no account has."""
        others: list[str] = []
        waiting, visited = [address], set()
        with self.registry.lock:
            while waiting:
                one = waiting.pop(0)
                key = self._key(one)
                if key in visited:
                    continue
                visited.add(key)
                members = self._aliases.get(key) or self._aliases.get(_without_tag(key))
                if members is None and self._addressed(key) is None:
                    members = self._aliases.get(f"*@{key.rpartition('@')[2]}")
                    if members is None:
                        others.append(one)
                waiting += members or ()
        return others

    def takes_elsewhere(self, address: str) -> bool:
        """Whether mail for an address that no account has goes somewhere."""
        office = self.office
        return office is not None and any(map(office.takes, self.elsewhere(address)))

    def _addressed(self, key: str) -> Account | None:
        account = self._by_address.get(key)
        if account is None and "+" in key:
            account = self._by_address.get(_without_tag(key))
        return account

    def _find(self, address: str, found: dict[str, Account], visited: set[str]) -> None:
        key = self._key(address)
        if key in visited:
            return
        visited.add(key)
        for candidate in (key, _without_tag(key)):
            if candidate in self._aliases:
                for member in self._aliases[candidate]:
                    self._find(member, found, visited)
                return
            if candidate in self._by_address:
                account = self._by_address[candidate]
                found[account.name] = account
                return
        for member in self._aliases.get(f"*@{key.rpartition('@')[2]}", ()):
            self._find(member, found, visited)

    def _key(self, address: str) -> str:
        if "@" in address and address[0] not in '"@':  # as nearly all are
            return address_key(address)
        local, _, domain = address.rpartition("@")
        if not local:
            local, domain = address, self.settings.domain
        if len(local) > 1 and local[0] == local[-1] == '"':
            local = local[1:-1].replace("\\", "")
        return address_key(f"{local}@{domain}")

    # --- deliveries --------------------------------------------------------------------

    def deliver(
        self, delivery: "Delivery", *, trace: bytes = b"", raw: bytes | None = None
    ) -> None:
        """Take an accepted message: into the outbox, and into the INBOX of all addressed.

        An account gets one copy, however often it is addressed; `trace` stands before the
        octets in the mailboxes only, with a Delivered-To field that has the address by which
        the account was first reached; `raw` are these octets, where they are not those that came.
        """
        raw = delivery.raw if raw is None else raw
        office = self.office
        if office is None and self.open_office is not None and asks_for_reports(delivery):
            office = self.open_office()
        with self.registry as registry:
            self.deliveries.append(delivery)
            registry.touched()
            addressed = {
                account: recipient
                for recipient in reversed(delivery.recipients)
                if office is None or office.keeps(recipient)
                for account in reversed(self.accounts_at(recipient))
            }
            content: Content | None = None
            for account, recipient in reversed(addressed.items()):
                if account.forwarding is not None and not account.forwarding.keeps_copy:
                    continue
                if content is None or trace:
                    copy = traced(raw, trace, recipient) if trace else raw
                    content = registry.content(copy)
                account.inbox.append(content, internal_date=delivery.received_at)
            if self.settings.saves_sent and delivery.user is not None:
                from pytest_fakemail.store.sent import keep_sent

                keep_sent(delivery, self.account(delivery.user), addressed)
        if office is not None:
            left = [one for address in delivery.recipients for one in self.elsewhere(address)]
            left += [one for one in delivery.recipients if not office.keeps(one)]
            office.accepted(delivery, addressed, left)

    def post(self, raw: bytes, account: Account, at: datetime) -> None:
        """Put a mail that a server wrote or sent on itself into an INBOX; not into the outbox."""
        with self.registry as registry:
            content = registry.content(raw)
            self.posted.add(content.number)
            account.inbox.append(content, internal_date=at)


def _without_tag(key: str) -> str:
    local, _, domain = key.rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"
