"""How a session converses: its calls, its ends, its time."""

import gc
import math
import socket
import ssl
import struct
from collections.abc import Iterable, Iterator
from contextlib import suppress

import pytest
from net.house import HELLO, House, connected, nothing_came, read, read_all

from pytest_fakemail.net.driver import Driver
from pytest_fakemail.net.thread import ServerThread
from pytest_fakemail.wire.effects import Close, Effect, Pause, Send, StartTls


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
            while True:
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
        house.events.wait_for("reset by the server for a mistake of its own")
        assert [str(bug) for bug in house.bugs] == [call]
        assert f"a mistake of the server's: ZeroDivisionError('{call}')" in house.events.all


def test_mistake_in_the_middle_of_an_answer_is_kept() -> None:
    def broken() -> Iterator[Effect]:
        yield Send(b"a" * 100_000)
        raise ZeroDivisionError

    with House({"go": broken}) as house, house.client() as client:
        client.sendall(b"go\r\n")
        house.events.wait_for("reset by the server for a mistake of its own")
        assert isinstance(house.bugs[0], ZeroDivisionError)


def test_mistake_is_kept_though_it_is_no_exception() -> None:
    def broken() -> Iterable[Effect]:
        pytest.fail("said in a callback")

    with House({"go": broken}) as house, house.client() as client:
        client.sendall(b"go\r\n")
        house.events.wait_for("reset by the server for a mistake of its own")
        assert str(house.bugs[0]) == "said in a callback"
    house.bugs.clear()


def test_session_that_cannot_be_made_is_a_mistake() -> None:
    with House() as house:
        house.answers = None  # type: ignore[assignment]  # breaks Script
        with pytest.raises(ConnectionResetError), connected(house.listen()) as client:
            client.recv(1)
        house.events.wait_for("reset by the server for a mistake of its own")
        house.sessions.clear()
    assert house.bugs


def test_starttls_goes_on_under_tls() -> None:
    with House({"tls_started": lambda: [Send(b"safe\r\n")]}) as house, house.client() as client:
        client.sendall(b"starttls\r\n")
        assert read(client, 10) == b"go ahead\r\n"
        context = house.tls.client_context()
        with context.wrap_socket(client, server_hostname="localhost") as secure:
            secure.sendall(b"x\r\n")
            assert read(secure, 9) == b"safe\r\nx\r\n"
            tls = house.sessions[0].connection.tls
            assert tls is not None
            assert (tls.cipher, tls.version) == (secure.cipher() or ("", ""))[:2]
            assert tls.server_name == "localhost"
            assert tls.client_names == ()
        assert house.events.wait_for("TLS started: TLSv1.3 ")
        assert "opened tls" in house.events.all


def test_client_hello_during_a_pause_is_not_lost() -> None:
    answer: list[Effect] = [Send(b"go ahead\r\n"), Pause(1), StartTls()]
    with House({"starttls": lambda: answer}) as house:
        house.clock.freeze()
        with house.client() as client:
            client.sendall(b"starttls\r\n")
            read(client, 10)
            context = house.tls.client_context()
            with context.wrap_socket(
                client, server_hostname="::1", do_handshake_on_connect=False
            ) as secure:
                secure.settimeout(0)
                with pytest.raises(ssl.SSLWantReadError):
                    secure.do_handshake()
                house.settle()
                house.clock.advance(1)
                secure.settimeout(5)
                secure.do_handshake()
                secure.sendall(b"x\r\n")
                assert read(secure, 3) == b"x\r\n"


def test_what_was_said_before_the_go_ahead_is_thrown_away() -> None:
    answer: list[Effect] = [Send(b"."), Pause(1), Send(b"go ahead\r\n"), StartTls()]
    with House({"starttls": lambda: answer}) as house:
        house.clock.freeze()
        with house.client() as client:
            client.sendall(b"starttls\r\n")
            read(client, 1)
            client.sendall(b"injected\r\n")
            house.settle()
            house.clock.advance(1)
            read(client, 10)
            context = house.tls.client_context()
            with context.wrap_socket(client, server_hostname="127.0.0.1") as secure:
                secure.sendall(b"x\r\n")
                assert read(secure, 3) == b"x\r\n"
        assert "injected" not in house.sessions[0].calls
        assert house.events.wait_for("10 octets sent ahead of the TLS handshake")


def test_implicit_tls_greets_after_the_handshake() -> None:
    with House() as house, house.client(is_implicit_tls=True) as client:
        context = house.tls.client_context()
        with context.wrap_socket(client, server_hostname="mail.example.test") as secure:
            assert read(secure, len(HELLO)) == HELLO
        assert "tls_started" not in house.sessions[0].calls


def test_handshake_with_something_else_is_noted() -> None:
    with House() as house, house.client(is_implicit_tls=True) as client:
        client.sendall(b"EHLO me\r\n")
        read_all(client)
        assert house.events.wait_for("TLS failed: ")
        assert house.events.wait_for("closed in the TLS handshake")
        assert "greeting" not in house.sessions[0].calls


def test_client_that_leaves_during_the_handshake_is_noted() -> None:
    with House() as house:
        with house.client(is_implicit_tls=True) as client:
            client.sendall(b"\x16\x03\x01")
        note = house.events.wait_for("TLS failed: the client left")
        assert note.endswith("(does it trust the servers' CA?)")


def test_handshake_that_never_comes_times_out() -> None:
    with House() as house:
        house.timeout = 60
        house.clock.freeze()
        with house.client(is_implicit_tls=True):
            house.events.wait_for("opened tls")
            house.clock.advance(60)
            house.events.wait_for("reset by the server after 60 seconds of silence")


@pytest.mark.parametrize("is_implicit_tls", [True, False])
def test_fault_comes_in_place_of_the_handshake(*, is_implicit_tls: bool) -> None:
    with House() as house:
        house.fault.handshake = [Send(b"not TLS"), Close()]
        with house.client(is_implicit_tls=is_implicit_tls) as client:
            if not is_implicit_tls:
                client.sendall(b"starttls\r\n")
                read(client, 10)
            assert read_all(client) == b"not TLS"


def test_fault_may_delay_the_handshake() -> None:
    with House() as house, house.client() as client:
        house.fault.handshake = [Pause(0.01), StartTls()]
        client.sendall(b"starttls\r\n")
        read(client, 10)
        context = house.tls.client_context()
        with context.wrap_socket(client, server_hostname="localhost") as secure:
            secure.sendall(b"x\r\n")
            assert read(secure, 3) == b"x\r\n"
        assert house.sessions[0].calls[:3] == ["greeting", "starttls", "tls_started"]


def test_fault_may_stall_the_handshake() -> None:
    with House() as house, house.client() as client:
        house.fault.handshake = [Pause(math.inf)]
        client.sendall(b"starttls\r\n")
        read(client, 10)
        client.sendall(b"\x16\x03\x01")
        house.settle()
        assert nothing_came(client)


def test_close_under_tls_says_so_first() -> None:
    with House() as house, house.client(is_implicit_tls=True) as client:
        context = house.tls.client_context()
        with context.wrap_socket(
            client, server_hostname="localhost", suppress_ragged_eofs=False
        ) as secure:
            read(secure, len(HELLO))
            secure.sendall(b"quit\r\n")
            assert read_all(secure) == b"bye\r\n"


def test_bulk_under_tls_arrives_whole() -> None:
    data = bytes(range(256)) * 20_000
    answer: list[Effect] = [Send(data), Send(data), Close()]
    with House({"go": lambda: answer}) as house, house.client(is_implicit_tls=True) as client:
        context = house.tls.client_context()
        with context.wrap_socket(client, server_hostname="localhost") as secure:
            read(secure, len(HELLO))
            secure.sendall(b"go\r\n")
            assert read_all(secure) == data + data


def test_half_closed_client_is_served_on_under_tls() -> None:
    data = b"x" * 3_000_000
    answer: list[Effect] = [Send(data)]
    with House({"go": lambda: answer}) as house, house.client(is_implicit_tls=True) as client:
        context = house.tls.client_context()
        with context.wrap_socket(client, server_hostname="localhost") as secure:
            read(secure, len(HELLO))
            secure.sendall(b"go\r\n")
            socket.socket.shutdown(secure, socket.SHUT_WR)
            assert read_all(secure) == data


def test_client_that_says_close_notify_is_answered_alike() -> None:
    with House() as house, house.client(is_implicit_tls=True) as client:
        context = house.tls.client_context()
        with context.wrap_socket(client, server_hostname="localhost") as secure:
            read(secure, len(HELLO))
            assert secure.unwrap().recv(1) == b""  # waits for the server's, then for its FIN
        assert house.events.wait_for("closed by the client")


def test_reset_under_tls_is_seen_as_one() -> None:
    answer: list[Effect] = [Close(reset=True)]
    with House({"go": lambda: answer}) as house, house.client(is_implicit_tls=True) as client:
        context = house.tls.client_context()
        with context.wrap_socket(client, server_hostname="localhost") as secure:
            read(secure, len(HELLO))
            secure.sendall(b"go\r\n")
            with pytest.raises(ConnectionResetError):
                socket.socket.recv(secure, 1)  # the ssl module would call it an EOF


def test_garbage_under_tls_ends_the_connection() -> None:
    with House() as house, house.client(is_implicit_tls=True) as client:
        context = house.tls.client_context()
        with context.wrap_socket(client, server_hostname="localhost") as secure:
            read(secure, len(HELLO))
            socket.socket.sendall(secure, b"\x17\x03\x03\x00\x05wrong")
            assert house.events.wait_for("decryption failed or bad record mac")


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


def test_connection_that_has_ended_keeps_nothing_alive() -> None:
    with House() as house:
        with house.client():
            pass
        house.events.wait_for("closed by the client")
        house.listeners[0].drop_connections()
        assert house.listeners[0].connections == []
        assert house.sessions[0].connection.number == 1
        gc.collect()
        assert not any(
            type(one) is Driver for one in gc.get_objects()
        )  # a lazy object acts if asked
