"""What effects do to a connection, seen from the client's end."""

import math
import socket
import struct
import threading
from collections.abc import Iterator

import pytest
from net.house import HELLO, House, connected, nothing_came, read, read_all

from pytest_fakemail.net import driver as driver_module
from pytest_fakemail.net.channel import Channel
from pytest_fakemail.net.turns import CHUNK
from pytest_fakemail.wire.effects import MORE, Close, Effect, Later, Pause, Send


def test_neighbouring_sends_arrive_in_order() -> None:
    answer: list[Effect] = [Send(b"one "), Send(b"two "), Send(b"three")]
    with House({"go": lambda: answer}) as house, house.client() as client:
        client.sendall(b"go\r\n")
        assert read(client, 13) == b"one two three"


def test_each_send_is_recorded_behind_what_it_answers() -> None:
    with House() as house:
        with house.client() as client:
            client.sendall(b"a\r\nb\r\n")
            read(client, 6)
        house.events.wait_for("closed by the client")
    assert house.events.all == [
        "connected 1",
        "sent b'hello\\r\\n'",
        "sent b'a\\r\\n'",
        "sent b'b\\r\\n'",
        "closed by the client",
    ]


def test_effects_are_not_taken_faster_than_the_client_reads() -> None:
    total = 400 * CHUNK
    taken: list[int] = []

    def bulk() -> Iterator[Effect]:
        for number in range(400):
            taken.append(number)
            yield Send(b"x" * CHUNK)

    with House({"go": bulk}) as house, house.client() as client:
        client.sendall(b"go\r\nafter\r\n")
        read(client, 1)
        house.settle()
        assert len(taken) < 400
        read(client, total - 1)
        assert read(client, 7) == b"after\r\n"
    assert len(taken) == 400


def test_one_enormous_send_arrives_whole() -> None:
    data = bytes(range(256)) * 80_000
    with House({"go": lambda: [Send(data), Close()]}) as house, house.client() as client:
        client.sendall(b"go\r\n")
        assert read_all(client) == data


def test_pause_lasts_until_the_clock_says() -> None:
    with House({"go": lambda: [Send(b"one"), Pause(3600), Send(b"two")]}) as house:
        house.clock.freeze()
        with house.client() as client:
            client.sendall(b"go\r\n")
            assert read(client, 3) == b"one"
            house.clock.advance("59m")
            house.settle()
            assert nothing_came(client)
            house.clock.advance("1m")
            assert read(client, 3) == b"two"


def test_pauses_in_a_row_are_ended_by_one_leap() -> None:
    answer: list[Effect] = [Send(b"0"), Pause(10), Send(b"1"), Pause(10), Send(b"2"), Pause(0.5)]
    with House({"go": lambda: answer}) as house:
        house.clock.freeze()
        with house.client() as client:
            client.sendall(b"go\r\nx\r\n")
            assert read(client, 1) == b"0"
            house.clock.advance(20.5)
            assert read(client, 5) == b"12x\r\n"


def test_pause_in_real_time_ends_by_itself() -> None:
    answer: list[Effect] = [Pause(0), Send(b"a"), Pause(0.01), Send(b"b")]
    with House({"go": lambda: answer}) as house, house.client() as client:
        client.sendall(b"go\r\n")
        assert read(client, 2) == b"ab"


def test_resumed_clock_ends_the_pause() -> None:
    with House({"go": lambda: [Send(b"."), Pause(0.01), Send(b"a")]}) as house:
        house.clock.freeze()
        with house.client() as client:
            client.sendall(b"go\r\n")
            read(client, 1)
            house.clock.resume()
            assert read(client, 1) == b"a"


def test_stall_lasts_until_the_server_closes() -> None:
    answer: list[Effect] = [Send(b"a"), Pause(math.inf), Send(b"b")]
    with House({"go": lambda: answer}) as house, house.client() as client:
        client.sendall(b"go\r\n")
        read(client, 1)
        house.clock.advance("365d")
        house.listeners[0].close()
        assert client.recv(1) == b""


def test_stalled_session_ends_with_its_client() -> None:
    with House({"go": lambda: [Send(b"a"), Pause(math.inf)]}) as house:
        with house.client() as client:
            client.sendall(b"go\r\n")
            read(client, 1)
        house.events.wait_for("closed by the client")
        assert house.sessions[0].calls[-1] == "eof"


def test_client_that_left_before_the_stall_is_let_go() -> None:
    with House({"go": lambda: [Send(b"."), Pause(5), Pause(math.inf)]}) as house:
        house.clock.freeze()
        with house.client() as client:
            client.sendall(b"go\r\n")
            read(client, 1)
            client.shutdown(socket.SHUT_WR)
            house.clock.advance(5)
            assert read_all(client) == b""
        house.events.wait_for("closed by the client")


def test_reset_is_seen_as_one() -> None:
    with House({"go": lambda: [Send(b"half"), Close(reset=True)]}) as house:
        with house.client() as client:
            client.sendall(b"go\r\n")
            with pytest.raises(ConnectionResetError):
                read_all(client)
        assert house.events.wait_for("reset by the server")


def test_what_was_sent_before_a_reset_arrives() -> None:
    answer: list[Effect] = [Send(b"half"), Close(reset=True)]
    with House({"go": lambda: answer}) as house, house.client() as client:
        client.sendall(b"go\r\n")
        assert read(client, 4) == b"half"


def test_close_does_not_destroy_the_last_reply() -> None:
    """A close over unread input would send RST, and the client might never see the reply."""
    with House({"go": lambda: [Send(b"too much"), Close()]}) as house, house.client() as client:
        client.sendall(b"go\r\n" + b"x" * 3_000_000)
        assert read_all(client) == b"too much"
        client.sendall(b"x" * 1000)
        assert client.recv(1) == b""


def test_effects_behind_a_close_do_not_happen() -> None:
    taken = []

    def answer() -> Iterator[Effect]:
        yield Close()
        taken.append("too far")
        yield Send(b"unheard")

    with House({"go": answer}) as house, house.client() as client:
        client.sendall(b"go\r\nmore\r\n")
        assert read_all(client) == b""
    assert not taken
    assert "more" not in house.sessions[0].calls


def test_later_effects_do_not_hold_up_the_conversation() -> None:
    answer: list[Effect] = [Later(60, [Send(b"late\r\n")]), Send(b"now\r\n")]
    with House({"go": lambda: answer}) as house:
        house.clock.freeze()
        with house.client() as client:
            client.sendall(b"go\r\nmore\r\n")
            assert read(client, 11) == b"now\r\nmore\r\n"
            house.clock.advance(60)
            assert read(client, 6) == b"late\r\n"


def test_later_effects_come_in_the_order_of_their_times() -> None:
    answer: list[Effect] = [Later(60, [Send(b"b")]), Later(30, [Send(b"a")]), Send(b"now")]
    with House({"go": lambda: answer}) as house:
        house.clock.freeze()
        with house.client() as client:
            client.sendall(b"go\r\n")
            read(client, 3)
            house.clock.advance(90)
            assert read(client, 2) == b"ab"


def test_later_effects_do_not_cut_into_an_answer() -> None:
    answer: list[Effect] = [Later(1, [Send(b"late")]), Send(b"the "), Pause(10), Send(b"answer ")]
    with House({"go": lambda: answer}) as house:
        house.clock.freeze()
        with house.client() as client:
            client.sendall(b"go\r\n")
            read(client, 4)
            house.clock.advance(5)
            house.clock.advance(5)
            assert read(client, 11) == b"answer late"


def test_vanished_client_leaves_the_rest_unsent() -> None:
    def bulk() -> Iterator[Effect]:
        for _ in range(1000):
            yield Send(b"x" * CHUNK)

    with House({"go": bulk}) as house:
        with house.client() as client:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            client.sendall(b"go\r\n")
            read(client, 1)
        house.events.wait_for("reset by the client")
        assert any(event.endswith("octets were not sent") for event in house.events.all)


def test_listener_serves_others_while_one_stalls() -> None:
    with House({"go": lambda: [Pause(math.inf)]}) as house:
        listener = house.listen()
        with connected(listener) as stalled, connected(listener) as other:
            stalled.sendall(b"go\r\n")
            other.sendall(b"x\r\n")
            assert read(other, len(HELLO) + 3) == HELLO + b"x\r\n"


def test_long_answer_lets_others_be_served_between_its_slices(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Whoever works without sending yields `MORE`; the driver decides when the turn is over."""
    monkeypatch.setattr(driver_module, "TURN", 0)
    go = threading.Event()

    def long() -> Iterator[Effect]:
        yield Send(b"begun ")
        while not go.is_set():
            yield MORE
        yield Send(b"done ")

    with House({"go": long}) as house, house.client() as slow, house.client() as other:
        slow.sendall(b"go\r\nnext\r\n")
        assert read(slow, 6) == b"begun "
        for _ in range(3):
            other.sendall(b"x\r\n")
            assert read(other, 3) == b"x\r\n"
        slow.sendall(b"last\r\n")
        house.sessions[0].connection.wake()
        house.settle()
        go.set()
        assert read(slow, 17) == b"done next\r\nlast\r\n"
        assert read(slow, 9) == b"changed\r\n"


def test_bulk_lets_others_be_served_between_its_writes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(driver_module, "TURN", 0)

    def bulk() -> Iterator[Effect]:
        for _ in range(200_000):  # more than enough writes for the other's line to arrive
            yield Send(b"x")
            if len(house.sessions[1].calls) > 1:
                yield Send(b"served")
                return
        yield Send(b"nobody")

    with House({"go": bulk}) as house, house.client() as slow, house.client() as other:
        slow.sendall(b"go\r\n")
        read(slow, 1)
        other.sendall(b"x\r\n")
        said = b""
        while not said.endswith((b"served", b"nobody")):
            piece = slow.recv(65536)
            assert piece, "the connection has ended"
            said = said[-6:] + piece
    assert said.endswith(b"served")


def test_turn_costs_no_slices_while_it_lasts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(driver_module, "TURN", math.inf)
    answer: list[Effect] = [Send(b"one "), MORE, Send(b"two "), MORE, MORE, Send(b"three")]
    written: list[bytes] = []
    write = Channel.write

    def watched(channel: Channel, data: bytes) -> bool:
        written.append(data)
        return write(channel, data)

    monkeypatch.setattr(Channel, "write", watched)
    with House({"go": lambda: answer}) as house, house.client() as client:
        client.sendall(b"go\r\n")
        assert read(client, 13) == b"one two three"
    assert written == [HELLO, b"one two three"]


def test_client_of_a_long_answer_is_not_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(driver_module, "TURN", 0)
    go = threading.Event()

    def long() -> Iterator[Effect]:
        yield Send(b".")
        while not go.is_set():
            yield MORE
        yield Send(b"done")

    with House({"go": long}) as house:
        house.timeout = 60
        house.clock.freeze()
        with house.client() as client:
            client.sendall(b"go\r\n")
            read(client, 1)
            house.clock.advance(61)
            house.settle()
            go.set()
            assert read(client, 4) == b"done"


def test_pause_behind_a_slice_counts_from_before_its_octets(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(driver_module, "TURN", 0)
    with House({"go": lambda: [Send(b"."), Pause(10), Send(b"!")]}) as house:
        house.clock.freeze()
        for _ in range(20):
            with house.client() as client:
                client.sendall(b"go\r\n")
                read(client, 1)
                house.clock.advance(10)
                assert read(client, 1) == b"!"


@pytest.mark.parametrize("turn", [0, math.inf])
def test_silence_counts_from_before_the_last_octets(
    monkeypatch: pytest.MonkeyPatch, turn: float
) -> None:
    """Who has read an answer may move the clock, though the server is not done with its turn."""
    monkeypatch.setattr(driver_module, "TURN", turn)
    has_advanced = threading.Event()
    write = Channel.write

    def slowly(channel: Channel, data: bytes) -> bool:
        is_done = write(channel, data)
        if data.endswith(b"all\r\n"):
            has_advanced.wait(5)
        return is_done

    monkeypatch.setattr(Channel, "write", slowly)
    with House({"go": lambda: [Send(b"that is "), MORE, Send(b"all\r\n"), MORE]}) as house:
        house.timeout = 60
        house.clock.freeze()
        with house.client() as client:
            client.sendall(b"go\r\n")
            read(client, 13)
            house.clock.advance(60)
            has_advanced.set()
            assert read(client, 5) == b"bye\r\n"


def test_silence_counts_from_before_the_kernel_took_the_last_octets(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    has_advanced = threading.Event()
    size = 32 * 1024 * 1024
    send = Channel._send

    def slowly(channel: Channel) -> bool:
        is_done = send(channel)
        if is_done and client.getsockname() == channel._sock.getpeername():
            has_advanced.wait(5)
        return is_done

    monkeypatch.setattr(Channel, "_send", slowly)
    with House({"go": lambda: [Send(b"x" * size)]}) as house:
        house.timeout = 60
        house.clock.freeze()
        with house.client() as client:
            client.sendall(b"go\r\n")
            read(client, size)
            house.clock.advance(60)
            has_advanced.set()
            assert read(client, 5) == b"bye\r\n"
