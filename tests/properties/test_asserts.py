"""Assertions and what they read hold for any mail at all."""

from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from asserts.world import World
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_fakemail.errors import UnmetExpectation
from pytest_fakemail.mime.compose import Parts, compose
from pytest_fakemail.mime.html import links_of, text_of, unlinked_text_of
from pytest_fakemail.mime.mail import Mail
from pytest_fakemail.mime.text import unflowed
from pytest_fakemail.query.criteria import Criteria
from pytest_fakemail.query.mails import DELIVERY

PIECES = [
    b"Subject: ", b"To: ", b"Content-Type: multipart/mixed; boundary=a", b"--a", b"--a--", b"\r\n",
    b"\r\n\r\n", b"Content-Type: text/html; charset=", b"utf-8", b"no-such", b"hex", b"utf-16",
    b"Content-Type: text/plain; format=flowed; delsp=yes", b"Content-Transfer-Encoding: base64",
    b"Content-Transfer-Encoding: quoted-printable", b"=?utf-8?b?", b"?=", b"<a href='", b"<", b">",
    b"Content-Type: multipart/alternative; boundary=a", b"Content-Type: message/rfc822", b"=E4=",
    b"Content-Type: text/calendar; method=x", b"BEGIN:VEVENT", b"END:VEVENT", b"DTSTART:2026", b"@",
    b"Content-Disposition: attachment; filename*0*=utf-8''%", b"Content-ID: <", b"1234", b"\xff",
    b"Content-Type: multipart/related; boundary=a; start=x", b"http://", b" ", b"\0", b"\n", b"\r",
]  # fmt: skip
MAILS = st.lists(st.one_of(st.sampled_from(PIECES), st.binary(max_size=4)), max_size=30).map(
    b"".join
)
TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=60)

RECIPIENTS = st.sampled_from(["ann@x.test", "ANN@X.test", "eve@x.test", '"<a, b>"@é.test'])


@settings(max_examples=300, deadline=None)
@given(MAILS)
def test_no_octets_make_reading_raise(raw: bytes) -> None:
    mail = Mail(raw)
    repr(mail)
    mail.headers.items()
    assert all(isinstance(address.full, str) for address in mail.from_ + mail.to + mail.cc)
    assert isinstance(mail.text + mail.html + mail.subject, str)
    assert len(mail.links) == len(set(mail.links))
    for attachment in mail.attachments:
        assert isinstance(attachment.content, bytes)
        assert isinstance(attachment.text + repr(attachment), str)
        assert attachment.content_id is None or "\n" not in attachment.content_id
    for forwarded in mail.forwarded:
        assert forwarded.raw in raw
    if mail.calendar is not None:
        assert mail.calendar.start is None or mail.calendar.start.year == 2026
    for part in mail.message.walk():
        part.items()
    with suppress(UnmetExpectation):
        assert mail.code().isdecimal()


@settings(max_examples=100, deadline=None)
@given(subject=TEXTS, text=TEXTS, html=TEXTS, name=TEXTS, content=st.binary(max_size=100))
def test_what_is_composed_is_read_again(
    subject: str, text: str, html: str, name: str, content: bytes
) -> None:
    parts = Parts(subject=subject, text=text, html=html, attachments={"f" + name: content})
    mail = Mail(compose(parts, date=datetime(2026, 1, 2, tzinfo=UTC), message_id="<1@x>"))
    assert (mail.subject, mail.text, mail.html) == (subject, text, html)
    assert mail.attachments["f" + name].content == content
    assert mail.raw.isascii()
    assert max(map(len, mail.raw.split(b"\r\n"))) <= 998


@settings(max_examples=100, deadline=None)
@given(
    sent=st.lists(st.tuples(TEXTS, TEXTS), max_size=4),
    wanted=st.fixed_dictionaries(
        {},
        optional={
            "subject": TEXTS,
            "text": TEXTS.filter(bool),
            "html": TEXTS.filter(bool),
            "to": RECIPIENTS,
            "cc": RECIPIENTS,
        },
    ),
)
def test_a_failure_can_always_be_explained(
    sent: list[tuple[str, str]], wanted: dict[str, Any]
) -> None:
    """`one` finds what alone matches, and otherwise says how many there are."""
    world = World()
    for subject, text in sent:
        world.send(subject=subject, text=text)
    criteria = Criteria(DELIVERY, wanted)
    matching = [each for each in world.outbox if not list(criteria.differences(each))]
    assert matching == [each for each in world.outbox if criteria.match(each)]
    if len(matching) == 1:
        assert world.outbox.one(**wanted) is matching[0]
        return
    with pytest.raises(UnmetExpectation) as failure:
        world.outbox.one(**wanted)
    first = f"{len(matching)} mails" if matching else "no mail"
    assert str(failure.value).startswith(first)


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="<>ab/ ='\"!-&;#scriptyle\n\xa0", max_size=60))
def test_any_html_is_read(html: str) -> None:
    assert "\n\n" not in text_of(html)
    assert len(unlinked_text_of(html)) <= len(text_of(html))
    assert all(link.strip() == link for link in links_of(html))


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="> -ab\n", max_size=40))
def test_fixed_lines_stay_as_many(text: str) -> None:
    """Without a blank at the end of a line nothing flows."""
    fixed = "\n".join(line.rstrip() for line in text.split("\n"))
    assert unflowed(fixed).count("\n") == fixed.count("\n")
    assert unflowed(text).count("\n") <= text.count("\n")
