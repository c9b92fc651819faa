r"""LIST, with its extensions, LSUB and XLIST (RFC 3501 §6.3.8, RFC 5258, RFC 5819, RFC 6154)."""

from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence

from pytest_fakemail.imap.client import Client
from pytest_fakemail.imap.commands.acl import myrights_line
from pytest_fakemail.imap.commands.patterns import matches
from pytest_fakemail.imap.commands.status import status_line
from pytest_fakemail.imap.grammar.listing import List, list_, lsub
from pytest_fakemail.imap.grammar.mutf7 import encode_mutf7
from pytest_fakemail.imap.responses.metadata import listed_metadata
from pytest_fakemail.imap.responses.values import encode_mailbox, encode_separator
from pytest_fakemail.imap.table import AUTHENTICATED, DONE, Answer, Table
from pytest_fakemail.store.hierarchy import INBOX, Hierarchy
from pytest_fakemail.store.mailbox import Mailbox

table = Table()


@table.command("LIST", list_, states=AUTHENTICATED)
def list_command(client: Client, arguments: List) -> Answer:
    """List mailboxes that match; the hierarchy's separator for an empty pattern."""
    tree = client.mailboxes
    if arguments.patterns == ("",) and not arguments.is_extended:
        separator = encode_separator(tree.hierarchy.separator)
        yield b'* LIST (\\Noselect) %b ""\r\n' % separator
        return DONE
    listed = _Listed(client, arguments)
    told = [
        (tell, arguments.items.get(one, ()))
        for one, tell in _TOLD.items()
        if one in arguments.returns
    ]
    for name, child_info, is_selected in listed.names():
        yield listed.line(name, child_info)
        mailbox = tree.get(name) if told and is_selected else None
        if mailbox is not None:
            for tell, items in told:
                yield tell(client, mailbox, items)
    return DONE


def _status(client: Client, mailbox: Mailbox, items: Sequence[str]) -> bytes:
    """Return the STATUS of a mailbox that can be selected (RFC 9051 §6.3.9.8)."""
    return status_line(client, mailbox, items) if client.may(mailbox, "r") else b""


_TOLD: Mapping[str, Callable[[Client, Mailbox, Sequence[str]], bytes]] = {
    "STATUS": _status,
    "MYRIGHTS": myrights_line,
    "METADATA": listed_metadata,
}
"""What is told behind LIST of a mailbox that is selected itself, by the option of RETURN."""


@table.command("LSUB", lsub, states=AUTHENTICATED, capability="IMAP4rev1")
def lsub_command(client: Client, arguments: List) -> Answer:
    r"""List subscribed names that match.

    A ``%`` that stops above a subscribed name shows what it matched, with ``\Noselect``
    (RFC 3501 §6.3.9).
    """
    tree = client.mailboxes
    subscribed = tree.subscribed
    above = {name for one in subscribed for name in tree.hierarchy.parents(one)} - subscribed
    is_stopping = any(pattern.endswith("%") for pattern in arguments.patterns)
    for name in _sorted(subscribed | above if is_stopping else subscribed):
        if _is_wanted(client, name, arguments, tree.hierarchy):
            attributes = () if name in subscribed else ("\\Noselect",)
            yield _line(client, "LSUB", name, attributes)
    return DONE


@table.command("XLIST", lsub, states=AUTHENTICATED, capability="XLIST")
def xlist(client: Client, arguments: List) -> Answer:
    r"""List mailboxes as Gmail did before RFC 6154: special uses, and ``\Inbox``."""
    tree = client.mailboxes
    names_above = tree.names_above()
    for name in tree.names():
        if _is_wanted(client, name, arguments, tree.hierarchy):
            uses = ("\\Inbox",) if name == INBOX else _special_uses(client, name)
            children = _children(name in names_above)
            yield _line(
                client,
                "XLIST",
                name,
                (*_existence(client, tree.get(name), name, names_above), *children, *uses),
            )
    return DONE


def name_line(
    client: Client, name: str, old_name: str | None = None, *, spelt: str | None = None
) -> bytes:
    r"""Return the untagged LIST of one name as it is now, told unasked (RFC 5465 §5.4, §5.5).

    What is no mailbox is ``\NonExistent`` there, whatever is below it.  That the client `spelt`
    the name in another way is told as if it had been renamed (RFC 9051 §6.3.9.7).
    """
    if spelt not in (None, name):
        old_name = spelt
    returns = frozenset({"SUBSCRIBED", "CHILDREN"})
    return _Listed(client, List("", (), returns=returns)).changed_line(name, old_name)


def lost_line(client: Client, mailbox: Mailbox, name: str) -> bytes:
    r"""Return the untagged LIST of another's mailbox that a client can see no more.

    RFC 5465 §5.9: ``\NoAccess``, if it is still there.
    """
    if mailbox.is_deleted or client.mailboxes.get(name) is not None:
        return name_line(client, name)
    return _line(client, "LIST", name, ("\\NoAccess",))


class _Listed:
    """One LIST: which names it selects, and what it tells of each."""

    def __init__(self, client: Client, arguments: List) -> None:
        self._client = client
        self._arguments = arguments
        self._tree = client.mailboxes
        self._names_above = self._tree.names_above()
        self._is_recursive = "RECURSIVEMATCH" in arguments.selection
        self._criteria = sorted(arguments.selection & {"SUBSCRIBED", "SPECIAL-USE"})

    def names(self) -> Iterator[tuple[str, str, bool]]:
        """Return the names, each with its CHILDINFO or ``""``, and whether it is selected itself.

        Or is told for those below it alone (RFC 5258 §3.5).
        """
        candidates = self._candidates()
        client, hierarchy = self._client, self._tree.hierarchy
        wanted = [
            name for name in candidates if _is_wanted(client, name, self._arguments, hierarchy)
        ]
        above = self._above_others(set(candidates).difference(wanted))
        child_info = " ".join(f'"{criterion}"' for criterion in self._criteria)
        for name in wanted:
            is_selected = self._is_selected(name)
            if name in above or is_selected:
                yield name, child_info if name in above else "", is_selected

    def changed_line(self, name: str, old_name: str | None) -> bytes:
        """Return the untagged LIST of a name that something happened to."""
        mailbox = self._tree.get(name)
        existence: tuple[str, ...] = ("\\NonExistent",)
        if mailbox is not None:
            existence = _existence(self._client, mailbox, name, ())
        attributes = [*existence, *self._facts(name)]
        return _line(self._client, "LIST", name, attributes, old_name=old_name)

    def line(self, name: str, child_info: str) -> bytes:
        """Return the untagged LIST of a name."""
        existence = _existence(self._client, self._tree.get(name), name, self._names_above)
        attributes = [*existence, *self._facts(name)]
        return _line(self._client, "LIST", name, attributes, child_info)

    def _facts(self, name: str) -> list[str]:
        """Return what is told of a name besides whether it is a mailbox."""
        tree, arguments = self._tree, self._arguments
        granted = self._client.granted
        attributes: list[str] = []
        if "SUBSCRIBED" in arguments.selection | arguments.returns and name in tree.subscribed:
            attributes.append("\\Subscribed")
        if "CHILDREN" in arguments.returns or "CHILDREN" in granted:
            attributes += _children(name in self._names_above)
        if "SPECIAL-USE" in granted:
            # RFC 6154 §2: they may be told without being asked for, and clients count on it.
            attributes += _special_uses(self._client, name)
        return attributes

    def _candidates(self) -> list[str]:
        tree = self._tree
        if "SUBSCRIBED" not in self._arguments.selection:
            return tree.names()
        names = set(tree.subscribed)
        if self._is_recursive:
            parents = tree.hierarchy.parents
            names.update(above for name in tree.subscribed for above in parents(name))
        return _sorted(names)

    def _is_selected(self, name: str) -> bool:
        selection = self._arguments.selection
        if "SUBSCRIBED" in selection and name not in self._tree.subscribed:
            return False
        return "SPECIAL-USE" not in selection or bool(_special_uses(self._client, name))

    def _above_others(self, unwanted: Iterable[str]) -> frozenset[str]:
        """Return the names above those that are selected but do not match (RFC 5258 §3.5)."""
        if not self._is_recursive:
            return frozenset()
        parents = self._tree.hierarchy.parents
        selected = [name for name in unwanted if self._is_selected(name)]
        return frozenset(above for name in selected for above in parents(name))


def _is_wanted(client: Client, name: str, arguments: List, hierarchy: Hierarchy) -> bool:
    """Whether a pattern matches the name in the spelling that the client sees."""
    spelt = name if client.is_utf8 else encode_mutf7(name)
    is_ignored = "list.reference_ignored" in client.connection.marks
    reference = "" if is_ignored else arguments.reference
    return any(
        matches(reference + pattern, spelt, hierarchy) for pattern in arguments.patterns if pattern
    )


def _existence(
    client: Client, mailbox: Mailbox | None, name: str, names_above: Container[str]
) -> tuple[str, ...]:
    r"""Return what is said of a name that is no mailbox: one word, for one implies the other.

    ``\Noselect`` if mailboxes are below it, or if the user has not the right to read it; a name
    that is nothing but subscribed is ``\NonExistent`` (RFC 5258 §3, RFC 9051 §7.3.1).
    """
    if mailbox is not None:
        return () if client.may(mailbox, "r") else ("\\Noselect",)
    return ("\\Noselect",) if name in names_above else ("\\NonExistent",)


def _children(has_children: bool) -> tuple[str, ...]:  # noqa: FBT001 (what it says)
    return ("\\HasChildren",) if has_children else ("\\HasNoChildren",)


def _special_uses(client: Client, name: str) -> tuple[str, ...]:
    """Return what a mailbox is for; another's is not for this user."""
    mailbox = client.owner.mailboxes.get(name)
    return () if mailbox is None else mailbox.attributes


def _sorted(names: Iterable[str]) -> list[str]:
    return sorted(names, key=lambda name: (name != INBOX, name))


def _line(
    client: Client,
    response: str,
    name: str,
    attributes: Iterable[str],
    child_info: str = "",
    *,
    old_name: str | None = None,
) -> bytes:
    encoded = encode_mailbox(name, is_utf8=client.is_utf8)
    extended = f' ("CHILDINFO" ({child_info}))' if child_info else ""
    separator = encode_separator(client.mailboxes.hierarchy.separator)
    if old_name is not None:
        encoded += b' ("OLDNAME" (%b))' % encode_mailbox(old_name, is_utf8=client.is_utf8)
    head = f"* {response} ({' '.join(attributes)}) ".encode()
    return head + separator + b" " + encoded + extended.encode() + b"\r\n"
