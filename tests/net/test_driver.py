"""How a session converses: its calls, its ends, its time."""

import gc
import socket
import struct
from collections.abc import Iterable, Iterator
from contextlib import suppress

import pytest
from net.house import House, connected, read, read_all

from pytest_fakemail.net.channel import Channel
from pytest_fakemail.net.driver import Driver
from pytest_fakemail.net.thread import ServerThread
from pytest_fakemail.wire.effects import Close, Effect, Later, Pause, Send


def test_client_that_closes_its_half_still_gets_the_answer() -> None:
    answer: list[Effect] = [Send(b"one"), Pause(1), Send(b"two")]
    with House({"go": lambda: answer}) as house:
        house.clock.freeze()
        with house.client() as client:
            client.sendall(b"go\r\nx\r\n")
            client.shutdown(socket.SHUT_WR)
            assert read(client, 3) == b"one"
            house.clock.advance(1)
            assert read_all(client) == b"twox\r\n"
        assert house.events.wait_for("closed by the client")


def test_answer_to_the_end_of_input_is_sent() -> None:
    with House({"eof": lambda: [Send(b"unfinished")]}) as house, house.client() as client:
        client.sendall(b"begun")
        client.shutdown(socket.SHUT_WR)
        assert read_all(client) == b"unfinished"


@pytest.mark.parametrize("is_prompt", [False, True])
def test_an_answer_that_the_kernel_cannot_take_at_once_is_sent_whole(
    is_prompt: bool,  # noqa: FBT001  (a parameter)
) -> None:
    answer = b"x" * 16 * 1024 * 1024
    with House({"go": lambda: [Send(answer)]}) as house:
        house.is_prompt = is_prompt
        with house.client() as client:
            client.sendall(b"go\r\n")
            house.events.wait_for("sent 16777216")
            client.sendall(b"a\r\nb\r\n")
            assert read(client, len(answer)) == answer
            assert read(client, 6) == b"a\r\nb\r\n"


def test_session_hears_of_a_client_that_resets() -> None:
    with House() as house:
        with house.client() as client:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        house.events.wait_for("reset by the client")
        assert house.sessions[0].calls == ["greeting", "eof"]


def test_session_hears_the_end_that_it_asked_for() -> None:
    with House() as house:
        with house.client() as client:
            client.sendall(b"quit\r\n")
            assert read_all(client) == b"bye\r\n"
        house.events.wait_for("closed by the server")
        assert house.sessions[0].calls == ["greeting", "quit", "eof"]


def test_input_during_an_answer_is_held() -> None:
    with House({"go": lambda: [Send(b"."), Pause(1)]}) as house:
        house.clock.freeze()
        with house.client() as client:
            client.sendall(b"go\r\n")
            read(client, 1)
            client.sendall(b"a\r\n")
            client.sendall(b"b\r\n")
            house.clock.advance(1)
            assert read(client, 6) == b"a\r\nb\r\n"


def test_input_during_an_answer_is_held_within_limits() -> None:
    with House({"go": lambda: [Send(b"."), Pause(1)]}) as house:
        house.clock.freeze()
        with house.client() as client:
            client.sendall(b"go\r\n")
            read(client, 1)
            assert sent_until_full(house, client) < 32 * 1024 * 1024
            house.clock.advance(1)
            client.settimeout(10)
            client.sendall(b"\r\nx\r\n")
            client.shutdown(socket.SHUT_WR)
            assert read_all(client).endswith(b"x\r\n")


def sent_until_full(house: House, client: socket.socket) -> int:
    """Send until neither the server nor the kernel takes more, or far too much was taken."""
    client.settimeout(0)
    sent, last = 0, -1
    while last < sent < 64 * 1024 * 1024:
        last = sent
        with suppress(BlockingIOError):
            while sent < 64 * 1024 * 1024:
                sent += client.send(bytes(65536))
        house.settle()
    return sent


def test_silence_is_measured_by_the_clock() -> None:
    with House() as house:
        house.timeout = 60.0
        house.clock.freeze()
        with house.client() as client:
            for _ in range(2):
                house.clock.advance(59)
                client.sendall(b"x\r\n")
                assert read(client, 3) == b"x\r\n"
            house.clock.advance(60)
            assert read_all(client) == b"bye\r\n"


def test_what_is_said_after_the_clock_was_moved_is_too_late() -> None:
    with House() as house:
        house.timeout = 60.0
        house.clock.freeze()
        for _ in range(20):
            with house.client() as client:
                house.clock.advance(60)
                client.sendall(b"x\r\n")
                assert read_all(client) == b"bye\r\n"


def test_silence_is_measured_in_real_time_too() -> None:
    with House() as house:
        house.timeout = 0.02
        with house.client() as client:
            assert read_all(client) == b"bye\r\n"


def test_session_that_bears_silence_is_told_again() -> None:
    with House({"timed_out": lambda: [Send(b"still here?\r\n")]}) as house:
        house.timeout = 60.0
        house.clock.freeze()
        with house.client() as client:
            for _ in range(2):
                house.clock.advance(60)
                assert read(client, 13) == b"still here?\r\n"


def test_changed_timeout_counts_from_then_on() -> None:
    def shorter() -> Iterable[Effect]:
        house.sessions[0].timeout = 10
        return [Send(b"ok")]

    with House({"go": shorter}) as house:
        house.timeout = 1000
        house.clock.freeze()
        with house.client() as client:
            client.sendall(b"go\r\n")
            read(client, 2)
            house.clock.advance(10)
            assert read_all(client) == b"bye\r\n"


def test_pause_is_not_the_clients_silence() -> None:
    with House({"go": lambda: [Send(b"."), Pause(100), Send(b"x")]}) as house:
        house.timeout = 60
        house.clock.freeze()
        with house.client() as client:
            client.sendall(b"go\r\n")
            read(client, 1)
            house.clock.advance(61)
            house.settle()
            house.clock.advance(39)
            assert read(client, 1) == b"x"
            house.clock.advance(59)
            client.sendall(b"y\r\n")
            assert read(client, 3) == b"y\r\n"


def test_client_that_never_reads_is_reset() -> None:
    def bulk() -> Iterator[Effect]:
        while True:
            yield Send(b"x" * 65536)

    with House({"go": bulk}) as house:
        house.timeout = 60
        house.clock.freeze()
        with house.client() as client:
            client.sendall(b"go\r\n")
            read(client, 1)
            house.settle()
            house.clock.advance(60)
            house.events.wait_for("reset by the server after 60 seconds of silence")


def test_wake_has_the_session_look_at_its_mailbox() -> None:
    with House() as house, house.client() as client:
        house.sessions[0].connection.wake()
        assert read(client, 9) == b"changed\r\n"


def test_wakes_are_one_until_the_session_has_looked() -> None:
    with House({"go": lambda: [Send(b"."), Pause(1), Send(b"done\r\n")]}) as house:
        house.clock.freeze()
        with house.client() as client:
            client.sendall(b"go\r\n")
            read(client, 1)
            for _ in range(1000):
                house.sessions[0].connection.wake()
            house.settle()
            assert house.events.all[-1] == "sent b'.'"
            house.clock.advance(1)
            assert read(client, 15) == b"done\r\nchanged\r\n"
            client.sendall(b"x\r\n")
            assert read(client, 3) == b"x\r\n"
        assert house.sessions[0].calls.count("mailbox_changed") == 1


def test_wakes_cost_nothing_until_the_session_has_looked(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []
    with House() as house, house.client():
        monkeypatch.setattr(ServerThread, "call_soon", lambda _, function: asked.append(function))
        for _ in range(1000):
            house.sessions[0].connection.wake()
        monkeypatch.undo()
    assert len(asked) == 1


def test_session_may_wake_another() -> None:
    def wake_all() -> Iterable[Effect]:
        for session in house.sessions:
            session.connection.wake()
        return []

    with House({"go": wake_all}) as house, house.client() as one, house.client() as other:
        one.sendall(b"go\r\n")
        assert read(other, 9) == b"changed\r\n"


def test_wake_after_the_end_is_harmless() -> None:
    with House() as house:
        with house.client():
            pass
        house.events.wait_for("closed by the client")
        house.sessions[0].connection.wake()
    house.sessions[0].connection.wake()
    assert "mailbox_changed" not in house.sessions[0].calls


@pytest.mark.parametrize("call", ["greeting", "go", "eof"])
def test_mistake_of_ours_is_kept_and_ends_the_connection(call: str) -> None:
    def broken() -> Iterable[Effect]:
        raise ZeroDivisionError(call)

    with House({call: broken}) as house:
        with suppress(OSError), connected(house.listen()) as client:
            client.sendall(b"go\r\n")
            client.shutdown(socket.SHUT_WR)
            read_all(client)
        house.events.wait_for("reset by the server for a mistake of the server's")
        assert [str(bug) for bug in house.bugs] == [call]
        assert f"a mistake of the server's: ZeroDivisionError('{call}')" in house.events.all


def test_mistake_in_the_middle_of_an_answer_is_kept() -> None:
    def broken() -> Iterator[Effect]:
        yield Send(b"a" * 100_000)
        raise ZeroDivisionError

    with House({"go": broken}) as house, house.client() as client:
        client.sendall(b"go\r\n")
        house.events.wait_for("reset by the server for a mistake of the server's")
        assert isinstance(house.bugs[0], ZeroDivisionError)


def test_mistake_is_kept_though_it_is_no_exception() -> None:
    def broken() -> Iterable[Effect]:
        pytest.fail("said in a callback")

    with House({"go": broken}) as house, house.client() as client:
        client.sendall(b"go\r\n")
        house.events.wait_for("reset by the server for a mistake of the server's")
        assert str(house.bugs[0]) == "said in a callback"
    house.bugs.clear()


def test_session_that_cannot_be_made_is_a_mistake() -> None:
    with House() as house:
        house.answers = None  # type: ignore[assignment]  # breaks Script
        with pytest.raises(ConnectionResetError), connected(house.listen()) as client:
            client.recv(1)
        house.events.wait_for("reset by the server for a mistake of the server's")
        house.sessions.clear()
    assert house.bugs


def test_sessions_calls_are_made_one_at_a_time() -> None:
    """The driver takes all effects of one call before it makes the next."""
    order: list[str] = []

    def slow() -> Iterator[Effect]:
        order.append("begun")
        yield Send(b".")
        yield Pause(1)
        order.append("done")

    def note() -> Iterable[Effect]:
        order.append("changed")
        return [Send(b"!")]

    with House({"go": slow, "mailbox_changed": note}) as house:
        house.clock.freeze()
        with house.client() as client:
            client.sendall(b"go\r\n")
            read(client, 1)
            house.sessions[0].connection.wake()
            house.clock.advance(1)
            read(client, 1)
    assert order == ["begun", "done", "changed"]


@pytest.mark.parametrize("said", [b"", b"quit\r\n", b"go\r\n"])
def test_connection_that_has_ended_is_gone_without_the_garbage_collector(said: bytes) -> None:
    with House(
        {"go": lambda: [Later(9, []), Pause(0), Close(reset=True)]}, smtp_timeout=9
    ) as house:
        house.timeout = 9
        gc.collect()
        gc.disable()
        try:
            with house.client() as client:
                client.sendall(said)
                if said:
                    with suppress(ConnectionError):
                        read_all(client)
            house.events.wait_for("closed by" if said != b"go\r\n" else "reset by the server")
            house.listeners[0].drop_connections()
            assert house.listeners[0].connections == []
            assert house.sessions[0].connection.number == 1
            # A lazy object acts if asked.
            assert not any(type(one) in (Driver, Channel) for one in gc.get_objects())
        finally:
            gc.enable()
