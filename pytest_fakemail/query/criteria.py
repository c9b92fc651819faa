"""Criteria: what a test wants of a mail or an exchange, field by field, and what differs.

Assertions, waits and the conditions of rules are all `Criteria`: a near miss is the
differences, a match is that there is none.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pytest_fakemail.dataclass import dataclass
from pytest_fakemail.errors import BadArgument
from pytest_fakemail.query.comparing import Comparison, Field, Judge, Values, judge, shown
from pytest_fakemail.spelling import unknown

_WITH = "with "
HEADER = "header"
_CRITERION = "criterion {}"
_LIMITS = ("timeout", "within")
_OF_WAITS = " here (wait_for has timeout=, assert_none has within=)"


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that is not as wanted; `name` is how a report calls it."""

    name: str
    comparison: Comparison
    values: Values
    wanted: object


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
            self._wanted += [(field, each, judge(each, field)) for field, each in fields]

    def __str__(self) -> str:
        """Return the criteria as the end of a sentence, empty without any."""
        pieces: list[str] = []
        for said in (field.said(value) for field, value, _ in self._wanted):
            is_more = said.startswith(_WITH) and any(one.startswith(_WITH) for one in pieces)
            pieces.append(f"and {said.removeprefix(_WITH)}" if is_more else said)
        return " ".join(pieces)

    def __bool__(self) -> bool:
        """Whether anything is wanted."""
        return bool(self._wanted)

    def differences(self, thing: object) -> Iterator[Difference]:
        """Yield the fields in which a thing is not as wanted, in the order of the criteria."""
        for field, wanted, holds in self._wanted:
            values = field.values(thing)
            if not holds(values):
                yield Difference(field.name, field.comparison, values, wanted)

    def match(self, thing: object) -> bool:
        """Whether there is no difference; looks no further than to the first one."""
        return next(self.differences(thing), None) is None

    def has(self, name: str) -> bool:
        """Whether a field is asked for."""
        return any(field.name == name for field, _, _ in self._wanted)

    def accepts(self, name: str, value: object) -> bool:
        """Whether a single value of a field would be as wanted; true if it is not asked for."""
        return all(holds((value,)) for field, _, holds in self._wanted if field.name == name)

    def as_arguments(self) -> str:
        """Return the criteria as a call has them: ``to='ann@x.test', nth=2``."""
        return ", ".join(f"{field.name}={shown(wanted)}" for field, wanted, _ in self._wanted)


def _headers(fields: object) -> list[tuple[Field, Any]]:
    """Turn ``header={"X-Tag": "a", …}`` into a field for each."""
    if not isinstance(fields, Mapping) or not all(isinstance(name, str) for name in fields):
        raise BadArgument(f"header={fields!r}: wanted fields by name, as {{'X-Tag': 'spring'}}")
    return [(_header(name), value) for name, value in fields.items()]


def _header(name: str) -> Field:
    """Return what asks for a header field; its name has no blank and no colon (RFC 5322 §2.2)."""
    if not name or any(not "!" <= letter <= "~" or letter == ":" for letter in name):
        bare = name.strip(" :")
        guess = f"; did you mean {bare!r}?" if bare and bare != name else ""
        raise BadArgument(f"no header field is called {name!r}{guess}")
    return Field(f"header {name}", lambda mail: mail.headers.all(name))
