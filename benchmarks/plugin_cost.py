"""What the plugin costs a run that does not use it, the first mail of one that does, and a test.

Everything runs on one processor: between two of them each wake-up would cost more than what is
measured.  Beside the processor time stand the instructions, where valgrind is installed: other
load on the machine does not change them.

A plugin costs something by being installed, for pytest reads the list of its files.  So runs have
their own site-packages, with the plugin in question or with none.  What it costs by what it does is
told beside that: it is what a run saves that has it installed and blocks it.
"""

import os
import resource
import shutil
import statistics
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Mapping
from pathlib import Path

from instructions import can_count, counted

# What pip installs is compiled; so is what runs here, whatever the environment says.
COMPILED = {
    **os.environ,
    "PYTHONDONTWRITEBYTECODE": "",
    "PYTHONPYCACHEPREFIX": tempfile.mkdtemp(),
}

RUNS = 15
TESTS = 200

SEND = """
import smtplib
MAIL = b"Subject: Hello\\r\\n\\r\\n" + b"x" * 70 + b"\\r\\n"
def send(host, port):
    with smtplib.SMTP(host, port) as client:
        client.sendmail("app@example.test", ["ann@example.test"], MAIL)
"""
EMPTY = "def test_it(turn): pass"
SUITES = {
    "fakemail": "def test_it(fakemail, turn): send(*fakemail.smtp.address)",
    "fakemail, STARTTLS and AUTH": """
def test_it(fakemail, turn):
    with smtplib.SMTP(*fakemail.smtp.address) as client:
        client.starttls(context=fakemail.tls.client_context())
        client.login("user@example.test", "password")
        client.sendmail("app@example.test", ["ann@example.test"], MAIL)
""",
    "aiosmtpd by hand": """
import pytest
from peers import Keeper, free_port
from aiosmtpd.controller import Controller
@pytest.fixture
def controller():
    one = Controller(Keeper(), hostname="127.0.0.1", port=free_port())
    one.start()
    yield one
    one.stop()
def test_it(controller, turn): send(controller.hostname, controller.port)
""",
    "smtpdfix": "def test_it(smtpd, turn): send(smtpd.hostname, smtpd.port)",
    "pytest-localserver": "def test_it(smtpserver, turn): send(*smtpserver.addr)",
    "smtp-test-server": """
import pytest
from smtp_test_server.context import SmtpMockServer
@pytest.fixture
def server():
    with SmtpMockServer("127.0.0.1") as one:
        yield one
def test_it(server, turn): send("127.0.0.1", server.port)
""",
}
PLUGINS = {  # by the name that pytest knows each by
    "fakemail": "pytest_fakemail",
    "smtpd": "smtpdfix",
    "localserver": "pytest_localserver",
}
FIRST = """
import smtplib, ssl
def test_it({}):
    if {}:
        with smtplib.SMTP(*fakemail.smtp.address) as client:
            client.sendmail("app@x.test", ["ann@x.test"], "Subject: Hello\\n\\nHi")
        assert fakemail.outbox.wait_for(to="ann@x.test").subject == "Hello"
"""
TURN = f"\nimport pytest\npytestmark = pytest.mark.parametrize('turn', range({TESTS}))\n"


PYTEST = ("-m", "pytest", "-q", "-p", "no:cacheprovider")


def run(directory: Path, *options: str, environment: Mapping[str, str] = COMPILED) -> float:
    """Run a suite and return its processor time in ms: other load on the machine counts less."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(
        [sys.executable, *options, *PYTEST],
        cwd=directory,
        env=environment,
        check=True,
        capture_output=True,
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) * 1000


def suite(body: str) -> Path:
    directory = Path(tempfile.mkdtemp())
    (directory / "peers.py").write_text(Path(__file__).with_name("peers.py").read_text())
    (directory / "test_it.py").write_text(body)
    return directory


def site(*packages: str, is_compiled: bool = True) -> dict[str, str]:
    """Return the environment of runs that find, of the plugins compared, these alone.

    They are for Python with ``-S``.
    """
    directory = Path(tempfile.mkdtemp())
    others = set(PLUGINS.values()) - set(packages)
    for entry in Path(sysconfig.get_path("purelib")).iterdir():
        if entry.name.partition("-")[0] in others or entry.name == "__pycache__":
            continue
        if is_compiled or not entry.is_dir():
            (directory / entry.name).symlink_to(entry)
        else:
            without = shutil.ignore_patterns("__pycache__")
            shutil.copytree(entry, directory / entry.name, ignore=without)
    found = {**COMPILED, "PYTHONPATH": str(directory)}
    if not is_compiled:  # the standard library is, everywhere
        found |= {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONPYCACHEPREFIX": ""}
    return found


def unused(*, counts: bool) -> None:
    directory = suite("def test_it(): pass\n")
    none = site()
    sites = {name: site(package) for name, package in PLUGINS.items()}
    added: dict[str, list[float]] = {name: [] for name in PLUGINS}
    for one in (none, *sites.values()):
        run(directory, "-S", environment=one)  # compiles
    for _ in range(RUNS):
        base = run(directory, "-S", environment=none)
        for name, one in sites.items():
            added[name].append(run(directory, "-S", environment=one) - base)
    print(
        "installed and unused: ms added to a run, and its instructions (those saved by -p no:NAME)"
    )
    base = counted("-S", *PYTEST, cwd=directory, environment=none) if counts else 0
    for name, found in added.items():
        told = ""
        if counts:
            there, blocked = (
                counted("-S", *PYTEST, *options, cwd=directory, environment=sites[name])
                for options in ((), ("-p", f"no:{name}"))
            )
            own = there - blocked
            told = (
                f"   {(there - base) / 1e6:6.1f} M, {there / base - 1:+.1%}"
                f" ({own / 1e6:6.1f} M, {own / blocked:+.1%})"
            )
        print(f"  {PLUGINS[name]:28} {statistics.median(found):7.1f}{told}")


def first_mail(*, counts: bool) -> None:
    print("the first mail of a run, over a run that loads smtplib and ssl: ms, and instructions")
    sends, does_not = (suite(FIRST.format(*how)) for how in (("fakemail", True), ("", False)))
    for name, is_compiled in (("byte code is there", True), ("it is not kept", False)):
        one = site("pytest_fakemail", is_compiled=is_compiled)
        pair = [run(directory, "-S", environment=one) for directory in (does_not, sends)]
        added: list[float] = []
        for _ in range(RUNS):
            pair = [run(directory, "-S", environment=one) for directory in (does_not, sends)]
            added.append(pair[1] - pair[0])
        told = ""
        if counts:
            base, all_ = (
                counted("-S", *PYTEST, cwd=directory, environment=one)
                for directory in (does_not, sends)
            )
            told = f"   {(all_ - base) / 1e6:6.0f} M"
        print(f"  {name:28} {statistics.median(added):7.1f}{told}")


def used() -> None:
    empty = suite(SEND + TURN + EMPTY)
    print("a test that sends one mail: ms over an empty test")
    directories = {name: suite(SEND + TURN + body) for name, body in SUITES.items()}
    added: dict[str, list[float]] = {name: [] for name in SUITES}
    for _ in range(5):
        base = run(empty)
        for name, directory in directories.items():
            added[name].append((run(directory) - base) / TESTS)
    for name, found in added.items():
        print(f"  {name:28} {statistics.median(found):7.2f}")


def main() -> None:
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    counts = can_count()
    unused(counts=counts)
    first_mail(counts=counts)
    used()


if __name__ == "__main__":
    main()
