"""Which number in a mail is the verification code."""

import pytest

from pytest_fakemail.mime import html
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
        ("您的验证码是123456\uff0c5分钟内有效。", ["123456"]),
        ("【商店】验证码\uff1a123456", ["123456"]),
        ("驗證碼:48213", ["48213"]),
        ("Code:482193", ["482193"]),
        ("認証コードは482193です", ["482193"]),
        ("確認コード\uff1a\n\n\uff14\uff18\uff12\uff11\uff19\uff13\n", ["482193"]),
        ("인증번호는 482193입니다.", ["482193"]),
        ("인증번호 [482193]를 입력하세요", ["482193"]),
        ("Код подтверждения: 482193", ["482193"]),
        ("Ваш код 4821. Заказ 55555", ["4821", "55555"]),
        ("Ihr Sicherheitscode lautet 482193", ["482193"]),
        ("Einmalpasswort 482193, Kunde\n77777 Musterstadt", ["482193"]),
        ("Tu código es 482193", ["482193"]),
        ("Votre code est : 482 193", ["482193"]),
        ("Kod weryfikacyjny: 482193\n00950 Warszawa", ["482193"]),
        ("Doğrulama kodunuz 482193", ["482193"]),
        ("Mã xác nhận: 482193", ["482193"]),
        ("רמת קוד: 482193", ["482193"]),
        ("رمز التحقق: ٤٨٢١٩٣", ["482193"]),
        ("รหัส OTP คือ 482193", ["482193"]),
        ("Code: 482\u00a0193", ["482193"]),
        ("Code: 482\u2013193", ["482193"]),
        ("Code: 4821-9376", ["48219376"]),
        ("Code: 48 21 93", ["482193"]),
        ("Code: 4 8 2 1 9 3", ["482193"]),
        ("Your code:\n4-8-2-1-9-3", ["482193"]),
        ("Your code is 7G4K9Q.", ["7G4K9Q"]),
        ("Your code:\n\n7G4K9Q\n\nBox 55555", ["7G4K9Q"]),
        ("Your code: 482193, device AB12CD", ["482193"]),
        ("Postcode 12345\nYour code: 9876", ["9876"]),
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
        "2026年 and 价格1234元 and 注文番号\uff1a12345",
        "1234원 and 2026년",
        "postcode 12345, barcode 12345678 and error code: 5050",
        "your code is at localhost:8080 or 12:3456",
        "call 06 12 34 56 78",
        "1 2 3 4 and 12 34 56",
        "code FROM A SHOP, code ABCDEF, code x7g4k9q",
        "",
    ],
)
def test_other_numbers_are_no_codes(text: str) -> None:
    assert codes(text) == []


@pytest.mark.parametrize(
    "markup",
    [
        "<p>Your code:</p><p><span>4</span><span>8</span><span>2</span><span>1</span></p>",
        "<p>Your code:</p><p><b>4</b> <b>8</b> <b>2</b> <b>1</b></p>",
        "<p>Your code:</p><p><span>4</span>\n<span>8</span>\n<span>2</span>\n<span>1</span></p>",
        "<p>Your code:</p><table><tr><td>4</td><td>8</td><td>2</td><td>1</td></tr></table>",
    ],
)
def test_digits_in_elements_of_their_own_are_one_code(markup: str) -> None:
    assert codes(html.text_of(markup)) == ["4821"]


def test_many_numbers_in_a_line_take_no_time_to_speak_of() -> None:
    """With a quadratic step somewhere this would run for minutes."""
    assert codes("x 1234 " * 20_000) == ["1234"]
