"""What a test holds of a thing in the servers, and what of it a test may set."""

from types import MemberDescriptorType
from typing import TYPE_CHECKING

from pytest_fakemail.errors import UnknownAttribute
from pytest_fakemail.spelling import Spelt


class Handle(Spelt):
    """Refuses, by name, to set an attribute that it does not have or that cannot be set.

    Python would take ``account.qouta = 1000`` without a word, and the test would test nothing.
    """

    __slots__ = ()

    if not TYPE_CHECKING:  # type checkers would take it for leave to set anything

        def __setattr__(self, name: str, value: object) -> None:
            """Set an attribute.

            Raises:
                UnknownAttribute: there is none of this name, or it is only to be read.
            """
            __tracebackhide__ = True  # pytest then shows the line that set it
            if not (name.startswith("_") or self._takes(name)):
                raise UnknownAttribute(_refusal(type(self), name))
            object.__setattr__(self, name, value)

    def _takes(self, name: str) -> bool:
        known = getattr(type(self), name, None)
        is_slot = isinstance(known, MemberDescriptorType)
        return is_slot or _is_settable(known) or self._is_new(name)

    def _is_new(self, name: str) -> bool:
        """Whether this is an attribute that the class declares and its constructor now sets."""
        declared = any(name in vars(kind).get("__annotations__", ()) for kind in type(self).__mro__)
        # `hasattr` of what is not there would look for the nearest name: see `Spelt`.
        return declared and not hasattr(type(self), name) and name not in vars(self)


def _is_settable(attribute: object) -> bool:
    return isinstance(attribute, property) and attribute.fset is not None


def _refusal(kind: type, name: str) -> str:
    from difflib import get_close_matches  # only who errs needs it

    possible = sorted(each for each in dir(kind) if _is_settable(getattr(kind, each)))
    if hasattr(kind, name):
        return f"{kind.__name__}.{name} cannot be set; there is {', '.join(possible) or 'nothing'}"
    there = [each for each in dir(kind) if not each.startswith("_")]
    near = get_close_matches(name, there, 1)
    hint = f"; did you mean {near[0]!r}?" if near else ""
    settable = f"; to be set there is {', '.join(possible)}" if possible else ""
    return f"{kind.__name__} has no attribute {name!r}{hint}{settable}"
