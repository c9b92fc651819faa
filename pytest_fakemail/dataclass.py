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
from dataclasses import MISSING, Field, field
from functools import partial
from types import FunctionType, MethodType
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

    __slots__ = ("_is_frozen", "_name")

    def __init__(self, name: str, *, is_frozen: bool = False) -> None:
        self._name = name
        self._is_frozen = is_frozen

    def __get__(self, one: object, kind: type | None = None) -> Any:  # noqa: ANN401
        from pytest_fakemail.dataclass_methods import made

        owner = self._owner(kind or type(one))
        if owner is None:  # another thread was faster, or `inspect` has a class for the object
            method = getattr(kind if one is None else one, self._name)
            is_of_class = isinstance(one, type) and isinstance(method, FunctionType)
            return MethodType(method, one) if is_of_class else method
        method = made(self._name, owner, is_frozen=self._is_frozen)
        setattr(owner, self._name, method)
        return method.__get__(one, kind) if isinstance(method, FunctionType) else method

    def _owner(self, kind: type) -> type | None:
        return next((cls for cls in kind.__mro__ if vars(cls).get(self._name) is self), None)


_FEW = 24
"""Objects of a class before its `__init__` is compiled, which takes as long as filling twenty."""

_COUNTS: dict[type, int] = {}
"""How many objects a class has, as long as they are few."""


class _LateInit(_Late):
    """`__init__`: without one of their own, the first objects are filled field by field."""

    __slots__ = ()

    def __get__(self, one: object, kind: type | None = None) -> Any:  # noqa: ANN401
        owner = None if one is None else self._owner(type(one))
        if owner is not None:
            _COUNTS[owner] = count = _COUNTS.get(owner, 0) + 1
            if count <= _FEW:
                return partial(self._fill, one, owner)
            _COUNTS.pop(owner, None)  # two threads may have come so far
        return super().__get__(one, kind)

    def _fill(self, one: Any, owner: type, /, *values: object, **named: object) -> None:  # noqa: ANN401
        found = _found(owner, values, named)
        if found is None:  # it refuses that in Python's words
            super().__get__(one, type(one))(*values, **named)
            return
        for name, value in found.items():
            if self._is_frozen:
                getattr(owner, name).__set__(one, value)  # as `initialiser` says
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


_WAYS = (False, True)
_INIT = [_LateInit("__init__", is_frozen=way) for way in _WAYS]
_PARAMETERS = [_Late("__dataclass_params__", is_frozen=way) for way in _WAYS]
_REPR = {"__repr__": _Late("__repr__")}
_EQ = {"__eq__": _Late("__eq__")}
_HASH = {"__hash__": _Late("__hash__")}
# What keeps objects from being changed, and lets them be copied all the same.
_CLOSED = ("__setattr__", "__delattr__", "__getstate__", "__setstate__")
_FROZEN = {name: _Late(name) for name in _CLOSED}
