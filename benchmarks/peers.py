"""The SMTP servers that are compared, each in a process of its own.

``python benchmarks/peers.py NAME`` starts one and prints its port; it runs until its
standard input ends.
"""

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any


@contextmanager
def fakemail() -> Iterator[int]:
    from pytest_fakemail import FakeMail

    with FakeMail() as one:
        yield one.smtp.port


class Keeper:
    """The least handler that captures mail with aiosmtpd by hand."""

    def __init__(self) -> None:
        self.envelopes: list[Any] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: ANN401, ARG002, N802  (aiosmtpd's interface)
        self.envelopes.append(envelope)
        return "250 OK"


@contextmanager
def aiosmtpd() -> Iterator[int]:
    from aiosmtpd.controller import Controller

    controller = Controller(Keeper(), hostname="127.0.0.1", port=free_port(), data_size_limit=None)
    controller.start()
    yield controller.port
    controller.stop()


@contextmanager
def aiosmtpd_on_uvloop() -> Iterator[int]:
    import uvloop
    from aiosmtpd.controller import Controller

    controller = Controller(
        Keeper(),
        hostname="127.0.0.1",
        port=free_port(),
        data_size_limit=None,
        loop=uvloop.new_event_loop(),
    )
    controller.start()
    yield controller.port
    controller.stop()


@contextmanager
def node() -> Iterator[int]:
    """Node's smtp-server; ``npm install smtp-server`` in the working directory or NODE_PATH."""
    command = ["node", str(Path(__file__).with_name("smtp_server.js"))]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        yield int(process.stdout.readline())
        process.terminate()


@contextmanager
def smtpdfix() -> Iterator[int]:
    from smtpdfix import SMTPDFix

    with SMTPDFix("127.0.0.1", free_port()) as controller:
        controller.data_size_limit = None
        yield controller.port


@contextmanager
def localserver() -> Iterator[int]:
    from pytest_localserver.smtp import Server

    server = Server("127.0.0.1")
    server.start()
    yield server.addr[1]
    server.stop()


@contextmanager
def smtp_test_server() -> Iterator[int]:
    from smtp_test_server.context import SmtpMockServer

    with SmtpMockServer("127.0.0.1") as server:
        yield server.port


def free_port() -> int:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


PEERS: dict[str, Callable[[], AbstractContextManager[int]]] = {
    "fakemail": fakemail,
    "aiosmtpd": aiosmtpd,
    "aiosmtpd, uvloop": aiosmtpd_on_uvloop,
    "Node smtp-server": node,
    "smtpdfix": smtpdfix,
    "pytest-localserver": localserver,
    "smtp-test-server": smtp_test_server,
}


class NotInstalled(Exception):
    """A peer did not start."""


class Running:
    """A peer's process and the port that it listens on."""

    def __init__(self, name: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, __file__, name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise NotInstalled(name)
        self.port = int(line)

    def _pids(self) -> list[int]:
        """Return its processes: Node runs in a child."""
        pid = self.process.pid
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
        return [pid, *map(int, children)]

    def processor_time(self) -> float:
        """Return the seconds that its processes have worked, the kernel's for them included."""
        total = 0
        for pid in self._pids():
            for stat in Path(f"/proc/{pid}/task").glob("*/schedstat"):
                total += int(stat.read_text(encoding="ascii").split()[0])
        return total / 1e9

    def memory(self, what: str = "VmRSS") -> int:
        """Return a figure of its processes' memory in KiB (``"VmRSS"`` or ``"VmHWM"``)."""
        total = 0
        for pid in self._pids():
            status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
            line = next(line for line in status.splitlines() if line.startswith(what))
            total += int(line.split()[1])
        return total

    def stop(self) -> None:
        self.process.communicate(timeout=60)


@contextmanager
def running(name: str) -> Iterator[Running]:
    one = Running(name)
    try:
        yield one
    finally:
        one.stop()


def main() -> None:
    with PEERS[sys.argv[1]]() as port:
        print(port, flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()
