"""Which number in a mail is the verification code."""

import pytest

from pytest_fakemail.mime.codes import codes


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Your code is 123456.", ["123456"]),
        ("Your code is 123456, valid for 10 minutes", ["123456"]),
        ("123456 is your PIN", ["123456"]),
        ("Enter this:\n\n  4821  \n\nYours", ["4821"]),
        ("Code: 123 456", ["123456"]),
        ("Code: 123-456", ["123456"]),
        ("Code: 1234 5678", ["12345678"]),
        ("G-123456 is your code", ["123456"]),
        ("Your code is 12345678", ["12345678"]),
        ("Code 1234, again: 1234", ["1234"]),
        ("Your sign-in code:\nuse 998877 now\n\nBox 55555", ["998877"]),
        ("Zip 55555\n  4711  ", ["4711"]),
        ("Order 12345: your code is 9876", ["9876"]),
        ("12345 Springfield\nYour code: 9876", ["9876"]),
        ("Your code is 9876\n(c) 2026 Shop", ["9876"]),
        ("In 2026 your code is 9876", ["9876"]),
        ("Your code is 2026", ["2026"]),
        ("Here is 4711", ["4711"]),
        ("PIN 1234, PUK 87654321", ["1234", "87654321"]),
    ],
)
def test_the_code_is_preferred(text: str, found: list[str]) -> None:
    assert codes(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "No code: 123 or 123456789",
        "code 2026-01-02 and 02.01.2026 and 1/2/2026",
        "code at 12:3456",
        "pay $1234, 1234€, 1234.50 or 12,345",
        "code #123456 or x123456 or 123456x or 123_456",
        "code https://x.test/123456",
        "code for call +1 555 123 4567 or 555-123-4567",
        "password for ann1234@x.test",
        "Copyright 2026 and since 2024 and May 2025 and Jan 2, 2025",
        "order no. 123456",
        "",
    ],
)
def test_other_numbers_are_no_codes(text: str) -> None:
    assert codes(text) == []


def test_many_numbers_in_a_line_take_no_time_to_speak_of() -> None:
    """With a quadratic step somewhere this would run for minutes."""
    assert codes("x 1234 " * 20_000) == ["1234"]
