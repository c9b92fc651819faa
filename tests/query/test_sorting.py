import pytest
from query.mailboxes import mailbox, message

from pytest_fakemail.mime import addresses
from pytest_fakemail.mime.addresses import Address
from pytest_fakemail.query import sorting
from pytest_fakemail.query.comparators import Comparator
from pytest_fakemail.query.sorting import SortCriterion, SortKey, sorted_numbers


def order(key: SortKey, *raws: bytes | str, is_reverse: bool = False) -> list[int]:
    messages = mailbox(*raws)
    criteria = [SortCriterion(key, is_reverse=is_reverse)]
    return sorted_numbers(criteria, messages, range(1, len(messages) + 1))


def test_arrival_is_the_internal_date() -> None:
    assert order(SortKey.ARRIVAL, "Date: 2 Jan 2020\n\n", "Date: 1 Jan 2020\n\n") == [1, 2]
    assert order(SortKey.ARRIVAL, "", "", is_reverse=True) == [2, 1]


def test_date_is_compared_in_one_zone() -> None:
    assert order(
        SortKey.DATE,
        "Date: 1 Jan 2001 00:00:00 +0000\n\n",
        "Date: 31 Dec 2000 16:01:33 -0800\n\n",
        "Date: 1 Jan 2001 00:59:00 +0100\n\n",
    ) == [3, 1, 2]


def test_without_a_date_the_internal_date_counts() -> None:
    """RFC 5256 §2.2; the second message was received in 2026."""
    assert order(SortKey.DATE, "Date: 1 Jan 2030\n\n", "Date: nonsense\n\n", "") == [2, 3, 1]


def test_size_counts_octets() -> None:
    assert order(SortKey.SIZE, b"333", b"1", b"22") == [2, 3, 1]


def test_subjects_are_compared_without_marks_and_case() -> None:
    assert order(
        SortKey.SUBJECT,
        "Subject: Re: beta\n\n",
        "Subject: =?utf-8?q?ALPHA?=\n\n",
        "Subject: [list] Beta\n\n",
        "Subject: alpha (fwd)\n\n",
        "\n",
    ) == [5, 2, 4, 1, 3]


def test_letters_come_before_the_signs_behind_the_capitals() -> None:
    """RFC 5051 compares in title case."""
    assert order(SortKey.SUBJECT, "Subject: _x\n\n", "Subject: x\n\n") == [2, 1]


@pytest.mark.parametrize("key", [SortKey.FROM, SortKey.TO, SortKey.CC])
def test_addresses_are_compared_by_the_first_mailbox(key: SortKey) -> None:
    name = key.value.title()
    assert order(
        key,
        f"{name}: Ann <zoe@a>\n\n",
        f"{name}: BOB@z, aaa@z\n\n",
        f"{name}: group: x@y;\n\n",
        "\n",
        f"{name}: \n\n",
    ) == [4, 5, 2, 3, 1]


@pytest.mark.parametrize("key", [SortKey.DISPLAYFROM, SortKey.DISPLAYTO])
def test_display_is_the_name_or_else_the_address(key: SortKey) -> None:
    """RFC 5957 §3."""
    name = key.value.removeprefix("DISPLAY").title()
    assert order(
        key,
        f"{name}: =?utf-8?q?Zo=C3=AB?= <a@a>\n\n",
        f"{name}: bob@z\n\n",
        f"{name}: Carl <x@y>\n\n",
        f"{name}: friends: x@y;\n\n",
        "\n",
    ) == [5, 2, 3, 4, 1]


def test_equal_messages_stay_in_order_also_in_reverse() -> None:
    """RFC 5256 §3: the last key is the sequence number, never reversed."""
    raws = ["Subject: b\n\n", "Subject: a\n\n", "Subject: b\n\n", "Subject: a\n\n"]
    assert order(SortKey.SUBJECT, *raws, is_reverse=True) == [1, 3, 2, 4]


def test_the_first_criterion_weighs_most() -> None:
    messages = mailbox("Subject: b\n\n1", "Subject: a\n\n22", "Subject: a\n\n1")
    criteria = [SortCriterion(SortKey.SUBJECT), SortCriterion(SortKey.SIZE)]
    assert sorted_numbers(criteria, messages, [3, 2, 1]) == [3, 2, 1]
    assert sorted_numbers(criteria[::-1], messages, [1, 2, 3]) == [3, 1, 2]


def test_only_the_numbers_asked_for_are_sorted() -> None:
    messages = [message(b"333"), None, message(b"1"), message(b"22")]
    assert sorted_numbers([SortCriterion(SortKey.SIZE)], messages, [1, 2, 4]) == [4, 1]


@pytest.mark.parametrize("key", ["FROM", "TO", "CC", "DISPLAYFROM", "DISPLAYTO"])
def test_addresses_are_read_once_for_sorting(key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[bytes] = []

    def address_list(value: bytes) -> list[Address]:
        read.append(value)
        return addresses.address_list(value)

    monkeypatch.setattr(sorting, "address_list", address_list)
    raws = [
        b"From: B <b@x>\r\nTo: B <b@x>\r\nCc: B <b@x>\r\n\r\n",
        b"\r\n",
        b"From: A <c@x>\r\n\r\n",
    ]
    messages = mailbox(*raws)
    by = [SortCriterion(SortKey(key))]
    first = sorted_numbers(by, messages, [1, 2, 3])
    assert read
    read.clear()
    assert sorted_numbers(by, messages, [1, 2, 3]) == first
    octets = Comparator("i;octet", str)
    assert sorted_numbers(by, messages, [1, 2, 3], comparator=octets)
    assert read
