"""TLS without a socket: octets from one buffer to the other."""

import ssl

import pytest

from pytest_fakemail.net.layer import ServerObject, TlsLayer
from pytest_fakemail.net.tls import TlsAuthority
from pytest_fakemail.settings import Settings


class Client:
    """The other end of a `TlsLayer`, joined to it octet by octet or in pieces."""

    def __init__(self, layer: TlsLayer, context: ssl.SSLContext) -> None:
        self._layer = layer
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.tls = context.wrap_bio(self._incoming, self._outgoing, server_hostname="localhost")

    def shake_hands(self, piece: int = 1 << 16) -> None:
        is_done = False
        for _ in range(100):
            if is_done and self._layer.is_established:
                return
            try:
                self.tls.do_handshake()
                is_done = True
            except ssl.SSLWantReadError:
                pass
            self.carry(piece)
        raise AssertionError("there is no end of the handshake")

    def carry(self, piece: int = 1 << 16) -> None:
        """Bring what the client said to the layer, and what the layer says to the client."""
        said = self._outgoing.read()
        for start in range(0, len(said), piece):
            self._layer.feed(said[start : start + piece])
            if not self._layer.is_established:
                self._layer.handshake()
        self._incoming.write(self._layer.outgoing())


@pytest.fixture
def authority() -> TlsAuthority:
    return TlsAuthority(Settings())


@pytest.fixture
def layer(authority: TlsAuthority) -> TlsLayer:
    return TlsLayer(authority.server_context())


@pytest.fixture
def client(layer: TlsLayer, authority: TlsAuthority) -> Client:
    return Client(layer, authority.client_context())


@pytest.mark.parametrize("piece", [1, 7, 1 << 16])
def test_handshake_takes_its_octets_in_any_pieces(
    client: Client, layer: TlsLayer, piece: int
) -> None:
    client.shake_hands(piece)
    client.tls.write(b"hello")
    client.carry(piece)
    assert layer.decrypt() == (b"hello", False)


def test_handshake_wants_more_until_it_is_done(layer: TlsLayer) -> None:
    assert not layer.handshake()
    assert not layer.is_established


def test_big_answer_arrives_whole(client: Client, layer: TlsLayer) -> None:
    client.shake_hands()
    data = bytes(range(256)) * 1000
    layer.encrypt(data)
    client.carry()
    heard = b""
    while len(heard) < len(data):
        heard += client.tls.read(len(data))
    assert heard == data


def test_all_records_that_came_are_decrypted(client: Client, layer: TlsLayer) -> None:
    client.shake_hands()
    for _ in range(3):
        client.tls.write(b"x" * 16384)
    client.carry()
    assert layer.decrypt() == (b"x" * 49152, False)
    assert layer.decrypt() == (b"", False)


def test_close_notify_of_the_client_is_heard(client: Client, layer: TlsLayer) -> None:
    client.shake_hands()
    client.tls.write(b"last words")
    with pytest.raises(ssl.SSLWantReadError):
        client.tls.unwrap()
    client.carry()
    assert layer.decrypt() == (b"last words", True)


def test_server_speaks_on_after_the_clients_close_notify(client: Client, layer: TlsLayer) -> None:
    client.shake_hands()
    with pytest.raises(ssl.SSLWantReadError):
        client.tls.unwrap()
    client.carry()
    layer.decrypt()
    layer.encrypt(b"and another thing")
    client.carry()
    assert client.tls.read(100) == b"and another thing"


def test_close_notify_does_not_wait_for_the_clients(client: Client, layer: TlsLayer) -> None:
    client.shake_hands()
    layer.close_notify()
    client.carry()
    assert client.tls.read(1) == b""


def test_garbage_is_told_with_an_alert(layer: TlsLayer) -> None:
    layer.feed(b"EHLO client.example.test\r\n")
    with pytest.raises(ssl.SSLError):
        layer.handshake()


def test_agreement_is_described(client: Client, layer: TlsLayer) -> None:
    client.shake_hands()
    described = layer.described()
    assert described.version == client.tls.version()
    assert described.cipher == (client.tls.cipher() or ("",))[0]
    assert described.server_name == "localhost"
    assert described.client_names == ()


def test_sni_callback_of_gevent_finds_a_socket() -> None:
    """gevent wraps the callback and asks the object for its socket, which `ssl` has not."""
    one = ServerObject.__new__(ServerObject)
    assert one._sslsock() is one
