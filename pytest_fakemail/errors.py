"""The exceptions that a test author can meet.

::

    FakeMailError
    ├── BadSetting        (ValueError)      a setting, option or marker argument
    ├── BadArgument       (ValueError)      an argument of a public call
    │   └── UnknownAction (AttributeError)  an action that the protocol's faults do not have
    ├── UnknownMailbox    (LookupError)     a mailbox that the account does not have
    ├── UnknownAttribute  (AttributeError)  an attribute that a handle does not have
    ├── UnknownCapability (LookupError)     a capability that the server does not know
    ├── NotRunning        (RuntimeError)    a FakeMail that is closed
    ├── UnfiredFault      (AssertionError)  a fault that was set and never met
    ├── UnmetExpectation  (AssertionError)  an assertion of ours that failed
    └── ServerBug         (AssertionError)  an exception inside the server: our mistake

What the client under test does wrong never raises: it gets a reply on the wire.
"""

from collections.abc import Iterable

_ALIKE = 0.65


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return ``"did you mean 'domain'? "`` for the known name that was meant, or nothing.

    That is what is called so elsewhere, or else the nearest spelling.
    """
    from pytest_fakemail.meant import other_word  # only a mistake needs it

    there = list(known)
    if name.casefold() not in map(str.casefold, there) and (meant := other_word(name, there)):
        return f"did you mean {meant!r}? "
    return nearest_spelling(name, there)


def nearest_spelling(name: str, known: Iterable[str]) -> str:
    """Return it for the nearest spelling alone, where a word of another kind may well be right."""
    from difflib import get_close_matches  # only a mistake needs it

    by_spelling = {one.casefold(): one for one in known}
    close = get_close_matches(name.casefold(), by_spelling, 1, _ALIKE)
    return f"did you mean {by_spelling[close[0]]!r}? " if close else ""


class FakeMailError(Exception):
    """Whatever pytest-fakemail raises on purpose; its text can be shown on any terminal."""

    def __init__(self, *words: object) -> None:
        from pytest_fakemail.visible import visible_lines

        super().__init__(*(visible_lines(one) if isinstance(one, str) else one for one in words))


class BadSetting(FakeMailError, ValueError):
    """A setting's name or value is not possible."""


class BadArgument(FakeMailError, ValueError):
    """An argument's value is not possible."""


class UnknownMailbox(FakeMailError, LookupError):
    """The account has no mailbox of this name."""


class UnknownAttribute(FakeMailError, AttributeError):
    """A test sets or reads an attribute that there is not, or sets one that is only to be read."""


class UnknownAction(UnknownAttribute, BadArgument):
    """The protocol has no fault that does this."""


class UnknownCapability(FakeMailError, LookupError):
    """The server does not know a capability of this name."""


class NotRunning(FakeMailError, RuntimeError):
    """The FakeMail is closed."""


class UnfiredFault(FakeMailError, AssertionError):
    """The test set a fault, and nothing ever met it."""


class LostMail(UserWarning):
    """Mail that waited to be sent on was dropped."""


class UnmetExpectation(FakeMailError, AssertionError):
    """What the app did is not what the test expected."""


class ServerBug(FakeMailError, AssertionError):
    """A server failed through a mistake of ours, not of the app's."""
