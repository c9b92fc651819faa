"""The methods of our dataclasses, each made for a class when somebody first looks for it."""

import dataclasses
from collections.abc import Callable
from dataclasses import MISSING, Field, FrozenInstanceError, fields
from functools import cache, partial
from operator import attrgetter
from reprlib import recursive_repr
from types import CodeType, FunctionType
from typing import Any


def made(name: str, cls: type, *, is_frozen: bool) -> object:
    """Return what a class has under this name."""
    if name in _BY_KIND:
        return _BY_KIND[name](cls, is_frozen=is_frozen)
    return _MAKERS[name](cls)


def initialiser(cls: type, *, is_frozen: bool) -> Callable[..., None]:
    """Make what takes the fields, in their order; those by name only come last.

    Classes whose fields are alike share one compilation, in which the fields have numbers.
    """
    # Whose its frame is, a traceback is asked by that name (`blame`, `caller`).
    known: dict[str, Any] = {"_MISSING": MISSING, "__name__": cls.__module__}
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


def shown(cls: type) -> Callable[..., str]:
    """Make the text of an object: its class, and its fields that are to be seen."""
    names = [one.name for one in fields(cls) if one.repr]

    @recursive_repr()
    def represented(self: object) -> str:
        said = ", ".join(f"{name}={getattr(self, name)!r}" for name in names)
        return f"{type(self).__qualname__}({said})"

    return represented


def _values(cls: type) -> Callable[[object], object]:
    """Return what gives out the fields that count when objects are compared."""
    names = [one.name for one in fields(cls) if one.compare]
    # Two, where there is one: in tuples what is the same object is equal (NaN).
    return attrgetter(*(names * 2 if len(names) == 1 else names)) if names else type


def compared(cls: type) -> Callable[..., object]:
    """Return what makes objects of one class equal where the fields that count are."""
    values = _values(cls)

    def equals(self: object, other: object) -> object:
        if other.__class__ is not self.__class__:
            return NotImplemented
        return values(self) == values(other)

    return equals


def hashed(cls: type) -> Callable[..., int]:
    """Make the number by which sets find an object that cannot be changed."""
    values = _values(cls)

    def hashed(self: object) -> int:
        return hash(values(self))

    return hashed


def closed(word: str, act: str, cls: type) -> Callable[..., None]:
    """Return a method that keeps fields from being changed."""
    names = [one.name for one in fields(cls)]

    def refuse(self: object, name: str, *value: object) -> None:
        if type(self) is cls or name in names:
            raise FrozenInstanceError(f"cannot {word} field {name!r}")
        getattr(super(cls, self), act)(name, *value)

    return refuse


def state(cls: type) -> Callable[..., list[object]]:
    """Make what gives out the fields, for a copy or a pickle."""
    names = [one.name for one in fields(cls)]

    def state(self: object) -> list[object]:
        return [getattr(self, name) for name in names]

    return state


def restored(cls: type) -> Callable[..., None]:
    """Make what takes them back."""
    names = [one.name for one in fields(cls)]

    def restore(self: object, values: list[object]) -> None:
        for name, value in zip(names, values, strict=True):
            object.__setattr__(self, name, value)

    return restore


def parameters(_cls: type, *, is_frozen: bool) -> object:
    """Return what the standard library's decorator asks of a parent."""
    same: Any = dataclasses.make_dataclass("Same", (), frozen=is_frozen)
    return same.__dataclass_params__


_BY_KIND: dict[str, Callable[..., object]] = {
    "__init__": initialiser,
    "__dataclass_params__": parameters,
}
_MAKERS: dict[str, Callable[[type], object]] = {
    "__repr__": shown,
    "__eq__": compared,
    "__hash__": hashed,
    "__setattr__": partial(closed, "assign to", "__setattr__"),
    "__delattr__": partial(closed, "delete", "__delattr__"),
    "__getstate__": state,
    "__setstate__": restored,
}
