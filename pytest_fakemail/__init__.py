"""In-memory SMTP, POP3 and IMAP servers for tests, as pytest fixtures.

The public names are loaded when they are first used, so that an installed plugin
that a suite does not use costs nothing.  pytest compiles this file anew in each run where byte
code is not kept: what type checkers want to know stands in ``__init__.pyi``.
"""

import atexit
import sys
from importlib import import_module
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType

__version__ = "0.1.0"


class _AsTheyAre:
    """Finds this package's modules as if there were no assertion rewriting.

    pytest would read, rewrite and compile every module of a plugin's distribution: half of what
    the first mail of a run costs, and again in each run where byte code is not kept.  There is
    no assertion of a test in here.
    """

    @classmethod
    def find_spec(cls, name: str, path: object = None, target: object = None) -> object:
        """Find a module of ours; leave others to who comes next.

        One that is loaded stays the one that there is, though a test has put `sys.modules` back
        as it was: ``mock.patch.dict(sys.modules, …)`` takes away what was loaded meanwhile.  Its
        classes are in use, and those of a second one would be others.
        """
        if not name.startswith(_PREFIX):
            return None
        parent, _, last = name.rpartition(".")
        loaded = vars(sys.modules.get(parent, object)).get(last)
        if target is None and isinstance(loaded, ModuleType) and loaded.__name__ == name:
            return ModuleSpec(name, cls, loader_state=(loaded, loaded.__spec__))
        return PathFinder.find_spec(name, path, target)

    @staticmethod
    def create_module(spec: ModuleSpec) -> ModuleType:
        """Return the module that is loaded."""
        module: ModuleType = spec.loader_state[0]
        return module

    @staticmethod
    def exec_module(module: ModuleType) -> None:
        """Leave it as it is."""
        module.__spec__ = module.__spec__ and module.__spec__.loader_state[1]

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
