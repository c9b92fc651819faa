"""imapflow, the IMAP client of Node, does what a mail app does in a day."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from clients.installed import needs
from clients.programs import TIMEOUT
from clients.readers import idling, imapflow
from clients.visit import Visit

from pytest_fakemail import FakeMail

pytestmark = needs("node:imapflow")


@pytest.fixture
def visit(fakemail: FakeMail, tmp_path: Path) -> Visit:
    return Visit(fakemail, "starttls", None, tmp_path)


def test_it_sees_mailboxes_and_structure(visit: Visit) -> None:
    inbox = visit.fakemail.account().inbox
    inbox.deliver(
        from_="Jürgen <juergen@example.test>",
        subject="Grüße",
        text="Hallo",
        attachments={"Ärger.pdf": b"%PDF-1.7\n\xff"},
        flags=["flagged", "$Forwarded"],
    )
    seen = imapflow(visit, "look")

    assert seen["subject"] == "Grüße"
    assert seen["from"] == [{"name": "Jürgen", "address": "juergen@example.test"}]
    assert seen["filename"] == "Ärger.pdf"
    assert seen["attachment"].encode("latin-1") == b"%PDF-1.7\n\xff"
    assert set(seen["flags"]) >= {"\\Flagged", "$Forwarded"}
    mailboxes = {one["path"]: one for one in seen["mailboxes"]}
    assert mailboxes["Trash"]["specialUse"] == "\\Trash"
    assert mailboxes["INBOX"]["status"] == {"path": "INBOX", "messages": 1, "unseen": 1}
    inbox.assert_flags(1, "flagged", "$Forwarded")  # a look changes nothing


def test_it_works_on_mail(visit: Visit) -> None:
    account = visit.fakemail.account()
    account.inbox.deliver_many(
        [{"subject": "keep"}, {"subject": "Rechnung für Mai"}, {"subject": "spam"}]
    )
    done = imapflow(visit, "work")

    account.inbox.assert_one(subject="keep")
    account.inbox.assert_count(1)
    filed = account.mailbox("Arbeit/Größe").assert_one(subject="Rechnung für Mai", seen=True)
    assert "$Paid" in filed.flags
    account.mailbox("Archive").assert_one(subject="keep")
    draft = account.mailbox("Drafts").assert_one(subject="draft", draft=True)
    assert done["moved"] == [[2, filed.uid]]
    assert done["appended"] == [draft.uid, str(account.mailbox("Drafts").uidvalidity)]
    assert done["messages"] == 1


def test_it_hears_of_everything_while_it_idles(visit: Visit) -> None:
    inbox = visit.fakemail.account().inbox
    inbox.deliver_many([{"subject": "one"}, {"subject": "two"}])
    idles = idling(visit.fakemail)
    with ThreadPoolExecutor() as pool:
        app = pool.submit(imapflow, visit, "idle", events=3)
        assert idles.wait(TIMEOUT)
        inbox.add_flags(1, "flagged")
        inbox.expunge(2)
        inbox.deliver_many([{"subject": "three"}, {"subject": "four"}])
        heard = app.result()

    # Changes that the server sees together are told in the order that IMAP wants.
    assert sorted(heard) == [["exists", 3], ["expunge", 2], ["flags", 1, ["\\Flagged"]]]


def test_it_compresses_where_it_may(visit: Visit) -> None:
    visit.fakemail.imap.capabilities.on("COMPRESS=DEFLATE")
    account = visit.fakemail.account()
    account.inbox.deliver_many(
        [{"subject": "keep"}, {"subject": "Rechnung für Mai"}, {"subject": "spam"}]
    )
    imapflow(visit, "work")

    assert visit.fakemail.transcript.commands("COMPRESS")
    account.mailbox("Arbeit/Größe").assert_one(subject="Rechnung für Mai", seen=True)
    account.mailbox("Drafts").assert_one(subject="draft", draft=True)
