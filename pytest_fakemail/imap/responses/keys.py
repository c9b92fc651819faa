"""The response code URLMECH: who has a mailbox selected hears of its new key (RFC 4467 §8)."""

from pytest_fakemail.imap.client import Client
from pytest_fakemail.store.access_keys import access_keys
from pytest_fakemail.store.mailbox import Mailbox


class NewKeys:
    """Whether the user's key of the selected mailbox was replaced by another of his sessions."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._replaced = ""
        access_keys(client.registry).watchers.add(self)

    def key_replaced(self, mailbox: Mailbox, user: str) -> None:
        """Remember it, if this client is to be told."""
        client = self._client
        if client.account is not None and client.account.name == user and self._is_open(mailbox):
            self._replaced = mailbox.mailbox_id
            client.connection.wake()

    def _is_open(self, mailbox: Mailbox) -> bool:
        view = self._client.view
        return view is not None and view.mailbox.mailbox_id == mailbox.mailbox_id

    def told(self) -> bytes:
        """Return the untagged OK, once."""
        view, replaced = self._client.view, self._replaced
        self._replaced = ""
        is_there = view is not None and view.mailbox.mailbox_id == replaced
        is_there = is_there and "URLAUTH" in self._client.granted
        return b"* OK [URLMECH INTERNAL] Mechanisms of URLs\r\n" if is_there else b""


def watcher_of(client: Client) -> NewKeys | None:
    """Return what a client hears of new keys by, if it does."""
    return next((one for one in client.tellers if isinstance(one, NewKeys)), None)


def hear_of_keys(client: Client) -> str:
    """Return what SELECT tells; the client hears of new keys from now on."""
    if watcher_of(client) is None:
        client.tellers.append(NewKeys(client))
    return "* OK [URLMECH INTERNAL] Mechanisms of URLs\r\n"
