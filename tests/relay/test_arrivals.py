"""What the post office brings to an account is mail like any other: sent on, answered, kept."""

import smtplib

import pytest

from pytest_fakemail import BadArgument, FakeMail

MESSAGE = b"From: ann@a.test\r\nTo: one@a.test\r\nSubject: hi\r\n\r\nHello\r\n"


def send(fakemail: FakeMail, *recipients: str, sender: str = "ann@a.test") -> None:
    with smtplib.SMTP(*fakemail.smtp.address) as client:
        client.sendmail(sender, recipients, MESSAGE)
    fakemail.clock.advance(0)


@pytest.fixture
def a(a: FakeMail) -> FakeMail:
    a.account("ann@a.test")
    return a


def counts(fakemail: FakeMail, *names: str) -> list[int]:
    return [len(fakemail.account(f"{name}@a.test").inbox.messages) for name in names]


def test_who_is_forwarded_to_forwards_again(a: FakeMail, b: FakeMail) -> None:
    a.route("b.test", b)
    a.account("one@a.test").forward("two@a.test")
    a.account("two@a.test").forward("three@a.test", keep_copy=True)
    a.account("three@a.test").forward("bob@b.test", keep_copy=True)
    send(a, "one@a.test")
    assert counts(a, "one", "two", "three", "ann") == [0, 1, 1, 0]
    b.outbox.one(to="bob@b.test")


def test_who_is_forwarded_to_answers(a: FakeMail) -> None:
    a.account("one@a.test").forward("two@a.test")
    a.account("two@a.test").auto_reply("Away", subject="Away")
    with smtplib.SMTP(*a.smtp.address) as client:
        client.sendmail("ann@a.test", "one@a.test", MESSAGE.replace(b"one@", b"two@"))
    a.account("ann@a.test").inbox.assert_one(subject="Away")


def test_a_report_is_forwarded(a: FakeMail) -> None:
    a.bounces("dead@x.test")
    a.account("ann@a.test").forward("two@a.test")
    send(a, "dead@x.test")
    assert counts(a, "ann", "two") == [0, 1]


@pytest.mark.parametrize("length", [2, 3, 5])
@pytest.mark.parametrize("keep_copy", [False, True])
def test_a_circle_ends_and_the_sender_is_told(a: FakeMail, length: int, *, keep_copy: bool) -> None:
    names = [f"n{number}" for number in range(length)]
    for name, following in zip(names, [*names[1:], names[0]], strict=True):
        a.account(f"{name}@a.test").forward(f"{following}@a.test", keep_copy=keep_copy)
    send(a, "n0@a.test")
    assert counts(a, *names) == [int(keep_copy)] * length
    report = a.account("ann@a.test").inbox.assert_one()
    assert b"mail forwarding loop for n0@a.test" in report.raw.replace(b"\r\n    ", b" ")


def test_a_report_that_goes_in_a_circle_is_kept(a: FakeMail) -> None:
    a.account("ann@a.test").forward("postmaster@a.test")
    a.account("postmaster@a.test").forward("ann@a.test")
    a.bounces("dead@x.test")
    send(a, "dead@x.test")
    assert counts(a, "ann", "postmaster") == [1, 0]


def test_nobody_forwards_to_himself(a: FakeMail) -> None:
    one = a.account("one@a.test")
    with pytest.raises(BadArgument, match="forwards to itself; keep_copy=True"):
        one.forward("two@a.test", "One@a.test")


def test_all_members_of_an_alias_are_forwarded_to(a: FakeMail, b: FakeMail) -> None:
    a.route("b.test", b)
    a.account("two@a.test")
    a.alias("team@a.test", ["two@a.test", "bob@b.test"])
    a.account("one@a.test").forward("team@a.test")
    send(a, "one@a.test")
    assert counts(a, "one", "two") == [0, 1]
    b.outbox.one(to="bob@b.test")


@pytest.mark.parametrize(
    "sender", ["ann+dead=x.test@a.test", "ANN@a.test", "news@a.test", "v-7@news.a.test"]
)
def test_a_report_stays_here_if_the_sender_is_here(a: FakeMail, b: FakeMail, sender: str) -> None:
    """All else goes to a smart host; who is here may be named in each way that there is."""
    a.route("*", b)
    a.alias("news@a.test", ["ann@a.test"])
    a.alias("*@news.a.test", ["news@a.test"])
    a.bounces("dead@x.test")
    send(a, "dead@x.test", sender=sender)
    assert counts(a, "ann") == [1]
    b.outbox.assert_none()


@pytest.mark.parametrize(
    ("field", "is_answered"),
    [
        ("To: one@a.test", True),
        ("To: One+shop@A.test", True),
        ("To: x@b.test\r\nCc: One <one@a.test>", True),
        ("To: list@b.test\r\nResent-To: one@a.test", True),
        ("To: list@b.test", False),
        ("To: undisclosed-recipients:;", False),
    ],
)
def test_who_is_named_answers(a: FakeMail, field: str, *, is_answered: bool) -> None:
    """RFC 3834 §2; a sub-address names its mailbox."""
    a.account("one@a.test").auto_reply("Away", subject="Away")
    with smtplib.SMTP(*a.smtp.address) as client:
        client.sendmail("ann@a.test", "one+shop@a.test", f"{field}\r\n\r\nHello\r\n")
    assert counts(a, "ann") == [int(is_answered)]


@pytest.mark.parametrize("sender", ["one@a.test", "ONE@a.test", "one+me@a.test"])
def test_nobody_answers_himself(a: FakeMail, sender: str) -> None:
    a.account("one@a.test").auto_reply("Away")
    send(a, "one@a.test", sender=sender)
    assert counts(a, "one") == [1]


@pytest.mark.parametrize(
    "sender", ['"john doe"@a.test', '"a\\"b"@a.test', '"x@y"@a.test', "o'neil@a.test", "a%b@a.test"]
)
def test_any_sender_can_be_reported_to(a: FakeMail, sender: str) -> None:
    a.bounces("dead@x.test")
    for _ in range(2):
        send(a, "dead@x.test", sender=sender)
    assert len(a.account(sender).inbox.messages) == 2
    send(a, sender)
    assert len(a.account(sender).inbox.messages) == 3
