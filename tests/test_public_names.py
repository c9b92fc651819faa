"""Every public name is promised in one list."""

from pathlib import Path
from typing import Literal, get_origin

import pytest

import pytest_fakemail

PROMISED = (Path(__file__).parent / "public_names.txt").read_text(encoding="utf-8").split()


def test_public_names_are_these() -> None:
    assert sorted(pytest_fakemail.__all__) == PROMISED


@pytest.mark.parametrize("name", PROMISED)
def test_a_promised_name_can_be_had_and_says_what_it_is(name: str) -> None:
    thing = getattr(pytest_fakemail, name)
    assert isinstance(thing, str) or thing.__doc__ or get_origin(thing) is Literal


def test_another_name_is_refused_by_name() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        _ = pytest_fakemail.nonsense
