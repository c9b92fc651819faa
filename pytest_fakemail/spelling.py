"""What to say of a name that does not exist: what there is, and what was perhaps meant."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from pytest_fakemail.errors import UnknownAttribute, did_you_mean


class Spelt:
    """Says, when an attribute is read that there is not, which one was perhaps meant.

    Python reads every attribute of such a class the slow way.  So it is not for what servers ask
    many times a message, as clock and transcript: an SMTP message would cost a seventh more.
    """

    __slots__ = ()

    if not TYPE_CHECKING:  # type checkers would take it for leave to read anything

        def __getattr__(self, name: str) -> object:
            """Refuse to read what there is not.

            Raises:
                UnknownAttribute: there is none of this name.
                AttributeError: what the attribute raised by itself, or one of Python's is absent.
            """
            __tracebackhide__ = True  # pytest then shows the line that reads it
            if name.startswith("_") or hasattr(type(self), name):
                return object.__getattribute__(self, name)
            there = [each for each in dir(self) if not each.startswith("_")]
            guess = did_you_mean(name, there) or f"there is {', '.join(there)}"
            kind = type(self).__name__
            raise UnknownAttribute(f"{kind} has no attribute {name!r}; {guess.strip()}")


def unknown(what: str, name: object, known: Iterable[str], *, several: bool = False) -> str:
    """Return the sentence that refuses a name.

    Args:
        what: the name with what it should be: ``"setting 'usre'"``.
        name: the name alone, compared in any case.
        known: those that there are.
        several: whether the call takes more names than one, each an argument.
    """
    known = list(known)
    guess = did_you_mean(name, known) if isinstance(name, str) else ""
    if several and isinstance(name, list | tuple | set | frozenset):
        guess = f"give names one by one, as in {', '.join(map(repr, name)) or 'A, B'}; "
    return f"no {what}; {guess}there is {', '.join(known) or 'none'}"
