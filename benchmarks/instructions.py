"""Counting a program's instructions, which other load on the machine does not change.

By valgrind's callgrind (Debian's ``valgrind``); what the kernel does is not among them.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path


def can_count() -> bool:
    """Whether valgrind is here; say so if not."""
    if shutil.which("valgrind") is None:
        print("valgrind is not installed: no instructions are counted")
        return False
    return True


def counted(
    *arguments: str, cwd: Path | None = None, environment: Mapping[str, str] | None = None
) -> int:
    """Return how many instructions Python needs for these arguments, all threads together."""
    valgrind = ("valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null")
    done = subprocess.run(
        [*valgrind, sys.executable, *arguments],
        cwd=cwd,
        env={**os.environ, **(environment or {}), "PYTHONHASHSEED": "0"},
        check=True,
        capture_output=True,
        text=True,
    )
    found = re.search(r"Collected : (\d+)", done.stderr)
    assert found is not None, done.stderr
    return int(found[1])
