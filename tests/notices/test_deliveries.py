"""Delivery reports, in each dialect, before strict and foreign readers."""

from datetime import UTC, datetime
from email import message_from_bytes

import pytest
from flufl.bounce import all_failures
from notices import strict

from pytest_fakemail import BadArgument, Delivery, Mail, Recipient, notices

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
STANDARD = [name for name in notices.DIALECTS if name not in ("qmail", "yahoo")]
RAW = b"From: shop@example.test\r\nTo: ann@x.test\r\nMessage-ID: <7@example.test>\r\n\r\nHello\r\n"


def delivery(*recipients: str | Recipient, **parameters: str) -> Delivery:
    listed = [one if isinstance(one, Recipient) else Recipient(one) for one in recipients]
    return Delivery(
        RAW,
        sender="bounces@example.test",
        recipients=listed,
        parameters=parameters,
        helo="app.example.test",
        received_at=datetime(2026, 3, 1, 11, tzinfo=UTC),
    )


@pytest.mark.parametrize("name", STANDARD)
@pytest.mark.parametrize("status", ["5.1.1", "5.2.2", "5.4.4", "5.7.1", "5.3.999"])
def test_a_report_is_what_rfc_3464_says(name: notices.Dialect, status: str) -> None:
    raw = notices.bounce(delivery("ann@x.test", "bob@y.test"), status, dialect=name, at=AT)
    _, recipients, returned = strict.read(raw)
    assert [group["action"] for group in recipients] == ["failed", "failed"]
    finals = [group["final-recipient"].partition(";")[2].strip() for group in recipients]
    assert finals == ["ann@x.test", "bob@y.test"]
    expected = "5.0.0" if name == "exim" else status
    assert {group["status"] for group in recipients} == {expected}
    assert b"<7@example.test>" in bytes(returned)


@pytest.mark.parametrize("name", notices.DIALECTS)
def test_foreign_readers_find_who_failed(name: notices.Dialect) -> None:
    raw = notices.bounce(delivery("ann@x.test", "bob@y.test"), "5.1.1", dialect=name, at=AT)
    temporary, permanent = all_failures(message_from_bytes(raw))
    assert permanent == {b"ann@x.test", b"bob@y.test"}
    assert not temporary


@pytest.mark.parametrize("name", STANDARD)
def test_a_delay_and_a_success_are_reports_too(name: notices.Dialect) -> None:
    late = notices.delayed(delivery("ann@x.test"), dialect=name, at=AT)
    _, [group], _ = strict.read(late)
    assert group["action"] == "delayed"
    temporary, permanent = all_failures(message_from_bytes(late))
    assert not permanent
    assert temporary in ({b"ann@x.test"}, set())
    for action in ("delivered", "relayed", "expanded"):
        good = notices.delivered(delivery("ann@x.test"), action=action, dialect=name, at=AT)
        _, [group], _ = strict.read(good)
        assert (group["action"], group["status"][0]) == (action, "2")


def test_the_envelope_is_honoured() -> None:
    ann = Recipient("ann@x.test", {"ORCPT": "rfc822;ann+2Bnews@old.test"})
    about, [group], returned = strict.read(
        notices.bounce(delivery(ann, RET="HDRS", ENVID="QQ+2D314"), dialect="postfix", at=AT)
    )
    assert about["original-envelope-id"] == "QQ-314"
    assert group["original-recipient"] == "rfc822;ann+news@old.test"
    assert returned.get_content_type() == "text/rfc822-headers"
    assert b"Hello" not in bytes(returned)
    whole = notices.bounce(delivery(ann, RET="FULL"), dialect="dovecot", at=AT)
    assert b"Hello\r\n" in bytes(whole)


def test_what_is_not_ascii_is_reported_as_rfc_6533_says() -> None:
    raw = notices.bounce(delivery("jörg@exämple.test"), dialect="postfix", at=AT)
    _, [group], returned = strict.read(raw)
    assert group["final-recipient"] == "utf-8; jörg@exämple.test"
    assert b"message/global-delivery-status" in bytes(raw)
    assert returned.get_content_type() == "message/global"
    said = notices.bounce(delivery("ann@x.test"), "5.1.1", "550 5.1.1 unbekannt für uns", at=AT)
    assert b"message/global-delivery-status" in bytes(said)


ORIGINALS = {
    "UTF-8": "From: Jörg <jörg@x.test>\r\nSubject: Grüße\r\n\r\nfür\r\n".encode(),
    "Latin-1": b"Subject: Gr\xfc\xdfe\r\n\r\nf\xfcr\r\n",
    "8bit body": b"Subject: x\r\n\r\nf\xc3\xbcr\r\n",
    "no header": b"\r\nHello\r\n",
}


@pytest.mark.parametrize("name", STANDARD)
@pytest.mark.parametrize("of", ORIGINALS)
def test_any_octets_are_returned_as_they_are(name: notices.Dialect, of: str) -> None:
    raw = notices.bounce(ORIGINALS[of], recipients="ann@x.test", sender="bob@x.test", dialect=name)
    _, [group], returned = strict.read(raw)
    assert group["final-recipient"].endswith("ann@x.test")
    kind = returned.get_content_type()
    assert kind.startswith("message/global") is (of == "UTF-8")
    if kind in ("message/rfc822", "message/global"):
        assert ORIGINALS[of] in bytes(raw)
    if of != "UTF-8":
        assert all_failures(message_from_bytes(raw))[1] == {b"ann@x.test"}


@pytest.mark.parametrize("name", notices.DIALECTS)
@pytest.mark.parametrize("words", ["long " * 300, "ü" * 2000, "<&>" * 400])
def test_a_long_reply_makes_no_long_line(name: notices.Dialect, words: str) -> None:
    raw = notices.bounce(delivery("ann@x.test"), "5.1.1", f"550 5.1.1 {words}", dialect=name)
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    if name in STANDARD:
        strict.read(raw)


def test_a_null_return_path_gets_nothing() -> None:
    null = Delivery(RAW, sender="", recipients=[Recipient("a@x.test")], received_at=AT)
    with pytest.raises(BadArgument, match=r"null return path: nothing may be returned to it"):
        notices.bounce(null)
    assert notices.bounce(null, to="postmaster@example.test").recipient == "postmaster@example.test"


@pytest.mark.parametrize(
    ("notify", "expected"),
    [
        (None, {"FAILURE", "DELAY"}),
        ("NEVER", set()),
        ("SUCCESS,failure", {"SUCCESS", "FAILURE"}),
        ("DELAY", {"DELAY"}),
    ],
)
def test_notify_says_which_reports_are_wanted(notify: str | None, expected: set[str]) -> None:
    ann = Recipient("ann@x.test", {"NOTIFY": notify} if notify else {})
    conditions = ("SUCCESS", "FAILURE", "DELAY")
    assert {one for one in conditions if notices.wants(ann, one)} == expected


def test_the_original_may_be_anything() -> None:
    assert b"To: dead@example.test" in bytes(notices.bounce())
    assert notices.bounce(RAW).recipient == "shop@example.test"
    assert b"rfc822; ann@x.test" in bytes(notices.bounce(Mail(RAW)))
    returned = b"Return-Path: <r@example.test>\r\n" + RAW
    assert notices.bounce(returned).recipient == "r@example.test"


def test_replies_are_said_of_each_recipient() -> None:
    replies = {"ann@x.test": "550 5.1.1 who?", "bob@y.test": "550 5.1.1 nobody"}
    raw = notices.bounce(delivery("ann@x.test", "bob@y.test"), reply=replies, at=AT)
    _, groups, _ = strict.read(raw)
    codes = [group["diagnostic-code"] for group in groups]
    assert codes == ["smtp; 550 5.1.1 who?", "smtp; 550 5.1.1 nobody"]


def test_the_same_input_gives_the_same_octets() -> None:
    about = delivery("ann@x.test")
    for name in notices.DIALECTS:
        assert notices.bounce(about, dialect=name, at=AT) == notices.bounce(
            about, dialect=name, at=AT
        )


def test_a_notice_goes_into_a_mailbox() -> None:
    from pytest_fakemail import FakeMail

    with FakeMail() as fakemail:
        inbox = fakemail.account().inbox
        notices.bounce(delivery("ann@x.test")).deliver(inbox)
        inbox.deliver(notices.bounce(delivery("bob@x.test")))
        assert len(inbox.messages) == 2
    with pytest.raises(BadArgument, match="no mailbox"):
        notices.bounce().deliver("INBOX")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: notices.bounce(dialect="postfx"), r"'postfx'; did you mean 'postfix'"),  # type: ignore[arg-type]
        (lambda: notices.bounce(status="2.0.0"), r"'2.0.0' does not fit here; wanted 5.y.z or 4"),
        (lambda: notices.bounce(status="bounced"), r"no status: 'bounced'"),
        (lambda: notices.delayed(status="5.1.1"), r"wanted 4.y.z"),
        (lambda: notices.delivered(action="lost"), r"action='lost'"),  # type: ignore[arg-type]
        (lambda: notices.bounce(b"X: y\r\n\r\n", sender="a@b.test"), r"a message for nobody"),
        (lambda: notices.bounce("text"), r"no message: 'text'"),  # type: ignore[arg-type]
        (lambda: notices.bounce(at=datetime(2026, 1, 1)), r"wanted a datetime with a time zone"),  # noqa: DTZ001
        (lambda: notices.bounce(recipents=["a"]), r"did you mean 'recipients'"),  # type: ignore[call-arg]
        (lambda: notices.bounce(hostname="a\r\nX: y"), r"has a line break"),
        (lambda: notices.wants("a@x.test", "FAILED"), r"no condition: 'FAILED'"),
    ],
)
def test_mistakes_are_told_with_the_way_out(call: object, message: str) -> None:
    assert callable(call)
    with pytest.raises(BadArgument, match=message):
        call()
