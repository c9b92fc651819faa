"""Whatever a field has can be asked for: only what none can have is refused."""

import re

from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from pytest_fakemail.errors import BadArgument
from pytest_fakemail.mime.mail import Mail
from pytest_fakemail.query.comparing import Comparison, Field
from pytest_fakemail.query.criteria import Criteria
from pytest_fakemail.query.mails import DELIVERY
from pytest_fakemail.query.messages import MESSAGE
from pytest_fakemail.settings import Settings
from pytest_fakemail.smtp.onward import readdressed
from pytest_fakemail.smtp.paths import BadPath, forward_path, reverse_path
from pytest_fakemail.store.flags import spelt

HACKED = Settings(percent_hack="follow")
PATHS = st.text(st.sampled_from('ab.@%"\\ ,:;<>()[]é-_!1'), max_size=12)
LOCALS = st.text(st.sampled_from('ab.%"\\ ,é@'), max_size=8)
QUOTED = st.text(st.sampled_from("ab.% ,é@<>"), max_size=8).map(lambda text: f'"{text}"')
ADDRESSES = st.tuples(LOCALS | QUOTED, st.sampled_from(["x.test", "[127.0.0.1]", "é.test"])).map(
    "@".join
)
FIELDS = st.lists(
    st.sampled_from(
        [
            *(b"ann", b"@", b"x.test", b"<", b">", b",", b";", b":", b'"', b"\\", b"(", b")", b" "),
            *(b"[", b"]", b".", b"Ann ", b" <a@x.test>", b"mailto:", b"\xe9", b"\xc2\xa0", b"a b"),
            *(b"=?utf-8?q?=C3=A9_?=", b'"Doe, Ann" <ann@x.test>', b"undisclosed: ;"),
        ]
    ),
    max_size=9,
).map(b"".join)


@settings(max_examples=300)
@given(PATHS | ADDRESSES)
@example("postmaster")
@example("ann%b.test@x.test")
@example('"a b%c"@x.test')
@example('"a@b"@x.test')
def test_whom_smtp_takes_can_be_asked_for(text: str) -> None:
    try:
        address, rest = forward_path(f"<{text}>")
    except BadPath:
        return
    assume(not rest)
    assert Criteria(DELIVERY, {"to": address, "bcc": address})
    assert address == "postmaster" or Criteria(DELIVERY, {"sender": address})
    local = address.rpartition("@")[0]
    if "%" in local.strip("%"):
        assert Criteria(DELIVERY, {"to": readdressed(HACKED, address, is_routed=False)})


@settings(max_examples=300)
@given(PATHS | ADDRESSES)
@example("ann@x.test ")
@example('"ann"@x.test')
def test_whom_smtp_does_not_take_is_refused(text: str) -> None:
    """But for what only the percent hack leaves, and for domains as odd as that."""
    assume(
        "%" not in text and "!" not in text and not re.search(r"[._-]@|@[.é_-]|-\.|[._-]\Z", text)
    )
    try:
        address, rest = reverse_path(f"<{text}>")
    except BadPath:
        address, rest = "", " "
    try:
        is_possible = bool(Criteria(DELIVERY, {"sender": text}))
    except BadArgument:
        is_possible = False
    assert is_possible == (not rest and address == text) or '"' in text or "[" in text


@settings(max_examples=500)
@given(FIELDS)
@example(b'"Doe, Ann" <ann@x.test>')
@example(b"<mailto:ann@x.test>")
@example(b"undisclosed-recipients")
@example(b"ann@[127.0.0.1]")
@example(b'<a@b@"x, y">')
@example(b"ann@x.test (Ann)")
def test_whom_a_header_names_can_be_asked_for(value: bytes) -> None:
    for address in Mail(b"From: " + value + b"\r\n\r\n").from_:
        for wanted in (str(address), address.full):
            if wanted.count("@") < 2:  # several addresses are taken for what they look like
                assert Criteria(MESSAGE, dict.fromkeys(("from_", "to", "cc", "bcc"), wanted))


@given(st.text(st.sampled_from(r"\seenSEan $!()*%]"), max_size=6))
@example(r"\Seen")
@example("$Forwarded")
@example(r"\Recent")
def test_flags_that_can_be_set_can_be_asked_for(text: str) -> None:
    try:
        is_possible = bool(Criteria(MESSAGE, {"flags": text}))
    except BadArgument:
        is_possible = False
    assert is_possible == (spelt(text) is not None)


@given(*[st.integers(-12, 12)] * 2, st.integers(-4, 4).filter(bool), st.integers(1, 9))
def test_a_range_has_a_number_that_is_possible(start: int, stop: int, step: int, most: int) -> None:
    wanted = range(start, stop, step)
    field = Field("number", lambda number: (number,), Comparison.NUMBER, most=most)
    try:
        is_possible = bool(Criteria((field,), {"number": wanted}))
    except BadArgument:
        is_possible = False
    assert is_possible == any(1 <= number <= most for number in wanted)
