"""Our `dataclass` makes what the standard library's makes."""

import copy
import dataclasses
import inspect
import pickle
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from traceback import walk_tb
from typing import Any, ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_fakemail import dataclass as dataclass_module
from pytest_fakemail.dataclass import dataclass, field

WAYS = [
    {"frozen": True},
    {"frozen": True, "kw_only": True},
    {"frozen": True, "kw_only": True, "repr": False},
    {},
    {"eq": False},
]
Decorator = Callable[..., Callable[[type], type]]


def made(decorator: Decorator, way: dict[str, bool]) -> type:
    """Return a class with fields of each kind."""

    @decorator(slots=True, **way)
    class Fact:
        """A fact."""

        name: str
        count: int
        secret: str = field(repr=False)
        kind: ClassVar[str] = "a constant"
        also: object = field(default=None, compare=False)
        many: list[int] = field(default_factory=list)
        own: dict[str, int] = field(default_factory=dict, init=False)
        limit: int = field(default=7, init=False)

    return Fact


def more(decorator: Decorator, way: dict[str, bool]) -> type:
    """Return a class with a parent, `__post_init__` and methods of its own."""

    @decorator(slots=True, **way)
    class Parent:
        """A parent."""

        first: int
        second: int

    @decorator(slots=True, **way)
    class Child(Parent):
        """A child."""

        third: int = 3

        def __repr__(self) -> str:
            return "itself"

        def __hash__(self) -> int:
            return 5

    return Child


KINDS = [(make, way) for way in WAYS for make in (made, more)]
PAIRS = [(make(dataclass, way), make(dataclasses.dataclass, way)) for make, way in KINDS]
# From 3.13 on the same NaN in two objects is not equal.
ODD = float("nan") if sys.version_info < (3, 13) else 0.5
VALUES = st.one_of(st.integers(0, 1), st.text(max_size=1), st.just(ODD), st.just([1]))
NAMES = st.sampled_from(["name", "count", "secret", "also", "many", "first", "second", "third"])
KEYWORDS = st.dictionaries(NAMES, VALUES, max_size=5)


def outcome(function: Callable[..., Any], *values: object, **named: object) -> Any:  # noqa: ANN401
    """Return what comes of a call: a value, or an error's type and text."""
    try:
        return function(*values, **named)
    except (TypeError, AttributeError) as error:
        return type(error), str(error)


def behaviour(
    cls: Any,  # noqa: ANN401
    values: list[object],
    named: dict[str, Any],
    changed: dict[str, Any],
) -> str:
    """Return whatever can be seen of an object that is made so, and then changed so."""
    one = outcome(cls, *values, **named)
    if isinstance(one, tuple):
        return repr(one)
    twin, other = copy.copy(one), outcome(dataclasses.replace, one, **changed)
    field_name = dataclasses.fields(cls)[0].name
    seen: list[object] = [
        repr(one) if "__repr__" in vars(cls) else None,
        dataclasses.asdict(copy.deepcopy(one)),
        outcome(lambda: hash(one) == hash(twin)),
        one == twin,
        one == 5,
        cls.__match_args__,
        other if isinstance(other, tuple) else (dataclasses.asdict(other), one == other),
        outcome(setattr, one, field_name, 1),
        outcome(delattr, one, field_name),
    ]
    return repr(seen)  # NaN is not equal to itself


@given(
    st.integers(0, len(KINDS) - 1),
    st.booleans(),
    st.lists(VALUES, max_size=5),
    KEYWORDS,
    KEYWORDS,
)
def test_it_is_the_standard_librarys(
    number: int,
    is_new: bool,  # noqa: FBT001  (hypothesis gives it)
    values: list[object],
    named: dict[str, Any],
    changed: dict[str, Any],
) -> None:
    """For a class's first objects too, which are made without an `__init__` of its own."""
    ours, theirs = PAIRS[number]
    if is_new:
        make, way = KINDS[number]
        ours = make(dataclass, way)
    elif isinstance(vars(ours)["__init__"], dataclass_module._LateInit):
        assert inspect.signature(ours)  # has it compiled
    assert behaviour(ours, values, named, changed) == behaviour(theirs, values, named, changed)


def test_the_first_objects_of_a_class_compile_nothing() -> None:
    fact = made(dataclass, {"frozen": True})
    for number in range(dataclass_module._FEW + 2):
        is_compiled = not isinstance(vars(fact)["__init__"], dataclass_module._LateInit)
        assert is_compiled == (number > dataclass_module._FEW)
        assert fact("a", number, "b").count == number


def told(cls: Any) -> list[tuple[object, ...]]:  # noqa: ANN401
    return [
        (one.name, one.init, one.repr, one.compare, one.kw_only) for one in dataclasses.fields(cls)
    ]


def test_fields_are_what_the_standard_library_says() -> None:
    for ours, theirs in PAIRS:
        assert told(ours) == told(theirs)


@dataclass(frozen=True, slots=True)
class Kept:
    """One that a pickle finds by its name."""

    name: str
    again: "Kept | None" = None


def test_a_frozen_one_can_be_pickled_and_shown() -> None:
    one = Kept("a", Kept("b"))
    assert pickle.loads(pickle.dumps(one)) == one  # noqa: S301
    assert repr(one) == "Kept(name='a', again=Kept(name='b', again=None))"
    assert len({one, Kept("a", Kept("b")), Kept("b")}) == 2
    with pytest.raises(dataclasses.FrozenInstanceError, match="cannot assign to field 'name'"):
        one.name = "c"  # type: ignore[misc]  # that is the test


def test_a_parents_methods_are_its_own_whoever_asks_first() -> None:
    """A method is made when somebody looks for it, and that may be by way of a subclass."""

    @dataclass(frozen=True, slots=True)
    class Parent:
        """A parent."""

        first: int

    class Plain(Parent):
        """No dataclass itself."""

        __slots__ = ()

    @dataclass(frozen=True, slots=True)
    class Child(Plain):
        """A child with more."""

        second: int

    assert Plain(1) == Plain(1) != Plain(2)
    assert "__init__" in vars(Parent)
    assert "__init__" not in vars(Plain)
    assert repr(Child(1, 2)).endswith("Child(first=1, second=2)")
    assert repr(Plain(1)).endswith("Plain(first=1)")
    with pytest.raises(dataclasses.FrozenInstanceError):
        Plain(1).first = 2  # type: ignore[misc]  # that is the test


def test_threads_may_use_it_first_at_once() -> None:
    for _ in range(50):
        cls: Any = made(dataclass, {"frozen": True})
        with ThreadPoolExecutor(4) as pool:
            found = list(pool.map(lambda number, cls=cls: cls("a", number, "c"), [1] * 8))
        assert all(one == found[0] for one in found)
        assert len({repr(one) for one in found}) == 1


def test_what_a_class_says_of_itself_is_as_ever() -> None:
    ours, theirs = PAIRS[0]
    ours_takes, theirs_takes = (inspect.signature(cls).parameters for cls in (ours, theirs))
    assert list(ours_takes) == list(theirs_takes)
    assert ours.__init__.__qualname__ == theirs.__init__.__qualname__  # type: ignore[misc]
    assert ours.__doc__ == theirs.__doc__
    assert dataclasses.is_dataclass(ours)


def test_what_a_class_takes_is_told_before_it_has_objects() -> None:
    decorators = dataclass, dataclasses.dataclass
    ours, theirs = (made(one, {"frozen": True}) for one in decorators)
    assert list(inspect.signature(ours).parameters) == list(inspect.signature(theirs).parameters)


def test_the_standard_librarys_decorator_takes_one_for_a_parent() -> None:
    @dataclasses.dataclass(frozen=True)
    class Child(Kept):
        """A child of the other kind."""

        size: int = 3

    assert Child("a") == Child("a", None, 3)


class Hurried(dict[type, int]):
    """Counts of objects; another thread has always compiled just before this one does."""

    def __setitem__(self, kind: type, count: int) -> None:
        super().__setitem__(kind, count)
        if count > dataclass_module._FEW:
            del self[kind]


def test_an_initialiser_may_be_compiled_by_another_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dataclass_module, "_COUNTS", Hurried())
    fact = more(dataclass, {})
    objects = [fact(1, 2) for _ in range(dataclass_module._FEW + 2)]
    assert objects == [fact(1, 2)] * len(objects)


class Refusing:
    """A parent whose objects are refused once they are filled."""

    __slots__ = ()

    def __post_init__(self) -> None:
        raise KeyError("no")


def test_every_frame_of_a_traceback_tells_whose_it_is() -> None:
    @dataclass(slots=True)
    class Fact(Refusing):
        """A fact."""

    for _ in range(dataclass_module._FEW + 2):
        with pytest.raises(KeyError) as raised:
            Fact()
        modules = [frame.f_globals.get("__name__", "") for frame, _ in walk_tb(raised.tb)]
        assert set(modules) <= {__name__, "pytest_fakemail.dataclass"}
