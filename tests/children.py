"""Processes that tests start: no test waits for one without an end, and none outlives its test.

Each is the first of a session of its own, so that what it starts can be ended with it.
"""

import os
import select
import shlex
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

import pytest

PATIENCE = 60
"""Seconds that a program may take for what it does at once, even on a busy machine."""

SUITE_PATIENCE = 150
"""Seconds that a suite within a test may take, in a process of its own."""

_GRACE = 10

Word = str | Path


def run(
    command: Sequence[Word],
    *,
    stdin: bytes = b"",
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    accepted: tuple[int, ...] = (0,),
    seconds: float = PATIENCE,
) -> bytes:
    """Return what a program prints, on both of its ways; fail if it does not end well and soon."""
    with started(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=env,
        cwd=cwd,
    ) as process:
        try:
            said, _ = process.communicate(stdin, timeout=seconds)
        except subprocess.TimeoutExpired as late:
            held = "had not ended" if process.poll() is None else "had left something that runs"
            raise AssertionError(
                f"{_shown(command)} {held} after {seconds} s; it said: {_text(late.output)}"
            ) from None
    assert process.returncode in accepted, (
        f"{_shown(command)} ended with {process.returncode}; it said: {_text(said)}"
    )
    return said


@contextmanager
def started(
    command: Sequence[Word],
    *,
    stdin: int | None = subprocess.DEVNULL,
    stdout: int | IO[bytes] | None = None,
    stderr: int | IO[bytes] | None = None,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
) -> Iterator["subprocess.Popen[bytes]"]:
    """Run a program while the block lasts; then it is ended, and all that it has started."""
    with subprocess.Popen(
        command,
        stdin=stdin,
        stdout=stdout,
        stderr=stderr,
        env=env,
        cwd=cwd,
        start_new_session=True,
    ) as process:
        try:
            yield process
        finally:
            if process.poll() is None:
                _signal(process, signal.SIGTERM)
                with suppress(subprocess.TimeoutExpired):
                    process.wait(_GRACE)
            _signal(process, signal.SIGKILL)


def line_of(process: "subprocess.Popen[bytes]", wanted: str, seconds: float = PATIENCE) -> bytes:
    """Return the next line that a process prints, and take no octet more; fail if none comes."""
    assert process.stdout is not None
    late, line, way = time.monotonic() + seconds, b"", process.stdout.fileno()
    while not line.endswith(b"\n"):
        assert select.select([way], [], [], max(0, late - time.monotonic()))[0], (
            f"{_shown(process.args)} had not printed {wanted} after {seconds} s, but {line!r}"
        )
        octet = os.read(way, 1)
        if not octet:
            _, errors = process.communicate(timeout=_GRACE)
            raise AssertionError(
                f"{_shown(process.args)} ended with {process.returncode} before it printed "
                f"{wanted}; it said: {_text(line)}{_text(errors)}"
            )
        line += octet
    return line


def end_of(child: int, seconds: float = PATIENCE) -> int:
    """Return the exit code of a forked child; fail if it has to be killed."""
    late = threading.Event()

    def kill() -> None:
        late.set()
        os.kill(child, signal.SIGKILL)

    timer = threading.Timer(seconds, kill)
    timer.start()
    try:
        _, status = os.waitpid(child, 0)
    finally:
        timer.cancel()
        timer.join()
    assert not late.is_set(), f"the forked child had not ended after {seconds} s"
    return os.waitstatus_to_exitcode(status)


Suite = Callable[..., pytest.RunResult]


def bounded(run: Suite) -> Suite:
    """Return pytester's `run` with a time-out, where none is given."""

    def ended(*words: Word, timeout: float | None = None, **more: Any) -> pytest.RunResult:  # noqa: ANN401  (as run takes it)
        return run(*words, timeout=SUITE_PATIENCE if timeout is None else timeout, **more)

    return ended


def _signal(process: "subprocess.Popen[bytes]", number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, number)


def _shown(command: object) -> str:
    assert isinstance(command, Sequence)
    return shlex.join(map(str, command))


def _text(said: bytes | None) -> str:
    return (said or b"").decode(errors="replace")
