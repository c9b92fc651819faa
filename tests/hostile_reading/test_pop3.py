"""What a POP3 client must not do, done to a server that has others to serve."""

import ssl
from collections.abc import Iterator

import pytest
from cputime import within
from hostile_reading.hostile import Hostile
from hostile_reading.remote import RemoteReader

from pytest_fakemail import FakeMail

LOGIN = b"USER user@example.test\r\nPASS password\r\n"
pytestmark = pytest.mark.usefixtures("onlooker")

BOUND = 5
"""Seconds of processor time, and generous."""


@pytest.fixture
def stranger(fakemail: FakeMail) -> Iterator[Hostile]:
    with Hostile(fakemail.pop3.host, fakemail.pop3.port) as hostile:
        yield hostile


@pytest.fixture
def hostile(stranger: Hostile) -> Hostile:
    stranger.say(LOGIN)
    assert stranger.line().startswith(b"+OK")
    assert stranger.line().startswith(b"+OK")
    return stranger


@pytest.mark.parametrize(
    "line",
    [
        b"RETR 0",
        b"RETR -1",
        b"RETR 4",
        b"RETR 18446744073709551616",
        b"RETR " + b"9" * 400,
        "RETR ²".encode(),
        b"RETR 1 2",
        b"TOP 1",
        b"TOP 1 -1",
        b"LIST 1:3",
        b"UIDL *",
        b"DELE \x00",
        b"\x00\xff" * 100,
        b"NOOP " + b"x" * 1_000_000,
        b"USER someone",
        b"STLS now",
        b"LANG \xff",
    ],
    ids=lambda line: line[:20].decode("latin-1"),
)
def test_nonsense_is_an_error_and_no_more(hostile: Hostile, line: bytes) -> None:
    with within(BOUND):
        hostile.say(line + b"\r\n")
        assert hostile.line().startswith(b"-ERR")
        hostile.say(b"STAT\r\n")
        assert hostile.line().startswith(b"+OK 3 ")


def test_a_lost_connection_deletes_nothing(hostile: Hostile) -> None:
    hostile.say(b"DELE 1\r\nDELE 2\r\nQUI")
    assert hostile.line().startswith(b"+OK")
    assert hostile.line().startswith(b"+OK")


def test_what_was_said_before_tls_is_not_done_after_it(
    fakemail: FakeMail, stranger: Hostile
) -> None:
    stranger.say(b"STLS\r\n" + LOGIN + b"DELE 1\r\nQUIT\r\n")
    assert stranger.line().startswith(b"+OK")
    context = ssl.create_default_context(cafile=fakemail.tls.ca_file)
    with context.wrap_socket(stranger.socket, server_hostname="localhost") as encrypted:
        encrypted.sendall(b"STAT\r\n")
        assert encrypted.recv(4096).startswith(b"-ERR")


def test_after_quit_nothing_is_done(hostile: Hostile) -> None:
    hostile.say(b"QUIT\r\nDELE 1\r\nQUIT\r\n")
    assert hostile.line().startswith(b"+OK")
    assert hostile.line() == b""


def test_who_never_reads_harms_only_himself(hostile: Hostile, onlooker: RemoteReader) -> None:
    hostile.stuff(b"RETR 1\r\n" * 1000)
    onlooker.say("NOOP")


def test_a_maildrop_numbered_anew_loses_nobody_s_mail(
    fakemail: FakeMail, hostile: Hostile, onlooker: RemoteReader
) -> None:
    hostile.say(b"DELE 1\r\n")
    assert hostile.line().startswith(b"+OK")
    fakemail.account().inbox.change_uidvalidity()
    hostile.say(b"QUIT\r\n")
    assert hostile.line().startswith(b"+OK")
    onlooker.hang_up()
    onlooker.connect()
    onlooker.select()
