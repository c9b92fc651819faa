"""Attributes that there are not: whatever of ours a test has in hand tells the nearest."""

from collections.abc import Iterator

import pytest

from pytest_fakemail import FakeMail, UnknownAttribute
from pytest_fakemail.policies import greylisting


def in_hand(fakemail: FakeMail) -> Iterator[object]:
    """Yield what a test has of a FakeMail, and what it has of that."""
    with fakemail.smtp.client() as client:
        client.sendmail("app@x.test", "user@example.test", "Subject: Hello\n\nHello\n")
    inbox = fakemail.account().inbox
    found = [fakemail, fakemail.account(), inbox, inbox.messages[0], fakemail.outbox[0]]
    found += [fakemail.smtp.capabilities, connection := fakemail.transcript.connections[0]]

    def say_noop() -> int:
        with fakemail.smtp.client() as client:
            return client.noop()[0]

    found += [connection.exchanges[0], fakemail.sweep(say_noop, only="close").rows[0]]
    for one in found:
        names = [name for name in dir(one) if not name.startswith("_")]
        if one is fakemail:
            names.remove("store")  # the servers' own
            names.remove("settings")  # loaded with the plugin: a frozen value, and no more
            names.remove("clock")  # asked by all that is said, see `Spelt`
            names.remove("transcript")  # likewise
        yield one
        for name in names:
            value = getattr(one, name)
            module = type(value).__module__
            is_plain = isinstance(value, str | tuple | frozenset | list)  # flags and the like
            if module.startswith("pytest_fakemail") and not is_plain:
                yield value


def test_a_misspelt_attribute_is_told_with_the_nearest(fakemail: FakeMail) -> None:
    met: dict[type, int] = {}
    for one in in_hand(fakemail):
        names = [name for name in dir(type(one)) if len(name) > 4 and not name.startswith("_")]
        if not names or type(one) in met:
            continue
        wrong = names[-1][:-1] + "x"
        with pytest.raises(UnknownAttribute, match=f"has no attribute '{wrong}'; did you mean '"):
            getattr(one, wrong)
        with pytest.raises(UnknownAttribute, match="has no attribute 'qqq'; there is "):
            getattr(one, "qqq")  # noqa: B009  (type checkers know better)
        assert not hasattr(one, "_qqq")
        met[type(one)] = len(names)
    assert len(met) >= 19, met


@pytest.mark.fakemail(provider="ses")
def test_what_an_attribute_says_by_itself_is_heard(fakemail: FakeMail) -> None:
    with pytest.raises(AttributeError, match="Amazon SES has no IMAP"):
        assert fakemail.imap


def test_what_there_is_not_cannot_be_set(fakemail: FakeMail) -> None:
    """Nothing that a test has in hand takes an attribute without a word, and then does nothing."""
    met: set[type] = set()
    further = [fakemail.clock, fakemail.transcript, fakemail.lmtp.enforce(greylisting())]
    further += [fakemail.dns.when("MX").servfail().optional(), fakemail.dns.queries]
    for one in (*in_hand(fakemail), *further):
        with pytest.raises(AttributeError, match=r"no attribute|cannot assign"):
            one.qqq = 1  # type: ignore[attr-defined]
        met.add(type(one))
    assert len(met) >= 24, met


def test_what_is_set_in_vain_is_told_with_the_nearest(fakemail: FakeMail) -> None:
    for one, wrong, near in (
        (fakemail.clock, "advanse", "advance"),
        (fakemail.transcript, "follows", "follow"),
        (fakemail.tls, "presents", "present"),
        (fakemail.smtp.capabilities, "offf", "off"),
        (fakemail.dns, "recordd", "record"),
    ):
        with pytest.raises(UnknownAttribute, match=f"'{wrong}'; did you mean '{near}'"):
            setattr(one, wrong, True)
        with pytest.raises(UnknownAttribute, match=f"{near} cannot be set"):
            setattr(one, near, True)


def test_a_message_does_not_change_its_mailbox(fakemail: FakeMail) -> None:
    message = fakemail.account().inbox.deliver(subject="x")
    for name in ("flags", "labels", "received_at", "uid", "seen"):
        with pytest.raises(AttributeError, match=f"'{name}'"):
            setattr(message, name, getattr(message, name))
