"""Whether a server was up, down or closed, and on which ports: to have it so again."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pytest_fakemail.net.turning_away import Outage
    from pytest_fakemail.server import Server


class Listening:
    """How a server listened when this was made; up and without ports if none is given."""

    __slots__ = ("_is_closed", "_outage", "_ports")

    def __init__(self, server: "Server | None" = None) -> None:
        self._is_closed = False
        self._outage: Outage | None = None
        self._ports: tuple[int | None, int | None] = None, None
        if server is not None:
            self._is_closed, self._outage = server._is_down, server._outage  # noqa: SLF001
            self._ports = server.read_ports

    def restore(self, server: "Server") -> None:
        """Have the server listen so again; ports that were read since stay, if it was not closed.

        One whose FakeMail is closed stays so.

        Raises:
            OSError: somebody else has taken a port meanwhile.
        """
        if server._plumbing.is_closed:  # noqa: SLF001  (its own side of all this)
            return
        if self._is_closed:
            server.close()
            return
        outage = server._outage  # noqa: SLF001
        if outage not in (None, self._outage):
            server.come_back()
        self._take_places(server)
        if self._outage not in (None, server._outage):  # noqa: SLF001
            server.go_down(self._outage)

    def _take_places(self, server: "Server") -> None:
        """Listen where it did, and on nothing else instead."""
        pairs = list(zip(self._ports, server.read_ports, strict=True))
        if any(None not in pair and pair[0] != pair[1] for pair in pairs):
            server.close()
            pairs = [(was or now, None) for was, now in pairs]
        for is_tls, (was, now) in enumerate(pairs):
            if was is not None and now is None:
                server.listen(was, tls=bool(is_tls))
        server._reopen()  # noqa: SLF001
