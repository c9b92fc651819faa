"""Mail that is late, or went elsewhere: the failure says so to who has not waited."""

import pytest

from pytest_fakemail import FakeMail, UnmetExpectation


def test_one_that_does_not_wait_says_so(fakemail: FakeMail) -> None:
    fakemail.smtp.port  # noqa: B018  (it starts the server)
    hint = "looked for once; wait_for waits"
    for look in (fakemail.outbox.one, lambda: fakemail.outbox.assert_count(2)):
        with pytest.raises(UnmetExpectation, match=hint):
            look()
    with pytest.raises(UnmetExpectation) as waited:
        fakemail.outbox.wait_for(timeout=0)
    assert "looked for once" not in str(waited.value)
    with fakemail.smtp.client() as client:
        client.ehlo()
        with pytest.raises(UnmetExpectation, match="said EHLO, and is connected still\n.*" + hint):
            fakemail.outbox.one()
    with pytest.raises(UnmetExpectation) as over:
        fakemail.outbox.one()
    assert hint not in str(over.value)


def test_mail_that_reached_nobody_here_is_told_to_who_looks_into_a_mailbox(
    fakemail: FakeMail,
) -> None:
    ann, bob = fakemail.account("ann@x.test"), fakemail.account("bob@x.test")
    with fakemail.smtp.client() as client:
        client.sendmail("a@x.test", "anne@x.test", "Subject: Hello\n\n")
        client.sendmail("a@x.test", "bob@x.test", "Subject: Bye\n\n")
    past = r"but outbox\[0\] matches: it went to anne@x.test, nobody with an account here$"
    with pytest.raises(UnmetExpectation, match=past):
        ann.inbox.assert_one(subject="Hello", seen=False)
    past = r"but outbox\[1\] matches: it went to bob@x.test, account 'bob@x.test'$"
    with pytest.raises(UnmetExpectation, match=past):
        ann.inbox.assert_one(subject="Bye")
    with pytest.raises(UnmetExpectation) as own:
        bob.inbox.assert_one(subject="Bye", where=lambda _: False)
    assert "outbox" not in str(own.value)
    with pytest.raises(UnmetExpectation) as unseen:  # all that was sent would be such a mail
        bob.inbox.assert_one(flags="Seen", seen=True)
    assert "outbox" not in str(unseen.value)


def test_what_comes_back_may_be_late(fakemail: FakeMail) -> None:
    fakemail.bounces("dead@x.test", after="1h")
    inbox = fakemail.account().inbox
    with pytest.raises(UnmetExpectation, match=r"not there at once: wait_for waits for it$"):
        inbox.assert_one()
    with pytest.raises(UnmetExpectation) as waited:
        inbox.wait_for(timeout=0)
    assert "wait_for" not in str(waited.value)
