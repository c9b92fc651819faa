r"""LIST, with its extensions, LSUB and XLIST (RFC 3501 §6.3.8, RFC 5258, RFC 5819, RFC 6154)."""

from collections.abc import Iterable, Iterator

from pytest_fakemail.imap.client import Client
from pytest_fakemail.imap.commands.status import status_line
from pytest_fakemail.imap.grammar_list import List, list_, lsub
from pytest_fakemail.imap.patterns import matches
from pytest_fakemail.imap.responses import encode_mailbox
from pytest_fakemail.imap.table import AUTHENTICATED, Answer, Done, Table
from pytest_fakemail.store.mailbox import Mailbox
from pytest_fakemail.store.tree import INBOX, SEPARATOR, Tree, parents

table = Table()


@table.command("LIST", list_, states=AUTHENTICATED)
def list_command(client: Client, wanted: List) -> Answer:
    """List mailboxes that match; the hierarchy's separator for an empty pattern."""
    tree = client.owner.mailboxes
    if wanted.patterns == ("",) and not wanted.is_extended:
        yield b'* LIST (\\Noselect) "%b" ""\r\n' % SEPARATOR.encode()
        return Done()
    listed = _Listed(client, wanted)
    for name, child_info in listed.names():
        yield listed.line(name, child_info)
        mailbox = tree.get(name)
        if wanted.status_items and mailbox is not None:
            yield status_line(client, mailbox, wanted.status_items)
    return Done()


@table.command("LSUB", lsub, states=AUTHENTICATED, capability="IMAP4rev1")
def lsub_command(client: Client, wanted: List) -> Answer:
    r"""List subscribed names that match.

    A ``%`` that stops above a subscribed name shows what it matched, with ``\Noselect``
    (RFC 3501 §6.3.9).
    """
    subscribed = client.owner.mailboxes.subscribed
    above = {name for one in subscribed for name in parents(one)} - subscribed
    is_stopping = any(pattern.endswith("%") for pattern in wanted.patterns)
    for name in _sorted(subscribed | above if is_stopping else subscribed):
        if _is_wanted(name, wanted):
            attributes = () if name in subscribed else ("\\Noselect",)
            yield _line(client, "LSUB", name, attributes)
    return Done()


@table.command("XLIST", lsub, states=AUTHENTICATED, capability="XLIST")
def xlist(client: Client, wanted: List) -> Answer:
    r"""List mailboxes as Gmail did before RFC 6154: special uses, and ``\Inbox``."""
    tree = client.owner.mailboxes
    for name in tree.names():
        if _is_wanted(name, wanted):
            uses = ("\\Inbox",) if name == INBOX else _special_uses(tree, name)
            yield _line(
                client, "XLIST", name, (*_existence(tree, name), *_children(tree, name), *uses)
            )
    return Done()


def select_line(client: Client, mailbox: Mailbox) -> bytes:
    """Return the untagged LIST that SELECT answers with in IMAP4rev2 (RFC 9051 §6.3.2)."""
    return _line(client, "LIST", mailbox.name, ())


class _Listed:
    """One LIST: which names it selects, and what it tells of each."""

    def __init__(self, client: Client, wanted: List) -> None:
        self._client = client
        self._wanted = wanted
        self._tree = client.owner.mailboxes
        self._is_recursive = "RECURSIVEMATCH" in wanted.selection

    def names(self) -> Iterator[tuple[str, str]]:
        """Return the names, each with its CHILDINFO or ``""`` (RFC 5258 §3.5)."""
        for name in self._candidates():
            if not _is_wanted(name, self._wanted):
                continue
            child_info = self._child_info(name) if self._is_recursive else ""
            if self._is_selected(name) or child_info:
                yield name, child_info

    def line(self, name: str, child_info: str) -> bytes:
        """Return the untagged LIST of a name."""
        tree, wanted = self._tree, self._wanted
        granted = self._client.granted
        attributes = [*_existence(tree, name)]
        if "SUBSCRIBED" in wanted.selection | wanted.returns and name in tree.subscribed:
            attributes.append("\\Subscribed")
        if "CHILDREN" in wanted.returns or "CHILDREN" in granted:
            attributes += _children(tree, name)
        if "SPECIAL-USE" in granted:
            # RFC 6154 §2: they may be told without being asked for, and clients count on it.
            attributes += _special_uses(tree, name)
        return _line(self._client, "LIST", name, attributes, child_info)

    def _candidates(self) -> list[str]:
        tree = self._tree
        if "SUBSCRIBED" not in self._wanted.selection:
            return tree.names()
        names = set(tree.subscribed)
        if self._is_recursive:
            names.update(above for name in tree.subscribed for above in parents(name))
        return _sorted(names)

    def _is_selected(self, name: str) -> bool:
        selection = self._wanted.selection
        if "SUBSCRIBED" in selection and name not in self._tree.subscribed:
            return False
        return "SPECIAL-USE" not in selection or bool(_special_uses(self._tree, name))

    def _child_info(self, name: str) -> str:
        """Say that something below would be selected, but does not match itself."""
        below = name + SEPARATOR
        selected = any(
            other.startswith(below)
            and self._is_selected(other)
            and not _is_wanted(other, self._wanted)
            for other in self._candidates()
        )
        # RFC 5258 §3.5: the option is named, without RECURSIVEMATCH.
        criteria = sorted(self._wanted.selection & {"SUBSCRIBED"})
        return " ".join(f'"{one}"' for one in criteria) if selected else ""


def _is_wanted(name: str, wanted: List) -> bool:
    return any(matches(wanted.reference + pattern, name) for pattern in wanted.patterns if pattern)


def _existence(tree: Tree, name: str) -> tuple[str, ...]:
    r"""RFC 5258 §3.4: ``\NonExistent`` implies ``\Noselect``, but old clients only know that."""
    return () if name in tree else ("\\NonExistent", "\\Noselect")


def _children(tree: Tree, name: str) -> tuple[str, ...]:
    return ("\\HasChildren",) if tree.has_children(name) else ("\\HasNoChildren",)


def _special_uses(tree: Tree, name: str) -> tuple[str, ...]:
    mailbox = tree.get(name)
    return () if mailbox is None else mailbox.attributes


def _sorted(names: Iterable[str]) -> list[str]:
    return sorted(names, key=lambda name: (name != INBOX, name))


def _line(
    client: Client, response: str, name: str, attributes: Iterable[str], child_info: str = ""
) -> bytes:
    encoded = encode_mailbox(name, is_utf8=client.is_utf8)
    extended = f' ("CHILDINFO" ({child_info}))' if child_info else ""
    head = f'* {response} ({" ".join(attributes)}) "{SEPARATOR}" '
    return head.encode() + encoded + extended.encode() + b"\r\n"
