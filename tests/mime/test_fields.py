"""Header fields by name in any case, decoded."""

import pytest

from pytest_fakemail.errors import BadArgument, UnmetExpectation
from pytest_fakemail.mime.fields import Address, Fields
from pytest_fakemail.mime.headers import Headers


def fields(block: str) -> Fields:
    return Fields(Headers(block.encode()))


BLOCK = "X-A: 1\r\nSubject: =?utf-8?q?=C3=A4?=\r\n folded\r\nx-a: 2\r\n\r\n"


def test_fields_are_a_multivalued_mapping() -> None:
    read = fields(BLOCK)
    assert len(read) == 3
    assert list(read) == ["X-A", "Subject", "x-a"]
    assert read["subject"] == "ä folded"
    assert read.get("X-a") == "1"
    assert (read.get("X-B"), read.get("X-B", "none")) == (None, "none")
    assert read.all("X-A") == ["1", "2"]
    assert read.all("X-B") == []
    assert "SUBJECT" in read
    assert "X-B" not in read
    assert read.items() == [("X-A", "1"), ("Subject", "ä folded"), ("x-a", "2")]
    assert repr(read) == repr(read.items())


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("Bcc:", "no header field is called 'Bcc:'; did you mean 'Bcc'?"),
        (" Bcc", "no header field is called ' Bcc'; did you mean 'Bcc'?"),
        ("Reply To", "no header field is called 'Reply To'"),
        ("", "name='': wanted the name of a field, such as 'Subject'"),
        (b"Bcc", "name=b'Bcc': wanted the name of a field, such as 'Subject'"),
    ],
)
def test_what_can_be_the_name_of_no_field_is_refused(name: str, told: str) -> None:
    read = fields(BLOCK)
    for ask in (read.__contains__, read.get, read.all, read.addresses, read.__getitem__):
        with pytest.raises(BadArgument) as failure:
            ask(name)
        assert str(failure.value) == told


def test_a_field_is_had_by_a_name_that_none_may_have() -> None:
    read = fields("X Note: a\r\nGrüße: b\r\n\r\n")
    assert [read[name] for name in read] == ["a", "b"]
    assert "x note" in read


def test_no_such_field_says_which_there_are() -> None:
    with pytest.raises(UnmetExpectation) as failure:
        fields(BLOCK)["X-B"]
    assert (
        str(failure.value)
        == "no header field 'X-B'; did you mean 'x-a'? there is X-A, Subject, x-a"
    )


def test_a_name_beyond_ascii_is_no_mistake() -> None:
    assert fields(BLOCK).get("Grüße\ud800") is None


def test_addresses_come_from_all_fields_and_groups() -> None:
    read = fields("To: Ann <ann@x.test>, Team: bob@x.test;\r\nTo: cid\r\n\r\n")
    found = read.addresses("to")
    assert found == ["ann@x.test", "bob@x.test", "cid"]
    assert [address.full for address in found] == ["Ann <ann@x.test>", "bob@x.test", "cid"]


def test_an_address_is_a_string() -> None:
    address = Address("ann@x.test", "Ann")
    assert address == "ann@x.test"
    assert hash(address) == hash("ann@x.test")
    assert address.display_name == "Ann"


@pytest.mark.parametrize("value", ["<>", "Ann Smith", "<> , ;", "(Ann)", "undisclosed:;"])
def test_what_has_no_address_is_none(value: str) -> None:
    assert fields(f"From: {value}\n").addresses("From") == []


@pytest.mark.parametrize(
    ("value", "addresses"),
    [
        ("ann", ["ann"]),
        ("<ann>", ["ann"]),
        ("Ann <@x.test>", ["@x.test"]),
        ("<ann@>", ["ann"]),
        ("MISSING_MAILBOX@MISSING_DOMAIN", ["MISSING_MAILBOX@MISSING_DOMAIN"]),
    ],
)
def test_no_word_stands_for_the_half_that_is_missing(value: str, addresses: list[str]) -> None:
    assert fields(f"From: {value}\n").addresses("From") == addresses


def test_of_fields_that_may_be_there_once_the_last_counts() -> None:
    """As in IMAP's ENVELOPE, and so in Dovecot's and Cyrus's."""
    twice = fields("Subject: a\nDate: b\nReceived: c\nSubject: d\nDate: e\nReceived: f\n")
    assert (twice["subject"], twice["Date"], twice["Received"]) == ("d", "e", "c")
    assert twice.all("Subject") == ["a", "d"]
