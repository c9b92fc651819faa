import base64
from collections.abc import Sequence
from datetime import date, datetime, timedelta, timezone
from typing import Literal

import pytest
from query.mailboxes import NOW, mailbox, message

from pytest_fakemail.query.matching import matched, matching
from pytest_fakemail.query.search import (
    All,
    And,
    Body,
    Dated,
    EmailId,
    Flag,
    Header,
    ModSeqSince,
    Not,
    Numbers,
    Or,
    Satisfies,
    SaveDateSupported,
    SearchKey,
    Size,
    Text,
    ThreadId,
    Within,
)
from pytest_fakemail.store.message import Message

DAY = timedelta(days=1)


def found(key: SearchKey, messages: Sequence[Message | None]) -> list[int]:
    return list(matching(key, messages, now=NOW))


def is_in(key: SearchKey, raw: bytes | str) -> bool:
    return found(key, [message(raw)]) == [1]


FLAGGED = [
    message(flags=["\\Seen"]),
    message(flags=["\\Seen", "$Work"]),
    message(),
    None,
    message(flags=["\\Deleted"]),
]
SEEN, WORK, DELETED = Flag("\\Seen"), Flag("$work"), Flag("\\DELETED")


@pytest.mark.parametrize(
    ("key", "numbers"),
    [
        (All(), [1, 2, 3, 5]),
        (Not(All()), []),
        (SEEN, [1, 2]),
        (WORK, [2]),
        (Flag("none"), []),
        (Not(SEEN), [3, 5]),
        (And(()), [1, 2, 3, 5]),
        (And((SEEN, Not(WORK))), [1]),
        (And((Not(SEEN), SEEN)), []),
        (Or((WORK, DELETED)), [2, 5]),
        (Or((DELETED, SEEN)), [1, 2, 5]),
        (Not(Or((DELETED, SEEN))), [3]),
        (Numbers({1, 3, 4, 9}), [1, 3]),
        (Numbers(range(2, 6)), [2, 3, 5]),
        (SaveDateSupported(), [1, 2, 3, 5]),
    ],
)
def test_keys_are_combined(key: SearchKey, numbers: list[int]) -> None:
    assert found(key, FLAGGED) == numbers


def test_recent_is_the_sessions() -> None:
    messages = mailbox("", "", "")
    recent = {messages[1].uid}
    assert matching(Flag("\\Recent"), messages, now=NOW, recent=recent) == [2]
    assert matching(Flag("\\Recent"), messages, now=NOW) == []


def test_numbers_and_uids_are_told_apart() -> None:
    messages = mailbox("", "", "")
    assert found(Numbers({2}), messages) == [2]
    assert found(Numbers({20, 3}, is_uid=True), messages) == [2]


def test_alternatives_of_thousands_take_turns() -> None:
    keys = Or(tuple(Flag(f"k{number}") for number in range(5_000)))
    turns = matched(keys, [message(number=1), message(number=2)], now=NOW)
    assert sum(1 for _ in turns) == 5_000


def test_of_alternatives_only_those_are_asked_that_may_find_more() -> None:
    asked: list[int] = []

    def note(one: Message) -> bool:
        asked.append(one.uid)
        return False

    messages = [message(number=1, flags=["\\Seen"]), message(number=2)]
    assert found(Or((SEEN, Satisfies(note), Not(SEEN), Satisfies(note))), messages) == [1, 2]
    assert asked == [20]


def test_in_and_the_dear_keys_are_asked_last() -> None:
    asked: list[int] = []

    def note(one: Message) -> bool:
        asked.append(one.uid)
        return True

    messages = [message(number=1, flags=["\\Seen"]), message(number=2)]
    assert found(And((Satisfies(note), SEEN)), messages) == [1]
    assert asked == [10]


@pytest.mark.parametrize(
    ("key", "numbers"),
    [
        (Size("larger", 5), [3]),
        (Size("larger", 0), [2, 3]),
        (Size("smaller", 5), [1]),
        (Size("smaller", 6), [1, 2]),
    ],
)
def test_size_is_strictly_compared(key: SearchKey, numbers: list[int]) -> None:
    assert found(key, mailbox("", b"12345", b"123456")) == numbers


def test_modseq_is_this_or_higher() -> None:
    messages = [message(modseq=5), message(modseq=6), message(modseq=7)]
    assert found(ModSeqSince(6, "\\Seen", "all"), messages) == [2, 3]


def test_object_ids_are_compared_exactly() -> None:
    one, two = mailbox("Message-ID: <a@b>\n\n", "Message-ID: <c@d>\n\n")
    assert found(EmailId(two.email_id), [one, two]) == [2]
    assert found(EmailId(two.email_id.lower()), [one, two]) == []
    assert found(ThreadId(str(one.content.thread_id)), [one, two]) == [1]


def test_younger_and_older_meet_at_the_interval() -> None:
    """RFC 5032 §2."""
    messages = [message(internal_date=NOW - timedelta(seconds=age)) for age in (9, 10, 11)]
    assert found(Within(10, "younger"), messages) == [1, 2]
    assert found(Within(10, "older"), messages) == [2, 3]
    assert found(Within(10**30, "older"), messages) == []


@pytest.mark.parametrize("which", ["internal", "saved", "sent"])
def test_dates_are_compared_by_day(which: Literal["internal", "saved", "sent"]) -> None:
    """RFC 3501 §6.4.4: without regard to time and zone."""
    late = datetime(2026, 11, 2, 23, 30, tzinfo=timezone(timedelta(hours=-8)))
    days = [late - DAY, late, late + DAY]
    messages = [
        message(f"Date: {at:%d %b %Y %H:%M:%S %z}\n\n", internal_date=at, save_date=at)
        for at in days
    ]
    day = date(2026, 11, 2)
    assert found(Dated(which, "before", day), messages) == [1]
    assert found(Dated(which, "on", day), messages) == [2]
    assert found(Dated(which, "since", day), messages) == [2, 3]


def test_what_has_no_date_was_sent_neither_before_nor_since() -> None:
    """RFC 9051 §6.4.4: SENTBEFORE finds messages whose Date field is earlier."""
    messages = mailbox("Subject: x\n\n", "Date: unknown\n\n", "Date: 1 Jan 2020\n\n")
    assert found(Dated("sent", "before", date(2021, 1, 1)), messages) == [3]
    assert found(Not(Dated("sent", "before", date(2021, 1, 1))), messages) == [1, 2]
    assert found(Dated("sent", "on", date(1970, 1, 1)), messages) == []
    assert found(Dated("sent", "since", date(1971, 1, 1)), messages) == [3]


@pytest.mark.parametrize(
    ("name", "text", "answer"),
    [
        ("Subject", "invoice", True),
        ("SUBJECT", "INVOICE 7", True),
        ("subject", "7 for", True),
        ("subject", "October (Q4)", True),
        ("subject", "november", False),
        ("subject", "", True),
        ("to", "ann example <ann@x", True),
        ("to", "carl@", True),
        ("to", "ann@x.test, carl", False),
        ("cc", "", False),
        ("cc", "ann", False),
        ("ject", "", False),
        ("X-Empty", "", True),
        ("X-Empty", "x", False),
        ("from", "bob", False),
    ],
)
def test_a_field_contains_a_text(name: str, text: str, answer: bool) -> None:  # noqa: FBT001
    raw = (
        "Subject: Invoice 7\n for October (Q4)\nTo: Ann Example <ann@x.test>\nX-Empty:\n"
        "to : Carl <carl@x.test>\n\nFrom: bob\n\nbob"
    )
    assert is_in(Header(name, text), raw) is answer


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("grüße", True),
        ("GRÜßE", True),
        ("GRÜSSE", False),
        ("gruße", False),
        ("gr", True),
        ("grüße aus köln", True),
        ("utf-8", False),
        ("=?", False),
    ],
)
def test_encoded_words_are_decoded(text: str, answer: bool) -> None:  # noqa: FBT001
    raw = b"Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?= aus K\xf6ln\r\n\r\n"
    assert is_in(Header("Subject", text), raw) is answer


def test_what_cannot_be_written_in_octets_is_nowhere() -> None:
    for key in (Header("\udcff", ""), Header("Subject", "\udcff"), Body("\udcff"), Text("\udcff")):
        assert not is_in(key, "Subject: x\n\n\xff")


def test_a_fold_in_a_field_is_a_blank() -> None:
    assert is_in(Header("Subject", "one two"), "Subject: one\n two\n\n")
    assert is_in(Text("subject: one two"), "Subject: one\n two\n\n")
    assert not is_in(Text("onetwo"), "Subject: one\nTwo: x\n\n")


def letter(text: str, *, charset: str = "utf-8", encoding: str = "8bit") -> bytes:
    octets = text.encode(charset)
    if encoding == "base64":
        octets = base64.encodebytes(octets)
    header = f"Content-Type: text/plain; charset={charset}\nContent-Transfer-Encoding: {encoding}\n"
    return header.encode() + b"\n" + octets


@pytest.mark.parametrize(
    "raw",
    [
        letter("Straße nach Łódź"),
        letter("Straße nach Łódź", encoding="base64"),
        letter("Straße nach Łódź", charset="iso-8859-2"),
        letter("Straße nach Łódź", charset="utf-7"),
        letter("Straße nach Łódź", charset="utf-16", encoding="base64"),
        b"Content-Transfer-Encoding: quoted-printable\n\nStra=C3=9F=\ne nach =C5=81=C3=B3d=C5=BA",
    ],
)
def test_bodies_are_decoded(raw: bytes) -> None:
    for text in ("straße NACH", "STRAßE", "łódź", "nach"):
        assert is_in(Body(text), raw)
        assert is_in(Text(text), raw)
    for text in ("lodz", "strasse", "nachher", "base64", "U3RyYc"):
        assert not is_in(Body(text), raw)


MULTIPART = (
    "Subject: cover\nContent-Type: multipart/mixed; boundary=limit\n\npreamble\n"
    "--limit\nContent-Type: text/html\nX-Part: partial\n\n<b>bold</b>\n"
    "--limit\nContent-Type: application/pdf; name=paper.pdf\n\nbinary\n"
    "--limit\nContent-Type: message/rfc822\n\nSubject: inner\n\nforwarded\n"
    "--limit\nContent-Type: message/delivery-status\n\nStatus: 5.1.1\n"
    "--limit--\nepilogue\n"
)


@pytest.mark.parametrize(
    ("text", "in_body", "in_text"),
    [
        ("<b>bold", True, True),
        ("forwarded", True, True),
        ("5.1.1", True, True),
        ("cover", False, True),
        ("partial", False, True),
        ("paper.pdf", False, True),
        ("inner", False, True),
        ("binary", False, False),
        ("preamble", False, False),
        ("epilogue", False, False),
        ("--limit", False, False),
        ("", True, True),
    ],
)
def test_body_is_what_text_parts_say_and_text_all_headers_too(
    text: str,
    in_body: bool,  # noqa: FBT001
    in_text: bool,  # noqa: FBT001
) -> None:
    assert is_in(Body(text), MULTIPART) is in_body
    assert is_in(Text(text), MULTIPART) is in_text


def test_answers_stay_the_same_when_asked_again() -> None:
    messages = mailbox("Subject: one\n\n", "Subject: two\nDate: 1 Jan 2020\n\n", "")
    for _ in range(2):
        assert found(Header("Subject", "one"), messages) == [1]
        assert found(Header("Subject", ""), messages) == [1, 2]
        assert found(Dated("sent", "on", date(2020, 1, 1)), messages) == [2]
