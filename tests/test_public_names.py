"""Every public name is promised in one list."""

import ast
from pathlib import Path
from typing import Literal, get_origin

import pytest

import pytest_fakemail
from pytest_fakemail.homes import HOMES

PROMISED = (Path(__file__).parent / "public_names.txt").read_text(encoding="utf-8").split()


def test_public_names_are_these() -> None:
    assert sorted(pytest_fakemail.__all__) == PROMISED


def test_type_checkers_find_each_name_where_it_is() -> None:
    stub = Path(pytest_fakemail.__file__).with_name("__init__.pyi").read_text(encoding="utf-8")
    told = {
        alias.name: node.module
        for node in ast.parse(stub).body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert told == {name: f"pytest_fakemail.{home}" for name, home in HOMES.items()}
    namespace: dict[str, object] = {}
    exec("from pytest_fakemail import *", namespace)  # noqa: S102
    assert {*PROMISED} <= {*namespace}


@pytest.mark.parametrize("name", PROMISED)
def test_a_promised_name_can_be_had_and_says_what_it_is(name: str) -> None:
    thing = getattr(pytest_fakemail, name)
    assert isinstance(thing, str) or thing.__doc__ or get_origin(thing) is Literal


def test_another_name_is_refused_by_name() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        _ = pytest_fakemail.nonsense  # type: ignore[attr-defined]  # that is the test
