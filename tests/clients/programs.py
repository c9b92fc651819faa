"""Programs of other people, run with nothing of this machine's configuration."""

import os
import shlex
import subprocess
from pathlib import Path

TIMEOUT = 30


def run(*command: str, home: Path, stdin: bytes = b"", accepted: tuple[int, ...] = (0,)) -> bytes:
    """Return what the program prints; `home` is its home directory, for configuration and mail.

    Fails the test if it ends with another status.
    """
    kept = {name: os.environ[name] for name in ("PATH", "NODE_PATH") if name in os.environ}
    done = subprocess.run(
        command,
        input=stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env={**kept, "HOME": str(home), "USER": "tester", "LANG": "C.UTF-8", "TERM": "vt100"},
        cwd=home,
        timeout=TIMEOUT,
        check=False,
    )
    assert done.returncode in accepted, done.stdout.decode(errors="replace")
    return done.stdout


def run_in_terminal(*command: str, home: Path) -> bytes:
    """Do as `run` for a program that insists on a terminal."""
    return run(
        "script", "--quiet", "--return", "--command", shlex.join(command), os.devnull, home=home
    )
