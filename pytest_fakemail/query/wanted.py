"""What can be wanted of a field, as type checkers know it."""

import re
from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from typing import Any, Protocol

from pytest_fakemail.query.any_of import AnyOf


class Comparable(Protocol):
    """An object of dirty-equals, as a type checker knows it."""

    def equals(self, other: Any, /) -> bool:  # noqa: ANN401  (anything is compared)
        """Whether the other one is meant."""


_Object = Callable[[Any], object] | Comparable | type[Comparable]
_Text = str | re.Pattern[str] | _Object
Text = _Text | AnyOf | AbstractSet[_Text] | Sequence[_Text] | None
"""What can be wanted of a field of texts, for type checkers."""
_Number = int | _Object
Number = _Number | AnyOf | range | AbstractSet[int] | Sequence[_Number] | None
"""What can be wanted of a number."""
Switch = bool | _Object
"""What can be wanted of what is true or false."""
