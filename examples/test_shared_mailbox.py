"""A ticket system that works in a team's mailbox, with the rights it needs, and with fewer."""

import imaplib

import pytest

from pytest_fakemail import FakeMail
from pytest_fakemail.asserts.account import AccountHandle


def take_tickets(host: str, port: int, user: str, password: str) -> list[str]:
    """Read what is new in the team's mailbox, and mark it as taken."""
    with imaplib.IMAP4(host, port) as client:
        client.login(user, password)
        status, _ = client.select("Shared/Support")
        if status != "OK":
            raise PermissionError("no access to the team's mailbox")
        _, [numbers] = client.search(None, "UNKEYWORD", "$Taken")
        subjects = []
        for number in numbers.decode().split():
            _, answer = client.fetch(number, "(BODY.PEEK[HEADER.FIELDS (SUBJECT)])")
            assert isinstance(answer[0], tuple)
            subjects.append(answer[0][1].decode().strip().removeprefix("Subject: "))
            status, _ = client.store(number, "+FLAGS", "($Taken)")
            if status != "OK":
                raise PermissionError(
                    "tickets cannot be marked, nobody would know that they are taken"
                )
        return subjects


def run(fakemail: FakeMail, robot: AccountHandle) -> list[str]:
    return take_tickets(fakemail.imap.host, fakemail.imap.port, robot.user, robot.password)


def test_a_ticket_is_taken_once(fakemail: FakeMail) -> None:
    robot = fakemail.account("robot@example.test")
    support = fakemail.shared_mailbox("Support", members={robot: "lrsw", "ann": "lrswite"})
    support.deliver(subject="Printer on fire")
    assert run(fakemail, robot) == ["Printer on fire"]
    assert run(fakemail, robot) == []
    support.assert_one(subject="Printer on fire", flags=["$Taken"], seen=False)


@pytest.mark.parametrize("rights", ["lrs", "l"])
def test_too_few_rights_are_an_error_not_a_loss(fakemail: FakeMail, rights: str) -> None:
    robot = fakemail.account("robot@example.test")
    support = fakemail.shared_mailbox("Support", members={robot: rights})
    support.deliver(subject="Printer on fire")
    with pytest.raises(PermissionError):
        run(fakemail, robot)
    support.assert_one(subject="Printer on fire", flags=[])
