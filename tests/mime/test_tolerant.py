"""`EmailMessage` objects of octets on which the standard library's parser fails."""

from email.message import EmailMessage

import pytest

from pytest_fakemail.mime.tolerant import email_message


def test_good_mail_is_parsed_by_the_default_policy() -> None:
    message = email_message(b"To: Ann <ann@x.test>\r\nSubject: =?utf-8?q?=C3=A4?=\r\n\r\nHi")
    assert message["to"].addresses[0].addr_spec == "ann@x.test"
    assert message["subject"] == "ä"
    assert message.get_content() == "Hi"


@pytest.mark.parametrize(
    "field",
    [
        "To: <@",
        'From: "',
        "Content-Type: text/plain; charset*",
        "Content-Disposition: ;;=",
        "Date: 99 Foo",
        "Message-ID: <",
        'Content-Type: multipart/mixed; boundary="',
        "Reply-To: =?utf-8?q?=?=@",
    ],
)
def test_a_broken_field_is_text(field: str) -> None:
    name, _, _ = field.partition(": ")
    message = email_message(f"{field}\r\n\r\nHi".encode())
    assert isinstance(message, EmailMessage)
    assert isinstance(message[name], str)


def test_a_field_on_which_the_parser_fails_is_unstructured(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise IndexError("pop from empty list")

    monkeypatch.setattr("email.headerregistry.AddressHeader.parse", fail)
    assert email_message(b"To: ann@x.test\r\n\r\n")["to"] == "ann@x.test"


def test_fields_can_still_be_set() -> None:
    message = email_message(b"Subject: a\r\n\r\n")
    message["X-B"] = "b"
    with pytest.raises(ValueError, match="at most 1 Subject"):
        message["Subject"] = "c"
    assert message.items() == [("Subject", "a"), ("X-B", "b")]


def test_what_nests_too_deep_is_one_body() -> None:
    level = "Content-Type: multipart/mixed; boundary=b{0}\r\n\r\n--b{0}\r\n"
    message = email_message("".join(map(level.format, range(1200))).encode())
    assert message.get_content_type() == "multipart/mixed"
    assert not message.is_multipart()
