"""Mail from files: mboxes, maildirs and single messages."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pytest_fakemail.asserts.loaded import Loaded, with_crlf
from pytest_fakemail.asserts.loading import eml, maildir, mbox
from pytest_fakemail.errors import BadArgument
from pytest_fakemail.mime.mail import Mail
from pytest_fakemail.store.flags import ANSWERED, DELETED, DRAFT, FLAGGED, SEEN

MBOX = b"""From ann@x.test Fri Jan  2 03:04:05 2026
Subject: a
Status: RO
X-Status: AF

Hello
>From here
>>From there
From now on this is text

From bob  Sat Jan 3 00:00:00 2026
Subject: b

second

From - nonsense
Subject: c

"""


def loaded(path: Path, data: bytes) -> list[Loaded]:
    path.write_bytes(data)
    return list(mbox(path))


@pytest.mark.parametrize("end", [b"\n", b"\r\n"], ids=["LF", "CRLF"])
def test_an_mbox_is_split_and_unquoted(tmp_path: Path, end: bytes) -> None:
    first, second, third = loaded(tmp_path / "mbox", MBOX.replace(b"\n", end))
    assert first == Loaded(
        b"Subject: a\r\n\r\nHello\r\nFrom here\r\n>From there\r\nFrom now on this is text\r\n",
        frozenset({SEEN, ANSWERED, FLAGGED}),
        datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
    )
    assert second.raw == b"Subject: b\r\n\r\nsecond\r\n"
    assert second.received_at == datetime(2026, 1, 3, tzinfo=UTC)
    assert (third.flags, third.received_at) == (frozenset(), None)


def test_a_body_may_have_lines_that_look_like_a_beginning(tmp_path: Path) -> None:
    """Programs differ in what they quote: only a sender, a date and a header begin a message."""
    body = b"\n\nFrom here on\nit is text\n\nFrom ann@x.test I heard:\nnothing\n\nFrom: Ann\n"
    data = b"From a@x.test Fri Jan  2 03:04:05 2026\nSubject: a" + body + b"\n"
    (message,) = loaded(tmp_path / "mbox", data)
    assert message.raw == (b"Subject: a" + body).replace(b"\n", b"\r\n")


def test_no_empty_line_is_wanted_before_a_line_with_a_date(tmp_path: Path) -> None:
    data = b"From a Fri Jan  2 03:04:05 2026\nA: b\n\nc\nFrom d Sat Jan  3 00:00:00 2026\nE: f\n\n"
    assert [each.raw for each in loaded(tmp_path / "mbox", data)] == [
        b"A: b\r\n\r\nc\r\n",
        b"E: f\r\n",
    ]


def test_content_length_says_where_a_body_ends(tmp_path: Path) -> None:
    """mboxcl quotes nothing; a length that the file does not bear out is not believed."""
    line = b"From d@x.test Sat Jan  3 00:00:00 2026\n"
    inner = line + b"Subject: inner\n\nx\n"
    for length, subjects in ((len(inner), ["outer", "last"]), (3, ["outer", "inner", "last"])):
        data = line + b"Subject: outer\nContent-Length: %d\n\n" % length + inner + b"\n"
        found = loaded(tmp_path / "mbox", data + line + b"Subject: last\n\n")
        assert [Mail(each.raw).subject for each in found] == subjects
        assert not any(b"Content-Length" in each.raw for each in found)


@pytest.mark.parametrize(
    "line",
    [
        "From Monday 5 January 2026 we are closed\nNote: bring cake",
        "From Berlin, 5 May 2026\nDear: Ann",
        "From 2026-01-01 until 2026-02-01\nContact: bob@x.test",
        "From Jan 1 10:00 2026 on\nPlease: come",
        "From ann@x.test I heard that\nNB: wait",
        "From ann@x.test:\nSubject: something",
        "From Ann\n\nhello",
    ],
)
@pytest.mark.parametrize("before", ["", "hello\n", "hello\n\n"])
def test_a_sentence_with_a_date_begins_no_message(tmp_path: Path, before: str, line: str) -> None:
    data = f"From a@x.test Fri Jan  2 03:04:05 2026\nSubject: a\n\n{before}{line}\n"
    (message,) = loaded(tmp_path / "mbox", data.encode())
    assert message.raw.endswith(line.replace("\n", "\r\n").encode() + b"\r\n")


def test_an_mbox_may_begin_with_a_byte_order_mark(tmp_path: Path) -> None:
    data = b"\xef\xbb\xbfFrom - Fri Jan 02 03:04:05 2026\nA: b\n\nc\n"
    (message,) = loaded(tmp_path / "mbox", data)
    assert message.raw == b"A: b\r\n\r\nc\r\n"


@pytest.mark.parametrize(
    "date",
    [
        "Friday January 2 03:04:05 2026",
        "Fri Jan  2 05:04:05 GMT+0200 2026",
        "Fri Jan  2 03:04:05 2026",
        "Fri Jan 02 04:04:05 +0100 2026",
        "Fri Jan  2 04:04:05 2026 +0100",
        "Fri Jan  2 04:04:05 CET 2026",
        "Thu Jan  1 22:04:05 EST 2026",
        "Fri Jan  2 03:04:05 2026 (GMT)",
        "Fri, 2 Jan 2026 04:04:05 +0100",
        "2026-01-02T03:04:05Z",
        "Fri Jan  2 03:04:05 2026 remote from x",
    ],
)
def test_dates_have_zones_where_programs_put_them(tmp_path: Path, date: str) -> None:
    first = b"From a@x.test Thu Jan  1 00:00:00 2026\nA: b\n\n"
    data = first + f"From MAILER-DAEMON {date}\nA: b\n\n".encode()
    _, second = loaded(tmp_path / "mbox", data)
    assert second.received_at == datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def test_flags_and_keywords_are_read_as_programs_keep_them(tmp_path: Path) -> None:
    data = (
        b"From - Fri Jan  2 03:04:05 2026\nX-Mozilla-Status: 1007\nX-Mozilla-Status2: 00000000\n"
        b"X-Mozilla-Keys: $label1 todo      \nSubject: a\n\n\n"
        b"From - Fri Jan  2 03:04:05 2026\nX-Mozilla-Status: 0009\nX-Keywords: NonJunk (bad)\n"
        b"X-UID: 7\nStatus: RO\nSubject: b\n\n\n"
        b"From - Fri Jan  2 03:04:05 2026\nX-Mozilla-Status: zz\nSubject: c\n\n\n"
    )
    first, second, third = loaded(tmp_path / "mbox", data)
    assert first.raw == b"Subject: a\r\n\r\n"
    assert first.flags == {SEEN, ANSWERED, FLAGGED, "$Forwarded", "$label1", "todo"}
    assert second.flags == {SEEN, DELETED, "NonJunk"}
    assert b"X-UID" not in second.raw
    assert third.flags == frozenset()


def test_what_a_program_keeps_for_itself_is_no_mail(tmp_path: Path) -> None:
    data = (
        b"From MAILER-DAEMON Fri Jan  2 03:04:05 2026\nSubject: DON'T DELETE\n"
        b"X-IMAP: 1234567890 0000000002\n\nThis text is part of the format\n\n"
        b"From a@x.test Fri Jan  2 03:04:05 2026\nX-IMAPbase: 1 2\nSubject: a\n\n"
    )
    assert [Mail(each.raw).subject for each in loaded(tmp_path / "mbox", data)] == ["a"]


def test_a_message_may_have_no_header(tmp_path: Path) -> None:
    line = b"From a@x.test Fri Jan  2 03:04:05 2026\n"
    assert [each.raw for each in loaded(tmp_path / "mbox", (line + b"\nb\n\n") * 2)] == [
        b"\r\nb\r\n",
        b"\r\nb\r\n",
    ]


def test_an_empty_mbox_has_nothing(tmp_path: Path) -> None:
    assert loaded(tmp_path / "mbox", b"") == []
    assert loaded(tmp_path / "mbox", b"\n\n") == []


def test_what_is_no_mbox_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadArgument, match=r"^no mbox: '.*/mbox' does not begin with a line 'From"):
        loaded(tmp_path / "mbox", b"Subject: a\n\nFrom x Sat Jan 3 00:00:00 2026\n")
    with pytest.raises(BadArgument, match=r"^cannot read "):
        list(mbox(tmp_path / "nowhere"))


def test_a_maildir_is_read_oldest_first(tmp_path: Path) -> None:
    for name, data in {
        "cur/1767322800.b.host:2,FRSTDPa": b"Subject: 2\n\n",
        "cur/1767322799.a.host:2,": b"Subject: 1\r\n\r\n",
        "cur/.hidden": b"no",
        "new/1767322801.c:2,S": b"Subject: 3\n\n",
        "new/odd": b"Subject: 4\n\n",
        "tmp/1": b"no",
    }.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data)
    os.utime(tmp_path / "new/odd", (1767322802, 1767322802))
    found = list(maildir(tmp_path))
    assert [each.raw for each in found] == [
        f"Subject: {number}\r\n\r\n".encode() for number in (1, 2, 3, 4)
    ]
    assert [each.flags for each in found] == [
        frozenset(),
        {SEEN, ANSWERED, FLAGGED, DELETED, DRAFT, "$Forwarded"},
        frozenset(),
        frozenset(),
    ]
    assert [each.received_at for each in found] == [
        datetime(2026, 1, 2, 2, 59, 59, tzinfo=UTC),
        datetime(2026, 1, 2, 3, 0, 0, tzinfo=UTC),
        datetime(2026, 1, 2, 3, 0, 1, tzinfo=UTC),
        datetime(2026, 1, 2, 3, 0, 2, tzinfo=UTC),
    ]


def test_what_is_no_maildir_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadArgument, match=r"^no maildir: '.*' has neither cur nor new in it$"):
        list(maildir(tmp_path))


def test_a_file_is_taken_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "a.eml"
    path.write_bytes(b"a\nb\r\n")
    assert eml(path) == b"a\nb\r\n"
    with pytest.raises(BadArgument, match=r"^cannot read '.*': "):
        eml(tmp_path)
    with pytest.raises(BadArgument, match=r"^cannot read 'a\\x00b'"):
        eml("a\0b")


def test_lone_line_feeds_become_crlf() -> None:
    assert with_crlf(b"a\nb\r\n\n") == b"a\r\nb\r\n\r\n"
