"""What of other people's programs is here; what is not is known when tests are collected."""

import shutil
import subprocess
from pathlib import Path

import pytest

NODE = Path(__file__).parent / "node"


_ASKED = {
    "perl": ("-M{}", "-e", "1"),
    "php": ("-r", "exit(extension_loaded('{}') ? 0 : 1);"),
}


def needs(*programs: str) -> pytest.MarkDecorator:
    """Skip a test where one of these programs is not installed.

    A package of Node is written as ``node:its-name``, a module of Perl as ``perl:Its::Name``,
    one of PHP as ``php:its_name``, one of Cyrus SASL as ``sasl:its-file``, a file as ``file:path``.
    """
    missing = [program for program in programs if not _is_here(program)]
    return pytest.mark.skipif(bool(missing), reason=f"not installed: {', '.join(missing)}")


def _is_here(program: str) -> bool:
    kind, _, part = program.partition(":")
    if kind == "sasl":
        return any(Path("/usr/lib").glob(f"*/sasl2/{part}"))
    if kind == "file":
        return Path(part).exists()
    if shutil.which(kind) is None:
        return False
    if kind == "node" and part:
        return (NODE / "node_modules" / part).is_dir()
    if kind in _ASKED and part:
        asked = [kind, *(word.format(part) for word in _ASKED[kind])]
        return subprocess.run(asked, capture_output=True, timeout=60, check=False).returncode == 0
    return True
