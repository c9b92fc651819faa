"""One socket, from its owner's point of view."""

import socket
from collections.abc import Iterator
from typing import NamedTuple

import pytest
from net.turning import new_loop, turn_until, turns

from pytest_fakemail.net import channel as channel_module
from pytest_fakemail.net.channel import Channel
from pytest_fakemail.net.loop import Loop
from pytest_fakemail.wire.exchange import Tls


class Diary:
    """An owner that writes down what it is told."""

    def __init__(self) -> None:
        self.entries: list[str] = []

    def received(self, data: bytes) -> None:
        self.entries.append(f"received {data!r}")

    def ended(self) -> None:
        self.entries.append("ended")

    def broken(self, reason: str) -> None:
        self.entries.append(reason)

    def draining(self) -> None:
        pass

    def drained(self) -> None:
        self.entries.append("drained")

    def secured(self, tls: Tls) -> None:
        self.entries.append(tls.version)

    def refused(self, reason: str, hello: bytes) -> None:
        self.entries.append(f"refused: {reason} {hello!r}")

    def gone(self) -> None:
        self.entries.append("gone")


class Pair(NamedTuple):
    """A channel with its client, the loop that serves it and what its owner was told."""

    loop: Loop
    channel: Channel
    client: socket.socket
    entries: list[str]

    def wait_for(self, entry: str) -> None:
        turn_until(self.loop, lambda: entry in self.entries)


@pytest.fixture
def pair() -> Iterator[Pair]:
    ours, client = socket.socketpair()
    for one in (ours, client):
        one.settimeout(0)
    diary = Diary()
    with new_loop() as loop, client:
        channel = Channel(loop, ours, diary)
        yield Pair(loop, channel, client, diary.entries)
        channel.close()
        turns(loop)
        assert diary.entries.count("gone") == 1
        assert diary.entries[-1] == "gone"


def test_nothing_is_read_before_it_is_asked_for(pair: Pair) -> None:
    pair.client.sendall(b"one")
    turns(pair.loop)
    assert pair.entries == []
    pair.channel.read()
    pair.wait_for("received b'one'")
    pair.channel.pause_reading()
    pair.client.sendall(b"two")
    turns(pair.loop)
    assert pair.entries == ["received b'one'"]


def test_end_of_input_is_told_once(pair: Pair) -> None:
    pair.channel.read()
    pair.client.shutdown(socket.SHUT_WR)
    pair.wait_for("ended")
    turns(pair.loop)
    assert pair.channel.write(b"still here")
    assert pair.client.recv(100) == b"still here"
    assert pair.entries == ["ended"]


def test_write_takes_what_the_kernel_takes_and_tells_when_it_took_the_rest(pair: Pair) -> None:
    data = b"x" * 5_000_000
    assert not pair.channel.write(data)
    assert 0 < pair.channel.unsent < len(data)
    heard = 0
    while heard < len(data):
        piece = pair.client.recv(1 << 20)
        assert piece, "the connection has ended"
        heard += len(piece)
        turns(pair.loop, 1)
    pair.wait_for("drained")
    assert pair.channel.unsent == 0
    assert pair.entries == ["drained"]


def test_broken_connection_is_told_after_the_write_that_met_it(pair: Pair) -> None:
    pair.client.close()
    assert not pair.channel.write(b"x")
    assert pair.entries == []
    assert pair.channel.unsent == 1
    pair.wait_for("gone")
    assert pair.entries == ["reset by the client", "gone"]


def test_finished_channel_closes_when_the_client_does(pair: Pair) -> None:
    pair.channel.read()
    pair.channel.write(b"bye")
    pair.channel.finish()
    pair.channel.finish()
    pair.client.sendall(b"ignored")
    turns(pair.loop)
    assert pair.client.recv(100) == b"bye"
    assert pair.client.recv(100) == b""
    assert pair.entries == []
    pair.client.close()
    pair.wait_for("gone")


def test_finished_channel_does_not_wait_for_ever(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(channel_module, "LINGER", 0.01)
    pair.channel.finish()
    pair.wait_for("gone")


def test_closed_channel_does_nothing_more(pair: Pair) -> None:
    pair.channel.close()
    pair.channel.close()
    pair.channel.read()
    pair.channel.finish()
    pair.channel.reset()
    assert not pair.channel.write(b"x")
