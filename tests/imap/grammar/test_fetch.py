"""Arguments of FETCH: items, macros, sections and modifiers."""

import pytest
from imap.cursors import parsed, refusal

from pytest_fakemail.imap.grammar.fetch import (
    Attribute,
    BinarySection,
    BinarySize,
    BodySection,
    Fetch,
    FetchItem,
    fetch,
    fetch_att,
    partial_range,
)
from pytest_fakemail.imap.grammar.numbers import STAR, SequenceSet
from pytest_fakemail.imap.grammar.sections import Partial, Section

ONE = SequenceSet(((1, 1),))
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
    assert parsed(fetch, b" 1 " + text) == Fetch(ONE, items)


@pytest.mark.parametrize(
    ("modifiers", "wanted"),
    [
        (b"(CHANGEDSINCE 5)", Fetch(ONE, FAST, changed_since=5)),
        (b"(changedsince 5 vanished)", Fetch(ONE, FAST, changed_since=5, is_vanished=True)),
        (b"(PARTIAL -1:-100)", Fetch(ONE, FAST, partial=(-1, -100))),
    ],
)
def test_modifiers_follow_the_items(modifiers: bytes, wanted: Fetch) -> None:
    assert parsed(fetch, b" 1 FAST " + modifiers) == wanted


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b" 1",
        b" FLAGS",
        b" 1 (FAST)",
        b" 1 ()",
        b" 1 FLAGS UID",
        b" 1 (FLAGS  UID)",
        b" 1 FLAGS (VANISHED)",
        b" 1 FLAGS (CHANGEDSINCE)",
        b" 1 FLAGS (FOO)",
        b" 1 FLAGS ()",
    ],
)
def test_fetch_refuses_anything_else(text: bytes) -> None:
    assert refusal(fetch, text).status == "BAD"


@pytest.mark.parametrize("modifier", [b"CHANGEDSINCE 5", b"PARTIAL 1:5"])
def test_modifiers_need_their_capability(modifier: bytes) -> None:
    assert refusal(fetch, b" 1 FLAGS (%b)" % modifier, ()).status == "BAD"


def test_a_page_counts_from_either_end() -> None:
    assert parsed(partial_range, b"1:500") == (1, 500)
    assert parsed(partial_range, b"-500:-1") == (-500, -1)
    assert refusal(partial_range, b"-5:1").status == "BAD"
    assert refusal(partial_range, b"0:1").status == "BAD"
    assert refusal(partial_range, b"1:*").status == "BAD"


def test_numbers_may_be_any_set() -> None:
    wanted = parsed(fetch, b" 2,4:* UID")
    assert wanted == Fetch(SequenceSet(((2, 2), (4, STAR))), (Attribute.UID,))
