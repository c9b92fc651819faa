"""Fixtures of all tests of assertions."""

import pytest
from asserts.world import World


@pytest.fixture
def world() -> World:
    return World()
