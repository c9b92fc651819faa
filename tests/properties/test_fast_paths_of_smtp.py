"""What SMTP does sooner for nearly all that clients say is what the long way does, for anything.

The generators write what a shortcut is for, and what looks like it: lines that are whole and
nearly whole, lines said before, dots and newlines at the edges, addresses that need care.
"""

import re
from collections import deque
from itertools import cycle, pairwise

from hypothesis import given, settings
from hypothesis import strategies as st
from smtp.talk import Talk
from store.stores import make_store
from wire.services import make_service

from pytest_fakemail.domains import in_ascii
from pytest_fakemail.smtp import paths
from pytest_fakemail.smtp.commands import SMTP_COMMANDS, envelope
from pytest_fakemail.smtp.data import MessageOctets, unstuffed
from pytest_fakemail.smtp.extensions import KNOWN
from pytest_fakemail.smtp.framing import Input
from pytest_fakemail.smtp.lmtp import LMTP_COMMANDS, LmtpSession
from pytest_fakemail.smtp.newlines import bare_newlines
from pytest_fakemail.smtp.reading import Reader
from pytest_fakemail.smtp.session import SmtpSession
from pytest_fakemail.transcript.record import Record
from pytest_fakemail.transcript.transcript import Transcript
from pytest_fakemail.wire.effects import sent
from pytest_fakemail.wire.exchange import Connection

_LINES = st.sampled_from(
    [
        b"EHLO me\r\n",
        b"helo me\r\n",
        b"MAIL FROM:<a@b.test>\r\n",
        b"mail from:<a@b.test> size=10 body=8bitmime\r\n",
        b"MAIL FROM:<a@b.test\r\n",
        b"RCPT TO:<user@example.test>\r\n",
        b"RCPT TO:<user@example.test> NOTIFY=NEVER\r\n",
        b"DATA\r\n",
        b"DATA\n",
        b"BDAT 3\r\n",
        b"abc",
        b"BDAT 0 LAST\r\n",
        b"Subject: x\r\n",
        b"..\r\n",
        b".\r\n",
        b"\r\n",
        b"\n",
        b"RSET\r\n",
        b"NOOP " + b"x" * 600 + b"\r\n",
        b"AUTH LOGIN\r\n",
        b"AUTH PLAIN AHVzZXJAZXhhbXBsZS50ZXN0AHBhc3N3b3Jk\r\n",
        b"dXNlckBleGFtcGxlLnRlc3Q=\r\n",
        b"*\r\n",
        b"secret\r\n",
        b"NOOP",
    ]
)
_WORDS = st.sampled_from(["a", "B7", ".", "..", "-_", "%", '"', ">", "ü"])
_TAILS = ("", " SIZE=1", "x", ">")
_LONG = b"NOOP " + b"x" * 20_000 + b"\r\n"
_STREAMS = st.lists(_LINES, min_size=4, max_size=25).map(b"".join)
_OCTETS = st.lists(
    st.sampled_from([b"\r\n.\r\n", b"\r\n", b"\r\n", b"\r", b"\n", b".", b"..", b"x", b"\0"]),
    max_size=12,
).map(b"".join)


def _heard(pieces: list[bytes], *, is_lmtp: bool) -> tuple[bytes, list[object], list[object]]:
    talk = Talk(lmtp=is_lmtp)
    said = b"".join(sent(talk.session.receive_data(piece)) for piece in pieces)
    list(talk.session.receive_eof())
    assert talk.service.bugs == []
    exchanges: list[object] = [
        (one.verb, one.request, one.payload, one.argument, one.sender, one.recipients)
        for one in talk.exchanges
    ]
    mail: list[object] = [(one.raw, one.recipients, one.parameters) for one in talk.deliveries]
    return said, exchanges, mail


@given(_STREAMS, st.lists(st.booleans(), min_size=1), st.booleans(), st.booleans())
@settings(max_examples=50)
def test_lines_that_come_one_by_one_are_answered_as_those_that_come_together(
    data: bytes,
    is_cut: list[bool],
    is_lmtp: bool,  # noqa: FBT001  (Hypothesis gives it by name)
    has_long: bool,  # noqa: FBT001  (likewise)
) -> None:
    data = (_LONG if has_long else b"") + (data.replace(b"EHLO", b"LHLO") if is_lmtp else data)
    pieces: list[bytes] = []
    for line, cut in zip(re.findall(rb"[^\n]*\n|[^\n]+\Z", data), cycle(is_cut), strict=False):
        middle = len(line) * 9 // 10 if cut else 0
        pieces += filter(None, (line[:middle], line[middle:]))
    assert _heard(pieces, is_lmtp=is_lmtp) == _heard([data], is_lmtp=is_lmtp)


class Attentive(Record):
    """A record that wants an exchange of everything, as faults do."""

    def heard(self, *_: object) -> bool:
        return False


def _recorded(kind: type[Record], pieces: list[bytes], *, is_lmtp: bool) -> list[object]:
    """Return what was said, what the transcript has of it, and the mail."""
    service = make_service("lmtp" if is_lmtp else "smtp", KNOWN, max_message_size=30)
    service.recorder = record = kind(service.clock, limit=1024 * 1024)
    connection = Connection(1, service.protocol)
    session = (LmtpSession if is_lmtp else SmtpSession)(service, connection)
    said = [sent(session.greeting())]
    for piece in pieces:
        for effect in session.receive_data(piece):
            said.append(sent([effect]))
            record.sent(connection, said[-1])
    deque(session.receive_eof())
    assert service.bugs == []
    mail = [(one.raw, one.recipients, one.parameters) for one in service.store.deliveries]
    return [said, [*Transcript(record)._snapshot()[0]], mail]


@given(st.lists(_LINES | st.binary(max_size=20), max_size=25), st.booleans(), st.booleans())
@settings(max_examples=100)
def test_what_nobody_looks_at_is_recorded_as_if_somebody_did(
    lines: list[bytes],
    is_lmtp: bool,  # noqa: FBT001  (likewise)
    is_whole: bool,  # noqa: FBT001  (likewise)
) -> None:
    hello = b"LHLO me\r\n" if is_lmtp else b"EHLO me\r\n"
    pieces = [b"".join((hello, *lines))] if is_whole else [hello, *filter(None, lines)]
    seen = _recorded(Attentive, pieces, is_lmtp=is_lmtp)
    assert _recorded(Record, pieces, is_lmtp=is_lmtp) == seen


@given(st.lists(_WORDS, max_size=2), st.lists(_WORDS, max_size=3), st.sampled_from(_TAILS))
@settings(max_examples=200)
def test_a_path_of_the_usual_form_is_what_the_grammar_says(
    local_part: list[str], domain: list[str], tail: str
) -> None:
    text = f"<a{''.join(local_part)}@x{''.join(domain)}>{tail}"
    usual = envelope._USUAL_PATH.match(text)
    if usual is not None:
        assert paths.path(text) == (usual[1], text[usual.end() :])
        assert paths.forward_path(text) == paths.reverse_path(text) == paths.path(text)


@given(st.lists(_LINES | st.binary(max_size=20), max_size=20), st.booleans())
@settings(max_examples=50)
def test_a_line_said_again_says_the_same(
    lines: list[bytes],
    is_lmtp: bool,  # noqa: FBT001  (likewise)
) -> None:
    commands = LMTP_COMMANDS if is_lmtp else SMTP_COMMANDS
    reader = Reader(commands)
    for line in [*lines, *lines]:
        said, anew = reader.read(line), Reader(commands).read(line)
        assert (said.verb, said.argument, said.command) == (anew.verb, anew.argument, anew.command)
        assert said.arguments == anew.arguments
        assert repr(said.malformed) == repr(anew.malformed)


@given(st.lists(_LINES, max_size=20))
@settings(max_examples=25)
def test_what_may_be_a_secret_is_not_remembered(lines: list[bytes]) -> None:
    reader = Reader(SMTP_COMMANDS)
    for line in lines:
        reader.read(line)
    remembered = b"".join(reader._remembered)
    assert not any(word in remembered for word in (b"AUTH", b"dXNlckBle", b"secret"))


def test_so_many_lines_are_remembered_and_no_more() -> None:
    reader = Reader(SMTP_COMMANDS)
    for number in range(5000):
        reader.read(b"NOOP %d\r\n" % number)
        reader.read(b"NOOP %d " % number + b"x" * 512)
    assert 0 < len(reader._remembered) <= 1000


def test_mails_of_the_same_words_share_nothing_that_can_be_changed() -> None:
    talk = Talk().hello()
    for _ in range(2):
        talk.say("MAIL FROM:<a@b.test> SIZE=10", "RCPT TO:<c@d.test> NOTIFY=NEVER")
        talk.data()
    one, two = talk.deliveries
    assert one.parameters == two.parameters == {"SIZE": "10"}
    assert one.parameters is not two.parameters
    assert one.recipients[0].parameters == two.recipients[0].parameters == {"NOTIFY": "NEVER"}
    assert one.recipients[0].parameters is not two.recipients[0].parameters


def _taken(pieces: list[bytes]) -> tuple[bytes, bytes] | None:
    """Return a message without its stuffing, and what came behind it."""
    octets, arrived = MessageOctets(10_000), Input()
    for number, piece in enumerate(pieces):
        arrived.feed(piece)
        message = octets.take(arrived)
        if message is not None:
            whole = unstuffed(message) if octets.is_stuffed else message
            return whole, arrived.rest() + b"".join(pieces[number + 1 :])
    return None


@given(_OCTETS, st.lists(st.integers(0, 40), max_size=3))
@settings(max_examples=100)
def test_a_message_is_the_same_whole_and_in_pieces(data: bytes, cuts: list[int]) -> None:
    data += b"\r\n.\r\n"
    end = data.index(b"\r\n.\r\n") + 2 if not data.startswith(b".\r\n") else 0
    stuffed = b"\r\n" + data[:end]
    meant = stuffed.replace(b"\r\n.", b"\r\n")[2:], data[end + 3 :]
    edges = [0, *sorted(min(cut, len(data)) for cut in cuts), len(data)]
    assert _taken([data]) == meant
    assert _taken([data[begin:end] for begin, end in pairwise(edges) if begin < end]) == meant
    assert _taken([bytes([octet]) for octet in data]) == meant


@given(_OCTETS)
@settings(max_examples=200)
def test_what_is_found_sound_while_its_end_is_looked_for_is_so(data: bytes) -> None:
    octets, arrived = MessageOctets(10_000), Input()
    arrived.feed(data + b"\r\n.\r\n")
    message = octets.take(arrived)
    assert message is not None
    whole = unstuffed(message)
    if octets.is_sound:
        assert bare_newlines(whole) == (0, 0)
    if not octets.is_stuffed:
        assert whole == message
        assert octets.is_sound == (bare_newlines(message) == (0, 0))


@given(_OCTETS)
@settings(max_examples=50)
def test_bare_newlines_are_those_that_are_no_pair(message: bytes) -> None:
    rest = message.replace(b"\r\n", b"")
    assert bare_newlines(message) == (rest.count(b"\n"), rest.count(b"\r"))


@given(st.lists(st.sampled_from(['"a"', '"', "@", "b.test", "Ä", "+", "\\"]), max_size=6))
@settings(max_examples=100)
def test_an_address_is_found_by_what_it_means(words: list[str]) -> None:
    address = "".join(words)
    local, _, domain = address.rpartition("@")
    if not local:
        local, domain = address, "example.test"
    if len(local) > 1 and local[0] == local[-1] == '"':
        local = local[1:-1].replace("\\", "")
    assert make_store()._key(address) == f"{local}@{in_ascii(domain)}".lower()
