"""What an IMAP client must not do, done to a server that has others to serve."""

import ssl
from collections.abc import Iterator

import pytest
from cputime import within
from hostile_reading.hostile import Hostile
from hostile_reading.remote import RemoteReader

from pytest_fakemail import FakeMail

LOGIN = b"l LOGIN user@example.test password\r\n"
SELECT = b"s SELECT INBOX\r\n"
pytestmark = pytest.mark.usefixtures("onlooker")

BOUND = 5
"""Seconds of processor time, and generous: each of these takes less than a tenth of it."""


@pytest.fixture
def stranger(fakemail: FakeMail) -> Iterator[Hostile]:
    with Hostile(fakemail.imap.host, fakemail.imap.port) as hostile:
        yield hostile


@pytest.fixture
def hostile(stranger: Hostile) -> Hostile:
    stranger.say(LOGIN + SELECT)
    stranger.until(b"s OK")
    return stranger


MANY = b" ".join(b"%d" % place for place in range(100_000))


@pytest.mark.parametrize(
    ("command", "status"),
    [
        (b"SEARCH " + b"(" * 100_000, b"BAD"),
        (b"SEARCH " + b"(" * 100_000 + b"ALL" + b")" * 100_000, b"OK"),
        (b"SEARCH" + b" NOT" * 50_000 + b" SEEN", b"OK"),
        (b"SEARCH" + b" OR SEEN NOT" * 20_000 + b" SEEN", b"BAD the search keys are nested"),
        (b"SEARCH" + b" OR SEEN" * 50_000 + b" SEEN", b"OK"),
        (b"SEARCH" + b" 1:*" * 50_000, b"OK"),
        (b"SORT (" + b"REVERSE SUBJECT " * 20_000 + b"DATE) UTF-8 ALL", b"OK"),
        (b"FETCH 1:*" + b",1:*" * 100_000 + b" UID", b"OK"),
        (b"FETCH 1:4294967295 UID", b"BAD"),
        (b"UID FETCH 1:4294967295,*:*,4294967295:* UID", b"OK"),
        (b"UID EXPUNGE 1:4294967295", b"OK"),
        (b"FETCH 4294967296 UID", b"BAD"),
        (b"FETCH 1 (" * 10_000, b"BAD"),
        (b"FETCH 1 BODY[" + b"1." * 100_000 + b"MIME]", b"OK"),
        (b"FETCH 1 BODY[" + b"1." * 100_000, b"BAD"),
        (b"FETCH 1 BODY[]<9223372036854775807.9223372036854775807>", b"OK"),
        (b'LIST "" "' + b"*%" * 300_000 + b'"', b"OK"),
        (b'LIST "" "' + b"%a" * 300_000 + b'"', b"OK"),
        (b'LIST "" (' + MANY + b")", b"NO [LIMIT]"),
        (b'LIST "" * RETURN (STATUS (' + b"MESSAGES " * 50_000 + b"UNSEEN))", b"OK"),
        (b"ID (" + b'"a" NIL ' * 50_000 + b'"b" NIL)', b"OK"),
        (b"ENABLE " + MANY, b"OK"),
        (b'CREATE "a\x00b"', b"BAD"),
        (b'CREATE "a\rb"', b"BAD"),
        (b'CREATE "\xff\xfe"', b"NO [CANNOT]"),
        (b'CREATE "&AAo-"', b"NO [CANNOT]"),
        (b'CREATE "&2AA-"', b"NO [CANNOT]"),
        (b'CREATE "' + b"x" * 100_000 + b'"', b"NO [CANNOT]"),
        (b'CREATE "' + b"x/" * 50_000 + b'x"', b"NO [CANNOT]"),
        (b"NOOP " + b"x" * 10_000_000, b"BAD"),
        (b"APPEND INBOX {4294967296}", b"NO [TOOBIG]"),
        (b"APPEND INBOX {18446744073709551616}", b"NO [TOOBIG]"),
        (b"APPEND INBOX {99999999999999999999999999}", b"BAD"),
        (b"APPEND INBOX {-1}", b"BAD"),
        (b"CREATE {1048577}", b"NO [TOOBIG]"),
    ],
    ids=lambda value: value[:24].decode("latin-1") if isinstance(value, bytes) else str(value),
)
def test_the_monstrous_is_answered_soon(hostile: Hostile, command: bytes, status: bytes) -> None:
    with within(BOUND):
        hostile.say(b"x " + command + b"\r\n")
        assert hostile.until(b"x ")[-1].startswith(b"x " + status)
        hostile.say(b"y NOOP\r\n")
        assert hostile.line().startswith(b"y OK")


@pytest.mark.parametrize("size", [b"5+", b"100000+", b"5", b"4294967296+"])
def test_a_literal_that_never_comes_changes_nothing(hostile: Hostile, size: bytes) -> None:
    hostile.say(b"x APPEND INBOX {%b}\r\nabc" % size)


def test_a_literal_is_no_command(hostile: Hostile) -> None:
    inside = b"\r\ne STORE 1:* +FLAGS (\\Deleted)\r\ne EXPUNGE\r\n"
    for announced in (b"x FOO {%d+}\r\n", b"x APPEND {%d+}\r\n", b"x APPEND nowhere {%d+}\r\n"):
        hostile.say(announced % len(inside) + inside + b"\r\n")
        assert hostile.line().startswith((b"x BAD", b"x NO"))
    hostile.say(b"y NOOP\r\n")
    assert hostile.line().startswith(b"y OK")


def test_what_was_said_before_tls_is_not_done_after_it(
    fakemail: FakeMail, stranger: Hostile
) -> None:
    stranger.say(b"t STARTTLS\r\n" + LOGIN + SELECT + b"d STORE 1:* +FLAGS (\\Deleted)\r\n")
    assert stranger.line().startswith(b"t OK")
    context = ssl.create_default_context(cafile=fakemail.tls.ca_file)
    with context.wrap_socket(stranger.socket, server_hostname="localhost") as encrypted:
        encrypted.sendall(b"a NOOP\r\nb SELECT INBOX\r\n")
        answer = encrypted.recv(4096)
        while b"b " not in answer:
            piece = encrypted.recv(4096)
            assert piece, "the connection has ended"
            answer += piece
    assert answer.startswith(b"a OK")
    assert b"\r\nb BAD" in answer


def test_after_logout_nothing_is_done(hostile: Hostile) -> None:
    hostile.say(b"x LOGOUT\r\ny STORE 1:* +FLAGS (\\Deleted)\r\nz EXPUNGE\r\n")
    lines = hostile.until(b"nothing")
    assert [line[:6] for line in lines] == [b"* BYE ", b"x OK L", b""]


def test_idle_may_begin_and_end_at_any_rate(hostile: Hostile) -> None:
    hostile.say(b"x IDLE\r\nDONE\r\n" * 2000 + b"y NOOP\r\n")
    lines = hostile.until(b"y ")
    assert lines[-1].startswith(b"y OK")
    assert len(lines) == 4001


def test_who_never_reads_harms_only_himself(fakemail: FakeMail, onlooker: RemoteReader) -> None:
    sent = fakemail.account().mailbox("Sent")
    sent.deliver(b"Subject: big\r\n\r\n" + b"x" * 5_000_000)
    with Hostile(fakemail.imap.host, fakemail.imap.port) as reader:
        reader.say(LOGIN + b"s SELECT Sent\r\n")
        reader.until(b"s OK")
        reader.stuff(b"x FETCH 1 BODY.PEEK[]\r\n" * 100)
        onlooker.say("NOOP")  # which has to be answered before it gives up


def test_a_crowd_is_served(fakemail: FakeMail, onlooker: RemoteReader) -> None:
    crowd = [Hostile(fakemail.imap.host, fakemail.imap.port) for _ in range(100)]
    for one in crowd:
        one.say(LOGIN + SELECT + b"i IDLE\r\n")
    for one in crowd:
        assert one.until(b"+")[-1].startswith(b"+")
    onlooker.say("STORE 1 +FLAGS (told)")
    for one in crowd:
        assert b"told" in b"".join(one.until(b"* 1 FETCH"))
    for one in crowd[::2]:
        one.socket.close()
    for one in crowd[1::2]:
        one.say(b"DONE\r\n")
        assert one.until(b"i ")[-1].startswith(b"i OK")
        one.socket.close()


@pytest.mark.parametrize("start", [b"", LOGIN, LOGIN + SELECT, b"x AUTHENTICATE PLAIN\r\n"])
def test_bad_commands_without_end_end_the_connection(stranger: Hostile, start: bytes) -> None:
    stranger.say(start + b"\xff\x00)(\r\n" * 200)
    assert b"* BYE Too many bad commands\r\n" in stranger.until(b"nothing")
