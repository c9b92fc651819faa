import pytest

from pytest_fakemail.mime import headers, named_fields
from pytest_fakemail.mime.headers import Headers

BLOCK = (
    b"Received: from a\r\n\tby b;\r\n today\r\n"
    b"Subject: One\r\n"
    b"subject : Two\r\n"
    b"no field at all\r\n"
    b"To:\r\n"
    b"\r\n"
)


@pytest.mark.parametrize(
    ("raw", "start"),
    [
        (b"A: b\r\n\r\nbody", 8),
        (b"A: b\n\nbody", 6),
        (b"A: b\r\n\nbody", 7),
        (b"A: b\n\r\nbody", 7),
        (b"A: b\n\nbody\r\n\r\nmore", 6),
        (b"\r\nbody", 2),
        (b"\nbody", 1),
        (b"A: b\r\n", 6),
        (b"A: b", 4),
        (b"", 0),
    ],
)
def test_body_starts_behind_the_first_empty_line(raw: bytes, start: int) -> None:
    assert headers.body_start(raw) == start


def test_body_start_keeps_to_its_range() -> None:
    raw = b"x\n\nA: b\n\nbody\n\n"
    assert headers.body_start(raw, 3) == 9
    assert headers.body_start(raw, 3, 8) == 8


def test_fields_keep_order_octets_and_offsets() -> None:
    raw = b"before" + BLOCK
    fields = list(Headers(BLOCK, start=6))
    assert [field.name for field in fields] == [
        b"Received",
        b"Subject",
        b"subject",
        b"",
        b"To",
    ]
    assert fields[0].value == b" from a\r\n\tby b;\r\n today"
    assert b"".join(raw[field.start : field.end] for field in fields) == BLOCK[:-2]
    assert len(Headers(BLOCK)) == 5


def test_values_are_unfolded() -> None:
    assert Headers(BLOCK).first(b"received") == b"from a\tby b; today"
    assert Headers(b"A: x\n y\n").first(b"a") == b"x y"


def test_first_last_and_all_of_a_name() -> None:
    found = Headers(BLOCK)
    assert found.first(b"subject") == b"One"
    assert found.last(b"subject") == b"Two"
    assert found.all(b"subject") == [b"One", b"Two"]
    assert found.first(b"to") == found.last(b"to") == b""
    assert found.first(b"cc") is None
    assert found.last(b"cc") is None
    assert found.all(b"cc") == []
    assert b"to" in found
    assert b"cc" not in found
    assert set(found.names) == {b"received", b"subject", b"to"}


def test_text_is_decoded() -> None:
    found = Headers(b"Subject: =?utf-8?q?H=C3=A4llo?=\r\n")
    assert found.text(b"subject") == "Hällo"
    assert found.text(b"to") is None


def test_a_line_without_a_colon_has_no_name() -> None:
    field = list(Headers(BLOCK))[3]
    assert (field.name, field.value) == (b"", b"no field at all")
    assert Headers(BLOCK).first(b"no field at all") is None
    assert Headers(b"Subject\r\n").first(b"subject") is None


def test_a_field_without_a_line_end_is_whole() -> None:
    (field,) = Headers(b"A: b")
    assert (field.value, field.start, field.end) == (b" b", 0, 4)


def test_values_finds_what_headers_finds() -> None:
    found = Headers(BLOCK)
    for name in (b"received", b"subject", b"to", b"cc"):
        assert named_fields.values(BLOCK, name) == found.all(name)


def test_names_are_no_patterns() -> None:
    assert named_fields.values(b"Subject: x\r\n", b"s.*t") == []
    assert named_fields.values(b"a.b: x\r\n", b"a.b") == [b"x"]


def test_a_name_is_not_found_inside_another() -> None:
    block = b"X-Subject: no\r\nSubjects: no\r\nA: x\r\n Subject: no\r\n"
    assert named_fields.values(block, b"subject") == []


def test_first_values_takes_the_first_of_each() -> None:
    names = frozenset({b"subject", b"to", b"cc"})
    assert named_fields.first_values(BLOCK, names) == {b"subject": b"One", b"to": b""}


def test_select_gives_the_fields_as_sent() -> None:
    assert named_fields.select(BLOCK, {b"subject", b"to"}) == (
        b"Subject: One\r\nsubject : Two\r\nTo:\r\n"
    )
    assert named_fields.select(BLOCK, [b"received"]) == BLOCK[: BLOCK.index(b"Subject")]
    assert named_fields.select(BLOCK, []) == b""
    assert named_fields.select(b"A: b", [b"a"]) == b"A: b"


def test_select_inverted_gives_the_others() -> None:
    assert named_fields.select(BLOCK, {b"subject", b"received"}, inverted=True) == (
        b"no field at all\r\nTo:\r\n"
    )


def test_many_lines_are_read() -> None:
    found = Headers(b"a: b\n" * 300_000)
    assert len(found) == 300_000
    assert found.first(b"a") == b"b"
