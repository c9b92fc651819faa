"""How a session converses around a TLS handshake, and under TLS."""

import math
import socket
import ssl

import pytest
from net.house import HELLO, House, nothing_came, read, read_all

from pytest_fakemail.wire.effects import Close, Effect, Pause, Send, StartTls


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
            # The second is OpenSSL 3.5's.
            assert house.events.wait_for(
                "decryption failed or bad record mac", "record layer failure"
            )
