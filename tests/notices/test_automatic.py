"""Vacation notices, challenges and read receipts."""

import re
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from notices import strict

from pytest_fakemail import BadArgument, Delivery, Mail, Recipient, notices
from pytest_fakemail.notices.automatic import AutoReplyStyle

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
HEADER = (
    "From: ann@example.test\r\nTo: bob@example.test\r\nSubject: Lunch\r\n"
    "Message-ID: <1@example.test>\r\nReferences: <0@example.test>\r\n"
)


def delivery(extra: str = "", *, sender: str = "ann@example.test") -> Delivery:
    raw = f"{HEADER}{extra}\r\nAt noon?\r\n".encode()
    return Delivery(raw, sender=sender, recipients=[Recipient("bob@example.test")], received_at=AT)


@pytest.mark.parametrize("style", ["rfc3834", "outlook", "gmail"])
def test_an_auto_reply_says_that_it_is_one(style: AutoReplyStyle) -> None:
    notice = notices.auto_reply(delivery(), "Away until Monday", style=style, at=AT)
    mail = Mail(notice)
    assert (notice.sender, notice.recipient) == ("", "ann@example.test")
    assert mail.from_ == ["bob@example.test"]
    assert mail.text.strip() == "Away until Monday"
    assert "Lunch" in mail.subject
    assert mail.headers["Auto-Submitted"] in ("auto-replied", "auto-generated")
    assert mail.headers["In-Reply-To"] == "<1@example.test>"
    assert mail.headers["References"] == "<0@example.test> <1@example.test>"
    strict.assert_lines(notice)


@pytest.mark.parametrize(
    ("extra", "sender"),
    [
        ("", ""),
        ("", "bob@example.test"),
        ("", "mailer-daemon@example.test"),
        ("", "owner-news@example.test"),
        ("", "news-request@example.test"),
        ("Auto-Submitted: auto-generated\r\n", "ann@example.test"),
        ("Precedence: bulk\r\n", "ann@example.test"),
        ("List-Id: <news.example.test>\r\n", "ann@example.test"),
        ("X-Auto-Response-Suppress: OOF\r\n", "ann@example.test"),
    ],
)
def test_some_messages_must_not_be_answered(extra: str, sender: str) -> None:
    assert not notices.may_be_answered(delivery(extra, sender=sender), by="bob@example.test")


def test_others_may_be() -> None:
    plain = delivery("Auto-Submitted: no\r\n")
    assert notices.may_be_answered(plain, by="BOB@example.test")
    assert not notices.may_be_answered(plain, by="eve@example.test")  # who is not named in it
    assert notices.may_be_answered(plain, by="eve@example.test", is_strict=False)


def test_what_a_program_wrote_is_not_answered_by_another() -> None:
    for notice in (notices.auto_reply(delivery()), notices.challenge(delivery())):
        again = Delivery(
            notice, sender=notice.sender, recipients=[Recipient(notice.recipient)], received_at=AT
        )
        assert not notices.may_be_answered(again, by=notice.recipient)


def test_a_challenge_has_a_link() -> None:
    notice = notices.challenge(delivery(), url="https://c.test/7", at=AT)
    assert Mail(notice).link() == "https://c.test/7"


@pytest.mark.parametrize("disposition", ["displayed", "deleted", "dispatched", "processed"])
def test_a_read_receipt_is_what_rfc_8098_says(disposition: str) -> None:
    asked = delivery("Disposition-Notification-To: <read@example.test>\r\n")
    notice = notices.read_receipt(asked, disposition=disposition, at=AT)  # type: ignore[arg-type]
    strict.assert_lines(notice)
    assert notice.recipient == "read@example.test"
    mail = message_from_bytes(notice, policy=policy.default)
    assert isinstance(mail, EmailMessage)
    assert mail.get_content_type() == "multipart/report"
    assert mail.get_param("report-type") == "disposition-notification"
    kinds = [part.get_content_type() for part in mail.iter_parts()]
    assert kinds == ["text/plain", "message/disposition-notification", "text/rfc822-headers"]
    fields = strict.fields(strict.body_of(notice, "message/disposition-notification"))
    assert fields["final-recipient"] == "rfc822;bob@example.test"
    assert fields["original-message-id"] == "<1@example.test>"
    pattern = r"(manual|automatic)-action/MDN-sent-(manually|automatically); (\w+)"
    match = re.fullmatch(pattern, fields["disposition"])
    assert match is not None
    assert match[3] == disposition


@pytest.mark.parametrize(
    "call",
    [
        lambda: notices.auto_reply(delivery(sender="")),
        lambda: notices.challenge(delivery(sender="")),
        lambda: notices.read_receipt(delivery(sender="")),
        lambda: notices.auto_reply(style="lotus"),  # type: ignore[arg-type]
        lambda: notices.read_receipt(disposition="eaten"),  # type: ignore[arg-type]
        lambda: notices.auto_reply(b"From: a@x.test\r\n\r\n"),
        lambda: notices.auto_reply(at=datetime(2026, 1, 1)),  # noqa: DTZ001
    ],
)
def test_mistakes_are_told(call: object) -> None:
    assert callable(call)
    with pytest.raises(BadArgument):
        call()
