import pytest
from faults.wire import Wire


@pytest.fixture
def wire() -> type[Wire]:
    return Wire


@pytest.fixture
def smtp() -> Wire:
    return Wire("smtp")


@pytest.fixture
def imap() -> Wire:
    return Wire("imap")


@pytest.fixture
def pop3() -> Wire:
    return Wire("pop3")
