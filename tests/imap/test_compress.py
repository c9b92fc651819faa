"""COMPRESS over sockets: what faults do is done inside the stream, and recorded clear."""

import imaplib
import zlib
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest

from pytest_fakemail import FakeMail

MAIL = b"Subject: one\r\n\r\n" + b"a line of text\r\n" * 5000


class Compressed(imaplib.IMAP4):
    """imaplib, told to compress."""

    def compress(self) -> None:
        imaplib.Commands.setdefault("COMPRESS", ("AUTH", "SELECTED"))
        assert self._simple_command("COMPRESS", "DEFLATE")[0] == "OK"
        self._deflate = zlib.compressobj(wbits=-15)
        self._inflate = zlib.decompressobj(wbits=-15)
        self._clear = b""
        self.read = self._read  # type: ignore[method-assign]
        self.readline = self._readline  # type: ignore[method-assign]
        self.send = self._send  # type: ignore[method-assign,assignment]

    def source(self) -> bytes:
        """Return the octets of the first message."""
        data: Any = self.fetch("1", "(BODY.PEEK[])")[1]
        raw: bytes = data[0][1]
        return raw

    def _send(self, data: bytes) -> None:
        self.sock.sendall(self._deflate.compress(data) + self._deflate.flush(zlib.Z_SYNC_FLUSH))

    def _more(self) -> bool:
        data = self.sock.recv(65536)
        self._clear += self._inflate.decompress(data)
        return bool(data)

    def _read(self, size: int) -> bytes:
        while len(self._clear) < size and self._more():
            pass
        data, self._clear = self._clear[:size], self._clear[size:]
        return data

    def _readline(self) -> bytes:
        while b"\n" not in self._clear and self._more():
            pass
        line, newline, self._clear = self._clear.partition(b"\n")
        return line + newline


@pytest.fixture
def client(fakemail: FakeMail) -> Iterator[Compressed]:
    fakemail.imap.capabilities.on("COMPRESS=DEFLATE")
    fakemail.account().inbox.deliver(MAIL)
    client = Compressed(*fakemail.imap.address)
    client.login("user@example.test", "password")
    client.compress()
    yield client
    with suppress(OSError):  # a test has logged out
        client.shutdown()


def test_imaplib_reads_and_the_transcript_is_clear(fakemail: FakeMail, client: Compressed) -> None:
    client.select()
    raw = client.source()
    assert raw == MAIL
    assert client.append("INBOX", "", imaplib.Time2Internaldate(0), MAIL)[0] == "OK"
    client.logout()
    fakemail.account().inbox.assert_count(2)
    text = str(fakemail.transcript)
    assert "compressed from here on: DEFLATE" in text
    assert "FETCH 1 (BODY.PEEK[])" in text
    assert "BYE Logging out" in text


def test_a_cut_is_made_in_the_clear(fakemail: FakeMail, client: Compressed) -> None:
    client.select()
    fakemail.imap.when("FETCH").drop(after_bytes=1000)
    client.send(b"x FETCH 1 BODY.PEEK[]\r\n")
    answer = client.read(len(MAIL))
    assert (len(answer), answer[:25]) == (1000, b"* 1 FETCH (BODY[] {80016}")


def test_a_trickle_comes_piece_by_piece(fakemail: FakeMail, client: Compressed) -> None:
    client.select()
    fakemail.imap.when("FETCH").trickle(4_000_000, chunk=20_000)
    raw = client.source()
    assert raw == MAIL


def test_what_is_corrupt_still_inflates(fakemail: FakeMail, client: Compressed) -> None:
    client.select()
    fakemail.imap.when("FETCH").rewrite(b"a line of text", b"A LINE OF TEXT")
    raw = client.source()
    assert raw != MAIL
    assert raw.lower() == MAIL.lower()


def test_a_refusal_of_a_fault_begins_nothing(fakemail: FakeMail) -> None:
    fakemail.imap.capabilities.on("COMPRESS=DEFLATE")
    fakemail.imap.when("COMPRESS").no("[COMPRESSIONACTIVE] DEFLATE active via TLS")
    with imaplib.IMAP4(*fakemail.imap.address) as client:
        fakemail.account()
        client.login("user@example.test", "password")
        imaplib.Commands.setdefault("COMPRESS", ("AUTH", "SELECTED"))
        status, _ = client._simple_command("COMPRESS", "DEFLATE")
        assert status == "NO"
        assert client.noop()[0] == "OK"
