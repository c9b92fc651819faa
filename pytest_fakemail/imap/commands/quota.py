# ruff: noqa: D400, D415  (the docstring of a rule is its ABNF)
"""GETQUOTA, GETQUOTAROOT, SETQUOTA: what mailboxes may hold (RFC 9208).

All mailboxes of an account are under one quota root: ``""`` to who they belong to, to others who
may read any of them ``Users/ann``; that of shared mailboxes is called as their namespace.
"""

from collections.abc import Mapping

from pytest_fakemail.dataclass import dataclass
from pytest_fakemail.imap.client import Client
from pytest_fakemail.imap.commands.telling import tell_name
from pytest_fakemail.imap.grammar.cursor import Cursor
from pytest_fakemail.imap.grammar.rules import (
    astring,
    atom,
    listed,
    named_mailbox,
    number64,
    text_of,
)
from pytest_fakemail.imap.responses.values import encode_astring, encode_mailbox
from pytest_fakemail.imap.table import AUTHENTICATED, DONE, Answer, Refused, Table
from pytest_fakemail.store.acl import ANONYMOUS
from pytest_fakemail.store.usage import Usage

table = Table("QUOTA")

_OCTETS = 1024  # the unit of STORAGE: RFC 9208 §5.1
_RESOURCES = ("STORAGE", "MESSAGE", "MAILBOX")
_LARGEST = 2**63 - 1


def _told(client: Client) -> list[str]:
    """Return the resources that the server tells of, all where it announces none (RFC 2087)."""
    on = [name for name in _RESOURCES if f"QUOTA=RES-{name}" in client.granted]
    return on or list(_RESOURCES)


def quota_line(client: Client, root: str, usage: Usage) -> bytes:
    """Return the untagged QUOTA: what is used and the limit, of the resources that have one.

    Without a limit there is no quota root, and nothing to tell.
    """
    rows: dict[str, tuple[int, int | None]] = {
        "STORAGE": (-(-usage.octets // _OCTETS), usage.most_octets),
        "MESSAGE": (usage.messages, usage.most_messages),
        "MAILBOX": (usage.mailboxes, usage.most_mailboxes),
    }
    resources = [
        f"{name} {rows[name][0]} {limit // _OCTETS if name == 'STORAGE' else limit}"
        for name in _told(client)
        if (limit := rows[name][1]) is not None
    ]
    return _quota(root, " ".join(resources)) if resources else b""


def _quota(root: str, resources: str) -> bytes:
    return b"* QUOTA %b (%b)\r\n" % (encode_astring(root.encode()), resources.encode())


def getquota(cursor: Cursor) -> str:
    """``getquota = "GETQUOTA" SP quota-root-name`` (RFC 9208 §7)"""
    cursor.expect(b" ")
    return text_of(astring(cursor, "a quota root"), "the quota root")


@table.command("GETQUOTA", getquota, states=AUTHENTICATED)
def getquota_command(client: Client, root: str) -> Answer:
    """Tell use and limits of a quota root."""
    line = quota_line(client, root, _known(client, root))
    if not line:
        raise Refused("There is no such quota root", code="NONEXISTENT")
    yield line
    return DONE


@table.command("GETQUOTAROOT", named_mailbox, states=AUTHENTICATED, tell=tell_name)
def getquotaroot(client: Client, mailbox_name: str) -> Answer:
    """Tell the quota roots of a mailbox, with their use and limits.

    RFC 9208 §4.1.2: it need not exist; another's has to be readable (§6).
    """
    _require_name(client)
    root, usage, full_name = "", client.owner.usage, mailbox_name
    if client.find(mailbox_name) is not None or not client.mailboxes.is_own(mailbox_name):
        mailbox = client.mailbox(mailbox_name)
        full_name, acl = client.name_of(mailbox), mailbox.rights.acl
        if acl is not None and not client.is_own(mailbox):
            root, usage = acl.home.quota_root, acl.home.usage
    line = quota_line(client, root, usage)
    name = encode_mailbox(full_name, is_utf8=client.is_utf8)
    yield b"* QUOTAROOT %b%b\r\n" % (name, b" " + encode_astring(root.encode()) if line else b"")
    yield line
    return DONE


@dataclass(frozen=True, slots=True)
class SetQuota:
    """The arguments of SETQUOTA; `limits` by resource name in upper case, in its units."""

    root: str
    limits: Mapping[str, int]


def setquota(cursor: Cursor) -> SetQuota:
    """``setquota = "SETQUOTA" SP quota-root-name SP "(" [limit *(SP limit)] ")"``"""
    root = getquota(cursor)
    cursor.expect(b" ")
    return SetQuota(root, dict(listed(cursor, _setquota_resource, least=0)))


def _setquota_resource(cursor: Cursor) -> tuple[str, int]:
    """``setquota-resource = resource-name SP resource-limit``"""
    name = atom(cursor, "a resource").upper()
    cursor.expect(b" ")
    return name, number64(cursor)


@table.command("SETQUOTA", setquota, states=AUTHENTICATED)
def setquota_command(client: Client, arguments: SetQuota) -> Answer:
    """Set the limits of a quota root, and take away those that are not named.

    Refused without QUOTASET, and unless the root is the user's own, or he may administer (``a``)
    one of its mailboxes (§6).
    """
    usage = _known(client, arguments.root, "a")
    if "QUOTASET" not in client.granted:
        raise Refused("Only the administrator sets quotas", code="NOPERM")
    limits, told = arguments.limits, _told(client)
    for resource, limit in limits.items():
        if resource not in told:
            raise Refused("There is no limit of that resource", code="CANNOT")
        if resource == "STORAGE" and limit > _LARGEST // _OCTETS:
            raise Refused("Such a limit cannot be kept", code="LIMIT")
    storage = limits.get("STORAGE")
    usage.most_octets = None if storage is None else storage * _OCTETS
    usage.most_messages = limits.get("MESSAGE")
    usage.most_mailboxes = limits.get("MAILBOX")
    # §4.2.1: "an empty list means there are no administrative resource limits".
    yield quota_line(client, arguments.root, usage) or _quota(arguments.root, "")
    return DONE


def _known(client: Client, root: str, right: str = "r") -> Usage:
    """Return what a quota root counts: the user's own, or one of which he may see a mailbox.

    Raises:
        Refused: NONEXISTENT, there is none that he may know of; NOPERM, he is nobody.
    """
    _require_name(client)
    sharing = client.sharing
    if not root:
        return client.owner.usage
    homes = {} if sharing is None else sharing.reach(client.owner).homes(right)
    usage = homes.get(root)
    if usage is None:
        raise Refused("There is no such quota root", code="NONEXISTENT")
    return usage


def _require_name(client: Client) -> None:
    """RFC 9208 §8: "no quota information should be disclosed to anonymous users"."""
    if client.owner.name == ANONYMOUS:
        raise Refused("Not for anonymous users", code="NOPERM")
