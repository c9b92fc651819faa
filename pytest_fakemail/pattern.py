"""`pattern` is ``re.compile``, whose work is done when the pattern is first used.

A test that sends one mail loads some sixty patterns and needs a dozen; to compile them all would be
a sixth of what our modules cost to load.  What every mail needs is compiled by ``re.compile``.
"""

import re
from typing import Any, AnyStr, cast

_METHODS = ("match", "fullmatch", "search", "finditer", "findall", "split", "sub", "subn")


def pattern(text: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """Return a pattern that is not compiled before it is used."""
    return cast("re.Pattern[AnyStr]", _Uncompiled(text, flags))


class _Compiled:
    """Has the methods of a compiled pattern as attributes."""


class _Uncompiled:
    """Becomes compiled at the first use, in whatever thread."""

    def __init__(self, *source: object) -> None:
        self._source = source

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401  (a method of the pattern)
        compiled = re.compile(*self._source)  # type: ignore[call-overload]  # as it was given
        for word in (*_METHODS, "pattern", "flags", "groups", "groupindex"):
            setattr(self, word, getattr(compiled, word))
        # No `__getattr__` stands before the methods any more: they are found as fast as others.
        self.__class__ = _Compiled  # type: ignore[assignment]
        return getattr(self, name)
