"""Quirks are in force where their page says, beside each other, and nowhere else."""

import re
import socket

import pytest
from providers.quirk_samples import (
    BENT,
    ENVELOPE,
    FILE,
    MIXED,
    PART,
    RFC822,
)

from pytest_fakemail import FakeMail
from pytest_fakemail.providers.quirks import QUIRKS
from pytest_fakemail.providers.quirks.quirk import Quirk
from pytest_fakemail.wire.effects import Send
from pytest_fakemail.wire.exchange import Connection, Exchange

ALL = list(QUIRKS["imap"].values())
OCTETS = frozenset(
    (
        "fetch.body_truncated_ok",
        "lit.char_count_not_bytes",
        "lit.huge",
        "lit.too_long",
        "lit.too_short",
    )
)
"""Those that are about the octets of a message."""

WHOLE = (
    b'* 1 FETCH (UID 7 MODSEQ (3) FLAGS (\\Seen) INTERNALDATE " 1-Feb-2026 00:00:00 +0000" '
    b'RFC822.SIZE 44 X-GM-LABELS ("[Work]" "a b") ENVELOPE %b BODYSTRUCTURE (%b%b%b %b) '
    b"BODY[HEADER] {4}\r\n\r\n\r\n BODY[] {8}\r\nA)\r\nB)\r\n)\r\na1 OK x\r\n"
) % (ENVELOPE, PART, FILE, RFC822, MIXED)


def octets_that_read_like_answers() -> bytes:
    """Return a message in which each quirk would find what it is looking for."""
    lines = [said for _, _, said, _ in BENT["imap"].values() if isinstance(said, bytes)]
    body = b"".join(re.sub(rb"(?<!\r)\n|\0", b"", line) + b"\r\n" for line in lines)
    return b"Subject: x\r\n\r\n" + body + WHOLE


def dialogue(fakemail: FakeMail, *commands: str) -> list[bytes]:
    """Return the answer to each command, its literals included."""
    answers = []
    with (
        socket.create_connection(fakemail.imap.address, timeout=60) as client,
        client.makefile("rb") as replies,
    ):
        replies.readline()
        for number, command in enumerate(commands):
            client.sendall(f"t{number} {command}\r\n".encode())
            answer = b""
            while True:
                line = replies.readline()
                answer += line
                literal = re.search(rb"\{(\d+)\}\r\n\Z", line)
                if literal is not None:
                    answer += replies.read(int(literal[1]))
                elif not line or line.startswith(b"t%d " % number):
                    break
            answers.append(answer)
    return answers


LOGIN = ("LOGIN user@example.test password", "ID NIL", "SELECT INBOX")


@pytest.mark.parametrize("name", [one.name for one in ALL if one.name not in OCTETS])
def test_the_octets_of_a_message_are_no_answer(name: str) -> None:
    message = octets_that_read_like_answers()
    with FakeMail() as fakemail:
        fakemail.account().inbox.deliver(message)
        fakemail.imap.quirk(name)
        if name == "auth.ok_then_not_connected":
            return  # there is nothing to be fetched then
        for items in (
            "(UID FLAGS RFC822.SIZE BODY.PEEK[])",
            "(BODY.PEEK[] UID FLAGS RFC822.SIZE INTERNALDATE)",
        ):
            *_, answer = dialogue(fakemail, *LOGIN, f"FETCH 1 {items}")
            assert message in answer


@pytest.mark.parametrize("first", ALL, ids=[one.name for one in ALL])
def test_any_two_can_be_on_at_once(first: Quirk) -> None:
    sample = BENT["imap"].get(first.name, ("FETCH", "1 (ALL)", WHOLE, b""))
    for second in ALL:
        for verb, argument, answer in (("FETCH", "1 (RFC822 ALL)", WHOLE), sample[:3]):
            exchange = Exchange(Connection(1, "imap"), verb, tag="a1", argument=argument)
            exchange.numbers = {1: 11}
            said = first.bent(exchange, [Send(answer)])
            list(second.bent(exchange, said))


@pytest.mark.parametrize(
    "name", ["paren.closed_early", "lit.too_short", "case.mixed", "space.missing"]
)
def test_what_leaves_no_list_goes_last(fakemail: FakeMail, name: str) -> None:
    fakemail.account().inbox.deliver(b"From: ann@x.test\r\n\r\nHello\r\n", flags=["\\Seen"])
    fakemail.imap.quirk(name)
    fakemail.imap.quirk("env.nil_lists")
    *_, answer = dialogue(fakemail, *LOGIN, "FETCH 1 (FLAGS ENVELOPE BODY.PEEK[TEXT])")
    assert b"ENVELOPE (NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL)" in answer


@pytest.mark.parametrize(
    ("search", "is_refused", "is_missed"),
    [
        ("KEYWORD x", True, False),
        ("OR UNKEYWORD x SEEN", True, False),
        ("(UNSEEN (keyword x))", True, False),
        ("BODY keyword", False, False),
        ('TEXT "a keyword x"', False, False),
        ('SUBJECT "keyword"', False, True),
        ("HEADER Keyword from SEEN", False, True),
        ("HEADER Subject x KEYWORD y", True, True),
        ("TEXT from", False, False),
        ('BODY "subject \\"to\\" x"', False, False),
        ("TEXT {9}\r\nkeyword x SEEN", False, False),
        ("TEXT {2}\r\nö KEYWORD x", True, False),
        ("CHARSET UTF-8 TO ann", False, True),
    ],
)
def test_a_value_that_is_searched_for_is_no_key(
    search: str, *, is_refused: bool, is_missed: bool
) -> None:
    exchange = Exchange(Connection(1, "imap"), "SEARCH", tag="a1", argument=search)
    refused = QUIRKS["imap"]["search.keyword_bad"].refused(exchange)
    assert (refused is not None) is is_refused
    said = QUIRKS["imap"]["search.header_misses"].bent(exchange, [Send(b"* SEARCH 1\r\n")])
    assert list(said) == [Send(b"* SEARCH\r\n" if is_missed else b"* SEARCH 1\r\n")]


@pytest.mark.parametrize(
    ("items", "left"),
    [
        ("RFC822", None),
        ("(RFC822)", None),
        ("(FLAGS RFC822)", b"(FLAGS (\\Seen \\Recent))"),
        ("(RFC822 UID)", b"(UID 1)"),
        ("(RFC822.SIZE RFC822 UID)", b"(RFC822.SIZE 10 UID 1)"),
        ("(RFC822.SIZE)", b"(RFC822.SIZE 10)"),
    ],
)
def test_rfc822_alone_is_ignored(fakemail: FakeMail, items: str, left: bytes | None) -> None:
    fakemail.account().inbox.deliver(b"\r\nHello\r\n\r\n"[:10], flags=["\\Seen"])
    fakemail.imap.quirk("fetch.rfc822_ignored")
    *_, answer = dialogue(fakemail, *LOGIN, f"FETCH 1 {items}")
    assert answer.startswith(b"t3 OK" if left is None else b"* 1 FETCH " + left + b"\r\n")
