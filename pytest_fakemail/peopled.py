"""The words of a FakeMail for who has mail here: accounts, aliases, shared mailboxes."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from pytest_fakemail.asserts.handle import Handle
from pytest_fakemail.settings import Settings
from pytest_fakemail.world import World

if TYPE_CHECKING:
    from pytest_fakemail.asserts.account import AccountHandle
    from pytest_fakemail.asserts.mailbox import MailboxHandle
    from pytest_fakemail.asserts.sharers import With


class Peopled(Handle):
    """What a FakeMail can be told of who has mail."""

    settings: Settings
    _world: World

    def account(
        self, address: str | None = None, *, password: str | None = None
    ) -> "AccountHandle":
        """Get or make an account: one login for SMTP, POP3 and IMAP, with mailboxes.

        Args:
            address: its login name, the default account's if none is given; without ``@``
                it is a login name whose address is at ``settings.domain``.
            password: ``settings.password`` if none is given; changes an existing account's.

        Raises:
            BadArgument: not a possible name.
        """
        from pytest_fakemail.asserts.account import AccountHandle
        from pytest_fakemail.store.logins import account_for

        store, self._world.has_handles = self._world.store, True
        name = self.settings.user if address is None else address
        return AccountHandle(account_for(store, name, password), store)

    def shared_mailbox(self, name: str, *, members: "Mapping[With, str]") -> "MailboxHandle":
        """Get or make a mailbox that is nobody's own: members find it as ``"Shared/Team"``.

        Args:
            name: without the namespace (``settings.namespaces``).
            members: the rights of each, as `AccountHandle.share` takes them, by account, address
                or login name.

        Raises:
            BadArgument: as `AccountHandle.share`.
        """
        from pytest_fakemail.asserts.sharing import shared, sharing_of

        store, self._world.has_handles = self._world.store, True
        return shared(store, sharing_of(store).commons, name, members)

    @property
    def annotations(self) -> dict[str, str]:
        """What clients annotated of the server by SETMETADATA, as far as it is shared."""
        from pytest_fakemail.asserts.annotations import annotations

        return annotations(self._world.store, None)

    def annotate(self, entry: str, value: str | bytes | None) -> None:
        """Set an annotation of the server, or remove it by None, as `MailboxHandle.annotate`."""
        from pytest_fakemail.asserts.annotations import annotate

        annotate(self._world.store, None, entry, value)

    def alias(self, address: str, members: Sequence[str]) -> None:
        """Let mail to an address reach its members; EXPN lists them.

        ``*@example.test`` is a catch-all: what reaches nobody else in the domain.

        Raises:
            BadArgument: no members, or an address that cannot be one.
        """
        self._world.store.add_alias(address, members)
