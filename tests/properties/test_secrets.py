"""A password in whatever form and state it comes is in nothing that people are shown."""

import base64
import io
import json
import logging
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_fakemail import FakeMail
from pytest_fakemail.report import failure
from pytest_fakemail.wire.effects import Effect, Send
from pytest_fakemail.wire.exchange import Connection

MARKER = "Zq7Vmarker9xKw"
_USER = "user@example.test"


def _encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


_RESPONSES = [
    _encoded(MARKER),
    _encoded(f"\0{_USER}\0{MARKER}"),
    _encoded(f"user={_USER}\x01auth=Bearer {MARKER}\x01\x01"),
    _encoded(f"n,a={_USER},\x01auth=Bearer {MARKER}\x01\x01"),
    _encoded(f"{_USER} {MARKER}"),
    _encoded(f"c=biws,r=nonce,p={MARKER}"),
    _encoded(_USER) + "\r\n" + _encoded(MARKER),
    MARKER,
    "=",
    "*",
]
_MECHANISMS = [
    "PLAIN",
    "LOGIN",
    "CRAM-MD5",
    "SCRAM-SHA-1",
    "SCRAM-SHA-256",
    "XOAUTH2",
    "OAUTHBEARER",
    "EXTERNAL",
    "NTLM",
    "",
]
_SASL = [
    f"{mechanism}{gap}{response}"
    for mechanism in _MECHANISMS
    for gap in (" ", "\r\n", "  ", "\t", "")
    for response in _RESPONSES
]

SMTP = [f"{word}{rest}" for word in ("AUTH ", "auth ", "AUTH", "") for rest in _SASL]
POP3 = [
    *SMTP,
    f"USER {_USER}\r\nPASS {MARKER}",
    f"PASS {MARKER}",
    f"PASS  my {MARKER} has spaces",
    f"PASS\t{MARKER}",
    f"PASS{MARKER}",
    f"USER {_USER} PASS {MARKER}",
    f"USER {_USER} {MARKER}",
    f"USER {_USER}\t{MARKER}",
    f"NOOP PASS {MARKER}",
    f"APOP {_USER} {MARKER}",
    f"APOP {MARKER}",
    f"LOGIN {_USER} {MARKER}",
]
_LENGTH = len(MARKER)
IMAP = [
    *(f"{word}{rest}" for word in ("t1 AUTHENTICATE ", "AUTHENTICATE ", "") for rest in _SASL),
    f"t1 LOGIN {_USER} {MARKER}",
    f't1 LOGIN "{_USER}" "{MARKER}"',
    f't1 login "{_USER}" "{MARKER}',
    f"t1  LOGIN {_USER}  {MARKER}",
    f"t1 LOGIN {_USER} {{{_LENGTH}}}\r\n{MARKER}",
    f"t1 LOGIN {_USER} {{{_LENGTH}+}}\r\n{MARKER}",
    f"t1 LOGIN {{17}}\r\n{_USER} {{{_LENGTH}}}\r\n{MARKER}",
    f"t1 LOGIN {{17+}}\r\n{_USER} {{{_LENGTH}+}}\r\n{MARKER}",
    f"t1 LOGIN {{17+}}\r\n{_USER} {MARKER}",
    f"t1 LOGIN {_USER} {{{_LENGTH - 3}+}}\r\n{MARKER}",
    f"t1 LOGIN {_USER} {{99999999}}\r\n{MARKER}",
    f"t1 LOGIN {_USER} {{5000+}}\r\n{MARKER * 500}",
    f"t1 LOGIN {MARKER}",
    f"t1 LOGIN {_USER} {MARKER} extra",
    f"t1 LOGIN{_USER} {MARKER}",
    f"LOGIN {_USER} {MARKER}",
    f"t1 UID LOGIN {_USER} {MARKER}",
    # What is behind a literal of the wrong length is taken for the rest of its command.
    f"t1 SELECT {{7+}}\r\nINBOX\r\nt2 LOGIN {_USER} {MARKER}",
    f"t1 SELECT {{7}}\r\nINBOX\r\nt2 LOGIN {_USER} {MARKER}",
    f"t1 STATUS {{10+}}\r\nINBOX\r\nt2 LOGIN {_USER} {MARKER}",
    f"t1 LIST {{2+}}\r\n\r\n *\r\nt2 LOGIN {_USER} {MARKER}",
    f"t1 CREATE {{3+}}\r\nINBOX\r\nt2 LOGIN {_USER} {MARKER}",
    f"t1 NOOP LOGIN {_USER} {MARKER}",
]
_OTHERS = {
    "smtp": ["EHLO x", "MAIL FROM:<a@x.test>", "RSET", "NOOP", "QUIT", "*", ""],
    "pop3": [f"USER {_USER}", "PASS password", "AUTH PLAIN", "NOOP", "STAT", "*", ""],
    "imap": ["a LOGIN user@example.test password", "b SELECT INBOX", "c IDLE", "DONE", "*", ""],
}
_FORMS = {"smtp": SMTP, "pop3": POP3, "imap": IMAP}

_Lines = list[str]


def _conversations(protocol: str) -> st.SearchStrategy[_Lines]:
    logins = st.sampled_from(_FORMS[protocol])
    lines = st.lists(st.one_of(logins, st.sampled_from(_OTHERS[protocol])), max_size=4)
    return st.tuples(lines, logins, lines).map(lambda parts: [*parts[0], parts[1], *parts[2]])


def _traces() -> Iterator[str]:
    """Return what gives the marker away: its beginning, as it is and in base64."""
    yield MARKER[:6].lower()
    for shift in range(3):
        core = base64.b64encode(b"\0" * shift + MARKER.encode())
        yield core[4 if shift else 0 :][:8].decode().lower()


_TRACES = list(_traces())


@pytest.fixture(autouse=True, scope="module")
def _without_frameworks() -> Iterator[None]:
    """Have no wait look through all objects for apps that other tests have made."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("flask_mail", "flask_mailman", "fastapi_mail"):
            patch.delitem(sys.modules, name, raising=False)
        yield


def _play(one: FakeMail, protocol: str, octets: bytes, cuts: Iterable[int]) -> None:
    server = one._server(protocol)
    connection = Connection(1, protocol)
    session = server._desk.session(connection)
    told = one._world.record

    def carry_out(effects: Iterable[Effect]) -> None:
        for effect in effects:
            if isinstance(effect, Send):
                told.sent(connection, effect.data)

    told.connected(connection)
    carry_out(session.greeting())
    places = sorted({cut % (len(octets) + 1) for cut in cuts} | {0, len(octets)})
    for start, end in pairwise(places):
        carry_out(session.receive_data(octets[start:end]))
    carry_out(session.receive_eof())
    told.closed(connection, "closed by the client")


def _renderings(one: FakeMail, protocol: str, log: str) -> Iterator[str]:
    told = one.transcript
    yield log
    yield str(told)
    yield told.text(interleaved=True, most_lines=10_000)
    yield told.excerpt()
    yield repr(told)
    yield json.dumps(told.json(secrets=False))
    yield from (text for _, text in failure.sections([one]))
    for exchange in told.exchanges:
        yield repr(exchange)
        yield exchange.argument
        yield exchange.summary
        yield exchange.shown_verb
        yield exchange.shown_reply
    yield from map(str, one.conduct())
    yield repr(one.conduct())
    server = getattr(one, protocol)
    verb = "ETRN" if protocol == "smtp" else "CAPA" if protocol == "pop3" else "CHECK"
    for wait in (
        lambda: server.wait_for_command(verb, timeout=0),
        lambda: one.outbox.wait_for(timeout=0),
        one.outbox.one,
    ):
        try:
            wait()
        except AssertionError as error:
            yield str(error)
    yield from map(repr, told.connections)
    try:
        one.check()
    except AssertionError as error:
        yield str(error)


def _check(protocol: str, lines: _Lines, cut: int, cuts: list[int], points: str) -> None:
    *ends, last = (f"{line}\r\n" for line in lines)
    whole = "".join([*ends, last.replace("\r\n", "\n") if len(cuts) == 1 else last]).encode()
    octets = whole[: cut % (len(whole) + 1)] if cut else whole
    followed: list[str] = []
    with FakeMail() as one, _everything_logged() as log:
        one.account()
        one.transcript.follow(followed.append)
        for point in points.split():
            one._world.faults.when(protocol, point, argument="never").close()
        _play(one, protocol, octets, cuts)
        shown = [*_renderings(one, protocol, log.getvalue()), *followed]
        one.clear_faults()
    for text in shown:
        folded = text.lower()
        assert not [trace for trace in _TRACES if trace in folded], text


@contextmanager
def _everything_logged() -> Iterator[io.StringIO]:
    """Listen to everybody's log, which pytest shows of a failed test."""
    log = io.StringIO()
    handler, logger = logging.StreamHandler(log), logging.getLogger()
    level = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    try:
        yield log
    finally:
        logger.setLevel(level)
        logger.removeHandler(handler)


@pytest.mark.parametrize(("protocol", "forms"), _FORMS.items())
def test_the_marker_is_looked_for_in_what_was_said(protocol: str, forms: list[str]) -> None:
    """Each form gives the password away, or half of it, if nothing hides it."""
    told = [form for form in forms if any(trace in form.lower() for trace in _TRACES)]
    assert len(told) > len(forms) / 2
    with FakeMail() as one:
        plain = next(form for form in reversed(forms) if MARKER in form)
        _play(one, protocol, f"{plain}\r\n".encode(), [])
        assert MARKER in json.dumps(one.transcript.json(secrets=True))
        assert any(MARKER.encode() in exchange.request for exchange in one.transcript.exchanges)


_CUT = st.one_of(st.just(0), st.integers(1, 500))
_CUTS = st.lists(st.integers(0, 500), max_size=4)


@settings(max_examples=120, deadline=None)
@given(_conversations("smtp"), _CUT, _CUTS, st.sampled_from(["", "AUTH"]))
def test_smtp_shows_no_password(lines: _Lines, cut: int, cuts: list[int], points: str) -> None:
    _check("smtp", lines, cut, cuts, points)


@settings(max_examples=120, deadline=None)
@given(_conversations("pop3"), _CUT, _CUTS, st.sampled_from(["", "PASS APOP AUTH"]))
def test_pop3_shows_no_password(lines: _Lines, cut: int, cuts: list[int], points: str) -> None:
    _check("pop3", lines, cut, cuts, points)


@settings(max_examples=120, deadline=None)
@given(_conversations("imap"), _CUT, _CUTS, st.sampled_from(["", "LOGIN AUTHENTICATE"]))
def test_imap_shows_no_password(lines: _Lines, cut: int, cuts: list[int], points: str) -> None:
    _check("imap", lines, cut, cuts, points)
