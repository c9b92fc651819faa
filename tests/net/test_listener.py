"""Ports: bound at once, closed without a trace."""

import contextlib
import os
import socket
import threading
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

import pytest
from children import end_of
from net.house import HELLO, House, connected, read, read_all

from pytest_fakemail.net import listener as listener_module
from pytest_fakemail.net import thread
from pytest_fakemail.net.channel import Channel
from pytest_fakemail.wire.effects import Close, Effect, Pause, Send


def test_port_is_known_and_open_at_once() -> None:
    with House() as house:
        listener = house.listen()
        assert listener.host == "127.0.0.1"
        with socket.create_connection((listener.host, listener.port)):
            pass


def test_ipv6_by_setting() -> None:
    with House(host="::1") as house, connected(house.listen()) as client:
        assert house.listeners[0].host == "::1"
        assert read(client, len(HELLO)) == HELLO
        assert house.sessions[0].connection.peer[0] == "::1"


def test_address_in_use_is_told_at_the_call() -> None:
    was_running = thread.shared.is_running  # for a server of the whole run
    with House() as house:
        port = house.listen().port
        with pytest.raises(OSError, match=rf"cannot listen on 127\.0\.0\.1 port {port}: ") as error:
            house.listen(port=port)
        assert error.value.errno
    assert thread.shared.is_running == was_running


def test_port_can_be_had_again_after_use() -> None:
    with House() as house:
        with house.client() as client:
            client.sendall(b"quit\r\n")
            read_all(client)
        port = house.listeners[0].port
        house.listeners[0].close()
        assert house.listen(port=port).port == port


def test_connections_know_both_ends() -> None:
    with House() as house, house.client() as client:
        connection = house.sessions[0].connection
        assert connection.number == 1
        assert connection.protocol == "smtp"
        assert connection.peer == client.getsockname()
        assert connection.local == client.getpeername()
        assert house.listeners[0].connections == [connection]


def test_accepted_sockets_do_not_wait_for_more() -> None:
    seen: list[int] = []

    def look() -> Iterable[Effect]:
        for driver in house.listeners[0]._drivers:
            assert isinstance(driver._channel, Channel)
            sock = driver._channel._sock
            seen.append(sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
        return [Send(b".")]

    with House({"go": look}) as house, house.client() as client:
        client.sendall(b"go\r\n")
        read(client, 1)
    assert seen == [1]


def test_close_ends_the_sessions_before_it_returns() -> None:
    with House() as house:
        with house.client() as client:
            house.listeners[0].close()
            assert house.sessions[0].calls == ["greeting", "eof"]
            assert house.events.all[-1] == "dropped by the server"
            assert client.recv(1) == b""
        house.listeners[0].close()


def test_closed_port_refuses() -> None:
    with House() as house:
        listener = house.listen()
        listener.close()
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection((listener.host, listener.port))


def test_dropping_connections_keeps_the_port() -> None:
    with House() as house, house.client() as client:
        house.listeners[0].drop_connections()
        assert client.recv(1) == b""
        with connected(house.listeners[0]) as again:
            assert read(again, len(HELLO)) == HELLO


def test_close_from_within_a_session_is_refused() -> None:
    caught: list[BaseException] = []

    def close() -> Iterable[Effect]:
        with pytest.raises(RuntimeError, match="cannot be closed from within") as error:
            house.listeners[0].close()
        caught.append(error.value)
        return [Send(b".")]

    with House({"go": close}) as house, house.client() as client:
        client.sendall(b"go\r\n")
        read(client, 1)
    assert caught


def test_connection_too_many_is_refused_in_words() -> None:
    with House(max_connections=1) as house, house.client() as first:
        with connected(house.listeners[0]) as second:
            assert read_all(second) == b"421 4.7.0 Too many connections\r\n"
        assert house.events.wait_for("opened connect")
        first.sendall(b"quit\r\n")
        read_all(first)
        with connected(house.listeners[0]) as third:
            assert read(third, len(HELLO)) == HELLO


def test_five_hundred_connections_at_once() -> None:
    with House() as house, contextlib.ExitStack() as stack:
        listener = house.listen()
        clients = [stack.enter_context(connected(listener)) for _ in range(500)]
        for client in clients:
            client.sendall(b"x\r\n")
        for client in clients:
            assert read(client, len(HELLO) + 3) == HELLO + b"x\r\n"
        assert [one.number for one in listener.connections] == list(range(1, 501))


def test_accepting_goes_on_when_descriptors_are_free_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    accept = socket.socket.accept
    failures = [OSError(24, "Too many open files")]

    def scarce(sock: socket.socket) -> object:
        if failures:
            raise failures.pop()
        return accept(sock)

    monkeypatch.setattr(listener_module, "REST", 0.01)
    with House() as house:
        listener = house.listen()
        monkeypatch.setattr(socket.socket, "accept", scarce)
        with connected(listener) as client:
            assert read(client, len(HELLO)) == HELLO
    assert not failures


def test_listeners_open_and_close_in_many_threads() -> None:
    def visit(_: int) -> bytes:
        with House() as house, house.client() as client:
            client.sendall(b"x\r\n")
            return read(client, 3)

    was_running = thread.shared.is_running  # for a server of the whole run
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(visit, range(80))) == {b"x\r\n"}
    assert thread.shared.is_running == was_running


def test_default_timeout_of_sockets_does_not_matter() -> None:
    socket.setdefaulttimeout(0.01)
    try:
        with House() as house, house.client() as client:
            client.settimeout(5)
            client.sendall(b"x\r\n")
            assert read(client, 3) == b"x\r\n"
    finally:
        socket.setdefaulttimeout(None)


def test_new_service_serves_the_connections_that_come_then() -> None:
    with House() as house, house.client():
        old = house.service
        house.service = House(hostname="new.example.test").service
        with connected(house.listeners[0]) as client:
            read(client, len(HELLO))
        assert old is not house.service
        events = house.service.recorder
        assert isinstance(events, type(house.events))
        assert events.wait_for("connected 2")
        assert "connected 2" not in house.events.all


@pytest.mark.skipif(not hasattr(os, "fork"), reason="nothing forks here")
@pytest.mark.filterwarnings("ignore:.*multi-threaded, use of fork:DeprecationWarning")
def test_forked_child_ends_in_peace_and_holds_nothing() -> None:
    with House({"go": lambda: [Close(reset=True)]}) as house, house.client() as client:
        release, wait = os.pipe()
        child = os.fork()
        if child == 0:
            status = 1
            with contextlib.suppress(BaseException):
                os.close(wait)
                house.listeners[0].close()
                assert not thread.shared.is_running
                with House() as own, own.client() as visitor:
                    visitor.sendall(b"x\r\n")
                    assert read(visitor, 3) == b"x\r\n"
                os.read(release, 1)
                status = 0
            os._exit(status)
        try:
            client.sendall(b"go\r\n")
            # The child is alive: the RST comes only if it has no copy of our socket.
            with pytest.raises(ConnectionResetError):
                client.recv(1)
        finally:
            os.close(wait)
            status = end_of(child)
            os.close(release)
        assert status == 0


def test_clock_moves_all_connections() -> None:
    with House({"go": lambda: [Send(b"."), Pause(60), Send(b"!")]}) as house:
        house.clock.freeze()
        listener = house.listen()
        with contextlib.ExitStack() as stack:
            clients = [stack.enter_context(connected(listener)) for _ in range(5)]
            for client in clients:
                client.sendall(b"go\r\n")
                read(client, len(HELLO) + 1)
            house.clock.advance(60)
            assert [read(client, 1) for client in clients] == [b"!"] * 5


def test_closing_while_others_connect_loses_nobody() -> None:
    with House() as house:
        listener = house.listen()
        go = threading.Event()

        def knock() -> None:
            assert go.wait(60)
            for _ in range(20):
                with contextlib.suppress(OSError), connected(listener) as client:
                    read_all(client)

        threads = [threading.Thread(target=knock) for _ in range(4)]
        for thread in threads:
            thread.start()
        go.set()
        house.events.wait_for("connected 1")
        listener.close()
        for thread in threads:
            thread.join()
        assert sum("connected" in event for event in house.events.all) == len(house.sessions)
