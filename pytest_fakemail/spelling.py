"""What to say of a name that does not exist: what there is, and what was perhaps meant."""

from collections.abc import Iterable
from functools import cache
from types import MemberDescriptorType
from typing import TYPE_CHECKING, ClassVar

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


class Fixed:
    """Refuses, by name, to set an attribute that it does not have or that cannot be set.

    Python would take ``account.qouta = 1000`` without a word, and the test would test nothing.
    """

    __slots__ = ()

    _settable: ClassVar[frozenset[str]] = frozenset()
    """Attributes without an underscore that others of this package set."""

    if not TYPE_CHECKING:  # type checkers would take it for leave to set anything

        def __setattr__(self, name: str, value: object) -> None:
            """Set an attribute.

            Raises:
                UnknownAttribute: there is none of this name, or it is only to be read.
            """
            __tracebackhide__ = True  # pytest then shows the line that set it
            if not name.startswith("_"):
                at_any_time, once = _settable_of(type(self), name)
                if not at_any_time and (not once or name in vars(self)):
                    raise UnknownAttribute(_refusal(type(self), name))
            _set(self, name, value)


_set = object.__setattr__


@cache
def _settable_of(kind: type[Fixed], name: str) -> tuple[bool, bool]:
    """Return whether it can be set at any time, and whether its constructor sets it once."""
    if hasattr(kind, name):
        value = getattr(kind, name)
        is_a_place = isinstance(value, MemberDescriptorType) or _is_settable(value)
        return is_a_place or name in kind._settable, False  # noqa: SLF001
    is_declared = any(name in getattr(one, "__annotations__", ()) for one in kind.__mro__)
    return name in kind._settable, is_declared  # noqa: SLF001


def _is_settable(attribute: object) -> bool:
    return isinstance(attribute, property) and attribute.fset is not None


def _refusal(kind: type, name: str) -> str:
    possible = sorted(each for each in dir(kind) if _is_settable(getattr(kind, each)))
    if hasattr(kind, name):
        return f"{kind.__name__}.{name} cannot be set; there is {', '.join(possible) or 'nothing'}"
    there = [each for each in dir(kind) if not each.startswith("_")]
    guess = did_you_mean(name, there)
    settable = f"to be set there is {', '.join(possible)}" if possible else ""
    hint = f"{guess}{settable}".rstrip()
    return f"{kind.__name__} has no attribute {name!r}{hint and '; ' + hint}"


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
