"""How long a server is silent for an app: until the app has left it."""

from pytest_fakemail.sweep.ground import Ground


class Silence:
    """The silence of a server in one row.

    An app that has given up, and tries again on another connection, waits for a server that
    speaks: its time-outs there are its own, however slowly the machine lets that one answer.
    """

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._place, self._known = ground.place(), ground.connections()
        self._met: frozenset[int] | None = None

    def lasts(self) -> bool:
        """Whether one of the connections is open that were when this was first asked."""
        since = self._ground.connected_since(self._place, self._known)
        is_open = frozenset(one.number for one in since if one.closed is None)
        if self._met is None:
            self._met = is_open
        return not self._met.isdisjoint(is_open)
