"""Criteria: what a test wants of a mail or an exchange, field by field, and what differs.

Assertions, waits and the conditions of rules are all `Criteria`: a near miss is the
differences, a match is that there is none.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from pytest_fakemail.errors import BadArgument
from pytest_fakemail.query.comparing import NO_TEXTS, Field, Judge, judge_text
from pytest_fakemail.spelling import unknown

if TYPE_CHECKING:  # what failures are told with is loaded for the first of them
    from pytest_fakemail.query.differences import Difference

HEADER = "header"
_CRITERION = "criterion {}"
_LIMITS = ("timeout", "within")
_OF_WAITS = " here (wait_for has timeout=, assert_none has within=)"


class Criteria:
    """What is wanted of a thing; all of it must hold."""

    __slots__ = ("_wanted",)

    def __init__(
        self, known: Iterable[Field], wanted: Mapping[str, Any], *, noun: str = _CRITERION
    ) -> None:
        """Check that every name is a field and every value possible.

        `noun` says what a name is, for the refusal of one that there is not.

        Raises:
            BadArgument: an unknown name, a value that the field can never have.
        """
        by_name = {field.name: field for field in known}
        self._wanted: list[tuple[Field, Any, Judge]] = []
        for name, value in wanted.items():
            if name not in by_name:
                remark = _OF_WAITS if name in _LIMITS and noun == _CRITERION else ""
                raise BadArgument(unknown(noun.format(repr(name)) + remark, name, by_name))
            fields = _headers(value) if name == HEADER else ((by_name[name], value),)
            self._wanted += [(field, each, _judge(each, field)) for field, each in fields]

    def __str__(self) -> str:
        """Return the criteria as the end of a sentence, empty without any."""
        from pytest_fakemail.query.wording import sentence

        return sentence((field, wanted) for field, wanted, _ in self._wanted)

    def __bool__(self) -> bool:
        """Whether anything is wanted."""
        return bool(self._wanted)

    def differences(self, thing: object) -> "Iterator[Difference]":
        """Yield the fields in which a thing is not as wanted, in the order of the criteria."""
        from pytest_fakemail.query.differences import Difference

        for field, wanted, holds in self._wanted:
            values = field.values(thing)
            if not holds(values):
                yield Difference(field.name, field.comparison, values, wanted)

    def match(self, thing: object) -> bool:
        """Whether there is no difference; looks no further than to the first one."""
        return all(holds(field.values(thing)) for field, _, holds in self._wanted)

    def has(self, name: str) -> bool:
        """Whether a field is asked for."""
        return any(field.name == name for field, _, _ in self._wanted)

    def without(self, names: Iterable[str]) -> "Criteria":
        """Return what is wanted but for these fields."""
        fewer = Criteria((), {})
        fewer._wanted = [one for one in self._wanted if one[0].name not in names]
        return fewer

    def accepts(self, name: str, value: object) -> bool:
        """Whether a single value of a field would be as wanted; true if it is not asked for."""
        return all(holds((value,)) for field, _, holds in self._wanted if field.name == name)

    def as_arguments(self) -> str:
        """Return the criteria as a call has them: ``to='ann@x.test', nth=2``."""
        from pytest_fakemail.query.wording import shown

        return ", ".join(f"{field.name}={shown(wanted)}" for field, wanted, _ in self._wanted)


def _headers(value: object) -> list[tuple[Field, Any]]:
    from pytest_fakemail.query.header_criteria import header_criteria

    return header_criteria(value)


def _judge(wanted: object, field: Field) -> Judge:
    if isinstance(wanted, str) and field.comparison not in NO_TEXTS:  # what most tests want
        return judge_text(wanted, field)
    from pytest_fakemail.query.judging import judge

    return judge(wanted, field)
