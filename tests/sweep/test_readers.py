"""Apps that read: one that is right is fine at every step, and each planted bug is found."""

import imaplib
import poplib
import time
from collections.abc import Callable
from email import message_from_bytes
from typing import Any

import pytest

from pytest_fakemail import BadArgument, FakeMail, UnmetExpectation

LOOSE = (OSError, imaplib.IMAP4.error, poplib.error_proto)


@pytest.fixture
def mail(fakemail: FakeMail) -> FakeMail:
    inbox = fakemail.account().inbox
    inbox.deliver(subject="one", from_="ann@example.test", flags=["$Work"])
    inbox.deliver(subject="two", from_="bob@example.test")
    return fakemail


def imap(fakemail: FakeMail) -> imaplib.IMAP4:
    client = imaplib.IMAP4(*fakemail.imap.address, timeout=30)
    account = fakemail.account()
    client.login(account.user, account.password)
    client.select()
    return client


def must(answer: tuple[str, Any]) -> Any:  # noqa: ANN401
    status, data = answer
    if status != "OK":
        raise imaplib.IMAP4.error(str(data))
    return data


def close(client: imaplib.IMAP4) -> None:
    try:
        client.logout()
    except LOOSE:
        client.shutdown()  # all is done by now


def uids(client: imaplib.IMAP4, wanted: str = "UNSEEN") -> list[str]:
    return str(must(client.uid("SEARCH", wanted))[0].decode()).split()


def subject(client: imaplib.IMAP4, uid: str, what: str = "(BODY.PEEK[])") -> str:
    data = must(client.uid("FETCH", uid, what))
    return str(message_from_bytes(data[0][1])["Subject"])


def test_a_careful_reader_is_fine_with_its_record(mail: FakeMail) -> None:
    """Read without marking, put it on record once for a UID, then mark."""
    record: dict[str, str] = {}

    def action() -> bool:
        try:
            client = imap(mail)
            for uid in uids(client):
                if uid not in record:
                    record[uid] = subject(client, uid)
                must(client.uid("STORE", uid, "+FLAGS", r"(\Seen)"))
        except LOOSE:
            return False
        close(client)
        return True

    result = mail.sweep(action, processed=lambda: record, before_each=record.clear)
    result.assert_nothing_lost()
    result.assert_nothing_doubled()  # what comes again is on record already
    assert set(result.verdicts) == {"fine", "said failed but was done"}


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [("UNSEEN", {"marked without having been processed"}), ("ALL", set())],
)
def test_marked_is_lost_for_who_goes_by_marks_only(
    mail: FakeMail, wanted: str, expected: set[str]
) -> None:
    """What has read by UID goes on where it was, whatever was marked by the way."""
    record: dict[str, str] = {}

    def action() -> bool:
        try:
            client = imap(mail)
            for uid in uids(client, wanted):
                if uid not in record:
                    record[uid] = subject(client, uid, "(RFC822)")
        except LOOSE:
            return False
        close(client)
        return True

    result = mail.sweep(action, processed=lambda: record, before_each=record.clear)
    lost = [row for row in result.rows if "FETCH 2" in row.step and row.kind == "lose_reply"]
    assert {str(verdict) for row in lost for verdict, _ in row.findings} == expected
    result.assert_nothing_doubled()


def test_a_collector_that_knows_what_it_has(mail: FakeMail) -> None:
    """POP3: no DELE counts before QUIT, and so what was collected comes again, and is known."""
    collected: dict[str, bytes] = {}

    def action() -> None:
        client = poplib.POP3(*mail.pop3.address, timeout=30)
        try:
            client.user(mail.account().user)
            client.pass_(mail.account().password)
            for line in client.uidl()[1]:
                number, unique = line.decode().split()
                if unique not in collected:
                    collected[unique] = b"\n".join(client.retr(int(number))[1])
                client.dele(int(number))
            client.quit()
        finally:
            client.close()

    result = mail.sweep(action, processed=lambda: collected, before_each=collected.clear)
    assert set(result.verdicts) == {"fine", "said failed but was done"}


@pytest.mark.parametrize("why", ["begins anew", "fails", "does not end"])
def test_who_cannot_be_run_again_is_judged_by_marks(mail: FakeMail, why: str) -> None:
    """A record that begins anew with each run does not tell what an earlier one has processed."""
    tickets: list[str] = []
    idle: list[str] = []

    def action() -> bool:
        if why == "begins anew":
            tickets.clear()
        try:
            client = imap(mail)
            found = uids(client)
            for uid in found:
                if (text := subject(client, uid)) not in tickets:
                    tickets.append(text)
                must(client.uid("STORE", uid, "+FLAGS", r"(\Seen)"))
        except LOOSE:
            return False
        close(client)
        if not found:
            idle.append(why)
        if not found and why == "fails":
            raise LookupError("no mail")
        while not found and why == "does not end":
            time.sleep(0.001)
        return True

    result = mail.sweep(
        action,
        processed=lambda: tickets,
        before_each=tickets.clear,
        only="refuse",
        patience=0.1,
    )
    stores = [row.findings for row in result.rows if "STORE 1" in row.step]
    assert [str(verdict) for [(verdict, _)] in stores] == ["processed twice"]
    assert len(idle) == 1  # or each row would wait for what does not end
    assert "1 of 2 processed; will come again: 'one', 'two'" in stores[0][0][1]


@pytest.mark.parametrize("begins_anew", [True, False])
def test_a_record_that_does_not_grow_each_time_is_refused(
    mail: FakeMail, *, begins_anew: bool
) -> None:
    """Each mail would seem not to have been processed, in every row, and the app to lose it."""
    record: dict[str, str] = {}

    def action() -> None:
        if begins_anew:
            record.clear()
        with imap(mail) as client:
            record.update((uid, subject(client, uid, "(RFC822)")) for uid in uids(client))

    with pytest.raises(BadArgument) as refused:
        mail.sweep(action, processed=record.values)
    assert str(refused.value) == (
        "the app had ['one', 'two'] more on record as processed after one run, and nothing more "
        "after the next, with no fault at all: what the app keeps for itself is not put back by a "
        "sweep, so let a function do it, such as before_each=tickets.clear"
    )


def test_a_record_that_is_none(mail: FakeMail) -> None:
    with pytest.raises(BadArgument, match=r"processed\(\) returned 7: wanted an item for each"):
        mail.sweep(lambda: None, processed=lambda: 7)  # type: ignore[arg-type,return-value]


def test_marked_before_it_was_processed(mail: FakeMail) -> None:
    def action() -> list[str]:
        client = imap(mail)
        with client:
            return [subject(client, uid, "(RFC822)") for uid in uids(client)]

    result = mail.sweep(action)
    with pytest.raises(UnmetExpectation, match="marked without having been processed"):
        result.assert_nothing_lost()
    cut = [row for row in result.rows if row.step.startswith("UID FETCH 2") and row.kind == "cut"]
    assert {row.verdict for row in cut} == {"marked without having been processed"}
    assert "0 of 2 processed, 2 will not come again" in cut[0].findings[0][1]


def test_deleted_before_it_was_processed(mail: FakeMail) -> None:
    """POP3: the maildrop goes with QUIT, and its answer may be lost."""

    def action() -> list[bytes]:
        client = poplib.POP3(*mail.pop3.address, timeout=30)
        client.user(mail.account().user)
        client.pass_(mail.account().password)
        read = []
        for number in range(1, client.stat()[0] + 1):
            read.append(b"\n".join(client.retr(number)[1]))
            client.dele(number)
        client.quit()
        return read

    result = mail.sweep(action)
    with pytest.raises(UnmetExpectation, match="deleted without having been processed"):
        result.assert_nothing_lost()
    verdicts = {row.fault: row.verdict for row in result.rows if row.step == "QUIT"}
    assert verdicts["lose_reply"] == "deleted without having been processed"
    assert verdicts["close"] == "fine"


def test_processed_and_not_marked_comes_again(mail: FakeMail) -> None:
    """Tickets are on record at once; what cannot be marked is read again by the next run."""
    tickets: list[str] = []

    def action() -> bool:
        try:
            client = imap(mail)
            for uid in uids(client):
                tickets.append(subject(client, uid))
                must(client.uid("STORE", uid, "+FLAGS", r"(\Seen)"))
        except LOOSE:
            return False
        close(client)
        return True

    result = mail.sweep(action, processed=lambda: tickets)
    with pytest.raises(UnmetExpectation, match="two: 1 more, in the next run"):
        result.assert_nothing_doubled()
    result.assert_nothing_lost()


def test_left_behind_though_all_went_well(mail: FakeMail) -> None:
    def action() -> bool:
        client = imap(mail)
        for uid in uids(client):
            client.uid("STORE", uid, "+FLAGS", r"(\Seen)")  # whatever it answers
        close(client)
        return True

    result = mail.sweep(action, only="refuse")
    stores = [row.verdict for row in result.rows if "STORE" in row.step]
    assert stores == ["left behind"] * 2
    with pytest.raises(UnmetExpectation, match="'one' is as it was"):
        result.assert_honest()


def mover(
    mail: FakeMail, check: Callable[[tuple[str, Any]], object], target: str = "Archive"
) -> bool:
    client = imap(mail)
    with client:
        for uid in uids(client, "ALL"):
            check(client.uid("COPY", uid, target))
            check(client.uid("STORE", uid, "+FLAGS", r"(\Deleted)"))
        check(client.expunge())
    return True


def test_moved_without_a_look_at_the_answer(mail: FakeMail) -> None:
    result = mail.sweep(lambda: mover(mail, lambda _: None))
    with pytest.raises(UnmetExpectation, match="'one' is in no mailbox"):
        result.assert_nothing_lost()
    copies = [row.verdict for row in result.rows if row.step == "UID COPY 1 Archive"]
    assert copies[0] == "moved without being copied"


def test_copied_and_not_deleted_is_copied_again(mail: FakeMail) -> None:
    result = mail.sweep(lambda: mover(mail, must))
    result.assert_nothing_lost()
    row = next(row for row in result.rows if "COPY 1" in row.step and row.kind == "lose_reply")
    assert row.verdict == "processed twice"
    assert row.findings[0][1] == (
        "'one' is in Archive of user@example.test again, after the next run"
    )


def test_what_is_in_a_shared_mailbox_is_not_lost(mail: FakeMail) -> None:
    mail.shared_mailbox("Team", members={"user@example.test": "lrswi"})
    result = mail.sweep(lambda: mover(mail, must, "Shared/Team"), only="lose_reply")
    result.assert_nothing_lost()
    row = next(row for row in result.rows if "COPY 1" in row.step)
    assert row.verdict == "processed twice"
    assert "'one' is in Team of shared mailboxes again" in row.findings[0][1]


def test_flags_that_a_copy_by_hand_forgets(mail: FakeMail) -> None:
    def action() -> bool:
        client = imap(mail)
        with client:
            client.uid("STORE", "1", "-FLAGS", "($Work)")
            client.uid("STORE", "1", "+FLAGS", r"($Work \Seen)")
        return True

    result = mail.sweep(action, only=["refuse", "close"])
    rows = [row for row in result.rows if "+FLAGS" in row.step]
    assert [row.said == "done" for row in rows] == [True, False]
    for row in rows:  # whatever it said: the flag was there before
        assert row.verdict == "flags lost"
        assert "'one' has no $Work" in row.findings[0][1]


def test_a_copy_in_sent_is_looked_for(fakemail: FakeMail) -> None:
    def action() -> bool:
        with fakemail.smtp.client() as client:
            client.sendmail("user@example.test", "ann@example.test", "Subject: x\n\n")
        with fakemail.imap.client() as reader:
            reader.append("Sent", r"(\Seen)", "", b"To: ann@example.test\r\nSubject: x\r\n\r\n")
        return True

    result = fakemail.sweep(action, only="refuse")
    row = next(row for row in result.rows if row.step.startswith("APPEND"))
    assert row.verdict == "lost"
    assert row.findings[0][1] == "no copy of mail to ann@example.test in Sent of user@example.test"


def test_what_is_sent_on_tells_what_was_processed(mail: FakeMail) -> None:
    """A forwarder: the mails that it sends are its record."""

    def action() -> bool:
        client = imap(mail)
        for uid in uids(client):
            text = subject(client, uid)
            with mail.smtp.client() as sender:
                sender.sendmail("user@example.test", "desk@example.test", f"Subject: {text}\n\n")
            must(client.uid("STORE", uid, "+FLAGS", r"(\Seen)"))
        close(client)
        return True

    result = mail.sweep(action, only=["lose_reply", "close"])
    with pytest.raises(UnmetExpectation, match=r"desk@example\.test: 1 more, in the next run"):
        result.assert_nothing_doubled()
    result.assert_nothing_lost()


def test_what_the_action_delivers_itself_is_nothing_that_its_app_has_done(
    fakemail: FakeMail,
) -> None:
    """As a test does that is swept whole; an app that only looks at it has put nothing there."""

    def action() -> None:
        fakemail.account().inbox.deliver(subject="one")
        with imap(fakemail) as client:
            assert uids(client) == ["1"]

    result = fakemail.sweep(action, only=["refuse", "close"])
    assert set(result.verdicts) == {"fine"}
    assert result.rows[0].said.startswith("failed: ")
