"""What a handle says once its mailbox is deleted."""

import asyncio
import threading
from collections.abc import Callable

import pytest
from asserts.world import World

from pytest_fakemail.asserts.mailbox import MailboxHandle
from pytest_fakemail.errors import UnknownMailbox

USES: dict[str, Callable[[MailboxHandle], object]] = {
    "len": len,
    "iteration": list,
    "messages": lambda mailbox: mailbox.messages,
    "message": lambda mailbox: mailbox.message(1),
    "uidnext": lambda mailbox: mailbox.uidnext,
    "uidvalidity": lambda mailbox: mailbox.uidvalidity,
    "special_use": lambda mailbox: mailbox.special_use,
    "read_only": lambda mailbox: mailbox.read_only,
    "permanent_flags": lambda mailbox: mailbox.permanent_flags,
    "all": MailboxHandle.all,
    "assert_one": MailboxHandle.assert_one,
    "assert_count": lambda mailbox: mailbox.assert_count(0),
    "assert_empty": MailboxHandle.assert_empty,
    "assert_none": MailboxHandle.assert_none,
    "assert_none with criteria": lambda mailbox: mailbox.assert_none(subject="a"),
    "assert_none within": lambda mailbox: mailbox.assert_none(within=60),
    "assert_flags": lambda mailbox: mailbox.assert_flags(1),
    "wait_for": MailboxHandle.wait_for,
    "wait_for_count": lambda mailbox: mailbox.wait_for_count(0),
    "wait_for_async": lambda mailbox: asyncio.run(mailbox.wait_for_async()),
    "assert_none_async": lambda mailbox: asyncio.run(mailbox.assert_none_async()),
    "deliver": MailboxHandle.deliver,
    "expunge": MailboxHandle.expunge,
    "expunge by criteria": lambda mailbox: mailbox.expunge(subject="a"),
    "add_flags": lambda mailbox: mailbox.add_flags(1, "seen"),
    "change_uidvalidity": MailboxHandle.change_uidvalidity,
    "rename": lambda mailbox: mailbox.rename("b"),
    "delete": MailboxHandle.delete,
}


@pytest.mark.parametrize("use", USES)
def test_a_deleted_mailbox_answers_nothing(world: World, use: str) -> None:
    """No assertion may hold because there is nothing left to look at."""
    archive = world.account.mailbox("Archive")
    archive.delete()
    assert repr(archive).endswith("0 messages, deleted>")
    with pytest.raises(UnknownMailbox, match=r"^mailbox 'Archive' was deleted; there is INBOX"):
        USES[use](archive)


def test_a_wait_ends_when_its_mailbox_is_deleted(world: World) -> None:
    archive = world.account.mailbox("Archive")
    threading.Timer(0, world.account.mailbox("Archive").delete).start()
    with pytest.raises(UnknownMailbox, match="was deleted"):
        archive.wait_for(timeout=60)


def test_a_new_mailbox_of_the_name_is_another_one(world: World) -> None:
    archive = world.account.mailbox("Archive")
    archive.delete()
    assert world.account.mailbox("Archive", create=True) != archive
    with pytest.raises(UnknownMailbox, match="one of its name was made since"):
        archive.assert_empty()
