"""Apps whose mail the server passes on: what the relay says to others is no step of theirs."""

import smtplib
from collections.abc import Callable
from contextlib import suppress
from itertools import count

import pytest

from pytest_fakemail import FakeMail, UnmetExpectation

MakeFakeMail = Callable[..., FakeMail]


def send(fakemail: FakeMail) -> bool:
    with smtplib.SMTP(*fakemail.smtp.address, timeout=30) as client:
        client.sendmail("ann@example.test", ["bob@theirs.test"], "Subject: Order 7\n\nThanks\n")
    return True


def asks_first(fakemail: FakeMail) -> bool:
    """Send until it is there: the outbox stands for an archive that can be asked."""
    for _ in range(3):
        if len(fakemail.outbox):
            return True
        with suppress(OSError, smtplib.SMTPException):
            return send(fakemail)
    return len(fakemail.outbox) > 0


def test_only_steps_of_the_action_are_swept(make_fakemail: MakeFakeMail) -> None:
    ours, theirs, alone = make_fakemail(), make_fakemail(), make_fakemail()
    ours.route("theirs.test", theirs)
    result = ours.sweep(lambda: send(ours), only=["refuse", "close"])
    result.assert_nothing_lost()
    steps = [row.step for row in alone.sweep(lambda: send(alone), only=["refuse", "close"]).rows]
    assert [row.step for row in result.rows] == steps
    assert "not met" not in result.verdicts
    assert len(ours.outbox) == 1


def test_mail_counts_where_the_app_has_brought_it(make_fakemail: MakeFakeMail) -> None:
    """Theirs refuses from the third mail on, which no row says of the app."""
    ours, theirs = make_fakemail(), make_fakemail()
    ours.route("theirs.test", theirs)
    ours.account("ann@example.test")
    number = count(1)
    theirs.smtp.when("RCPT", where=lambda _: next(number) > 2).reply(550, "5.1.1 No such user")
    result = ours.sweep(lambda: asks_first(ours), only=["refuse", "close"])
    result.assert_fine()
    assert result.value is True


@pytest.mark.parametrize("bounces", [True, False], ids=["bounced", "queued"])
def test_mail_that_goes_nowhere_is_sent_all_the_same(
    make_fakemail: MakeFakeMail, *, bounces: bool
) -> None:
    ours = make_fakemail()
    ann = ours.account("ann@example.test")
    if bounces:
        ours.bounces("bob@theirs.test", "5.1.1")
    else:
        gone = make_fakemail()
        ours.route("theirs.test", gone)
        gone.close()
    result = ours.sweep(lambda: asks_first(ours), only=["refuse", "close"])
    result.assert_fine()
    assert len(ours.outbox) == 1
    assert "not met" not in result.verdicts
    assert len(ann.inbox) == int(bounces)


def test_a_loss_is_still_found_behind_a_relay(make_fakemail: MakeFakeMail) -> None:
    ours, theirs = make_fakemail(), make_fakemail()
    ours.route("theirs.test", theirs)

    def swallows() -> bool:
        with suppress(OSError, smtplib.SMTPException):  # the planted bug
            send(ours)
        return True

    result = ours.sweep(swallows, only="close")
    with pytest.raises(UnmetExpectation, match="said sent but was not"):
        result.assert_nothing_lost()
