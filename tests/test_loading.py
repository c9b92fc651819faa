"""While modules are loaded there is no search for garbage, and a short one for files."""

import gc
import importlib
import inspect
import os
import py_compile
import sys
from collections.abc import Iterator
from importlib.machinery import PathFinder
from importlib.util import cache_from_source
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import pytest_fakemail
from pytest_fakemail.loading import quickly


@pytest.fixture(autouse=True)
def _enabled() -> Iterator[None]:
    was_enabled = gc.isenabled()
    yield
    (gc.enable if was_enabled else gc.disable)()


@pytest.mark.parametrize("was_enabled", [True, False])
def test_it_leaves_the_collector_as_it_was(*, was_enabled: bool) -> None:
    (gc.enable if was_enabled else gc.disable)()
    with quickly():
        assert not gc.isenabled()
    assert gc.isenabled() == was_enabled


def test_it_does_so_if_a_module_cannot_be_loaded() -> None:
    gc.enable()
    with pytest.raises(ImportError), quickly():
        raise ImportError
    assert gc.isenabled()


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a directory in which modules of the package are found, too."""
    monkeypatch.setattr(pytest_fakemail, "__path__", [str(tmp_path)])
    monkeypatch.setattr(sys, "pycache_prefix", None)
    monkeypatch.delitem(sys.modules, NAME, raising=False)
    return tmp_path


NAME = "pytest_fakemail.for_this_test"


def loaded() -> ModuleType:
    sys.modules.pop(NAME, None)
    importlib.invalidate_caches()
    with quickly():
        found = importlib.import_module(NAME)
    sys.modules.pop(NAME)
    return found


def kept(package: Path, text: str, **how: Any) -> Path:  # noqa: ANN401  (as py_compile takes it)
    """Write a module; have its byte code say that `value` is ``"compiled"``."""
    source = package / "for_this_test.py"
    source.write_text("value = 'compiled'\n")
    compiled = py_compile.compile(str(source), doraise=True, **how)
    assert compiled is not None
    before = source.stat()
    source.write_text(text)
    os.utime(source, ns=(before.st_atime_ns, before.st_mtime_ns))
    return source


SAME_SIZE = "value = 'a source'\n"


def test_byte_code_that_goes_with_its_source_is_taken(package: Path) -> None:
    kept(package, SAME_SIZE)
    assert loaded().value == "compiled"


def test_byte_code_of_another_size_is_not(package: Path) -> None:
    kept(package, "value = 'longer source'\n")
    assert loaded().value == "longer source"


def test_byte_code_of_another_date_is_not(package: Path) -> None:
    source = kept(package, SAME_SIZE)
    os.utime(source, (1_000_000_000, 1_000_000_000))
    assert loaded().value == "a source"


@pytest.mark.parametrize("damage", [b"", b"\0" * 40])
def test_what_is_no_byte_code_is_not(package: Path, damage: bytes) -> None:
    source = kept(package, SAME_SIZE)
    Path(cache_from_source(str(source))).write_bytes(damage)
    assert loaded().value == "a source"


def test_byte_code_that_goes_by_a_hash_is_judged_by_it(package: Path) -> None:
    kept(package, SAME_SIZE, invalidation_mode=py_compile.PycInvalidationMode.CHECKED_HASH)
    assert loaded().value == "a source"


def test_byte_code_from_another_place_tells_the_new_one(package: Path) -> None:
    source = package / "for_this_test.py"
    source.write_text("def value(): return 1\n")
    py_compile.compile(str(source), dfile="/elsewhere/for_this_test.py", doraise=True)
    assert loaded().value.__code__.co_filename == str(source)


def test_without_byte_code_it_is_kept_as_ever(
    package: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    source = package / "for_this_test.py"
    source.write_text(SAME_SIZE)
    assert loaded().value == "a source"
    assert Path(cache_from_source(str(source))).is_file()


@pytest.mark.parametrize("name", ["for_this_test.py", "for_this_test/__init__.py"])
def test_a_module_says_of_itself_what_others_say(package: Path, name: str) -> None:
    (package / name).parent.mkdir(exist_ok=True)
    (package / name).write_text(SAME_SIZE)
    usual = PathFinder.find_spec(NAME, [str(package)])
    assert usual is not None
    found = loaded()
    spec = found.__spec__
    assert spec is not None
    for one in ("name", "origin", "cached", "has_location", "parent", "submodule_search_locations"):
        assert getattr(spec, one) == getattr(usual, one), one
    assert found.__file__ == usual.origin
    assert inspect.getsource(found) == SAME_SIZE


def test_what_is_not_there_is_not_found(package: Path) -> None:
    assert package.is_dir()
    with pytest.raises(ModuleNotFoundError, match="for_this_test"):
        loaded()


def test_nothing_is_left_where_modules_are_sought() -> None:
    before = list(sys.meta_path)
    with quickly(), quickly():
        assert len(sys.meta_path) == len(before) + 2
    assert sys.meta_path == before
    with quickly():
        sys.meta_path[:] = before
    assert sys.meta_path == before
