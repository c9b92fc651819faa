"""Every public name is promised in one list."""

import ast
import inspect
import re
import sys
from pathlib import Path
from typing import Literal, get_origin

import pytest

import pytest_fakemail
from pytest_fakemail import plugin, policies
from pytest_fakemail.homes import HOMES

PROMISED = (Path(__file__).parent / "public_names.txt").read_text(encoding="utf-8").split()


def test_public_names_are_these() -> None:
    assert sorted(pytest_fakemail.__all__) == PROMISED


def test_words_among_them_are_told_from_modules() -> None:
    assert tuple(filter(str.islower, HOMES)) == vars(pytest_fakemail)["_WORDS"]


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


UNNAMED = {
    *("Connected", "Downtime", "Presented"),  # for `with`, and to look at
    *("DnsServer", "ZooMessage", "Notice"),  # of public modules
    *("Manner", "PolicyEngine", "Store", "Uid"),  # not to be named
    *("Path", "Literal"),  # of Python; some of ours are called so, too
}


def test_what_is_handed_out_can_be_annotated() -> None:
    """A test's own fixture that returns it needs the name, under ``mypy --strict``."""
    kinds = [one for name in PROMISED if isinstance(one := getattr(pytest_fakemail, name), type)]
    bases = {base for kind in kinds for base in kind.__mro__}
    held = [one for base in bases for one in vars(base).items()]
    members = [getattr(one, "fget", one) for name, one in held if not name.startswith("_")]
    members += [vars(policies)[name] for name in policies.__all__]
    told = {str(getattr(one, "__annotations__", {}).get("return", "")) for one in members}
    fixtures = ast.parse(inspect.getsource(plugin)).body
    told |= {ast.unparse(one.returns) for one in fixtures if getattr(one, "returns", None)}  # type: ignore[attr-defined]
    words = {word for text in told for word in re.findall(r"\b[A-Z]\w+", text)}
    loaded = [one for name, one in sys.modules.items() if name.startswith("pytest_fakemail.")]
    ours = {name for one in loaded for name, thing in vars(one).items() if _is_ours(thing)}
    assert {"MakeFakeMail", "OAuth"} <= ours & words <= {*PROMISED} | UNNAMED


def _is_ours(thing: object) -> bool:
    return isinstance(thing, type) and thing.__module__.startswith("pytest_fakemail.")


def test_another_name_is_refused_by_name() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        _ = pytest_fakemail.nonsense  # type: ignore[attr-defined]  # that is the test
