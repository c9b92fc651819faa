"""Who hears of everything that is said, as it happens."""

from collections.abc import Callable
from functools import partial

from pytest_fakemail.transcript.abridged import Data
from pytest_fakemail.transcript.pages import Words
from pytest_fakemail.transcript.rows import Row, rows_of

Follower = Callable[[Row], None]


class Followers:
    """Those who hear of each row; `own_up` is given what one of them raises."""

    __slots__ = ("_all", "_own_up")

    def __init__(self, own_up: Callable[[Exception], object]) -> None:
        self._all: tuple[Follower, ...] = ()
        self._own_up = own_up

    def add(self, follower: Follower) -> Callable[[], None]:
        """Tell one more; return what ends that."""
        self._all = (*self._all, follower)
        return partial(self._forget, follower)

    def tell(self, kind: int, connection: int, time: float, data: Data, words: Words) -> None:
        """Tell all; one that raises hears no more, and what it raised is owned up to."""
        for row in rows_of(kind, connection, time, data, words) if self._all else ():
            for follower in self._all:
                try:
                    follower(row)
                except Exception as mistake:  # noqa: BLE001  (a function of the test)
                    self._forget(follower)
                    self._own_up(mistake)

    def _forget(self, follower: Follower) -> None:
        self._all = tuple(one for one in self._all if one is not follower)
