"""What of other people's programs is here; what is not is known when tests are collected."""

import shutil
import subprocess
from pathlib import Path

import pytest

NODE = Path(__file__).parent / "node"


def needs(*programs: str) -> pytest.MarkDecorator:
    """Skip a test where one of these programs is not installed.

    A package of Node is written as ``node:its-name``, a module of Perl as ``perl:Its::Name``,
    one of Cyrus SASL as ``sasl:its-file``.
    """
    missing = [program for program in programs if not _is_here(program)]
    return pytest.mark.skipif(bool(missing), reason=f"not installed: {', '.join(missing)}")


def _is_here(program: str) -> bool:
    kind, _, part = program.partition(":")
    if kind == "sasl":
        return any(Path("/usr/lib").glob(f"*/sasl2/{part}"))
    if shutil.which(kind) is None:
        return False
    if kind == "node" and part:
        return (NODE / "node_modules" / part).is_dir()
    if kind == "perl" and part:
        asked = ["perl", f"-M{part}", "-e", "1"]
        return subprocess.run(asked, capture_output=True, check=False).returncode == 0
    return True
