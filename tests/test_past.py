"""What a test held of a FakeMail before `reset`: it goes along, or refuses by name."""

from collections.abc import Callable

import pytest

from pytest_fakemail import AccountHandle, BadArgument, FakeMail, MailboxHandle, NotRunning

OfAccount = Callable[[AccountHandle], object]
OfMailbox = Callable[[MailboxHandle], object]


def send(fakemail: FakeMail) -> None:
    with fakemail.smtp.client() as client:
        client.sendmail("app@x.test", "ann@x.test", "Subject: Hello\n\nHello\n")


def test_the_outbox_goes_along(fakemail: FakeMail) -> None:
    outbox = fakemail.outbox
    send(fakemail)
    assert len(outbox) == 1
    fakemail.reset()
    assert outbox is fakemail.outbox
    outbox.assert_none()
    with pytest.raises(AssertionError, match="since reset"):
        outbox.one(subject="Hello")
    send(fakemail)
    outbox.one(subject="Hello")


@pytest.mark.parametrize(
    "use",
    [
        lambda account: account.inbox.assert_empty(),
        lambda account: account.mailbox("Archive"),
        lambda account: account.wait_for_mailbox("New", timeout=0),
        lambda account: account.token(),
        lambda account: account.lock(),
        lambda account: account.is_locked,
        lambda account: account.forward("bob@x.test"),
        lambda account: account.quota,
        lambda account: setattr(account, "quota", 1),
        lambda account: setattr(account, "password", "secret"),
    ],
)
def test_an_account_is_none_any_more(fakemail: FakeMail, use: OfAccount) -> None:
    account = fakemail.account("ann", password="s3cret")
    use_before = account.user, account.address, account.password
    fakemail.reset()
    assert (account.user, account.address, account.password) == use_before
    assert repr(account) == "<AccountHandle ann>"
    assert account != fakemail.account("ann")
    with pytest.raises(NotRunning, match="account 'ann' was forgotten by reset"):
        use(account)


@pytest.mark.parametrize(
    "use",
    [
        lambda mailbox: mailbox.assert_empty(),
        lambda mailbox: mailbox.assert_none(subject="x"),
        lambda mailbox: mailbox.wait_for(subject="x", timeout=0),
        lambda mailbox: mailbox.deliver(subject="x"),
        lambda mailbox: mailbox.expunge(),
        lambda mailbox: mailbox.set_flags(1, "$Done"),
        lambda mailbox: mailbox.messages,
        lambda mailbox: mailbox.read_only,
        lambda mailbox: mailbox.delete(),
        lambda mailbox: mailbox.rename("Other"),
        len,
        list,
    ],
)
@pytest.mark.parametrize("is_shared", [False, True])
def test_a_mailbox_is_none_any_more(fakemail: FakeMail, use: OfMailbox, is_shared: bool) -> None:  # noqa: FBT001
    mailbox = fakemail.account().mailbox("Archive")
    if is_shared:
        mailbox = fakemail.shared_mailbox("Archive", members={})
    mailbox.deliver(subject="before")
    fakemail.reset()
    with pytest.raises(NotRunning, match=r"mailbox 'Archive' .*was forgotten by reset"):
        use(mailbox)


def test_a_rule_is_none_any_more(fakemail: FakeMail) -> None:
    rule = fakemail.smtp.when("NOOP").reply(450, "Busy").optional()
    fakemail.reset()
    with pytest.raises(BadArgument, match=r"when\('NOOP'\).* was taken back"):
        rule.times(2)


@pytest.mark.parametrize("server", ["smtp", "dns"])
def test_nothing_more_is_said_of_a_rule_that_was_taken_back(
    fakemail: FakeMail, server: str
) -> None:
    def begin() -> object:
        if server == "dns":
            return fakemail.dns.when("MX").servfail()
        return fakemail.smtp.when("NOOP").ignore()

    for end in ("stop", "clear_faults"):
        rule = begin()
        getattr(rule if end == "stop" else fakemail, end)()
        with pytest.raises(BadArgument, match="was taken back"):
            rule.once()  # type: ignore[attr-defined]


def test_a_snapshot_is_of_before(fakemail: FakeMail) -> None:
    standing = fakemail.snapshot()
    fakemail.reset()
    with pytest.raises(NotRunning, match="take it afterwards"):
        standing.restore()


def test_nothing_was_presented_yet(fakemail: FakeMail) -> None:
    with pytest.raises(BadArgument, match=r"present\(\) comes first"):
        assert fakemail.tls.last
