"""What matches inexactly, and with which score (RFC 6203)."""

from datetime import date, timedelta

import pytest
from query.mailboxes import NOW, mailbox, message

from pytest_fakemail.query.fuzzy import LONGEST_TEXT
from pytest_fakemail.query.matching import matching, scored
from pytest_fakemail.query.search import (
    And,
    Body,
    Dated,
    Flag,
    Fuzzy,
    Header,
    Not,
    Or,
    SearchKey,
    Size,
    Text,
    Within,
)
from pytest_fakemail.query.turns import at_once
from pytest_fakemail.store.message import Message


def scores(key: SearchKey, *messages: Message) -> list[int]:
    """Return the score of each message, 0 for one that is not found."""
    numbers = matching(key, messages, now=NOW)
    found = at_once(scored(key, messages, numbers, now=NOW))
    assert sorted(found) == list(numbers)
    return [found.get(number, 0) for number in range(1, len(messages) + 1)]


HTML = (
    "Content-Type: multipart/alternative; boundary=b\n\n"
    "--b\nContent-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\n"
    "<help>Caf=C3=A9 s=C3=B6cial<br>hell=\no</help>\n"
    "--b\nContent-Type: image/png\n\nhelp\n--b--\n"
)


@pytest.mark.parametrize(
    ("key", "wanted"),
    [
        (Body("Helo"), 60),
        (Body("cafes"), 60),
        (Body("social cafe"), 99),
        (Text("mutlipart"), 77),
        (Header("Content-Type", "boundry"), 75),
        (Header("Subject", "Helo"), 0),
        (Body("hel"), 100),
        (Body("hlep"), 0),
    ],
)
def test_texts_are_read_as_a_reader_has_them(key: SearchKey, wanted: int) -> None:
    assert scores(Fuzzy(key), *mailbox(HTML)) == [wanted]


def test_names_of_people_are_found_in_any_writing() -> None:
    raw = "From: =?utf-8?q?J=C3=B6rg?= Mueller <jm@x.test>\n\n"
    assert scores(Fuzzy(Header("From", "Muller Jorg")), *mailbox(raw)) == [85]


def test_of_a_very_long_message_only_the_beginning_is_read_for_what_is_near() -> None:
    raw = "\n\n" + "x " * (LONGEST_TEXT // 2) + "hello world"
    assert scores(Fuzzy(Body("helo world")), *mailbox(raw)) == [0]
    assert scores(Fuzzy(Body("hello world")), *mailbox(raw)) == [100]


@pytest.mark.parametrize(
    ("relation", "wanted"),
    [
        ("on", [0, 12, 87, 100, 87, 12, 0]),
        ("since", [0, 12, 87, 100, 100, 100, 100]),
        ("before", [100, 100, 100, 87, 75, 0, 0]),
    ],
)
def test_a_date_is_near_for_a_week(relation: str, wanted: list[int]) -> None:
    days = [NOW + timedelta(days=days) for days in (-8, -7, -1, 0, 1, 7, 8)]
    messages = [message(number=n, internal_date=day) for n, day in enumerate(days, 1)]
    key = Dated("internal", relation, date(2026, 11, 22))  # type: ignore[arg-type]
    assert scores(Fuzzy(key), *messages) == wanted


def test_a_message_without_a_date_is_near_no_date() -> None:
    key = Dated("sent", "on", date(2020, 1, 2))
    assert scores(Fuzzy(key), *mailbox("\n", "Date: 1 Jan 2020 23:00 +0000\n\n")) == [0, 87]


def test_sizes_and_ages_are_near_up_to_a_half_off() -> None:
    messages = [message(b"x" * octets, number=octets) for octets in (99, 100, 150, 151)]
    assert scores(Fuzzy(Size("smaller", 100)), *messages) == [100, 98, 0, 0]
    messages = [message(b"x" * octets, number=octets) for octets in (50, 51, 100, 101)]
    assert scores(Fuzzy(Size("larger", 100)), *messages) == [0, 0, 98, 100]
    ages = [
        message(number=n, internal_date=NOW - timedelta(seconds=age))
        for n, age in enumerate((49, 75, 100, 125, 151), 1)
    ]
    assert scores(Fuzzy(Within(100, "older")), *ages) == [0, 50, 100, 100, 100]
    assert scores(Fuzzy(Within(100, "younger")), *ages) == [100, 100, 100, 50, 0]


def test_several_keys_have_the_mean_of_all_or_the_best_of_any() -> None:
    messages = [message("Subject: hello\n\n", flags=["\\Seen"])]
    near, flag, no = Header("subject", "helo"), Flag("\\Answered"), Header("subject", "xyz")
    assert scores(Fuzzy(And((near, flag))), *messages) == [30]
    assert scores(And((Fuzzy(near), Fuzzy(flag), Flag("\\Seen"))), *messages) == [30]
    assert scores(Fuzzy(And((near, no))), *messages) == [0]
    assert scores(Fuzzy(Or((no, flag, near))), *messages) == [60]
    assert scores(Or((Fuzzy(near), Fuzzy(flag))), *messages) == [60]
    assert scores(Or((Fuzzy(near), Flag("\\Seen"))), *messages) == [100]
    assert scores(Not(Fuzzy(no)), *messages) == [100]
    assert scores(Fuzzy(And(())), *messages) == [100]
    assert scores(Fuzzy(And((Not(no), Not(Flag("\\Seen"))))), *messages) == [50]
