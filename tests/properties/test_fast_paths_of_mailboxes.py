"""What mailboxes, views, SEARCH and FETCH do sooner is what the long way does.

The long way is the one for many, for what is not plain, or for what is parsed; each property has
the same thing done both ways.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from properties.test_clear import MESSAGES, SIMPLE
from query.mailboxes import NOW, mailbox, message
from store.stores import MAIL, make_inbox

from pytest_fakemail.imap.grammar.fetch import BodySection
from pytest_fakemail.imap.grammar.sections import Section
from pytest_fakemail.imap.responses import fetching
from pytest_fakemail.imap.responses.sections import section_octets
from pytest_fakemail.mime.parts import parse
from pytest_fakemail.query import clear
from pytest_fakemail.query.matching import matching
from pytest_fakemail.query.search import Body, Flag, Header, SearchKey, Text
from pytest_fakemail.store import departures
from pytest_fakemail.store import view as views
from pytest_fakemail.store.numbers import Uid
from pytest_fakemail.store.view import View

SIZE = 40
UIDS = st.sets(st.integers(1, SIZE + 2))
FLAGS = st.sampled_from(["\\Seen", "\\SEEN", "\\Flagged", "work", "WORK", "Work"])
FLAG_SETS = st.frozensets(FLAGS, max_size=3)
RAW = MESSAGES | SIMPLE
TEXTS = st.sampled_from(["ann", "ANN", "b", "text", "x.test", "iso", "an n", '"', "ä", "=41", ""])
KEYS: st.SearchStrategy[SearchKey] = st.one_of(
    st.builds(Header, st.sampled_from(["From", "Subject", "Content-Type", "X"]), TEXTS),
    st.builds(Body, TEXTS),
    st.builds(Text, TEXTS),
)
HEADS = st.lists(
    st.sampled_from(
        [b"Subject: x", b"Subject : y", b"From: a", b" folded", b"no colon", b"", b"\t"]
    ),
    max_size=6,
).map(b"\r\n".join)


@contextmanager
def few_are(count: int) -> Iterator[None]:
    """Let so many at the most be done one by one, in mailboxes and in views."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(departures, "_FEW", count)
        patch.setattr(views, "_FEW", count)
        yield


def expunged(steps: list[tuple[set[int], bool]], count: int) -> list[Any]:
    """Expunge and tell; return all that the mailbox and the view then say."""
    inbox = make_inbox(*[MAIL] * SIZE)
    view = View(inbox)
    said: list[Any] = []
    with few_are(count):
        for uids, is_allowed in steps:
            said.append(inbox.expunge([Uid(uid) for uid in uids]))
            inbox.append(MAIL)
            said.append([one.uid for one in inbox.messages])
            updates = view.catch_up(expunges_allowed=is_allowed)
            said.append((updates.numbers, updates.uids, updates.exists, updates.recent))
            said.append([one.uid for one in view.messages])
    return said


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(UIDS, st.booleans()), max_size=5))
@example([({SIZE + 1, SIZE + 2}, True), ({1, SIZE + 1}, True)])
def test_few_messages_are_taken_out_as_many_are(steps: list[tuple[set[int], bool]]) -> None:
    assert expunged(steps, 10**6) == expunged(steps, -1)


@given(st.lists(FLAG_SETS, max_size=8), FLAGS, st.lists(st.integers(1, 8), unique=True))
def test_a_flag_is_looked_for_in_many_messages(
    sets: list[frozenset[str]], name: str, gone: list[int]
) -> None:
    messages = [
        None if number in gone else message(number=number, flags=flags)
        for number, flags in enumerate(sets, 1)
    ]
    wanted = [
        number
        for number, one in enumerate(messages, 1)
        if one is not None and name.lower() in {flag.lower() for flag in one.flags}
    ]
    assert list(matching(Flag(name), messages, now=NOW)) == wanted


@settings(max_examples=300, deadline=None)
@given(st.lists(RAW, min_size=1, max_size=4), KEYS)
@example([b"Subject: an\r\n n\r\n\r\n"], Header("Subject", "an n"))
@example([b'From: "an"n@x.test\r\n\r\n'], Header("From", "ann"))
@example([b"Content-Transfer-Encoding: base64\r\n\r\nYW5u"], Body("ann"))
def test_octets_rule_out_only_what_is_not_found(raws: list[bytes], key: SearchKey) -> None:
    sooner = list(matching(key, mailbox(*raws), now=NOW))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clear, "is_ruled_out", lambda *_: False)
        patch.setattr(clear, "is_ruled_out_of_header", lambda *_: False)
        assert sooner == list(matching(key, mailbox(*raws), now=NOW))


FIELDS = Section(text="HEADER.FIELDS", fields=(b"Subject", b"FROM"))


@given(
    st.one_of(
        RAW,
        st.builds(bytes.__add__, HEADS, RAW),
        st.builds(lambda head, raw: head + b"\r\n\r\n" + raw, HEADS, RAW),
    ),
    st.sampled_from(
        [
            Section(),
            Section(text="HEADER"),
            Section(text="TEXT"),
            FIELDS,
            Section(text="HEADER.FIELDS", fields=(b"content-type",)),
        ]
    ),
)
@example(b"Subject: a\r\n b\r\nX: y\r\nfrom : x\r\n\r\nTo: z", FIELDS)
def test_sections_are_cut_without_parsing(raw: bytes, section: Section) -> None:
    one = message(raw)
    octets = section_octets(parse(one.plain.raw), section)
    assert octets is not None
    column = fetching.column(BodySection(section), [], None)  # type: ignore[arg-type]
    for _ in range(2):  # made, then remembered
        assert list(column.values([one])) == [b"{%d}\r\n%b" % (len(octets), octets)]
