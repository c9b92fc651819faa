"""`help()` of what is public tells all that it has."""

import ast
import inspect
import pydoc
import re
import textwrap
from collections.abc import Iterator
from types import GetSetDescriptorType, MemberDescriptorType

import pytest

import pytest_fakemail

CLASSES = [
    thing
    for name in pytest_fakemail.__all__
    if isinstance(thing := getattr(pytest_fakemail, name), type)
]


def attributes(kind: type) -> Iterator[str]:
    """Yield the public attributes of a class that no docstring of their own can tell."""
    for one in kind.__mro__:
        if not one.__module__.startswith("pytest_fakemail"):
            continue
        for name, value in vars(one).items():
            if not name.startswith("_") and isinstance(
                value, MemberDescriptorType | GetSetDescriptorType
            ):
                yield name
        yield from (name for name in getattr(one, "__annotations__", ()) if name[0] != "_")
        yield from (name for name in set_by_constructor(one) if name[0] != "_")


def set_by_constructor(kind: type) -> Iterator[str]:
    constructor = vars(kind).get("__init__")
    if not inspect.isfunction(constructor) or "dataclass" in str(constructor):
        return
    try:
        source = inspect.getsource(constructor)
    except OSError:  # a dataclass's
        return
    for node in ast.walk(ast.parse(textwrap.dedent(source))):
        targets = node.targets if isinstance(node, ast.Assign) else []
        targets = [node.target] if isinstance(node, ast.AnnAssign) else targets
        for target in targets:
            if isinstance(target, ast.Attribute) and ast.unparse(target.value) == "self":
                yield target.attr


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
def test_help_names_every_attribute(kind: type) -> None:
    told = " ".join(
        one.__doc__ or "" for one in kind.__mro__ if one.__module__.startswith("pytest_fakemail")
    )
    missing = {
        name
        for name in attributes(kind)
        if not re.search(rf"\b{name}\b", told)
        and not isinstance(getattr(kind, name, None), property)
    }
    assert missing == set()


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
def test_help_explains_every_method_and_property(kind: type) -> None:
    silent = [
        name
        for name in dir(kind)
        if not name.startswith("_")
        and (callable(getattr(kind, name)) or isinstance(getattr(kind, name), property))
        and not inspect.getdoc(getattr(kind, name))
    ]
    assert silent == []


@pytest.mark.parametrize("name", pytest_fakemail.__all__)
def test_help_can_be_asked(name: str) -> None:
    thing = getattr(pytest_fakemail, name)
    if not isinstance(thing, str):
        assert len(pydoc.plain(pydoc.render_doc(thing))) > 100
