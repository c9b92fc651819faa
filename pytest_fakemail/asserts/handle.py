"""What a test holds of a thing in the servers, and what of it a test may set."""

from pytest_fakemail.spelling import Fixed, Spelt


class Handle(Fixed, Spelt):
    """Refuses, by name, attributes that it does not have, and to set what is only to be read."""

    __slots__ = ()
