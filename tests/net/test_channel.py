"""One socket, from its owner's point of view."""

import asyncio
import socket
from collections.abc import Awaitable, Callable

import pytest

from pytest_fakemail.net import channel as channel_module
from pytest_fakemail.net.channel import Channel
from pytest_fakemail.wire.exchange import Tls


class Diary:
    """An owner that writes down what it is told."""

    def __init__(self) -> None:
        self.entries: list[str] = []
        self._told = asyncio.Event()

    async def wait_for(self, entry: str) -> None:
        async with asyncio.timeout(5):
            while entry not in self.entries:
                self._told.clear()
                await self._told.wait()

    def received(self, data: bytes) -> None:
        self._add(f"received {data!r}")

    def ended(self) -> None:
        self._add("ended")

    def broken(self, reason: str) -> None:
        self._add(reason)

    def drained(self) -> None:
        self._add("drained")

    def secured(self, tls: Tls) -> None:
        self._add(tls.version)

    def refused(self, reason: str) -> None:
        self._add(f"refused: {reason}")

    def gone(self) -> None:
        self._add("gone")

    def _add(self, entry: str) -> None:
        self.entries.append(entry)
        self._told.set()


async def turns() -> None:
    """Let the loop do whatever there is to do."""
    for _ in range(3):
        await asyncio.sleep(0)


def played(story: Callable[[Channel, socket.socket, Diary], Awaitable[None]]) -> list[str]:
    """Play a story with a channel and its client; return the diary."""

    async def play() -> list[str]:
        ours, client = socket.socketpair()
        for one in (ours, client):
            one.settimeout(0)
        diary = Diary()
        channel = Channel(asyncio.get_running_loop(), ours, diary)
        with client:
            await story(channel, client, diary)
            channel.close()
        return diary.entries

    return asyncio.run(play())


def test_nothing_is_read_before_it_is_asked_for() -> None:
    async def story(channel: Channel, client: socket.socket, diary: Diary) -> None:
        client.sendall(b"one")
        await turns()
        assert diary.entries == []
        channel.read()
        await diary.wait_for("received b'one'")
        channel.pause_reading()
        client.sendall(b"two")
        await turns()

    assert played(story) == ["received b'one'", "gone"]


def test_end_of_input_is_told_once() -> None:
    async def story(channel: Channel, client: socket.socket, diary: Diary) -> None:
        channel.read()
        client.shutdown(socket.SHUT_WR)
        await diary.wait_for("ended")
        await turns()
        assert channel.write(b"still here")
        assert client.recv(100) == b"still here"

    assert played(story) == ["ended", "gone"]


def test_write_takes_what_the_kernel_takes_and_tells_when_it_took_the_rest() -> None:
    data = b"x" * 5_000_000

    async def story(channel: Channel, client: socket.socket, diary: Diary) -> None:
        assert not channel.write(data)
        assert 0 < channel.unsent < len(data)
        loop = asyncio.get_running_loop()
        heard = 0
        while heard < len(data):
            heard += len(await loop.sock_recv(client, 1 << 20))
        await diary.wait_for("drained")
        assert channel.unsent == 0

    assert played(story) == ["drained", "gone"]


def test_broken_connection_is_told_after_the_write_that_met_it() -> None:
    async def story(channel: Channel, client: socket.socket, diary: Diary) -> None:
        client.close()
        assert not channel.write(b"x")
        assert "reset by the client" not in diary.entries
        assert channel.unsent == 1
        await diary.wait_for("reset by the client")

    assert played(story) == ["gone", "reset by the client"]


def test_finished_channel_closes_when_the_client_does() -> None:
    async def story(channel: Channel, client: socket.socket, diary: Diary) -> None:
        channel.read()
        channel.write(b"bye")
        channel.finish()
        channel.finish()
        client.sendall(b"ignored")
        await turns()
        assert client.recv(100) == b"bye"
        assert client.recv(100) == b""
        assert diary.entries == []
        client.close()
        await diary.wait_for("gone")

    assert played(story) == ["gone"]


def test_finished_channel_does_not_wait_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(channel_module, "LINGER", 0.01)

    async def story(channel: Channel, _: socket.socket, diary: Diary) -> None:
        channel.finish()
        await diary.wait_for("gone")

    assert played(story) == ["gone"]


def test_closed_channel_does_nothing_more() -> None:
    async def story(channel: Channel, _client: socket.socket, _: Diary) -> None:
        channel.close()
        channel.close()
        channel.read()
        channel.finish()
        channel.reset()
        assert not channel.write(b"x")

    assert played(story) == ["gone"]
