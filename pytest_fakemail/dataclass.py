"""`dataclass` as the standard library's with ``slots=True``, at a fifth of what that costs.

There each method is written as text and compiled, five or six for every class: a fifth of what
the first mail of a run cost.  Here only `__init__` is; the others are the same functions for all
classes, over the fields' names.  What an object is and does stays the same, for
`dataclasses.fields` and `replace` too: a property compares the two.  Left out is what the house
does not use: ``InitVar``, ``order``, ``unsafe_hash``, and classes without slots.
"""

from collections.abc import Callable
from dataclasses import MISSING, Field, FrozenInstanceError, field, fields
from dataclasses import dataclass as with_fields
from operator import attrgetter
from reprlib import recursive_repr
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
    """Write and compile what takes the fields, in their order; those by name only come last."""
    known: dict[str, Any] = {"_MISSING": MISSING}
    positional, by_name, lines = ["self"], list[str](), list[str]()
    for one in fields(cls):
        parameter, value = _taken(one, known)
        if one.init:
            (by_name if one.kw_only else positional).append(parameter)
        if value:
            # What stands behind a slot takes a value though assignment is closed.
            known[f"_set_{one.name}"] = getattr(cls, one.name).__set__
            into = f"_set_{one.name}(self, {value})" if is_frozen else f"self.{one.name} = {value}"
            lines.append(into)
    if hasattr(cls, "__post_init__"):
        lines.append("self.__post_init__()")
    parameters = ", ".join([*positional, "*", *by_name] if by_name else positional)
    exec(f"def __init__({parameters}):\n " + "\n ".join(lines or ["pass"]), known)  # noqa: S102
    made: Callable[..., None] = known["__init__"]
    made.__qualname__ = f"{cls.__qualname__}.__init__"
    made.__module__ = cls.__module__
    return made


def _taken(one: "Field[Any]", known: dict[str, Any]) -> tuple[str, str]:
    """Return a field as a parameter, and the expression that it is set to; none without a value.

    Defaults are put among the names that the expressions know.
    """
    name = one.name
    if one.default is not MISSING:
        known[f"_default_{name}"] = one.default
        return f"{name}=_default_{name}", name if one.init else f"_default_{name}"
    if one.default_factory is not MISSING:
        known[f"_new_{name}"] = one.default_factory
        fresh = f"_new_{name}()"
        return (
            f"{name}=_MISSING",
            f"{fresh} if {name} is _MISSING else {name}" if one.init else fresh,
        )
    return name, name if one.init else ""


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
