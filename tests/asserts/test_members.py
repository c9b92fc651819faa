"""What can be in no sequence of mails is refused where a test looks for it, with the way out."""

from unittest.mock import ANY

import pytest
from asserts.world import World

from pytest_fakemail import BadArgument, FakeMail, Mail
from pytest_fakemail.dns.queries import Queries


@pytest.mark.parametrize(
    ("wrong", "asked"),
    [
        ("ann@example.test", "to='ann@example.test'"),
        ("Welcome", "subject='Welcome'"),
        (Mail(b"Subject: Hi\r\n\r\n"), "subject='Hi'"),
        (None, "subject=…"),
        (1, "subject=…"),
    ],
)
def test_what_is_no_mail_is_in_no_outbox(world: World, wrong: object, asked: str) -> None:
    world.send()
    with pytest.raises(BadArgument) as failure:
        assert wrong not in world.outbox
    told = str(failure.value)
    assert told == f"no mail: {wrong!r}; ask by outbox.all({asked}), or outbox.assert_none({asked})"
    with pytest.raises(BadArgument, match="no mail: "):
        world.outbox.count(wrong)


def test_a_mail_is_in_the_outbox_or_not(world: World) -> None:
    sent = world.send()
    assert sent in world.outbox
    assert (world.outbox.count(sent), world.outbox.index(sent)) == (1, 0)
    world.outbox.clear()
    assert sent not in world.outbox
    assert world.outbox.count(sent) == 0


def test_what_compares_itself_is_asked(world: World) -> None:
    """As dirty-equals does, and `ANY` of unittest.mock."""
    assert ANY not in world.outbox
    world.send()
    assert ANY in world.outbox


def test_what_is_no_message_of_a_mailbox_is_in_none(world: World) -> None:
    inbox = world.account.inbox
    message = inbox.deliver(subject="Hi")
    assert message in inbox
    with pytest.raises(BadArgument, match=r"^no message .*: 1; .* mailbox.assert_none\(uid=1\)$"):
        assert 1 not in inbox
    with pytest.raises(BadArgument, match=r"mailbox.all\(subject='Welcome'\)"):
        assert world.send() not in inbox
    inbox.expunge(1)
    assert message not in inbox


def test_a_message_is_in_its_mailbox_whatever_its_flags(world: World) -> None:
    """The test holds it as it was; `not in` must not come true as the app reads it."""
    inbox = world.account.inbox
    message = inbox.deliver(b"Subject: Hi\r\n\r\n")
    inbox.add_flags(message, "seen")
    assert message in inbox
    assert message not in world.account.mailbox("Archive")
    (now,) = inbox.messages
    inbox.expunge(message)
    assert message not in inbox
    assert inbox.deliver(b"Subject: Hi\r\n\r\n") in inbox
    assert now not in inbox


def test_what_is_no_item_is_in_no_queue(fakemail: FakeMail) -> None:
    with pytest.raises(BadArgument, match=r"^no item of the queue: 'ann@x.test'; ask by queue"):
        assert "ann@x.test" not in fakemail.queue  # type: ignore[comparison-overlap]


def test_what_is_no_query_is_in_none() -> None:
    with pytest.raises(BadArgument, match=r"^no query: 'x.test'; .* queries.all\(name='x.test'\)"):
        assert "x.test" not in Queries()  # type: ignore[comparison-overlap]
