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
from collections.abc import Callable, Collection, Sequence
from collections.abc import Set as AbstractSet
from enum import Enum, auto
from typing import Any, Protocol

from pytest_fakemail.blame import asked
from pytest_fakemail.dataclass import dataclass
from pytest_fakemail.errors import BadArgument


class Comparable(Protocol):
    """An object of dirty-equals, as a type checker knows it."""

    def equals(self, other: Any, /) -> bool:  # noqa: ANN401  (anything is compared)
        """Whether the other one is meant."""


Values = Collection[Any]
Judge = Callable[[Values], bool]


class Comparison(Enum):
    """How a wanted value is compared with the values of a field."""

    TEXT = auto()
    ANY_CASE = auto()
    """As addresses, users and field names are."""
    MAILBOX = auto()
    """INBOX in any case, other names exactly (RFC 9051 §5.1)."""
    FLAG = auto()
    r"""In any case; the system flags without their backslash, too.  They have no order."""
    BODY = auto()
    """A text is contained in the value."""
    NUMBER = auto()
    SWITCH = auto()
    """True or false."""
    WHOLE = auto()
    """The thing itself, about which a function decides."""


@dataclass(frozen=True, slots=True)
class Field:
    """What can be asked for: where its values come from, and how a sentence has it.

    `has_one` says that there is never more than one value, `is_always` that there is never none;
    `complaint` says of a text that no value can ever be what is wanted, or nothing.
    """

    name: str
    values: Callable[[Any], Values]
    comparison: Comparison = Comparison.TEXT
    phrase: str = ""
    has_one: bool = False
    is_always: bool = False
    complaint: Callable[[str], str] | None = None

    def said(self, wanted: object) -> str:
        """Return what is wanted as a piece of a sentence: ``with subject 'Welcome'``."""
        if self.comparison is Comparison.SWITCH and isinstance(wanted, bool):
            return f"that is {'' if wanted else 'not '}{self.name}"
        return f"{self.phrase or f'with {self.name}'} {shown(wanted)}"


class AnyOf:
    """One of several values; `any_of` makes it."""

    __slots__ = ("choices",)

    def __init__(self, choices: Collection[Any]) -> None:
        self.choices = choices

    def __repr__(self) -> str:
        return f"any_of({', '.join(map(shown, self.choices))})"


_Object = Callable[[Any], object] | Comparable | type[Comparable]
_Text = str | re.Pattern[str] | _Object
Text = _Text | AnyOf | AbstractSet[_Text] | Sequence[_Text] | None
"""What can be wanted of a field of texts, for type checkers."""
_Number = int | _Object
Number = _Number | AnyOf | range | AbstractSet[int] | Sequence[_Number] | None
"""What can be wanted of a number."""
Switch = bool | _Object
"""What can be wanted of what is true or false."""


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


def judge(wanted: object, field: Field) -> Judge:
    """Return what decides whether the values of a field are as wanted.

    Raises:
        BadArgument: a value that the field can never have.
    """
    if field.comparison is Comparison.WHOLE:
        return _decision(wanted, field)
    match wanted:
        case None if field.is_always:
            raise BadArgument(f"{field.name}=None: {field.name} is never absent")
        case None:
            return lambda values: not values
        case AnyOf() | AbstractSet():
            return _one_of(wanted.choices if isinstance(wanted, AnyOf) else wanted, field)
        case range() if field.comparison is Comparison.NUMBER:
            return lambda values: any(value in wanted for value in values)
        case list() | tuple():
            return _all_of(wanted, field)
        case _:
            _require_possible(wanted, field)
            return _judge_one(wanted, field.comparison)


def shown(wanted: object) -> str:
    """Return a wanted value for a report: patterns as ``/…/``, functions by their name."""
    if isinstance(wanted, re.Pattern):
        return f"/{wanted.pattern}/"
    name = getattr(wanted, "__name__", None)
    return name if callable(wanted) and isinstance(name, str) else repr(wanted)


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
    is_flag, is_number = field.comparison is Comparison.FLAG, field.comparison is Comparison.NUMBER
    if is_flag and all(isinstance(each, str) for each in wanted):
        wanted = sorted(wanted, key=_flag)
    judges = [judge(each, field) for each in wanted]

    def are_these(values: Values) -> bool:
        if len(values) != len(judges):
            return False
        if is_flag or is_number:
            values = sorted(values, key=_flag if is_flag else None)
        return all(each([value]) for each, value in zip(judges, values, strict=True))

    return are_these


def _judge_one(wanted: Any, comparison: Comparison) -> Judge:  # noqa: ANN401  (whatever the test gave)
    """Return what decides by a value that is not made of others."""
    if isinstance(wanted, re.Pattern):
        return lambda values: any(wanted.search(text) for value in values for text in _texts(value))
    if isinstance(wanted, str):
        return _judge_text(wanted, comparison)
    if is_function(wanted):
        return lambda values: any(asked(wanted, value) for value in values)
    if isinstance(wanted, int):
        return lambda values: wanted in values  # a set of UIDs knows at once
    return lambda values: _equals(wanted, values)


def _judge_text(wanted: str, comparison: Comparison) -> Judge:
    if comparison is Comparison.BODY:
        part = wanted.replace("\r\n", "\n")
        return lambda values: any(part in str(value) for value in values)
    fold = _FOLDS.get(comparison)
    if fold is None:
        return lambda values: any(value == wanted or wanted in _texts(value) for value in values)
    folded = fold(wanted)
    return lambda values: any(folded == fold(text) for value in values for text in _texts(value))


def _equals(wanted: object, values: Values) -> bool:
    # dirty-equals' IsStr knows only str itself, no address that is also one.
    plain = [str(value) if isinstance(value, str) else value for value in values]
    return wanted == plain or any(
        wanted == each for value in values for each in (value, *_texts(value))
    )


def _texts(value: object) -> list[str]:
    """Return the texts that a value goes by: an address with and without its display name."""
    if isinstance(value, str):
        full = getattr(value, "full", None)
        return [str(value)] if full is None else [str(value), full]
    filename = getattr(value, "filename", None)
    return [] if filename is None else [filename]


def _mailbox(name: str) -> str:
    return "INBOX" if name.upper() == "INBOX" else name


def _flag(name: str) -> str:
    # A keyword cannot be called "seen": that spelling is taken for the system flag.
    return name.casefold().removeprefix("\\")


_FOLDS: dict[Comparison, Callable[[str], str]] = {
    Comparison.ANY_CASE: str.casefold,
    Comparison.MAILBOX: _mailbox,
    Comparison.FLAG: _flag,
}


def named_address(wanted: str) -> str:
    """Say how an address of the envelope is written, if this one has a display name or brackets."""
    _, bracket, address = wanted.rpartition("<")
    is_whole = bracket and address.endswith(">")
    return f"the address alone, {address.removesuffix('>')!r}" if is_whole else ""


def _require_possible(wanted: object, field: Field) -> None:
    """Refuse what can never equal a value of the field: such a test would be quietly green."""
    complaint = _COMPLAINTS.get(field.comparison, _not_text)(wanted)
    if not complaint and isinstance(wanted, str) and field.complaint is not None:
        complaint = field.complaint(wanted)
    if complaint:
        address = getattr(wanted, "address", None)
        hint = f"; its address is {address!r}" if isinstance(address, str) else ""
        raise BadArgument(f"{field.name}={wanted!r}: wanted {complaint}{hint}")


def _not_text(wanted: object) -> str:
    if isinstance(wanted, bytes | bytearray):
        return "text, not bytes"
    if isinstance(wanted, re.Pattern) and isinstance(wanted.pattern, bytes):
        return "a pattern over text, not over bytes"
    return "text" if isinstance(wanted, int | float | range) or _never_equals(wanted, "") else ""


def _not_number(wanted: object) -> str:
    if isinstance(wanted, int):
        return "a number from 1" if isinstance(wanted, bool) or wanted < 1 else ""
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


_COMPLAINTS: dict[Comparison, Callable[[object], str]] = {
    Comparison.NUMBER: _not_number,
    Comparison.SWITCH: _not_switch,
}
