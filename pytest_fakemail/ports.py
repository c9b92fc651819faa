"""The ports of a FakeMail's servers: in words, and as explanations want them."""

from collections.abc import Collection, Mapping

from pytest_fakemail.asserts.absence import Ports
from pytest_fakemail.server import Server


def in_words(servers: Mapping[str, Server]) -> str:
    """Return where they listen, empty if nobody has read a port."""
    return ", ".join(
        f"{name} {words}" for name, server in servers.items() if (words := _both(server))
    )


def _both(server: Server) -> str:
    plain, tls = server.read_ports
    words = [str(plain)] if plain is not None else []
    return " and ".join([*words, f"{tls} (TLS)"] if tls is not None else words)


def ports(servers: Mapping[str, Server], protocols: Collection[str]) -> list[Ports]:
    """Return those of the servers of some protocols, open or closed."""
    return [
        Ports(
            name,
            server._left.get(False),  # noqa: SLF001  (our own)
            server._left.get(True),  # noqa: SLF001
            server._last_outage,  # noqa: SLF001
            is_down=server._outage is not None,  # noqa: SLF001
            is_closed=bool(server._left) and not any(server.read_ports),  # noqa: SLF001
        )
        for name, server in servers.items()
        if name in protocols
    ]
