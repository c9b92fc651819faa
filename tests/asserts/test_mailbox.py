"""A mailbox in a test's hands: filled, looked into, changed while others use it."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from email.message import EmailMessage
from email.mime.text import MIMEText
from inspect import cleandoc
from pathlib import Path

import pytest
import trio
from asserts.world import World
from companions import beside

from pytest_fakemail.asserts.mailbox import MailboxHandle
from pytest_fakemail.errors import BadArgument, UnknownMailbox, UnmetExpectation

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


@pytest.fixture
def inbox(world: World) -> MailboxHandle:
    world.clock.freeze(NOW)
    return world.account.inbox


class TestFilling:
    def test_parts_are_composed(self, inbox: MailboxHandle) -> None:
        message = inbox.deliver(
            subject="Invoice 7", text="Hello", html="<p>", attachments={"invoice.pdf": b"PDF"}
        )
        assert (message.uid, message.flags, message.received_at) == (1, frozenset(), NOW)
        assert (message.subject, message.text, message.html) == ("Invoice 7", "Hello", "<p>")
        assert message.attachments["invoice.pdf"].content == b"PDF"
        assert message.from_ == ["sender@example.test"]
        assert message.to == ["user@example.test"]
        assert message.headers["Date"] == "Fri, 02 Jan 2026 03:04:05 +0000"

    def test_every_composed_message_has_a_name_of_its_own(self, inbox: MailboxHandle) -> None:
        inbox.deliver()
        inbox.deliver_many([{"subject": "a"}, {"subject": "b"}])
        assert len({message.headers["Message-ID"] for message in inbox}) == 3

    def test_octets_stay_as_they_are(self, inbox: MailboxHandle) -> None:
        raw = b"Subject: a\n\nbare\nlines \xff\r\n.\r\n"
        assert inbox.deliver(raw).raw == raw
        assert inbox.messages[0].raw == raw

    def test_an_email_message_gets_crlf(self, inbox: MailboxHandle) -> None:
        message = EmailMessage()
        message["Subject"] = "Grüße"
        message.set_content("Hello\n")
        delivered = inbox.deliver(message)
        assert delivered.subject == "Grüße"
        assert b"\n" not in delivered.raw.replace(b"\r\n", b"")

    def test_a_message_of_the_old_kind_too(self, inbox: MailboxHandle) -> None:
        delivered = inbox.deliver(MIMEText("Grüße\n", "plain", "utf-8"))
        assert delivered.text == "Grüße\n"
        assert b"\n" not in delivered.raw.replace(b"\r\n", b"")

    def test_a_file_is_read(self, inbox: MailboxHandle, tmp_path: Path) -> None:
        path = tmp_path / "a.eml"
        path.write_bytes(b"Subject: from a file\r\n\r\n")
        assert inbox.deliver(path).subject == "from a file"
        assert inbox.deliver(str(path)).raw == path.read_bytes()

    def test_flags_date_and_uid_can_be_given(self, inbox: MailboxHandle) -> None:
        received_at = datetime(2020, 1, 1, tzinfo=UTC)
        message = inbox.deliver(flags="seen $Work", received_at=received_at, uid=7)
        assert message.flags == {"\\Seen", "$Work"}
        assert (message.uid, message.received_at, inbox.uidnext) == (7, received_at, 8)

    def test_many_are_delivered_as_one_change(self, world: World, inbox: MailboxHandle) -> None:
        changes: list[int] = []
        world.store.subscribe(lambda: changes.append(len(inbox)))
        delivered = inbox.deliver_many([b"Subject: a\r\n\r\n", {"subject": "b", "flags": "seen"}])
        assert [message.subject for message in delivered] == ["a", "b"]
        assert changes == [2]

    def test_of_many_one_that_is_impossible_stops_all(self, inbox: MailboxHandle) -> None:
        with pytest.raises(BadArgument):
            inbox.deliver_many([{"subject": "a"}, {"subject": "b", "flags": "\\Recent"}])
        inbox.assert_empty()

    def test_an_mbox_and_a_maildir_are_loaded(self, inbox: MailboxHandle, tmp_path: Path) -> None:
        mbox = tmp_path / "mbox"
        mbox.write_bytes(b"From a@x Fri Jan  2 03:04:05 2026\nSubject: a\nStatus: RO\n\nHi\n")
        (tmp_path / "new").mkdir()
        (tmp_path / "new" / "1").write_bytes(b"Subject: b\n\n")
        inbox.load_mbox(mbox)
        inbox.load_maildir(str(tmp_path))
        assert [(each.subject, each.seen) for each in inbox] == [("a", True), ("b", False)]

    @pytest.mark.parametrize(
        ("given", "options", "text"),
        [
            (b"", {"subject": "a"}, "subject beside a whole message: give either the one or"),
            (None, {"subjct": "a"}, "no option 'subjct' of deliver; did you mean 'subject'"),
            ("a\nb", {}, "no path: 'a\\\\nb'…; a message itself is given as bytes"),
            ("/no/such.eml", {}, "cannot read '/no/such.eml': "),
            (7, {}, "no message: 7; wanted bytes, a Mail, an EmailMessage, or the path of an .eml"),
            (None, {"flags": "a(b"}, r"no flag: 'a\(b'; there is \\Answered"),
            (None, {"received_at": "today"}, "received_at='today': wanted an aware datetime"),
            (None, {"received_at": datetime(2026, 1, 1)}, "received_at=.* has no time zone"),  # noqa: DTZ001  (the mistake)
            (None, {"uid": 0}, "no new UID for INBOX: 0; it must be 1 or more"),
        ],
    )
    def test_the_impossible_is_refused(
        self, inbox: MailboxHandle, given: bytes, options: dict[str, object], text: str
    ) -> None:
        with pytest.raises(BadArgument, match=f"^{text}"):
            inbox.deliver(given, **options)  # type: ignore[arg-type]  # the mistake
        inbox.assert_empty()


class TestLooking:
    def test_messages_do_not_change_afterwards(self, inbox: MailboxHandle) -> None:
        inbox.deliver(subject="a")
        before = inbox.messages
        inbox.set_flags(1, "seen", "$Work")
        after = inbox.messages
        assert not before[0].seen
        assert after[0].seen
        assert before != after
        assert after == inbox.messages
        assert repr(after[0]) == r"<MailboxMessage uid 1 'a' ($Work \Seen)>"
        assert repr(inbox) == "<MailboxHandle 'INBOX' of user@example.test: 1 message>"

    def test_criteria_know_flags(self, inbox: MailboxHandle) -> None:
        inbox.deliver(subject="a", flags="seen flagged answered")
        inbox.deliver(subject="b", flags="deleted draft $Work")
        assert inbox.assert_one(seen=True, flagged=True, answered=True, deleted=False).uid == 1
        assert inbox.assert_one(draft=True, deleted=True, seen=False).uid == 2
        assert inbox.assert_one(flags="$work").uid == 2
        assert inbox.assert_one(flags=["$Work", "draft", "\\DELETED"]).uid == 2
        assert inbox.assert_one(uid=2, subject="b").uid == 2
        assert [message.uid for message in inbox.all()] == [1, 2]
        assert len(inbox.assert_count(2)) == 2
        inbox.assert_none(subject="c")

    def test_the_nearest_miss_is_shown(self, inbox: MailboxHandle) -> None:
        inbox.deliver(subject="Invoice 7")
        with pytest.raises(UnmetExpectation) as failure:
            inbox.assert_one(subject="Invoice 7", seen=True)
        assert str(failure.value) == cleandoc("""
            no message with subject 'Invoice 7' that is seen in INBOX
            nearest of 1:
              seen  False  (wanted True)
        """)

    def test_where_else_it_is_is_told(self, world: World, inbox: MailboxHandle) -> None:
        world.account.mailbox("Trash").deliver(subject="Invoice 7")
        with pytest.raises(UnmetExpectation) as failure:
            inbox.assert_one(subject="Invoice 7")
        assert str(failure.value) == cleandoc("""
            no message with subject 'Invoice 7' in INBOX: it is empty
            but uid 1 in Trash matches
        """)

    def test_several_are_listed_by_uid(self, inbox: MailboxHandle) -> None:
        inbox.deliver_many([{"subject": "a"}, {"subject": "b"}])
        inbox.expunge(1)
        inbox.deliver(subject="c")
        with pytest.raises(UnmetExpectation) as failure:
            inbox.assert_empty()
        assert str(failure.value) == cleandoc("""
            2 messages in INBOX, wanted none:
              uid 2  'b' from sender@example.test to user@example.test
              uid 3  'c' from sender@example.test to user@example.test
        """)

    def test_a_message_is_had_by_uid(self, inbox: MailboxHandle) -> None:
        inbox.deliver_many([{"subject": "a"}] * 5)
        inbox.expunge(3)
        assert inbox.message(2).uid == 2
        with pytest.raises(UnmetExpectation) as failure:
            inbox.message(3)
        assert str(failure.value) == "no message with UID 3 in INBOX; its UIDs are 1:2,4:5"

    def test_flags_are_asserted_exactly(self, inbox: MailboxHandle) -> None:
        message = inbox.deliver(subject="a", flags="seen $work")
        inbox.assert_flags(1, "\\Seen", "$WORK")
        inbox.assert_flags(message, ["seen", "$work"])
        with pytest.raises(UnmetExpectation) as failure:
            inbox.assert_flags(1, "seen", "flagged", "$b")
        assert str(failure.value) == cleandoc(r"""
            uid 1  'a' from sender@example.test to user@example.test
              lacks $b \Flagged
              has $work too
        """)
        inbox.set_flags(1)
        inbox.assert_flags(1)


class TestWaiting:
    def test_what_another_thread_does_is_waited_for(self, inbox: MailboxHandle) -> None:
        inbox.deliver(subject="a")
        with beside(inbox.add_flags, 1, "seen"):
            assert inbox.wait_for(subject="a", seen=True, timeout=60).uid == 1

    def test_the_count_may_rise_and_fall(self, inbox: MailboxHandle) -> None:
        inbox.deliver_many([{"subject": "a"}] * 3)
        with beside(inbox.expunge, [1, 2, 3]):
            assert inbox.wait_for_count(0, timeout=60) == []

    def test_time_runs_out(self, inbox: MailboxHandle) -> None:
        with pytest.raises(
            UnmetExpectation, match=r"^no message in INBOX within 0.01 s: it is emp"
        ):
            inbox.wait_for(timeout=0.01)
        with pytest.raises(
            UnmetExpectation, match=r"^0 messages in INBOX within 0.01 s, wanted 1$"
        ):
            inbox.wait_for_count(1, timeout=0.01)

    def test_none_may_come(self, inbox: MailboxHandle) -> None:
        inbox.assert_none(within=0.01)
        told = r"^1 message in INBOX, wanted none:"
        with beside(inbox.deliver), pytest.raises(UnmetExpectation, match=told):
            inbox.assert_none(within=3600)

    @pytest.mark.parametrize(
        "run", [lambda main: asyncio.run(main()), trio.run], ids=["asyncio", "trio"]
    )
    def test_the_twins_wait_in_a_loop(self, inbox: MailboxHandle, run: Callable[..., None]) -> None:
        async def main() -> None:
            with beside(inbox.deliver):
                message = await inbox.wait_for_async(uid=1, timeout=60)
                assert await inbox.wait_for_count_async(1, timeout=60) == [message]
                assert await inbox.wait_for_count_async(0, uid=2, timeout=60) == []
                await inbox.assert_none_async(uid=2, within=0.01)

        run(main)


class TestChanging:
    def test_messages_are_expunged(self, inbox: MailboxHandle) -> None:
        messages = inbox.deliver_many([{"subject": f"s{number}"} for number in range(8)])
        assert inbox.expunge(1) == [1]
        assert inbox.expunge(2, messages[2]) == [2, 3]
        assert inbox.expunge([4]) == [4]
        assert inbox.expunge(subject="s4") == [5]
        assert inbox.expunge() == []
        inbox.add_flags([6, 7], "deleted")
        assert inbox.expunge() == [6, 7]
        assert [message.uid for message in inbox] == [8]

    def test_expunging_what_is_not_there_is_told(self, inbox: MailboxHandle) -> None:
        with pytest.raises(
            UnmetExpectation, match=r"^no message with UID 1 in INBOX; it is empty$"
        ):
            inbox.expunge(1)
        with pytest.raises(UnmetExpectation, match=r"^no message with subject 'a' in INBOX: it is"):
            inbox.expunge(subject="a")
        with pytest.raises(BadArgument, match=r"^UIDs and criteria together"):
            inbox.expunge(1, subject="a")
        with pytest.raises(BadArgument, match=r"^no UID: 'a'; wanted a number, or a message"):
            inbox.expunge("a")  # type: ignore[arg-type]  # the mistake

    def test_flags_are_set_added_and_removed(self, inbox: MailboxHandle) -> None:
        inbox.deliver_many([{"flags": "seen"}, {}])
        inbox.add_flags([1, 2], "flagged")
        inbox.remove_flags(1, "seen")
        inbox.assert_flags(1, "flagged")
        inbox.set_flags(inbox.messages, "$a $b", ["answered"])
        inbox.assert_flags(1, "$a", "$b", "answered")
        inbox.assert_flags(2, "$a", "$b", "answered")

    def test_uidvalidity_changes(self, inbox: MailboxHandle) -> None:
        inbox.deliver(uid=9)
        before = inbox.uidvalidity
        inbox.change_uidvalidity()
        assert inbox.uidvalidity > before
        assert inbox.messages[0].uid == 1
        inbox.change_uidvalidity(77)
        assert inbox.uidvalidity == 77

    def test_a_mailbox_is_renamed(self, world: World) -> None:
        mailbox = world.account.mailbox("Work/A", create=True)
        mailbox.rename("Done/A")
        assert mailbox.name == "Done/A"
        assert "Done/A" in world.account.mailboxes
        with pytest.raises(BadArgument, match="already exists"):
            mailbox.rename("Sent")

    def test_a_deleted_mailbox_says_so(self, world: World) -> None:
        mailbox = world.account.mailbox("Trash")
        mailbox.delete()
        assert "Trash" not in world.account.mailboxes
        for call in (mailbox.deliver, mailbox.delete, mailbox.change_uidvalidity):
            with pytest.raises(
                UnknownMailbox, match=r"^mailbox 'Trash' was deleted; there is INBOX,"
            ):
                call()
        with pytest.raises(BadArgument, match=r"^INBOX cannot be deleted"):
            world.account.inbox.delete()


def test_a_message_is_dated_when_it_was_received(inbox: MailboxHandle) -> None:
    received_at = datetime(2020, 1, 2, 3, tzinfo=UTC)
    message = inbox.deliver(received_at=received_at)
    assert message.received_at == received_at
    assert message.headers["Date"] == "Thu, 02 Jan 2020 03:00:00 +0000"


def test_a_date_that_is_given_stays(inbox: MailboxHandle) -> None:
    received_at = datetime(2020, 1, 2, 3, tzinfo=UTC)
    date = "Wed, 01 Jan 2020 00:00:00 +0000"
    message = inbox.deliver(received_at=received_at, headers={"Date": date})
    assert message.headers["Date"] == date
    assert "Date" not in inbox.deliver(received_at=received_at, headers={"date": None}).headers


def test_a_mailbox_is_true_when_it_is_empty(world: World) -> None:
    assert len(world.account.inbox) == 0
    assert world.account.inbox
    assert world.account.inbox == world.account.mailbox("INBOX")
    assert len({world.account.inbox, world.account.inbox, world.account.mailbox("Sent")}) == 2


def test_rights_of_clients_are_set_and_asked(world: World) -> None:
    inbox = world.account.inbox
    assert (inbox.read_only, inbox.permanent_flags[-1]) == (False, "\\*")
    inbox.read_only = True
    inbox.permanent_flags = ["seen", "$Todo"]
    assert world.account.inbox.read_only
    assert world.account.inbox.permanent_flags == ("\\Seen", "$Todo")
    assert inbox.deliver(flags="flagged").flagged
    inbox.permanent_flags = None
    assert "\\Deleted" in inbox.permanent_flags
    with pytest.raises(BadArgument, match=r"^read_only=1: wanted True or False$"):
        inbox.read_only = 1  # type: ignore[assignment]  # the mistake
    with pytest.raises(BadArgument, match=r"^no flag: "):
        inbox.permanent_flags = ["(a)"]
