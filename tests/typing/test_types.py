"""What type checkers see of a test: every planted mistake, and nothing in what is right."""

import json
import os
import subprocess
import sys
from pathlib import Path
from shutil import which
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

HERE = Path(__file__).parent
PYRIGHT = {"PYRIGHT_PYTHON_GLOBAL_NODE": "1", "PYRIGHT_PYTHON_IGNORE_WARNINGS": "1"}


Found = set[tuple[str, int]]
"""Names of files, and lines in them."""


def mypy(names: list[str], home: Path) -> Found:
    """Return where mypy complains."""
    command = [
        sys.executable,
        "-m",
        "mypy",
        "--strict",
        "--no-error-summary",
        "--hide-error-context",
    ]
    cache = HERE.parents[1] / ".mypy_cache" / "typing"
    done = subprocess.run(
        [*command, "--cache-dir", str(cache), *names],
        capture_output=True,
        text=True,
        timeout=150,
        check=False,
        cwd=home,
    )
    assert done.returncode in (0, 1), done.stderr
    complaints = [line.split(":") for line in done.stdout.splitlines() if ": error:" in line]
    return {(name, int(number)) for name, number, *_ in complaints}


def pyright(names: list[str], home: Path) -> Found:
    """Return where pyright complains."""
    pytest.importorskip("pyright")
    if which("node") is None:
        pytest.skip("pyright needs node")
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "pyright",
            "--outputjson",
            "--pythonpath",
            sys.executable,
            *names,
        ],
        capture_output=True,
        text=True,
        timeout=150,
        check=False,
        cwd=home,
        env=os.environ | PYRIGHT,
    )
    if not done.stdout.startswith("{"):
        pytest.skip(f"pyright cannot be had: {done.stderr.strip()[-200:]}")
    found = json.loads(done.stdout)["generalDiagnostics"]
    return {
        (Path(each["file"]).name, each["range"]["start"]["line"] + 1)
        for each in found
        if each["severity"] == "error"
    }


@pytest.fixture(scope="module", params=[mypy, pyright])
def found(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Found:
    """What a checker says of all files: nearly all of its time goes into what they import."""
    home = tmp_path_factory.mktemp("typing")
    names = []
    for path in sorted(HERE.glob("*.txt")):
        names.append(f"test_{path.stem}.py")
        (home / names[-1]).write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
    check: Callable[[list[str], Path], Found] = request.param
    return check(names, home)


def test_every_planted_mistake_is_found(found: Found) -> None:
    mistakes = (HERE / "mistakes.txt").read_text(encoding="utf-8")
    lines = enumerate(mistakes.splitlines(), 1)
    planted = {number for number, line in lines if line.endswith("# mistake")}
    assert len(planted) >= 20
    assert {number for name, number in found if name == "test_mistakes.py"} == planted


def test_what_is_right_passes(found: Found) -> None:
    assert (HERE / "right.txt").exists()
    assert {number for name, number in found if name == "test_right.py"} == set()
