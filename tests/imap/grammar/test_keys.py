"""Search keys, one by one (RFC 3501 §6.4.4 and the extensions)."""

from datetime import date

import pytest
from imap.cursors import cursor_at, refusal

from pytest_fakemail.imap.grammar.cursor import BadSyntax, Cursor
from pytest_fakemail.imap.grammar.keys import GmailKey, InSet, leaf
from pytest_fakemail.imap.grammar.numbers import STAR, SequenceSet
from pytest_fakemail.query.search import (
    All,
    And,
    Body,
    Dated,
    EmailId,
    Flag,
    Header,
    ModSeqSince,
    Not,
    SaveDateSupported,
    SearchKey,
    Size,
    Text,
    ThreadId,
    Within,
)

FEBRUARY = date(1994, 2, 1)


def leaf_in_utf8(cursor: Cursor) -> SearchKey:
    return leaf(cursor, None)


def key(text: bytes, charset: str | None = None) -> SearchKey:
    cursor = cursor_at(text)
    found = leaf(cursor, charset)
    cursor.end()
    return found


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (b"all", All()),
        (b"SEEN", Flag("\\Seen")),
        (b"Answered", Flag("\\Answered")),
        (b"UNDELETED", Not(Flag("\\Deleted"))),
        (b"UNDRAFT", Not(Flag("\\Draft"))),
        (b"FLAGGED", Flag("\\Flagged")),
        (b"RECENT", Flag("\\Recent")),
        (b"OLD", Not(Flag("\\Recent"))),
        (b"NEW", And((Flag("\\Recent"), Not(Flag("\\Seen"))))),
        (b"KEYWORD $Forwarded", Flag("$Forwarded")),
        (b"UNKEYWORD x", Not(Flag("x"))),
        (b'FROM "a b"', Header("From", "a b")),
        (b"To {3}\r\nann", Header("To", "ann")),
        (b'SUBJECT ""', Header("Subject", "")),
        (b"CC a", Header("Cc", "a")),
        (b"BCC a", Header("Bcc", "a")),
        (b"HEADER Message-ID <a@b>", Header("Message-ID", "<a@b>")),
        (b"BODY x", Body("x")),
        ("TEXT ü".replace("ü", '"ü"').encode(), Text("ü")),
        (b"BEFORE 1-Feb-1994", Dated("internal", "before", FEBRUARY)),
        (b'ON "1-Feb-1994"', Dated("internal", "on", FEBRUARY)),
        (b"SENTSINCE 1-Feb-1994", Dated("sent", "since", FEBRUARY)),
        (b"SAVEDON 1-Feb-1994", Dated("saved", "on", FEBRUARY)),
        (b"SAVEDATESUPPORTED", SaveDateSupported()),
        (b"LARGER 5", Size("larger", 5)),
        (b"SMALLER 9223372036854775807", Size("smaller", 2**63 - 1)),
        (b"OLDER 60", Within(60, "older")),
        (b"YOUNGER 60", Within(60, "younger")),
        (b"UID 5:*", InSet(SequenceSet(((5, STAR),)), is_uid=True)),
        (b"*", InSet(SequenceSet(((STAR, STAR),)))),
        (b"2,4", InSet(SequenceSet(((2, 2), (4, 4))))),
        (b"$", InSet(SequenceSet(is_saved=True))),
        (b"MODSEQ 0", ModSeqSince(0)),
        (b'MODSEQ "/flags/\\\\draft" all 620', ModSeqSince(620, "\\draft")),
        (b'modseq "/Flags/x" ALL 620', ModSeqSince(620, "x")),
        (b'MODSEQ "/flags/x" PRIV 620', ModSeqSince(620, "x", "priv")),
        (b"EMAILID M1-a_b", EmailId("M1-a_b")),
        (b"THREADID T1", ThreadId("T1")),
        (b"X-GM-MSGID 18446744073709551615", GmailKey("X-GM-MSGID", "18446744073709551615")),
        (b"X-GM-LABELS \\Inbox", GmailKey("X-GM-LABELS", "\\Inbox")),
        (b'X-GM-RAW "has:attachment in:unread"', GmailKey("X-GM-RAW", "has:attachment in:unread")),
    ],
)
def test_every_key_is_known(text: bytes, wanted: SearchKey) -> None:
    assert key(text) == wanted


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"FOO",
        b"UNALL",
        b"SEENX",
        b"FROM",
        b"FROM ",
        b"HEADER Subject",
        b"KEYWORD \\Seen",
        b"BEFORE yesterday",
        b"BEFORE 30-Feb-1994",
        b"LARGER -1",
        b"OLDER 0",
        b"UID",
        b"UID a",
        b"0",
        b"1:",
        b'MODSEQ "/flags/" all 1',
        b'MODSEQ "/other/x" all 1',
        b'MODSEQ "/flags/x" some 1',
        b'MODSEQ "/flags/x" 1',
        b"MODSEQ",
        b"EMAILID",
        b"X-GM-MSGID x",
    ],
)
def test_anything_else_is_none(text: bytes) -> None:
    assert refusal(leaf_in_utf8, text).status == "BAD"


@pytest.mark.parametrize(
    ("text", "capability"),
    [
        (b"NEW", "IMAP4rev1"),
        (b"OLDER 5", "WITHIN"),
        (b"MODSEQ 5", "CONDSTORE"),
        (b"EMAILID x", "OBJECTID"),
        (b"SAVEDBEFORE 1-Feb-1994", "SAVEDATE"),
        (b"SAVEDATESUPPORTED", "SAVEDATE"),
        (b"X-GM-RAW x", "X-GM-EXT-1"),
        (b"$", "SEARCHRES"),
    ],
)
def test_keys_need_their_capability(text: bytes, capability: str) -> None:
    assert leaf(cursor_at(text, {capability}), None)
    assert refusal(leaf_in_utf8, text, ()).status == "BAD"


def test_text_is_in_the_charset_of_the_command() -> None:
    assert key(b'FROM "\xe4"', "ISO-8859-1") == Header("From", "ä")
    assert key(b"SUBJECT {2}\r\n\x83\x65", "Shift_JIS") == Header("Subject", "テ")
    with pytest.raises(BadSyntax, match="not UTF-8"):
        key(b'FROM "\xe4"')
    with pytest.raises(BadSyntax, match="not US-ASCII"):
        key(b'FROM "\xc3\xa4"', "US-ASCII")
