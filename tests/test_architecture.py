"""Hold the house's two rules: imports point left, and only the edge does I/O."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest_fakemail

PACKAGE = Path(pytest_fakemail.__file__).parent

LAYERS = (
    {"errors", "clock", "settings"},
    {"mime"},
    {"store"},
    {"query"},
    {"wire"},
    {"transcript", "faults"},
    {"imap", "pop3", "smtp"},
    {"providers"},
    {"net"},
    {"asserts"},
    {"servers", "fakemail"},
    {"report", "cli", "plugin"},
    {"__init__", "__main__"},
)
RANK = {name: rank for rank, layer in enumerate(LAYERS) for name in layer}
EDGE = {"net", "smtp"}
IO_MODULES = {"asyncio", "socket", "ssl", "selectors"}
HEAVY = ("asyncio", "ssl", "email", "aiosmtpd", "trustme", "socket")


def room_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports_of(path: Path) -> Iterator[str]:
    """Yield what a file imports while it runs; what only type checkers read is not loaded."""
    waiting: list[ast.AST] = [ast.parse(path.read_text(encoding="utf-8"))]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            yield node.module
            if node.module == "pytest_fakemail":
                yield from (f"pytest_fakemail.{alias.name}" for alias in node.names)
        waiting += ast.iter_child_nodes(node)


def edges() -> Iterator[tuple[Path, str]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        for name in imports_of(path):
            yield path, name


def test_every_room_has_its_place() -> None:
    assert {room_of(path) for path in PACKAGE.rglob("*.py")} <= set(RANK)


def test_imports_point_left() -> None:
    wrong = [
        f"{path.relative_to(PACKAGE)} imports {name}"
        for path, name in edges()
        if name.startswith("pytest_fakemail.") and RANK[name.split(".")[1]] > RANK[room_of(path)]
    ]
    assert wrong == []


def test_neighbours_do_not_know_each_other() -> None:
    protocols = {"imap", "pop3", "smtp"}
    wrong = [
        f"{path.relative_to(PACKAGE)} imports {name}"
        for path, name in edges()
        if room_of(path) in protocols
        and name.startswith("pytest_fakemail.")
        and name.split(".")[1] in protocols - {room_of(path)}
    ]
    assert wrong == []


def test_only_the_edge_does_input_and_output() -> None:
    wrong = [
        f"{path.relative_to(PACKAGE)} imports {name}"
        for path, name in edges()
        if name.split(".")[0] in IO_MODULES and room_of(path) not in EDGE
    ]
    assert wrong == []


def test_only_smtp_knows_aiosmtpd_and_only_tls_knows_trustme() -> None:
    homes = {"aiosmtpd": {"smtp"}, "trustme": {"net"}}
    wrong = [
        f"{path.relative_to(PACKAGE)} imports {name}"
        for path, name in edges()
        if room_of(path) not in homes.get(name.split(".")[0], {room_of(path)})
    ]
    assert wrong == []


def test_the_plugin_loads_nothing_heavy() -> None:
    code = (
        "import sys, pytest; before = set(sys.modules)\n"
        "import pytest_fakemail.plugin\n"
        "print(*sorted(set(sys.modules) - before))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    loaded = {name.split(".")[0] for name in done.stdout.split()}
    assert loaded.isdisjoint(HEAVY)
