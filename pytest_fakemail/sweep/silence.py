"""Whose waits a silent server explains: those of an app that is with it."""

from collections.abc import Callable, Collection

from pytest_fakemail.sweep.ground import Ground
from pytest_fakemail.sweep.lines import Struck
from pytest_fakemail.wire.silences import SILENCES, Ends


class Silence:
    """The silence of a server in one row.

    A wait for anything else may be long because the machine is busy, and to bring its time-out on
    would be to blame the app for that.  How long it has been watched says nothing about it, and
    what the servers' thread has taken note of may be out of date: that may have had no turn.
    """

    def __init__(self, ground: Ground, rule: Struck, said: Callable[[], int]) -> None:
        """`said` counts the lines that servers and clients say; the action has not begun."""
        self._ground, self._rule, self._said = ground, rule, said
        self._place, self._known = ground.place(), ground.connections()
        self._said_before = 0

    def lasts(self) -> bool:
        """Whether a server is silent for ever to a client that may be there; begins a look."""
        self._said_before = self._said()
        return self._rule.fired > 0 and bool(self._silent())

    def is_felt_by(self, waited_for: Collection[Ends]) -> bool:
        """Whether who waits for these, and had nothing to read since the look began, may give up.

        A socket that is with the silent server waits in vain, whatever the others do.  If it is one
        of many, or none is known (a proxy's, another thread's), nothing else may be under way.
        """
        silent, ports = self._silent(), self._ground.ports()
        others = set(waited_for) - silent
        is_with_it = len(others) < len(set(waited_for))
        if is_with_it and not others:
            return True
        if not is_with_it and any(port in ports for _, port in others):
            return False
        is_at_rest = self._ground.is_at_rest() and self._said() == self._said_before
        return is_at_rest and bool(self._silent())

    def _silent(self) -> set[Ends]:
        since = self._ground.connected_since(self._place, self._known)
        is_open = ((one.peer, one.local[1]) for one in since if one.closed is None)
        return {ends for ends in is_open if SILENCES.is_for_ever(ends)}
