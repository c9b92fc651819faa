"""A client that writes twice before it reads is not held up by a delayed acknowledgement."""

import array
import socket

import pytest
from net.house import HELLO, House, read

pytestmark = pytest.mark.skipif(
    not hasattr(socket, "TCP_QUICKACK"), reason="no system that delays its ACK against our will"
)


def unacknowledged(client: socket.socket) -> int:
    """Return how many octets sent are not acknowledged (Linux's SIOCOUTQ)."""
    import fcntl
    import termios

    octets = array.array("i", [0])
    fcntl.ioctl(client.fileno(), termios.TIOCOUTQ, octets)
    return octets[0]


@pytest.mark.parametrize("is_implicit_tls", [False, True], ids=["plain", "tls"])
def test_half_a_command_is_acknowledged_at_once(*, is_implicit_tls: bool) -> None:
    with House() as house, house.client(is_implicit_tls=is_implicit_tls) as client:
        if is_implicit_tls:
            context = house.tls.client_context()
            client = context.wrap_socket(client, server_hostname="localhost")  # noqa: PLW2901
            read(client, len(HELLO))
        with client:
            for _ in range(30):  # until the kernel takes us for partners in dialogue
                client.sendall(b"x\r\n")
                assert read(client, 3) == b"x\r\n"
            client.sendall(b"half of a ")
            house.settle()
            assert unacknowledged(client) == 0
            client.sendall(b"line\r\n")
            assert read(client, 16) == b"half of a line\r\n"


def test_acknowledgement_is_no_extra_work_where_an_answer_carries_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from pytest_fakemail.net.channel import Channel

    asked: list[int] = []
    acknowledge = Channel._acknowledge

    def watched(channel: Channel) -> None:
        asked.append(channel._has_sent)
        acknowledge(channel)

    monkeypatch.setattr(Channel, "_acknowledge", watched)
    with House() as house, house.client() as client:
        client.sendall(b"x\r\n")
        read(client, 3)
        client.sendall(b"x")
        house.settle()
    assert asked == [False]  # for the half line alone
