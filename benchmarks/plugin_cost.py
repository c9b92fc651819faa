"""What the plugin costs a run that does not use it, and a test that does."""

import os
import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

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
PLUGINS = {"fakemail": "fakemail", "smtpdfix": "smtpd", "pytest-localserver": "localserver"}
TURN = f"\nimport pytest\npytestmark = pytest.mark.parametrize('turn', range({TESTS}))\n"


def run(directory: Path, *arguments: str) -> float:
    """Run a suite and return its processor time in ms: other load on the machine counts less."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments],
        cwd=directory,
        env=COMPILED,
        check=True,
        capture_output=True,
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) * 1000


def suite(body: str) -> Path:
    directory = Path(tempfile.mkdtemp())
    (directory / "peers.py").write_text(Path(__file__).with_name("peers.py").read_text())
    (directory / "test_it.py").write_text(SEND + TURN + body)
    return directory


def unused() -> None:
    directory = Path(tempfile.mkdtemp())
    (directory / "test_it.py").write_text("def test_it(): pass\n")
    others = {
        one: [f"-pno:{two}" for two in PLUGINS.values() if two != one] for one in PLUGINS.values()
    }
    none = [f"-pno:{one}" for one in PLUGINS.values()]
    added: dict[str, list[float]] = {name: [] for name in PLUGINS}
    run(directory)  # compiles
    for _ in range(RUNS):
        base = run(directory, *none)
        for name, plugin in PLUGINS.items():
            added[name].append(run(directory, *others[plugin]) - base)
    print("installed and unused: ms added to a run")
    for name, found in added.items():
        print(f"  {name:28} {statistics.median(found):7.1f}")


def used() -> None:
    empty = suite(EMPTY)
    print("a test that sends one mail: ms over an empty test")
    directories = {name: suite(body) for name, body in SUITES.items()}
    added: dict[str, list[float]] = {name: [] for name in SUITES}
    for _ in range(5):
        base = run(empty)
        for name, directory in directories.items():
            added[name].append((run(directory) - base) / TESTS)
    for name, found in added.items():
        print(f"  {name:28} {statistics.median(found):7.2f}")


if __name__ == "__main__":
    unused()
    used()
