"""mutt is used as a person would: by keys."""

from pathlib import Path

import pytest
from clients.installed import needs
from clients.readers import imap_url, mutt
from clients.visit import Visit

from pytest_fakemail import AccountHandle, FakeMail

pytestmark = needs("mutt", "script")


@pytest.fixture
def visit(fakemail: FakeMail, tmp_path: Path) -> Visit:
    return Visit(fakemail, "implicit", None, tmp_path)


@pytest.fixture
def account(fakemail: FakeMail) -> AccountHandle:
    account = fakemail.account()
    account.inbox.deliver_many([{"subject": name} for name in ("one", "two", "three")])
    return account


def test_it_deletes_and_flags(visit: Visit, account: AccountHandle) -> None:
    keys = "<tag-pattern>~stwo<enter><tag-prefix><delete-message>"
    keys += "<search>~sone<enter><flag-message><search>~sthree<enter><display-message><exit>"
    mutt(visit, imap_url(visit), keys, settings="set pager=builtin")

    account.inbox.assert_count(2)
    account.inbox.assert_one(subject="one", flagged=True)
    account.inbox.assert_one(subject="three", seen=True)


def test_it_saves_to_another_mailbox_that_it_makes(visit: Visit, account: AccountHandle) -> None:
    target = imap_url(visit, "Work/Größe")
    keys = f"<tag-pattern>~A<enter><tag-prefix><save-message>{target}<enter>"
    mutt(visit, imap_url(visit), keys)

    account.inbox.assert_empty()
    account.mailbox("Work/Größe").assert_count(3)


def test_it_searches_on_the_server(visit: Visit, account: AccountHandle) -> None:
    account.inbox.deliver(subject="four", text="ein Wörtchen darin")
    mutt(visit, imap_url(visit), "<delete-pattern>=bWörtchen<enter>")

    account.inbox.assert_count(3)
    account.inbox.assert_none(subject="four")
    [search] = visit.fakemail.transcript.commands("SEARCH")
    assert search.reply_code == "OK"


def test_it_keeps_a_copy_of_what_it_sends(visit: Visit, account: AccountHandle) -> None:
    sent = imap_url(visit, "Sent")
    smtp = f"smtps://user%40example.test@localhost:{visit.fakemail.smtp.tls_port}/"
    (visit.home / "body").write_text("Grüße\n")
    settings = "\n".join(
        [
            f'set smtp_url="{smtp}" smtp_authenticators="plain" smtp_pass="password"',
            f'set record="{sent}" copy=yes from="user@example.test" use_envelope_from=no',
            'set editor="true" abort_unmodified=no fast_reply=yes include=no edit_headers=no',
        ]
    )
    keys = "<reply><send-message>"
    mutt(visit, imap_url(visit), keys, settings=settings)

    reply = visit.fakemail.outbox.one(subject="Re: one")
    account.mailbox("Sent").assert_one(subject="Re: one", seen=True)
    assert reply.recipients == ["sender@example.test"]
    account.inbox.assert_one(subject="one", answered=True)
