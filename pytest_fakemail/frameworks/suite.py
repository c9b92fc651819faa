"""What a suite of tests has of its own that our fixtures use."""

import pytest

from pytest_fakemail.errors import BadArgument


def app_of(request: pytest.FixtureRequest) -> object:
    """Return what the suite's fixture `app` does, as pytest-flask wants it.

    Raises:
        BadArgument: it has none.
    """
    try:
        return request.getfixturevalue("app")
    except pytest.FixtureLookupError as error:
        if error.argname != "app":
            raise
        raise BadArgument(
            "fakemail_flask is for the Flask app that a fixture `app` returns, and there is none; "
            "write one, or connect an app with fakemail.connect_flask(app)"
        ) from None
