"""``* OK Still here``: what a client in IDLE is told again and again, so that no NAT forgets it.

Dovecot does so, every two minutes (``imap_idle_notify_interval``), and lets who is told idle for
ever (cmd-idle.c, keepalive_timeout); RFC 2177 §3 lets a server end that after 30 minutes.
"""

from collections.abc import Iterator

from pytest_fakemail.imap.client import Client
from pytest_fakemail.wire.effects import Effect, Later

_LINE = b"* OK Still here\r\n"
_ROUNDING = 1e-6


class StillHere:
    """The beat of one connection's IDLE; a `Teller`.

    It lasts as long as the client is logged in, and has one `Later` on its way at the most,
    however often the client ends IDLE and begins it anew.
    """

    def __init__(self, client: Client, interval: float) -> None:
        self._clock = client.service.clock
        self._wake = client.connection.wake
        self._interval = interval
        self._told_at: float | None = None  # None when not idling
        self._is_ticking = False

    def begin(self) -> tuple[Effect, ...]:
        """Count from now on; return what has to be done for that."""
        self._told_at = self._clock.elapsed()
        if self._is_ticking:
            return ()
        self._is_ticking = True
        return (Later(self._interval, self._tick()),)

    def end(self) -> None:
        """Say nothing any more."""
        self._told_at = None

    def told(self) -> bytes:
        """Return a line for each interval that has passed."""
        if self._told_at is None:
            return b""
        passed = self._clock.elapsed() - self._told_at
        count = int((passed + _ROUNDING) / self._interval)
        self._told_at += count * self._interval
        return _LINE * count

    def _tick(self) -> Iterator[Effect]:
        if self._told_at is None:
            self._is_ticking = False
            return
        passed = self._clock.elapsed() - self._told_at
        if passed + _ROUNDING >= self._interval:
            self._wake()
        yield Later(self._interval - passed % self._interval, self._tick())


def idling(client: Client) -> StillHere | None:
    """Return the client's beat; None if the settings want none."""
    interval = client.service.settings.imap_idle_still_here
    if not interval:
        return None
    for teller in client.tellers:
        if isinstance(teller, StillHere):
            return teller
    beat = StillHere(client, interval)
    client.tellers.append(beat)
    return beat
