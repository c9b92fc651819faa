"""The zoo: every message reads as it says, here, and raises nowhere."""

import imaplib
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from pytest_fakemail import BadArgument, FakeMail
from pytest_fakemail.zoo import ZooMessage, zoo

NAMES = list(zoo)
SMALL = zoo.names(without=("large",))


@pytest.mark.parametrize("name", NAMES)
def test_a_message_reads_as_it_says(name: str) -> None:
    mail = zoo[name]
    wanted = mail.reading
    if wanted.subject is not None:
        assert mail.subject == wanted.subject
    if wanted.from_ is not None:
        assert tuple(mail.from_) == wanted.from_
    if wanted.to is not None:
        assert tuple(mail.to) == wanted.to
    if wanted.names is not None:
        assert tuple(address.display_name for address in mail.from_) == wanted.names
    if wanted.text is not None:
        assert wanted.text in mail.text if wanted.text else mail.text.strip() == ""
    if wanted.html is not None:
        assert wanted.html in mail.html
    if wanted.attachments is not None:
        assert tuple(mail.attachments.names) == wanted.attachments
    if wanted.forwarded is not None:
        assert tuple(inner.subject for inner in mail.forwarded) == wanted.forwarded


@pytest.mark.parametrize("name", SMALL)
def test_everything_of_a_message_can_be_asked_for(name: str) -> None:
    mail = zoo[name]
    assert mail.oddity.endswith((".", "?"))
    assert mail.tags
    assert isinstance(mail.links, list)
    assert mail.calendar is None or mail.calendar.method is not None
    assert all(isinstance(attachment.content, bytes) for attachment in mail.attachments)
    assert mail.message is not None
    assert name in repr(mail)


def test_there_are_enough_of_them() -> None:
    assert len(zoo) >= 80
    assert len(zoo.tags) >= 20
    assert len(NAMES) == len(set(NAMES))
    for tag in ("bounce", "calendar", "reply", "forward", "signed", "encrypted", "charset"):
        assert zoo.names(tag)


def test_they_go_into_a_mailbox_and_out_of_it_by_imap() -> None:
    with FakeMail(imap_keeps_nul=True) as fakemail:  # elsewhere a NUL arrives as U+FFFD
        inbox = fakemail.account().inbox
        for mail in zoo.tagged(without=("large",)):
            inbox.deliver(mail)
        client = fakemail.imap.client()
        assert isinstance(client, imaplib.IMAP4)
        client.select("INBOX", readonly=True)
        _, data = client.uid("FETCH", "1:*", "(ENVELOPE BODYSTRUCTURE)")
        assert len(data) >= len(SMALL)
        _, [found] = client.uid("SEARCH", "ALL")
        for uid, name in zip(found.split(), SMALL, strict=True):
            _, [(_, raw), _] = client.uid("FETCH", uid, "(BODY.PEEK[])")
            if b"\0" not in zoo[name].raw:  # IMAP has no NUL to give out (RFC 9051 §4.3)
                assert raw == zoo[name].raw


def test_filters_choose_by_tag() -> None:
    assert all("bounce" in mail.tags for mail in zoo.tagged("bounce", "machine"))
    assert "bounce-qmail" not in zoo.names("machine", without=("bounce",))
    with pytest.raises(BadArgument, match=r"no tag 'bounces'; did you mean 'bounce'"):
        zoo.names("bounces")


def test_a_wrong_name_is_told_the_nearest() -> None:
    with pytest.raises(BadArgument, match="did you mean 'bounce-postfix'"):
        zoo["bounce-postfx"]
    assert "empty" in zoo
    assert "nothing" not in zoo
    assert repr(zoo) == f"<Zoo of {len(zoo)} messages>"


def test_a_message_is_made_anew_each_time() -> None:
    one = zoo["empty"]
    assert isinstance(one, ZooMessage)
    assert one is not zoo["empty"]
    assert one.raw == zoo["empty"].raw


@pytest.mark.parametrize("name", SMALL)
def test_pythons_own_reader_agrees_on_well_formed_subjects(name: str) -> None:
    mail = zoo[name]
    if mail.reading.subject is None or not mail.tags.isdisjoint({"broken", "newline", "unicode"}):
        return
    theirs = message_from_bytes(mail.raw, policy=policy.default)["Subject"] or ""
    assert str(theirs).strip() == mail.reading.subject.strip()


def test_the_page_lists_every_message() -> None:
    page = (Path(__file__).parents[2] / "docs" / "reference" / "zoo.md").read_text("utf-8")
    rows = [f"| `{mail.name}` | {mail.oddity} |" for mail in zoo.values()]
    assert [row for row in page.splitlines() if row.startswith("| `") and row in rows] == rows
