"""Mail from files: mboxes, maildirs and single messages."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pytest_fakemail.asserts.loading import Loaded, eml, maildir, mbox, with_crlf
from pytest_fakemail.errors import BadArgument
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
