"""The language in which a test says what it wants of a field, in rules and assertions alike.

| wanted | holds if |
|---|---|
| a text | a value equals it; of `Comparison.BODY`: contains it |
| a compiled pattern | it is found in a value |
| a function | it says yes to a value |
| None | there is no value |
| a list or tuple | the values are these, in this order |
| `any_of`, a set, a range | one of these holds |
| anything else | it ``==`` a value, or the list of all |

A field with several values, such as `to`, holds if one of them does.  The members of lists,
sets and `any_of` are again any of these.
"""

import re
from collections.abc import Collection
from collections.abc import Set as AbstractSet
from itertools import pairwise
from math import inf
from typing import Any

from pytest_fakemail.blame import asked
from pytest_fakemail.errors import BadArgument
from pytest_fakemail.query.any_of import AnyOf
from pytest_fakemail.query.comparing import (
    NO_TEXTS,
    Comparison,
    Field,
    Judge,
    Values,
    flag,
    judge_text,
    refusal,
    texts,
)
from pytest_fakemail.query.wording import shown


def judge(wanted: object, field: Field) -> Judge:
    """Return what decides whether the values of a field are as wanted.

    Raises:
        BadArgument: a value that the field can never have.
    """
    if field.comparison == Comparison.WHOLE:
        return _decision(wanted, field)
    match wanted:
        case None if field.is_always:
            raise BadArgument(f"{field.name}=None: {field.name} is never absent")
        case None:
            return lambda values: not values
        case AnyOf() | AbstractSet():
            return _one_of(wanted.choices if isinstance(wanted, AnyOf) else wanted, field)
        case range() if field.comparison == Comparison.NUMBER:
            _require_some(wanted, field)
            return lambda values: any(value in wanted for value in values)
        case list() | tuple():
            return _all_of(wanted, field)
        case _:
            return _judge_one(wanted, field)


def is_function(wanted: object) -> bool:
    """Whether a wanted value decides about a field's values.

    A class is callable too, but those of dirty-equals are meant to be compared.
    """
    return callable(wanted) and not isinstance(wanted, type)


def _decision(wanted: object, field: Field) -> Judge:
    if not callable(wanted) or isinstance(wanted, type):
        raise BadArgument(f"{field.name}={wanted!r}: wanted a function that decides")
    return lambda values: any(asked(wanted, value) for value in values)


def _one_of(choices: Collection[object], field: Field) -> Judge:
    if not choices:
        raise BadArgument(f"{field.name}={choices!r}: wanted at least one choice")
    judges = [judge(choice, field) for choice in choices]
    return lambda values: any(each(values) for each in judges)


def _all_of(wanted: list[Any] | tuple[Any, ...], field: Field) -> Judge:
    if field.has_one and len(wanted) > 1:
        raise BadArgument(
            f"{field.name}={wanted!r}: a list is all that a field has, and {field.name} is one; "
            f"wanted any_of({', '.join(map(shown, wanted))})"
        )
    if field.is_always and not wanted:
        raise BadArgument(f"{field.name}={wanted!r}: {field.name} is never absent")
    is_flag, is_number = field.comparison == Comparison.FLAG, field.comparison == Comparison.NUMBER
    if is_flag and all(isinstance(each, str) for each in wanted):
        wanted = sorted(wanted, key=flag)
        _require_different(wanted, field)
    judges = [judge(each, field) for each in wanted]

    def are_these(values: Values) -> bool:
        if len(values) != len(judges):
            return False
        if is_flag or is_number:
            values = sorted(values, key=flag if is_flag else None)
        return all(each([value]) for each, value in zip(judges, values, strict=True))

    return are_these


def _judge_one(wanted: Any, field: Field) -> Judge:  # noqa: ANN401  (whatever the test gave)
    """Return what decides by a value that is not made of others."""
    if isinstance(wanted, str) and field.comparison not in NO_TEXTS:
        return judge_text(wanted, field)
    _require_possible(wanted, field)
    if isinstance(wanted, re.Pattern):
        return lambda values: any(wanted.search(text) for value in values for text in texts(value))
    if is_function(wanted):
        return lambda values: any(asked(wanted, value) for value in values)
    if isinstance(wanted, int):
        return lambda values: wanted in values  # a set of UIDs knows at once
    return lambda values: _equals(wanted, values)


def _equals(wanted: object, values: Values) -> bool:
    # dirty-equals' IsStr knows only str itself, no address that is also one.
    plain = [str(value) if isinstance(value, str) else value for value in values]
    return wanted == plain or any(
        wanted == each for value in values for each in (value, *texts(value))
    )


def _require_possible(wanted: object, field: Field) -> None:
    """Refuse what can never equal a value of the field: such a test would be quietly green."""
    if field.comparison == Comparison.NUMBER:
        complaint = _not_number(wanted, field)
    else:
        complaint = (_not_switch if field.comparison == Comparison.SWITCH else _not_text)(wanted)
    if complaint:
        raise BadArgument(refusal(wanted, field, complaint))


def _require_some(wanted: range, field: Field) -> None:
    """Refuse a range without any number that the field can have."""
    upwards = wanted if wanted.step > 0 else wanted[::-1]
    below = max(0, -((upwards.start - 1) // upwards.step))  # so many are less than 1
    possible = upwards[below:]
    if not possible or possible[0] > field.most:
        raise BadArgument(refusal(wanted, field, f"a range with {_numbers(field)} in it"))


def _require_different(wanted: list[str], field: Field) -> None:
    """Refuse a list that has a flag twice: no message has."""
    for one, other in pairwise(wanted):
        if flag(one) == flag(other):
            raise BadArgument(f"{field.name}={wanted!r}: wanted {other!r} once")


def _not_text(wanted: object) -> str:
    if isinstance(wanted, bytes | bytearray):
        return "text, not bytes"
    if isinstance(wanted, re.Pattern) and isinstance(wanted.pattern, bytes):
        return "a pattern over text, not over bytes"
    return "text" if isinstance(wanted, int | float | range) or _never_equals(wanted, "") else ""


def _numbers(field: Field) -> str:
    return "a number from 1" if field.most == inf else f"a number from 1 to {field.most}"


def _not_number(wanted: object, field: Field) -> str:
    if isinstance(wanted, int):
        is_possible = not isinstance(wanted, bool) and 1 <= wanted <= field.most
        return "" if is_possible else _numbers(field)
    is_other = isinstance(wanted, str | bytes | bytearray | float | re.Pattern)
    is_other = is_other or _never_equals(wanted, 1)
    return "a number, a range or any_of() several" if is_other else ""


def _not_switch(wanted: object) -> str:
    is_other = isinstance(wanted, str | bytes | bytearray | float | re.Pattern | range) or (
        isinstance(wanted, int) and not isinstance(wanted, bool)
    )
    return "True or False" if is_other or _never_equals(wanted, sample=True) else ""


def _never_equals(wanted: Any, sample: object) -> bool:  # noqa: ANN401  (whatever the test gave)
    """Whether an object declines to be compared with such a value, and with a list of them.

    So does what is equal to its own kind alone: an account, a path, a generator, a plain class.
    """
    if isinstance(wanted, str | re.Pattern) or is_function(wanted):
        return False
    if hasattr(wanted, "equals"):  # dirty-equals would remember the sample, and show it
        return False
    equals: Any = type(wanted).__eq__
    try:
        return all(equals(wanted, each) is NotImplemented for each in (sample, [sample]))
    except Exception:  # noqa: BLE001  (it has an opinion of its own)
        return False
