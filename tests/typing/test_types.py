"""What type checkers see of a test: every planted mistake, and nothing in what is right."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from shutil import which

import pytest

HERE = Path(__file__).parent
PYRIGHT = {"PYRIGHT_PYTHON_GLOBAL_NODE": "1", "PYRIGHT_PYTHON_IGNORE_WARNINGS": "1"}


def mypy(path: Path) -> set[int]:
    """Return the lines about which mypy complains."""
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
        [*command, "--cache-dir", str(cache), path.name],
        capture_output=True,
        text=True,
        timeout=150,
        check=False,
        cwd=path.parent,
    )
    assert done.returncode in (0, 1), done.stderr
    return {int(line.split(":")[1]) for line in done.stdout.splitlines() if ": error:" in line}


def pyright(path: Path) -> set[int]:
    """Return the lines about which pyright complains."""
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
            path.name,
        ],
        capture_output=True,
        text=True,
        timeout=150,
        check=False,
        cwd=path.parent,
        env=os.environ | PYRIGHT,
    )
    if not done.stdout.startswith("{"):
        pytest.skip(f"pyright cannot be had: {done.stderr.strip()[-200:]}")
    found = json.loads(done.stdout)["generalDiagnostics"]
    return {each["range"]["start"]["line"] + 1 for each in found if each["severity"] == "error"}


@pytest.mark.parametrize("check", [mypy, pyright])
def test_every_planted_mistake_is_found(check: Callable[[Path], set[int]], tmp_path: Path) -> None:
    mistakes = (HERE / "mistakes.txt").read_text(encoding="utf-8")
    (tmp_path / "test_mistakes.py").write_text(mistakes, encoding="utf-8")
    lines = enumerate(mistakes.splitlines(), 1)
    planted = {number for number, line in lines if line.endswith("# mistake")}
    assert len(planted) >= 20
    assert check(tmp_path / "test_mistakes.py") == planted


@pytest.mark.parametrize("check", [mypy, pyright])
def test_what_is_right_passes(check: Callable[[Path], set[int]], tmp_path: Path) -> None:
    right = (HERE / "right.txt").read_text(encoding="utf-8")
    (tmp_path / "test_right.py").write_text(right, encoding="utf-8")
    assert check(tmp_path / "test_right.py") == set()
