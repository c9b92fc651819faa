"""How a driver goes on under compression, above TLS and without it."""

import socket
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from net.house import House, read, read_all

from pytest_fakemail.net.held import HELD
from pytest_fakemail.wire.effects import (
    Close,
    Effect,
    EndCompression,
    Pause,
    Send,
    StartCompression,
    StartTls,
)


class Deflated:
    """A client's end of a compressed connection."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self.deflate = zlib.compressobj(wbits=-15)
        self.inflate = zlib.decompressobj(wbits=-15)
        self._clear = b""

    def packed(self, data: bytes) -> bytes:
        return self.deflate.compress(data) + self.deflate.flush(zlib.Z_SYNC_FLUSH)

    def send(self, data: bytes) -> None:
        self.sock.sendall(self.packed(data))

    def read(self, size: int) -> bytes:
        while len(self._clear) < size:
            data = self.sock.recv(65536)
            assert data, self._clear
            self._clear += self.inflate.decompress(data)
        clear, self._clear = self._clear[:size], self._clear[size:]
        return clear


def squeeze(*more: Effect) -> list[Effect]:
    return [Send(b"ok\r\n"), StartCompression(), *more]


@contextmanager
def compressed(house: House, *, is_implicit_tls: bool = False) -> Iterator[Deflated]:
    house.answers.setdefault("squeeze", squeeze)
    with house.client(is_implicit_tls=is_implicit_tls) as client:
        sock = client
        if is_implicit_tls:
            sock = house.tls.client_context().wrap_socket(client, server_hostname="localhost")
            assert read(sock, 7) == b"hello\r\n"
        sock.sendall(b"squeeze\r\n")
        assert read(sock, 4) == b"ok\r\n"
        yield Deflated(sock)
        sock.close()


@pytest.mark.parametrize("is_implicit_tls", [False, True])
def test_both_sides_compress_above_tls_or_without(*, is_implicit_tls: bool) -> None:
    with House() as house, compressed(house, is_implicit_tls=is_implicit_tls) as client:
        for line in (b"x\r\n", b"y" * 100_000 + b"\r\n", b"z\r\n"):
            client.send(line)
            assert client.read(len(line)) == line
        assert "sent b'x\\r\\n'" in house.events.all
        client.send(b"quit\r\n")
        assert client.read(5) == b"bye\r\n"
        assert client.inflate.decompress(read_all(client.sock)) == b""
        assert client.inflate.eof  # the stream ends in order


def test_what_comes_early_is_compressed_already() -> None:
    with House({"squeeze": lambda: squeeze(Pause(1), Send(b"on\r\n"))}) as house:
        house.clock.freeze()
        with compressed(house) as client:
            client.send(b"early\r\n")
            house.settle()
            house.clock.advance(1)
            assert client.read(11) == b"on\r\nearly\r\n"


def test_it_ends_and_begins_again_and_tls_may_follow() -> None:
    with House({"clear": lambda: [Send(b"ok\r\n"), EndCompression()]}) as house:
        house.answers["starttls"] = lambda: [Send(b"tls\r\n"), StartTls()]
        with compressed(house) as client:
            client.send(b"clear\r\n")
            assert client.read(4) == b"ok\r\n"
            while not client.inflate.eof:
                client.inflate.decompress(read(client.sock, 1))
            client.sock.sendall(client.deflate.flush() + b"x\r\n")
            assert read(client.sock, 3) == b"x\r\n"
            client.sock.sendall(b"squeeze\r\n")
            assert read(client.sock, 4) == b"ok\r\n"
            again = Deflated(client.sock)
            again.send(b"clear\r\n")
            assert again.read(4) == b"ok\r\n"
            while not again.inflate.eof:
                again.inflate.decompress(read(client.sock, 1))
            client.sock.sendall(b"starttls\r\n")  # this client does not end its stream
            assert read(client.sock, 5) == b"tls\r\n"
            context = house.tls.client_context()
            with context.wrap_socket(client.sock, server_hostname="localhost") as secure:
                secure.sendall(b"y\r\n")
                assert read(secure, 3) == b"y\r\n"


def test_a_bomb_stays_small() -> None:
    """What is not wanted yet stays compressed, and all of it comes in the end."""

    def pause() -> list[Effect]:
        return [Pause(1), Send(b"on\r\n")]

    with House({"pause": pause}) as house:
        house.clock.freeze()
        with compressed(house) as client:
            client.send(b"pause\r\n")
            house.settle()
            client.send((b"x" * 998 + b"\r\n") * 10_000 + b"end\r\n")
            house.settle()
            sizes = [driver._held._size for driver in house.listeners[0]._drivers]
            house.answers["x" * 998] = list
            house.clock.advance(1)
            assert client.read(9) == b"on\r\nend\r\n"
    assert sizes
    assert max(sizes) <= 2 * HELD


def test_what_is_no_stream_ends_the_connection() -> None:
    with House() as house, compressed(house) as client:
        client.sock.sendall(b"in the clear\r\n")
        assert client.inflate.decompress(read_all(client.sock)) == b""
        house.events.wait_for("closed by the server: what came is no DEFLATE: ")


def test_the_rest_is_heard_before_the_end() -> None:
    with House() as house, compressed(house) as client:
        client.send(b"x" * 600_000 + b"\r\nlast\r\n")
        client.sock.shutdown(socket.SHUT_WR)
        assert client.read(600_008)[-8:] == b"\r\nlast\r\n"
    assert house.sessions[0].calls[-2:] == ["last", "eof"]


def test_a_reset_is_one() -> None:
    with House({"die": lambda: [Send(b"half"), Close(reset=True)]}) as house:
        with compressed(house) as client:
            client.send(b"die\r\n")
            with pytest.raises(ConnectionResetError):
                read_all(client.sock)
        house.events.wait_for("reset by the server")
