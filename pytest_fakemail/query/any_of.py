"""One of several values, where a test says what it wants."""

from collections.abc import Collection
from collections.abc import Set as AbstractSet
from typing import Any

from pytest_fakemail.errors import BadArgument
from pytest_fakemail.query.wording import shown


class AnyOf:
    """One of several values; `any_of` makes it."""

    __slots__ = ("choices",)

    def __init__(self, choices: Collection[Any]) -> None:
        self.choices = choices

    def __repr__(self) -> str:
        return f"any_of({', '.join(map(shown, self.choices))})"


def any_of(*choices: Any) -> AnyOf:  # noqa: ANN401  (any kind of value)
    """Return what holds if one of the choices does: ``to=any_of("ann@x.test", "bob@x.test")``.

    In rules, assertions and waits alike; each choice may be a text, a pattern, a function,
    None, a list …

    Raises:
        BadArgument: no choice, or a single list, which is what a field equals.
    """
    if not choices:
        raise BadArgument("any_of(): wanted at least one choice")
    if len(choices) == 1 and isinstance(choices[0], list | tuple | AbstractSet):
        raise BadArgument(
            f"any_of({choices[0]!r}): give the choices one by one, as in any_of('a', 'b')"
        )
    return AnyOf(choices)
