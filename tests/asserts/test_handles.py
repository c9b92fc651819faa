"""What a test holds of accounts, mailboxes and messages equals its own kind alone."""

import pytest

from pytest_fakemail import BadArgument, FakeMail


def test_an_account_is_no_address_and_a_mailbox_no_name() -> None:
    with FakeMail() as fakemail:
        ann = fakemail.account("ann@example.test")
        message = ann.inbox.deliver(subject="Hello")
        assert ann != "ann@example.test"
        told = "; its address is 'ann@example.test'"
        for ask in (fakemail.outbox.assert_none, ann.inbox.assert_none, fakemail.queue.all):
            with pytest.raises(BadArgument, match=told):
                ask(to=ann)  # type: ignore[arg-type]
        with pytest.raises(BadArgument, match=told):
            fakemail.smtp.when("RCPT", to=ann)  # type: ignore[arg-type]
        with pytest.raises(BadArgument, match=r"mailbox=.*: wanted text"):
            fakemail.imap.when("SELECT", mailbox=ann.inbox)  # type: ignore[arg-type]
        with pytest.raises(BadArgument, match=r"uid=.*: wanted a number"):
            ann.inbox.all(uid=message)  # type: ignore[arg-type]
