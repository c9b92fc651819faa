"""What a mail says of its own flaws."""

from collections.abc import Collection
from typing import TYPE_CHECKING

from pytest_fakemail.spelling import Spelt

if TYPE_CHECKING:
    from pytest_fakemail.mime.flaws import Flaw


class Inspected(Spelt):
    """A mail that can be looked through as a careful reviewer would."""

    __slots__ = ()

    @property
    def flaws(self) -> "list[Flaw]":
        """What is wrong with it, each with its `name`, `text` and the `source` of the rule."""
        from pytest_fakemail.mime.flaws import flaws_of

        return flaws_of(self)  # type: ignore[arg-type]  # only a Mail is inspected

    def assert_sound(self, *, ignore: Collection[str] = ()) -> None:
        """Fail if it has flaws.

        Args:
            ignore: the names of flaws that do not matter here.

        Raises:
            UnmetExpectation: it has some; the text lists them.
            BadArgument: no flaw has such a name.
        """
        from pytest_fakemail.mime.flaws import require_sound

        require_sound(self.flaws, ignore)
