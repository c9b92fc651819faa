"""Shared mailboxes, as a test makes them."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from pytest_fakemail.asserts.mailbox import MailboxHandle
from pytest_fakemail.asserts.sharers import With, identifier, rights
from pytest_fakemail.errors import BadArgument
from pytest_fakemail.store.store import Store

if TYPE_CHECKING:
    from pytest_fakemail.store.account import Account
    from pytest_fakemail.store.sharing import Sharing


def sharing_of(store: Store) -> "Sharing":
    """Return who shares what in a store.

    Raises:
        BadArgument: there is no namespace for it.
    """
    sharing = store.share()
    if not sharing.others:
        raise BadArgument(
            "nothing can be shared: there are no namespaces for it with "
            f"namespaces={store.settings.namespaces!r}, separator={store.settings.separator!r}, "
            f"gmail_labels={store.settings.gmail_labels!r}"
        )
    return sharing


def shared(
    store: Store, account: "Account", name: str, members: Mapping[With, object]
) -> MailboxHandle:
    """Return an account's mailbox, made if need be, in which these have these rights.

    Raises:
        BadArgument: no name, nobody, no rights, or nothing can be shared.
    """
    if not isinstance(name, str):
        raise BadArgument(f"no mailbox name: {name!r}; wanted e.g. 'Team'")
    if not isinstance(members, Mapping):
        raise BadArgument(
            f"members={members!r}: wanted the rights of each, such as {{'ann': 'lrswi'}}"
        )
    sharing = sharing_of(store)
    entries = [(identifier(who), rights(given)) for who, given in members.items()]
    with store.registry:
        tree = account.mailboxes
        mailbox = tree[name] if name in tree else tree.create(name)
        sharing.acl(account, mailbox)
        for who, given in entries:
            sharing.grant(account, name, who, given)
    return MailboxHandle(mailbox, account, store)
