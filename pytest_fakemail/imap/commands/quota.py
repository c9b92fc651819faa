# ruff: noqa: D400, D415  (the docstring of a rule is its ABNF)
"""GETQUOTA, GETQUOTAROOT, SETQUOTA: one quota root, ``""``, for the whole account (RFC 9208)."""

from collections.abc import Mapping
from dataclasses import dataclass

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
from pytest_fakemail.imap.responses.values import encode_mailbox
from pytest_fakemail.imap.table import AUTHENTICATED, Answer, Done, Refused, Table
from pytest_fakemail.store.usage import Usage

table = Table("QUOTA")

_OCTETS = 1024  # the unit of STORAGE: RFC 9208 §5.1


def quota_line(usage: Usage) -> bytes:
    """Return the untagged QUOTA: what is used and the limit, of the resources that have one.

    Without a limit there is no quota root, and nothing to tell.
    """
    resources = []
    if usage.most_octets is not None:
        used = -(-usage.octets // _OCTETS)
        resources.append(f"STORAGE {used} {usage.most_octets // _OCTETS}")
    if usage.most_messages is not None:
        resources.append(f"MESSAGE {usage.messages} {usage.most_messages}")
    return f'* QUOTA "" ({" ".join(resources)})\r\n'.encode() if resources else b""


def getquota(cursor: Cursor) -> str:
    """``getquota = "GETQUOTA" SP quota-root-name`` (RFC 9208 §7)"""
    cursor.expect(b" ")
    return text_of(astring(cursor, "a quota root"), "the quota root")


@table.command("GETQUOTA", getquota, states=AUTHENTICATED)
def getquota_command(client: Client, root: str) -> Answer:
    """Tell use and limits of a quota root."""
    line = quota_line(client.owner.usage)
    if root or not line:
        raise Refused("There is no such quota root", code="NONEXISTENT")
    yield line
    return Done()


@table.command("GETQUOTAROOT", named_mailbox, states=AUTHENTICATED, tell=tell_name)
def getquotaroot(client: Client, mailbox_name: str) -> Answer:
    """Tell the quota roots of a mailbox, with their use and limits."""
    name = encode_mailbox(client.mailbox(mailbox_name).name, is_utf8=client.is_utf8)
    line = quota_line(client.owner.usage)
    yield b"* QUOTAROOT %b%b\r\n" % (name, b' ""' if line else b"")
    yield line
    return Done()


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
def setquota_command(_client: Client, arguments: SetQuota) -> Done:
    """Refuse: users do not set their own limits."""
    if arguments.root:
        raise Refused("There is no such quota root", code="NONEXISTENT")
    raise Refused("Only the administrator sets quotas", code="NOPERM")
