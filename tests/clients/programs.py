"""Programs of other people, run with nothing of this machine's configuration."""

import os
import shlex
from pathlib import Path

import children

TIMEOUT = children.PATIENCE


def run(*command: str, home: Path, stdin: bytes = b"", accepted: tuple[int, ...] = (0,)) -> bytes:
    """Return what the program prints; `home` is its home directory, for configuration and mail.

    Fails the test if it ends with another status.
    """
    return children.run(
        command, stdin=stdin, env=environment(home), cwd=home, accepted=accepted, seconds=TIMEOUT
    )


def environment(home: Path) -> dict[str, str]:
    """Return what a program finds: its home is where it is told, its terminal can little.

    Some look up the machine's own name; a name server that is silent does not hold them up.
    """
    kept = {name: os.environ[name] for name in ("PATH", "NODE_PATH") if name in os.environ}
    return {
        **kept,
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "RES_OPTIONS": "timeout:1 attempts:1",
        "TERM": "vt100",
        "USER": "tester",
    }


def run_in_terminal(*command: str, home: Path) -> bytes:
    """Do as `run` for a program that insists on a terminal."""
    return run(
        "script", "--quiet", "--return", "--command", shlex.join(command), os.devnull, home=home
    )
