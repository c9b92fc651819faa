"""What tests start ends with them, and what does not come is told."""

import os
import re
import select
import signal
import subprocess
import sys
from contextlib import suppress
from functools import partial

import children
import pytest
from children import PATIENCE, end_of, line_of, run, started

pytestmark = pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="needs Linux")


def python(code: str) -> list[str]:
    return [sys.executable, "-I", "-S", "-c", code]


def test_what_a_program_says_is_returned() -> None:
    echo = python("import sys; print(sys.stdin.read(), file=sys.stderr); sys.exit(3)")
    assert run(echo, stdin=b"hello", accepted=(3,)) == b"hello\n"
    with pytest.raises(AssertionError, match="ended with 3; it said: hello"):
        run(echo, stdin=b"hello")


def complaint_of(code: str, wanted: str) -> str:
    """Return what is said of a program that lets us wait; a slow machine is given more time."""
    said = ""
    for seconds in (0.2, 2, 20):
        with pytest.raises(AssertionError) as failure:
            run(python(code), seconds=seconds)
        said = str(failure.value)
        if re.search(wanted, said):
            break
    return said


def test_a_program_that_does_not_end_is_told_with_what_it_said() -> None:
    wanted = r"had not ended after \d.* s; it said: begun"
    code = "import signal; print('begun', flush=True); signal.pause()"
    assert re.search(wanted, complaint_of(code, wanted))


def test_what_a_program_leaves_behind_is_told_and_ended() -> None:
    """It has the program's output open, so that there is no end of it."""
    wanted = r"had left something that runs after \d.* s; it said: \d+$"
    code = "import subprocess; print(subprocess.Popen(['sleep', '600']).pid)"
    said = complaint_of(code, wanted)
    assert re.search(wanted, said)
    wait_until_gone(int(said.split()[-1]))


def test_what_a_program_has_started_ends_with_the_block() -> None:
    code = (
        "import signal, subprocess\n"
        "signal.signal(signal.SIGTERM, signal.SIG_DFL)\n"
        "print(subprocess.Popen(['sleep', '600']).pid, flush=True)\n"
        "signal.pause()"
    )
    with started(python(code), stdout=subprocess.PIPE) as process:
        grandchild = int(line_of(process, "a number"))
        os.kill(grandchild, 0)
    assert process.returncode == -signal.SIGTERM
    wait_until_gone(grandchild)


def wait_until_gone(number: int) -> None:
    """Wait for the end of a process that is not ours."""
    with suppress(ProcessLookupError):
        handle = os.pidfd_open(number)
        try:
            assert select.select([handle], [], [], PATIENCE)[0]
        finally:
            os.close(handle)


@pytest.mark.parametrize(
    ("code", "complaint"),
    [
        ("import signal; signal.pause()", r"had not printed a number after 0\.2 s, but b''"),
        ("import sys; sys.exit('alas')", "ended with 1 before it printed a number; it said: alas"),
    ],
)
def test_a_line_that_does_not_come_is_told(code: str, complaint: str) -> None:
    with (
        pytest.raises(AssertionError, match=complaint),
        started(python(code), stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process,
    ):
        line_of(process, "a number", PATIENCE if "alas" in code else 0.2)


@pytest.mark.filterwarnings("ignore:.*multi-threaded, use of fork:DeprecationWarning")
def test_a_forked_child_that_does_not_end_is_killed() -> None:
    for seconds, deed in ((PATIENCE, partial(os._exit, 7)), (0.2, signal.pause)):
        child = os.fork()
        if not child:
            deed()
        if seconds == PATIENCE:
            assert end_of(child) == 7
        else:
            with pytest.raises(AssertionError, match=r"had not ended after 0\.2 s"):
                end_of(child, seconds)


def test_a_suite_in_a_process_of_its_own_has_an_end(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(children, "SUITE_PATIENCE", 0.2)
    pytester.makepyfile("import signal\ndef test_long(): signal.pause()")
    with pytest.raises(pytester.TimeoutExpired):
        pytester.runpytest_subprocess()
