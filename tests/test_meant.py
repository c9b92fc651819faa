"""Words of habit: who says them is told the name here, and not the nearest spelling."""

from collections.abc import Callable
from typing import Any

import pytest

from pytest_fakemail import BadArgument, FakeMail, FakeMailError, policies
from pytest_fakemail.errors import did_you_mean, nearest_spelling
from pytest_fakemail.faults.points import POINTS
from pytest_fakemail.meant import _WORDS, other_word
from pytest_fakemail.settings import Settings

any_policies: Any = policies
any_settings: Any = Settings
SLIPS: tuple[tuple[Callable[[Any], object], str], ...] = (
    (lambda fm: fm.outbox.assert_one(), "one"),  # not assert_none
    (lambda fm: fm.outbox.one(recipients="a@x.test"), "to"),
    (lambda fm: fm.outbox.one(body="Hello"), "text"),
    (lambda fm: fm.account().inbox.one(), "assert_one"),
    (lambda fm: fm.account().mailbox("Sent Items"), "Sent"),
    (lambda fm: fm.when("RCPT"), "smtp.when"),
    (lambda fm: fm.inbox, "account().inbox"),
    (lambda fm: fm.imap.when("FETCH").reply(450), "no"),  # not lose_reply
    (lambda fm: fm.smtp.when("RCPT").reply(450).twice(), "times"),  # not trickle
    (lambda fm: fm.smtp.when("data-end"), "end-of-data"),  # not DATA
    (lambda fm: fm.pop3.when("LOGIN"), "PASS"),
    (lambda fm: fm.imap.when("SELECT", folder="INBOX"), "mailbox"),
    (lambda fm: fm.pretend_to_be("office365"), "m365"),
    (lambda _: any_policies.throttle(), "rate_limit"),
    (lambda _: any_settings(auth_required=True), "require_auth"),
)


@pytest.mark.parametrize(("slip", "meant"), SLIPS)
def test_a_word_of_habit(fakemail: FakeMail, slip: Callable[[Any], object], meant: str) -> None:
    with pytest.raises(FakeMailError) as refusal:
        slip(fakemail)
    fakemail.clear_faults()
    assert f"did you mean {meant!r}? " in f"{refusal.value} "


@pytest.mark.parametrize("limit", ["timeout", "within"])
def test_how_long_to_wait_is_for_the_waits(fakemail: FakeMail, limit: str) -> None:
    outbox: Any = fakemail.outbox
    wrong = outbox.assert_none if limit == "timeout" else outbox.wait_for
    with pytest.raises(BadArgument, match="wait_for has timeout=, assert_none has within="):
        wrong(**{limit: 1})


def test_a_word_is_for_names_that_there_are() -> None:
    assert other_word("body", ["text", "raw"]) == "text"
    assert not other_word("body", ["recipients"])
    assert did_you_mean("Body", ["body"]) == "did you mean 'body'? "
    assert not nearest_spelling("auth", ["LOGIN"])  # what may be right is refused for a slip alone


def test_no_word_is_for_a_name_that_is_gone(fakemail: FakeMail) -> None:
    with fakemail.smtp.client() as client:
        client.sendmail("a@x.test", "user@example.test", "Subject: Hello\n\n")
    account = fakemail.account()
    handles = (fakemail, fakemail.smtp, fakemail.tls, fakemail.outbox, account, account.inbox)
    rules = (fakemail.smtp.when("NOOP"), fakemail.imap.when("NOOP"), fakemail.pop3.when("NOOP"))
    there = {name for one in (*handles, *rules, fakemail.outbox[0], policies) for name in dir(one)}
    fakemail.clear_faults()
    there |= {"attachment", "header", "seen", "flagged", "mailbox", "uid", "silent"}
    there |= {"refuse", "cut", "silence", "gmail", "m365", "ses", "icloud", "sendgrid"}
    there |= {"Junk", "Sent", "Trash", "unreachable", *vars(Settings)}
    for protocol in ("smtp", "pop3", "imap"):
        there |= set(POINTS[protocol])
    for words, meant in _WORDS.items():
        for word in words.split():
            assert other_word(word, there - {word}), (word, meant)
