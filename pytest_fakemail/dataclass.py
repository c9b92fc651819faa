"""`dataclass` as the standard library's with ``slots=True``, at a tenth of what that costs.

There each method is written as text and compiled, five or six for every class, which was a fifth of
what the first mail of a run cost.  Here a class is made at once with its slots, and each of its
methods when somebody first looks for it: most classes that a test loads it never uses.  Only
`__init__` is compiled, once for classes that are alike, and not before a class has some objects;
the others are the same functions for all classes, over the fields' names.  What an object is and
does stays the same, for `dataclasses.fields` and `replace` too: a property compares the two.  Left
out is what the house does not use: ``InitVar``, ``order``, ``unsafe_hash``, ``KW_ONLY``, and
classes without slots.
"""

import dataclasses
from collections.abc import Callable
from dataclasses import MISSING, Field, FrozenInstanceError, field, fields
from functools import cache, partial
from operator import attrgetter
from reprlib import recursive_repr
from types import CodeType, FunctionType
from typing import Any, ClassVar, TypeVar, dataclass_transform

__all__ = ["dataclass", "field"]

_T = TypeVar("_T")

_FIELDS = "__dataclass_fields__"
# What tells a field from what only looks like one (`ClassVar`): `fields` asks for it.
_FIELD = dataclasses._FIELD  # type: ignore[attr-defined]  # noqa: SLF001


@dataclass_transform(field_specifiers=(field,))
def dataclass(
    *,
    slots: bool,  # noqa: ARG001  (type checkers read it)
    frozen: bool = False,
    kw_only: bool = False,
    eq: bool = True,
    repr: bool = True,  # noqa: A002  (dataclasses' name)
) -> Callable[[type[_T]], type[_T]]:
    """Return a decorator that makes a class what ``dataclasses.dataclass`` would."""
    late = {
        "__init__": _INIT[frozen],
        **(_REPR if repr else {}),
        **(_EQ if eq else {}),
        **(_HASH if eq and frozen else {}),
        **(_FROZEN if frozen else {}),
        "__dataclass_params__": _PARAMETERS[frozen],
    }

    def finished(body: type[_T]) -> type[_T]:
        own = dict(vars(body))
        every = _inherited(body) | _fields_of(body, own, kw_only=kw_only)
        if own.get("__hash__") is None:
            own.pop("__hash__", None)  # Python's own mark of a class with `__eq__`
        for name in (*every, "__dict__", "__weakref__"):
            own.pop(name, None)
        if eq and not frozen:
            own.setdefault("__hash__", None)
        own = late | own
        own[_FIELDS] = every
        held = {name for cls in body.__mro__[1:-1] for name in vars(cls).get("__slots__", ())}
        own["__slots__"] = tuple(name for name in every if name not in held)
        own["__match_args__"] = tuple(
            name for name, one in every.items() if one.init and not one.kw_only
        )
        own["__qualname__"] = body.__qualname__
        made: type[_T] = type.__call__(type(body), body.__name__, body.__bases__, own)
        return made

    return finished


class _Late:
    """What classes will have once somebody looks for it: one object for all of them."""

    __slots__ = ("_make", "_name")

    def __init__(self, name: str, make: Callable[[type], Any]) -> None:
        self._name = name
        self._make = make

    def __get__(self, one: object, kind: type | None = None) -> Any:  # noqa: ANN401
        owner = self._owner(kind or type(one))
        if owner is None:  # another thread was faster
            return getattr(kind if one is None else one, self._name)
        made = self._make(owner)
        setattr(owner, self._name, made)
        return made.__get__(one, kind) if isinstance(made, FunctionType) else made

    def _owner(self, kind: type) -> type | None:
        return next((cls for cls in kind.__mro__ if vars(cls).get(self._name) is self), None)


_FEW = 24
"""Objects of a class before its `__init__` is compiled, which takes as long as filling twenty."""

_COUNTS: dict[type, int] = {}
"""How many objects a class has, as long as they are few."""


class _LateInit(_Late):
    """`__init__`: without one of their own, the first objects are filled field by field."""

    __slots__ = ("_is_frozen",)

    def __init__(self, *, is_frozen: bool) -> None:
        super().__init__("__init__", partial(_initialiser, is_frozen=is_frozen))
        self._is_frozen = is_frozen

    def __get__(self, one: object, kind: type | None = None) -> Any:  # noqa: ANN401
        owner = None if one is None else self._owner(type(one))
        if owner is not None:
            _COUNTS[owner] = count = _COUNTS.get(owner, 0) + 1
            if count <= _FEW:
                return partial(self._fill, one, owner)
            del _COUNTS[owner]
        return super().__get__(one, kind)

    def _fill(self, one: Any, owner: type, /, *values: object, **named: object) -> None:  # noqa: ANN401
        found = _found(owner, values, named)
        if found is None:  # it refuses that in Python's words
            super().__get__(one, type(one))(*values, **named)
            return
        for name, value in found.items():
            if self._is_frozen:
                getattr(owner, name).__set__(one, value)  # as `_initialiser` says
            else:
                setattr(one, name, value)
        if hasattr(owner, "__post_init__"):
            one.__post_init__()


def _found(
    cls: type, values: tuple[object, ...], named: dict[str, object]
) -> dict[str, object] | None:
    """Return what the fields of a new object are; None if these are not its arguments."""
    found: dict[str, object] = {}
    placed, left = iter(values), dict(named)
    every: dict[str, Field[Any]] = getattr(cls, _FIELDS)
    for name, one in every.items():
        value: object = MISSING
        if one.init:
            value = MISSING if one.kw_only else next(placed, MISSING)
            if value is MISSING:
                value = left.pop(name, MISSING)
        if value is MISSING:
            value = one.default if one.default_factory is MISSING else one.default_factory()
        if value is not MISSING:
            found[name] = value
        elif one.init:
            return None
    return None if left or next(placed, MISSING) is not MISSING else found


def _inherited(body: type) -> dict[str, "Field[Any]"]:
    found: dict[str, Field[Any]] = {}
    for parent in body.__mro__[-2:0:-1]:
        found |= vars(parent).get(_FIELDS, {})
    return found


def _fields_of(body: type, own: dict[str, Any], *, kw_only: bool) -> dict[str, "Field[Any]"]:
    """Return the fields that a class adds, as ``dataclasses.fields`` gives them out."""
    found: dict[str, Field[Any]] = {}
    for name, said in body.__annotations__.items():
        if _is_of_the_class(said):
            continue
        default = own.get(name, MISSING)
        one: Field[Any] = default if isinstance(default, Field) else field(default=default)
        one.name, one.type, one._field_type = name, said, _FIELD  # type: ignore[attr-defined]  # noqa: SLF001
        if one.kw_only is MISSING:
            one.kw_only = kw_only
        found[name] = one
    return found


def _is_of_the_class(said: object) -> bool:
    if isinstance(said, type):
        return False
    if isinstance(said, str):
        return said.startswith(("ClassVar", "typing.ClassVar"))
    return said is ClassVar or getattr(said, "__origin__", None) is ClassVar


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


def _shown(cls: type) -> Callable[..., str]:
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


def _compared(cls: type) -> Callable[..., object]:
    """Return what makes objects of one class equal where the fields that count are."""
    values = _values(cls)

    def equals(self: object, other: object) -> object:
        if other.__class__ is not self.__class__:
            return NotImplemented
        return values(self) == values(other)

    return equals


def _hashed(cls: type) -> Callable[..., int]:
    values = _values(cls)

    def hashed(self: object) -> int:
        return hash(values(self))

    return hashed


def _closed(word: str, act: str, cls: type) -> Callable[..., None]:
    """Return a method that keeps fields from being changed."""
    names = [one.name for one in fields(cls)]

    def refuse(self: object, name: str, *value: object) -> None:
        if type(self) is cls or name in names:
            raise FrozenInstanceError(f"cannot {word} field {name!r}")
        getattr(super(cls, self), act)(name, *value)

    return refuse


def _state(cls: type) -> Callable[..., list[object]]:
    names = [one.name for one in fields(cls)]

    def state(self: object) -> list[object]:
        return [getattr(self, name) for name in names]

    return state


def _restored(cls: type) -> Callable[..., None]:
    names = [one.name for one in fields(cls)]

    def restore(self: object, values: list[object]) -> None:
        for name, value in zip(names, values, strict=True):
            object.__setattr__(self, name, value)

    return restore


def _parameters(_cls: type, *, is_frozen: bool) -> object:
    """Return what the standard library's decorator asks of a parent."""
    same: Any = dataclasses.make_dataclass("Same", (), frozen=is_frozen)
    return same.__dataclass_params__


_WAYS = (False, True)
_INIT = [_LateInit(is_frozen=way) for way in _WAYS]
_PARAMETERS = [_Late("__dataclass_params__", partial(_parameters, is_frozen=way)) for way in _WAYS]
_REPR = {"__repr__": _Late("__repr__", _shown)}
_EQ = {"__eq__": _Late("__eq__", _compared)}
_HASH = {"__hash__": _Late("__hash__", _hashed)}
# What keeps objects from being changed, and lets them be copied all the same.
_FROZEN = {
    "__setattr__": _Late("__setattr__", partial(_closed, "assign to", "__setattr__")),
    "__delattr__": _Late("__delattr__", partial(_closed, "delete", "__delattr__")),
    "__getstate__": _Late("__getstate__", _state),
    "__setstate__": _Late("__setstate__", _restored),
}
