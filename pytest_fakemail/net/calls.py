"""The calls that are due to one session, and what each hands it.

`net.phases` names them and has their order; the driver makes them, one by one.
"""

from collections import deque
from collections.abc import Iterable
from typing import TYPE_CHECKING, assert_never

from pytest_fakemail.net.held import Held
from pytest_fakemail.net.phases import ORDER
from pytest_fakemail.wire.effects import Effect
from pytest_fakemail.wire.exchange import Connection

if TYPE_CHECKING:
    from pytest_fakemail.net.phases import Due
    from pytest_fakemail.net.postponed import Postponed
    from pytest_fakemail.wire.parties import Session


class Calls:
    """What is due, the octets that are held for it, and the effects that were postponed, if any."""

    __slots__ = ("_connection", "due", "held", "postponed")

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.due: set[Due] = set()
        self.held = Held()
        self.postponed: Postponed | None = None

    def take(self) -> "Due":
        """Return the first of those that are due, which is due no more."""
        due = self.due.pop() if len(self.due) == 1 else min(self.due, key=ORDER.index)
        self.due.discard(due)
        return due

    def make(self, due: "Due", session: "Session") -> Iterable[Effect]:
        """Call the session; return its effects, or what yields them."""
        match due:
            case "SECURED":
                is_unmet = self._connection.is_implicit_tls
                return session.greeting() if is_unmet else session.tls_started()
            case "INPUT":
                return session.receive_data(self.held.take())
            case "POSTPONED":
                return () if self.postponed is None else self.postponed.take()
            case "WOKEN":
                return session.mailbox_changed()
            case "SILENT":
                return session.timed_out()
            case "EOF":
                return session.receive_eof()
            case _:
                assert_never(due)

    def make_the_last(self, session: "Session", bugs: list[BaseException]) -> None:
        """Tell the session that this is the end; nothing of its answer is performed."""
        try:
            deque(session.receive_eof(), maxlen=0)
        except BaseException as bug:  # noqa: BLE001  (ours, whatever it is)
            bugs.append(bug)
