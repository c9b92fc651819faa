"""In-memory SMTP, POP3 and IMAP servers for tests, as pytest fixtures.

The public names are loaded when they are first used, so that an installed plugin
that a suite does not use costs nothing.  pytest compiles this file anew in each run where byte
code is not kept: what type checkers want to know stands in ``__init__.pyi``.
"""

import atexit
import sys
from importlib import import_module
from importlib.machinery import PathFinder

__version__ = "0.1.0"


class _AsTheyAre:
    """Finds this package's modules as if there were no assertion rewriting.

    pytest would read, rewrite and compile every module of a plugin's distribution: half of what
    the first mail of a run costs, and again in each run where byte code is not kept.  There is
    no assertion of a test in here.
    """

    @staticmethod
    def find_spec(name: str, path: object = None, target: object = None) -> object:
        """Find a module of ours; leave others to who comes next."""
        return PathFinder.find_spec(name, path, target) if name.startswith(_PREFIX) else None

    @classmethod
    def leave(cls) -> None:
        """Be gone before Python ends: it would look through all modules once more for us."""
        if cls in sys.meta_path:
            sys.meta_path.remove(cls)


_PREFIX = __name__ + "."
if "_pytest.assertion.rewrite" in sys.modules:
    sys.meta_path.insert(0, _AsTheyAre)
    atexit.register(_AsTheyAre.leave)


_WORDS = ("any_of",)
"""Public names in lower case; others that Python asks for are modules, before it loads them."""


def __getattr__(name: str) -> object:
    if name == "__all__":
        return __dir__()
    if name in _WORDS or not name.islower():
        from pytest_fakemail.homes import HOMES

        if name in HOMES:
            return getattr(import_module(f"{__name__}.{HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    from pytest_fakemail.homes import HOMES

    return [*HOMES, "__version__"]
