"""What holds of an SMTP session whatever a client sends."""

import re
from itertools import pairwise
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st
from smtp.talk import Talk

from pytest_fakemail.wire.effects import sent
from pytest_fakemail.wire.exchange import Exchange

REPLIES = re.compile(rb"(?:(?:[2-5][0-5][0-9])(?:-[^\r\n]*\r\n(?=\d)| ?[^\r\n]*\r\n))*")
WORDS = st.sampled_from(
    [
        b"EHLO me\r\n",
        b"HELO me\r\n",
        b"MAIL FROM:<a@b.test>\r\n",
        b"MAIL FROM:<> BODY=BINARYMIME\r\n",
        b"RCPT TO:<user@example.test>\r\n",
        b"RCPT TO:<c@d.test> NOTIFY=NEVER\r\n",
        b"DATA\r\n",
        b"BDAT 3\r\n",
        b"BDAT 2 LAST\r\n",
        b"Subject: x\r\n\r\n",
        b"..x\r\n",
        b"\r\n.\r\n",
        b".\r\n",
        b"\r\n",
        b"\n.\n",
        b"\r",
        b".",
        b"RSET\r\n",
        b"NOOP\n",
        b"AUTH LOGIN\r\n",
        b"AUTH PLAIN AHVzZXJAZXhhbXBsZS50ZXN0AHBhc3N3b3Jk\r\n",
        b"dXNlckBleGFtcGxlLnRlc3Q=\r\n",
        b"*\r\n",
        b"VRFY user\r\n",
        b"HELP\r\n",
        b"STARTTLS\r\n",
        b"QUIT\r\n",
    ]
)
STREAMS = st.lists(WORDS | st.binary(max_size=20), max_size=30).map(b"".join)
CUTS = st.lists(st.integers(0, 600), max_size=12)
SMALL = {"max_message_size": 12, "max_recipients": 2}


def pieces(data: bytes, cuts: list[int]) -> list[bytes]:
    edges = [0, *sorted(min(cut, len(data)) for cut in cuts), len(data)]
    return [data[begin:end] for begin, end in pairwise(edges)]


def outcome(talk: Talk, stream: list[bytes]) -> tuple[bytes, list[bytes], list[Any]]:
    said = b"".join(sent(talk.session.receive_data(piece)) for piece in stream)
    list(talk.session.receive_eof())
    exchanges = [
        (one.verb, one.request, one.payload, one.argument, one.sender, one.recipients, one.user)
        for one in talk.exchanges
    ]
    return said, [delivery.raw for delivery in talk.deliveries], exchanges


@given(STREAMS, CUTS, st.booleans(), st.booleans())
@settings(max_examples=150, deadline=None)
def test_chunking_does_not_matter(
    data: bytes,
    cuts: list[int],
    is_small: bool,  # noqa: FBT001  (Hypothesis gives it by name)
    is_lmtp: bool,  # noqa: FBT001  (likewise)
) -> None:
    if b"STARTTLS" in data.upper():
        return  # where what follows at once is refused, and what follows later is not
    limits: dict[str, Any] = SMALL if is_small else {}
    data = data.replace(b"EHLO", b"LHLO") if is_lmtp else data
    whole = outcome(Talk(lmtp=is_lmtp, **limits), [data])
    assert outcome(Talk(lmtp=is_lmtp, **limits), pieces(data, cuts)) == whole


@given(STREAMS, CUTS)
@settings(max_examples=150, deadline=None)
def test_any_octets_get_replies_and_raise_nothing(data: bytes, cuts: list[int]) -> None:
    talk = Talk(bare_newlines="refuse", line_limits=True)
    said, _, _ = outcome(talk, pieces(b"EHLO me\r\n" + data, cuts))
    assert talk.service.bugs == []
    assert REPLIES.fullmatch(said), said


@given(STREAMS)
@example(b"CONNECT\nEHLO me\r\n")
@settings(max_examples=100, deadline=None)
def test_every_octet_is_in_one_exchange(data: bytes) -> None:
    if b"STARTTLS" in data.upper() or b"QUIT" in data.upper():
        return  # octets behind these are not read
    talk = Talk()
    said, _, _ = outcome(talk, [data])
    heard = b"".join(map(octets, talk.exchanges))
    if re.search(rb"(?m)^[24]21 ", said):  # it has hung up: on a browser, or after 20 mistakes
        assert data.startswith(heard)
    else:
        assert heard == data


def octets(exchange: Exchange) -> bytes:
    is_data = exchange.verb == "end-of-data" and exchange.payload is not None
    return exchange.request + (exchange.payload or b"") + b".\r\n" * is_data


@given(st.binary(max_size=300))
@settings(max_examples=100, deadline=None)
def test_what_a_client_stuffs_is_what_is_kept(message: bytes) -> None:
    message = message.replace(b"\r\n.\r\n", b"") + b"\r\n"
    stuffed = message.replace(b"\r\n.", b"\r\n..")
    stuffed = b"." + stuffed if stuffed.startswith(b".") else stuffed
    talk = Talk().begin()
    assert talk.data(stuffed).startswith("250")
    assert talk.delivery.raw == message
