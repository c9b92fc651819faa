"""Hold the house's rules: imports point left, only the edge does I/O, nothing is long."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest_fakemail

PACKAGE = Path(pytest_fakemail.__file__).parent

LAYERS = (
    {
        *("dataclass", "dataclass_methods", "meant", "errors", "visible", "blame", "caller"),
        *("spelling", "arguments", "named", "advancing", "clock", "values"),
        *("pattern", "loading", "settings", "setting_changes", "snapshot", "domains"),
    },
    {"mime"},
    {"store"},
    {"query"},
    {"wire", "notices", "auth"},
    {"transcript", "faults", "policies"},
    {"imap", "pop3", "smtp"},
    {"providers", "zoo", "relay", "conduct"},
    {"net"},
    {"asserts"},
    {
        *("clients", "pretence", "plumbing", "protocols", "server", "servers", "sweep"),
        *("reading_servers", "remains", "ports", "connectable", "sweepable"),
        *(
            "dns",
            "world",
            "peopled",
            "post_offices",
            "postal",
            "observed",
            "frameworks",
            "fakemail",
            "making",
        ),
    },
    {"lasting"},
    {"report", "cli", "verdicts"},
    {"doctor", "faked_files", "markers", "nested", "parametrized", "scopes", "swept"},
    {"plugin"},
    {"__init__", "__main__", "homes"},
)
RANK = {name: rank for rank, layer in enumerate(LAYERS) for name in layer}
EDGE = {"net", "dns"}
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


@cache
def edges() -> list[tuple[Path, str]]:
    """Return what each file imports."""
    return [(path, name) for path in sorted(PACKAGE.rglob("*.py")) for name in imports_of(path)]


@cache
def files_used(path: Path) -> frozenset[Path]:
    """Return the files of the package that a file names in imports, for types or not."""
    used: set[Path] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
            names.append(node.module)
        used.update(file for name in names if (file := file_of(name)) is not None)
    return frozenset(used - {path})


def file_of(name: str) -> Path | None:
    """Return the file of a module; a package itself counts only if it holds something."""
    place = PACKAGE.parent.joinpath(*name.split("."))
    if PACKAGE not in place.parents:
        return None  # where the package is installed, others are beside it
    if place.with_suffix(".py").is_file():
        return place.with_suffix(".py")
    return None


def circles() -> Iterator[list[str]]:
    """Yield each group of files that reach each other by imports (Tarjan's components)."""
    graph = {path: files_used(path) for path in PACKAGE.rglob("*.py")}
    reach = {path: reached(path, graph) for path in graph}
    seen: set[Path] = set()
    for path in sorted(graph):
        group = {other for other in reach[path] if path in reach[other]}
        if group and path not in seen:
            seen |= group
            yield sorted(str(file.relative_to(PACKAGE)) for file in group | {path})


def reached(start: Path, graph: dict[Path, frozenset[Path]]) -> set[Path]:
    found: set[Path] = set()
    waiting = [start]
    while waiting:
        for other in graph.get(waiting.pop(), ()):
            if other not in found:
                found.add(other)
                waiting.append(other)
    return found


def test_every_room_has_its_place() -> None:
    assert {room_of(path) for path in PACKAGE.rglob("*.py")} <= set(RANK)


def test_imports_point_left() -> None:
    wrong = [
        f"{path.relative_to(PACKAGE)} imports {name}"
        for path, name in edges()
        if name.startswith("pytest_fakemail.") and RANK[name.split(".")[1]] > RANK[room_of(path)]
    ]
    assert wrong == []


# Inside `imap/`, from what stands on all others to what stands on none.
IMAP_LAYERS = (
    {"session"},
    {"reading", "answers"},
    {"commands"},
    {"responses"},
    {"gmail"},
    {"client"},
    {"table", "hearing"},
    {"grammar", "framing", "capabilities", "languages"},
)
IMAP_RANK = {name: -rank for rank, layer in enumerate(IMAP_LAYERS) for name in layer}


def test_imaps_arrows_run_from_the_session_to_the_grammar() -> None:
    imap = PACKAGE / "imap"
    wrong = []
    for path in sorted(imap.rglob("*.py")):
        wing = path.relative_to(imap).parts[0].removesuffix(".py")
        if wing == "__init__":
            continue
        for used in files_used(path):
            if imap not in used.parents:
                continue
            name = used.relative_to(imap).parts[0].removesuffix(".py")
            if name != wing and IMAP_RANK[name] >= IMAP_RANK[wing]:
                wrong.append(f"{path.relative_to(PACKAGE)} imports {used.relative_to(PACKAGE)}")
    assert wrong == []


def test_no_files_know_each_other_not_even_by_types() -> None:
    """A circle of files can be read from no end."""
    assert list(circles()) == []


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


LONGEST_FILE = 400
LONGEST_FUNCTION = 40
"""Lines; of functions, without signature and docstring."""


def our_files() -> Iterator[Path]:
    for root in (PACKAGE, Path(__file__).parent):
        yield from (path for path in root.rglob("*.py") if "node_modules" not in path.parts)


def body_length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    body = function.body[1:] if ast.get_docstring(function) is not None else function.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def test_what_counts_of_a_function_is_its_body() -> None:
    [function] = ast.parse(
        'def f(\n    a: int,\n):\n    """Say.\n\n    More."""\n    b\n    c'
    ).body
    assert isinstance(function, ast.FunctionDef)
    assert body_length(function) == 2


def test_no_file_is_long() -> None:
    lengths = {path: path.read_text(encoding="utf-8").count("\n") for path in our_files()}
    assert [f"{path}: {length}" for path, length in lengths.items() if length > LONGEST_FILE] == []


def test_no_function_is_long() -> None:
    long = [
        f"{path}:{node.lineno} {node.name}: {body_length(node)}"
        for path in our_files()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and body_length(node) > LONGEST_FUNCTION
    ]
    assert long == []


def test_only_the_edge_does_input_and_output() -> None:
    wrong = [
        f"{path.relative_to(PACKAGE)} imports {name}"
        for path, name in edges()
        if name.split(".")[0] in IO_MODULES and room_of(path) not in EDGE
    ]
    assert wrong == []


def test_one_file_of_smtp_knows_aiosmtpd() -> None:
    knowing = {path for path, name in edges() if name.split(".")[0] == "aiosmtpd"}
    assert knowing == {PACKAGE / "smtp" / "upstream.py"}


def test_only_smtp_knows_aiosmtpd_and_only_tls_knows_trustme() -> None:
    homes = {"aiosmtpd": {"smtp"}, "trustme": {"net"}}
    wrong = [
        f"{path.relative_to(PACKAGE)} imports {name}"
        for path, name in edges()
        if room_of(path) not in homes.get(name.split(".")[0], {room_of(path)})
    ]
    assert wrong == []


def test_dataclasses_are_the_cheap_ones() -> None:
    """But for settings, which every run loads, used or not."""
    said = re.compile(r"^from dataclasses import (?:.*\W)?dataclass\b", re.MULTILINE)
    using = {
        path.relative_to(PACKAGE).as_posix()
        for path in PACKAGE.rglob("*.py")
        if said.search(path.read_text(encoding="utf-8"))
    }
    assert using == {"settings.py"}


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
