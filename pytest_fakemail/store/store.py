"""The root of all mail: accounts, aliases, and the outbox of what SMTP accepted."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING

from pytest_fakemail.clock import Clock
from pytest_fakemail.domains import address_key, without_tag
from pytest_fakemail.errors import BadArgument
from pytest_fakemail.settings import Settings
from pytest_fakemail.store.account import Account
from pytest_fakemail.store.registry import Registry
from pytest_fakemail.store.traces import asks_for_reports, traced

if TYPE_CHECKING:  # what a test that only sends never asks for is loaded when it is
    from pytest_fakemail.mime.name_server import NameServer
    from pytest_fakemail.store.aliases import Aliases
    from pytest_fakemail.store.content import Content
    from pytest_fakemail.store.delivery import Delivery
    from pytest_fakemail.store.furniture import Furniture
    from pytest_fakemail.store.office import Office
    from pytest_fakemail.store.sharing import Sharing
    from pytest_fakemail.store.tree import Tree
    from pytest_fakemail.store.usage import Usage


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
        self._mailboxes = mailboxes
        self._furniture: Furniture | None = None
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
        self._accounts: dict[str, Account] = {}
        self._by_address: dict[str, Account] = {}
        self._aliases: Aliases | None = None
        self.add_account(settings.user, settings.password)
        # Whoever names mailboxes or namespaces wants to hear of a mistake, and them announced.
        if settings.personal_namespace != "none":
            _ = self.furniture
        if settings.namespaces != Settings.namespaces:
            self.share()

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
        return MappingProxyType({} if self._aliases is None else self._aliases.members)

    @property
    def furniture(self) -> "Furniture":
        """What a new account's mailboxes are."""
        if self._furniture is None:
            from pytest_fakemail.store.furniture import Furniture

            self._furniture = Furniture(self.settings, self.registry, self._mailboxes)
        return self._furniture

    def share(self) -> "Sharing":
        """Return who shares what; from now on there are namespaces for it (`sharing`)."""
        if self.sharing is None:
            from pytest_fakemail.store.sharing import sharing_by

            self.sharing = sharing_by(self.settings, self.registry, self._accounts, self.furniture)
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

    # --- accounts ----------------------------------------------------------------------

    def account(self, name: str) -> Account | None:
        """Return the account with this login name or address, in any case, or None."""
        key = address_key(name)
        return self._accounts.get(key) or self._by_address.get(key)

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

    def _furnished(self, usage: "Usage") -> "Tree":
        return self.furniture.tree(usage)

    # --- addresses ---------------------------------------------------------------------

    def add_alias(self, address: str, members: Sequence[str]) -> None:
        """Let mail for this address reach these; a name without @ gets the default domain.

        ``*@example.test`` is a catch-all: what reaches nobody else in the domain.

        Raises:
            BadArgument: no members, an address without a local part, another wildcard.
        """
        from pytest_fakemail.store.aliases import Aliases, checked_members

        checked = checked_members(address, members)
        with self.registry as registry:
            if self._aliases is None:
                self._aliases = Aliases(self._key, self._by_address)
            self._aliases.members[self._key(address)] = checked
            registry.touched()

    def accounts_at(self, address: str) -> list[Account]:
        """Return the accounts that mail for an address reaches, each once.

        Looks through aliases, and through aliases of aliases; takes the address in any
        case and with a sub-address (``ann+tag@example.test``, RFC 5233).
        """
        aliases = self._aliases
        if aliases is None:
            account = self._addressed(self._key(address))
            return [] if account is None else [account]
        with self.registry.lock:  # nothing changes here, so nobody is told
            return aliases.accounts_at(address)

    def elsewhere(self, address: str) -> list[str]:
        """Return the addresses behind this one, after aliases, that no account has."""
        aliases = self._aliases
        if aliases is None:
            return [address] if self._addressed(self._key(address)) is None else []
        with self.registry.lock:
            return aliases.elsewhere(address)

    def takes_elsewhere(self, address: str) -> bool:
        """Whether mail for an address that no account has goes somewhere."""
        office = self.office
        return office is not None and any(map(office.takes, self.elsewhere(address)))

    def _addressed(self, key: str) -> Account | None:
        account = self._by_address.get(key)
        if account is None and "+" in key:
            account = self._by_address.get(without_tag(key))
        return account

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
            copy: bytes | Content = raw
            for account, recipient in reversed(addressed.items()):
                if account.forwarding is not None and not account.forwarding.keeps_copy:
                    continue
                if trace:
                    copy = traced(raw, trace, recipient)
                message = account.inbox.append(copy, internal_date=delivery.received_at)
                copy = message.content  # one for all accounts
            if self.settings.saves_sent and delivery.user is not None:
                from pytest_fakemail.store.sent import keep_sent

                keep_sent(delivery, self.account(delivery.user), addressed)
        if office is not None:
            left = [one for address in delivery.recipients for one in self.elsewhere(address)]
            left += [one for one in delivery.recipients if not office.keeps(one)]
            office.accepted(delivery, addressed, left)

    def post(self, raw: bytes, account: Account, at: datetime) -> None:
        """Put a mail that a server wrote or sent on itself into an INBOX; not into the outbox."""
        with self.registry:
            message = account.inbox.append(raw, internal_date=at)
            self.posted.add(message.content.number)
