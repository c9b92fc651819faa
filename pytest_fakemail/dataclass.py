"""`dataclass` as the standard library's with ``slots=True``, at a fifth of what that costs.

There each method is written as text and compiled, five or six for every class: a fifth of what
the first mail of a run cost.  Here only `__init__` is, once for classes that are alike; the others
are the same functions for all classes, over the fields' names.  What an object is and does stays
the same, for `dataclasses.fields` and `replace` too: a property compares the two.  Left out is
what the house does not use: ``InitVar``, ``order``, ``unsafe_hash``, and classes without slots.
"""

from collections.abc import Callable
from dataclasses import MISSING, Field, FrozenInstanceError, field, fields
from dataclasses import dataclass as with_fields
from functools import cache
from operator import attrgetter
from reprlib import recursive_repr
from types import CodeType, FunctionType
from typing import Any, TypeVar, dataclass_transform

__all__ = ["dataclass", "field"]

_T = TypeVar("_T")


@dataclass_transform(field_specifiers=(field,))
def dataclass(
    *,
    slots: bool,
    frozen: bool = False,
    kw_only: bool = False,
    eq: bool = True,
    repr: bool = True,  # noqa: A002  (dataclasses' name)
) -> Callable[[type[_T]], type[_T]]:
    """Return a decorator that makes a class what ``dataclasses.dataclass`` would."""

    def finished(body: type[_T]) -> type[_T]:
        own = dict(vars(body))
        if own.get("__hash__") is None:
            own.pop("__hash__", None)  # Python's own mark of a class with `__eq__`
        cls = with_fields(init=False, repr=False, eq=False, slots=slots, kw_only=kw_only)(body)
        methods = {
            "__init__": _initialiser(cls, is_frozen=frozen),
            **(_shown(cls) if repr else {}),
            **(_compared(cls, is_frozen=frozen) if eq else {}),
            **(_frozen(cls) if frozen else {}),
        }
        for name, method in methods.items():
            if name not in own:
                setattr(cls, name, method)
        return cls

    return finished


def _initialiser(cls: type, *, is_frozen: bool) -> Callable[..., None]:
    """Make what takes the fields, in their order; those by name only come last.

    Classes whose fields are alike share one compilation, in which the fields have numbers.
    """
    known: dict[str, Any] = {"_MISSING": MISSING}
    names = {f"_{number}": one.name for number, one in enumerate(fields(cls))}
    by_place, by_name, lines = ["self"], list[str](), list[str]()
    for number, one in zip(names, fields(cls), strict=True):
        if one.init:
            (by_name if one.kw_only else by_place).append(number)
        if value := _value(one, number, known):
            # What stands behind a slot takes a value though assignment is closed.
            known[f"_set{number}"] = getattr(cls, one.name).__set__
            into = f"_set{number}(self, {value})" if is_frozen else f"self.{number} = {value}"
            lines.append(into)
    if hasattr(cls, "__post_init__"):
        lines.append("self.__post_init__()")
    parameters = ", ".join([*by_place, "*", *by_name] if by_name else by_place)
    code = _compiled(f"def __init__({parameters}):\n " + "\n ".join(lines or ["pass"]))
    code = code.replace(
        co_varnames=tuple(names.get(one, one) for one in code.co_varnames),
        co_names=tuple(names.get(one, one) for one in code.co_names),
        co_qualname=f"{cls.__qualname__}.__init__",
    )
    placed, named = (_defaults(cls, kw_only=kw_only) for kw_only in (False, True))
    made = FunctionType(code, known, "__init__", tuple(placed.values()))
    made.__kwdefaults__ = named
    made.__module__ = cls.__module__
    return made


@cache
def _compiled(text: str) -> CodeType:
    made: dict[str, FunctionType] = {}
    exec(text, made)  # noqa: S102
    return made["__init__"].__code__


def _value(one: "Field[Any]", number: str, known: dict[str, Any]) -> str:
    """Return the expression that a field is set to, empty without a value.

    What it is made of is put among the names that the expressions know.
    """
    if one.default_factory is not MISSING:
        known[f"_new{number}"] = one.default_factory
        fresh = f"_new{number}()"
        return f"{fresh} if {number} is _MISSING else {number}" if one.init else fresh
    if one.init or one.default is MISSING:
        return number if one.init else ""
    known[f"_default{number}"] = one.default
    return f"_default{number}"


def _defaults(cls: type, *, kw_only: bool) -> dict[str, object]:
    """Return what parameters are when they are not given; MISSING: it is made anew."""
    return {
        one.name: one.default
        for one in fields(cls)
        if one.init
        and one.kw_only == kw_only
        and not (one.default is MISSING and one.default_factory is MISSING)
    }


def _shown(cls: type) -> dict[str, Any]:
    names = [one.name for one in fields(cls) if one.repr]

    @recursive_repr()
    def represented(self: object) -> str:
        said = ", ".join(f"{name}={getattr(self, name)!r}" for name in names)
        return f"{type(self).__qualname__}({said})"

    return {"__repr__": represented}


def _compared(cls: type, *, is_frozen: bool) -> dict[str, Any]:
    """Return what makes objects of one class equal where the fields that count are."""
    names = [one.name for one in fields(cls) if one.compare]
    # Two, where there is one: in tuples what is the same object is equal (NaN).
    values = attrgetter(*(names * 2 if len(names) == 1 else names)) if names else type

    def equals(self: object, other: object) -> object:
        if other.__class__ is not self.__class__:
            return NotImplemented
        return values(self) == values(other)

    def hashed(self: object) -> int:
        return hash(values(self))

    return {"__eq__": equals, "__hash__": hashed if is_frozen else None}


def _frozen(cls: type) -> dict[str, Any]:
    """Return what keeps objects from being changed, and lets them be copied all the same."""
    names = [one.name for one in fields(cls)]

    def assign(self: object, name: str, value: object) -> None:
        if type(self) is cls or name in names:
            raise FrozenInstanceError(f"cannot assign to field {name!r}")
        super(cls, self).__setattr__(name, value)  # type: ignore[arg-type]  # mypy's mistake

    def delete(self: object, name: str) -> None:
        if type(self) is cls or name in names:
            raise FrozenInstanceError(f"cannot delete field {name!r}")
        super(cls, self).__delattr__(name)  # type: ignore[arg-type]  # likewise

    def state(self: object) -> list[object]:
        return [getattr(self, name) for name in names]

    def restore(self: object, values: list[object]) -> None:
        for name, value in zip(names, values, strict=True):
            object.__setattr__(self, name, value)

    return {
        "__setattr__": assign,
        "__delattr__": delete,
        "__getstate__": state,
        "__setstate__": restore,
    }
