"""The items of FETCH: their names, macros and sections."""

import pytest
from imap.cursors import parsed, refusal

from pytest_fakemail.imap.grammar.fetch import (
    Attribute,
    BinarySection,
    BinarySize,
    BodySection,
    FetchItem,
    fetch_att,
    fetch_items,
)
from pytest_fakemail.imap.grammar.sections import Partial, Section

FAST = (Attribute.FLAGS, Attribute.INTERNALDATE, Attribute.RFC822_SIZE)


@pytest.mark.parametrize(
    ("text", "item"),
    [
        (b"uid", Attribute.UID),
        (b"RFC822.SIZE", Attribute.RFC822_SIZE),
        (b"BODY", Attribute.BODY),
        (b"BODY[]", BodySection(Section())),
        (b"body.peek[]", BodySection(Section(), is_peek=True)),
        (b"BODY[]<0.5>", BodySection(Section(), Partial(0, 5))),
        (b"BODY[1.2]", BodySection(Section((1, 2)))),
        (b"BODY[Header]", BodySection(Section(text="HEADER"))),
        (b"BODY[3.MIME]", BodySection(Section((3,), "MIME"))),
        (
            b"BODY.PEEK[4.header.fields.not (Date {2}\r\nTo)]<7.1>",
            BodySection(
                Section((4,), "HEADER.FIELDS.NOT", (b"Date", b"To")), Partial(7, 1), is_peek=True
            ),
        ),
        (
            b'BODY[HEADER.FIELDS ("a b" x])]',
            BodySection(Section((), "HEADER.FIELDS", (b"a b", b"x]"))),
        ),
        (b"RFC822", BodySection(Section(), name="RFC822")),
        (b"RFC822.TEXT", BodySection(Section(text="TEXT"), name="RFC822.TEXT")),
        (b"RFC822.HEADER", BodySection(Section(text="HEADER"), is_peek=True, name="RFC822.HEADER")),
        (b"BINARY[1]", BinarySection((1,))),
        (b"BINARY.PEEK[]<2.3>", BinarySection((), Partial(2, 3), is_peek=True)),
        (b"BINARY.SIZE[1.2]", BinarySize((1, 2))),
        (b"PREVIEW (LAZY)", Attribute.PREVIEW),
    ],
)
def test_every_item_is_known_by_its_name(text: bytes, item: FetchItem) -> None:
    assert parsed(fetch_att, text) == item


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"FOO",
        b"BODY[",
        b"BODY[0]",
        b"BODY[01]",
        b"BODY[1.]",
        b"BODY[1.HEADERS]",
        b"BODY[.HEADER]",
        b"BODY[MIME]",
        b"BODY[HEADER.FIELDS]",
        b"BODY[HEADER.FIELDS ()]",
        b"BODY[HEADER.FIELDS Subject]",
        b"BODY[TEXT.1]",
        b"BODY[]<0>",
        b"BODY[]<0.0>",
        b"BODY[]<-1.5>",
        b"BODY[]<5.99999999999999999999>",
        b"BODY.PEEK",
        b"BODYSTRUCTURE[]",
        b"BINARY",
        b"BINARY[TEXT]",
        b"BINARY.SIZE[1]<0.5>",
        b"RFC822[]",
        b"PREVIEW (FUZZY)",
        b"(FLAGS)",
        b"BODY[%b]" % b".".join([b"1"] * 3 + [b"99999999999"]),
    ],
)
def test_anything_else_is_no_item(text: bytes) -> None:
    assert refusal(fetch_att, text).status == "BAD"


@pytest.mark.parametrize(
    ("text", "capability"),
    [
        (b"MODSEQ", "CONDSTORE"),
        (b"EMAILID", "OBJECTID"),
        (b"THREADID", "OBJECTID"),
        (b"SAVEDATE", "SAVEDATE"),
        (b"PREVIEW", "PREVIEW"),
        (b"X-GM-MSGID", "X-GM-EXT-1"),
        (b"X-GM-LABELS", "X-GM-EXT-1"),
        (b"BINARY[1]", "BINARY"),
        (b"BINARY.SIZE[1]", "BINARY"),
        (b"RFC822", "IMAP4rev1"),
    ],
)
def test_items_need_their_capability(text: bytes, capability: str) -> None:
    assert parsed(fetch_att, text, {capability})
    assert refusal(fetch_att, text, ()).status == "BAD"


@pytest.mark.parametrize(
    ("text", "items"),
    [
        (b"FAST", FAST),
        (b"all", (*FAST, Attribute.ENVELOPE)),
        (b"FULL", (*FAST, Attribute.ENVELOPE, Attribute.BODY)),
        (b"FLAGS", (Attribute.FLAGS,)),
        (b"(FLAGS UID FLAGS)", (Attribute.FLAGS, Attribute.UID)),
    ],
)
def test_macros_stand_for_items_and_no_item_comes_twice(
    text: bytes, items: tuple[FetchItem, ...]
) -> None:
    assert parsed(fetch_items, text) == items
