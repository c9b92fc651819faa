"""Loading modules by the dozen: no search for garbage, a short one for files.

The standard library looks for a module in every form that it may have, and makes out twice where
its byte code is: half of what it costs to load a small one.  Ours are Python files with
byte code beside them or none; whatever else is found to be so is left to the standard library.
"""

import gc
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from importlib.util import MAGIC_NUMBER, cache_from_source
from marshal import loads
from types import CodeType

_OURS = f"{__name__.partition('.')[0]}."
_DATED = MAGIC_NUMBER + bytes(4)
"""How byte code begins that goes by its source's date and size (PEP 552)."""
_WORD = 0xFFFF_FFFF


@contextmanager
def quickly() -> Iterator[None]:
    """Load modules in the block; no search for garbage looks through all of them in vain."""
    finder = _Finder()
    was_enabled = gc.isenabled()
    gc.disable()
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        with suppress(ValueError):  # somebody has put back an older list
            sys.meta_path.remove(finder)
        if was_enabled:
            gc.enable()


class _Finder:
    """Finds this package's modules where they most often are."""

    def __init__(self) -> None:
        self._caches: dict[str, tuple[str, str]] = {}

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: object = None
    ) -> ModuleSpec | None:
        """Find a module of ours; leave others to who comes next."""
        if not name.startswith(_OURS) or not path:
            return None
        directory, word = path[0], name.rpartition(".")[2]
        source = f"{directory}{os.sep}{word}.py"
        try:
            loader = _Loader(name, source)
            if directory not in self._caches:
                self._caches[directory] = _cache(directory)
        except (OSError, NotImplementedError):  # a package; a place that is no directory
            return PathFinder.find_spec(name, path, target)  # type: ignore[arg-type]
        before, after = self._caches[directory]
        spec = ModuleSpec(name, loader, origin=source)
        spec.has_location = True
        spec.cached = loader.cached = f"{before}{word}{after}"
        return spec


def _cache(directory: str) -> tuple[str, str]:
    """Return what stands before and after a module's name in the path of its byte code."""
    place, name = os.path.split(cache_from_source(f"{directory}{os.sep}_.py"))
    return f"{place}{os.sep}", name[1:]


class _Loader(SourceFileLoader):
    """Reads byte code that goes with its source; in every other case it is as any loader.

    Raises:
        OSError: there is no such source.
    """

    cached: str

    def __init__(self, name: str, path: str) -> None:
        super().__init__(name, path)
        source = self.path_stats(path)
        date, size = (int(source[word]) & _WORD for word in ("mtime", "size"))
        self._head = _DATED + date.to_bytes(4, "little") + size.to_bytes(4, "little")

    def get_code(self, fullname: str) -> CodeType | None:
        """Return what is to be run."""
        try:
            data = memoryview(self.get_data(self.cached))
        except OSError:
            return super().get_code(fullname)
        if data[:16] == self._head:
            code: CodeType = loads(data[16:])  # noqa: S302  (as every import does)
            if code.co_filename == self.path:
                return code
        return super().get_code(fullname)
