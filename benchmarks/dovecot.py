"""Dovecot in a directory of its own, with its mail on tmpfs; wants to be run as root.

Tuned to be as fast as it gets: no TLS, no limits, login and mail processes that are used
again, sdbox (its fastest format) unless another is asked for.
"""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from peers import free_port

TMPFS = Path("/dev/shm")  # noqa: S108  (memory is the point)

CONFIGURATION = """
base_dir = {home}/run
state_dir = {home}/state
log_path = {home}/log
protocols = imap pop3
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
stats_writer_socket_path =
mail_location = {format}:{home}/mail
mail_uid = {user}
mail_gid = {group}
first_valid_uid = 1
first_valid_gid = 1
mail_fsync = never
mail_max_userip_connections = 0
passdb {{
  driver = static
  args = password=password
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={home}/mail
}}
namespace inbox {{
  inbox = yes
}}
service anvil {{
  client_limit = 20000
}}
service auth {{
  client_limit = 20000
}}
service imap-login {{
  service_count = 0
  process_min_avail = 1
  process_limit = 1
  client_limit = 5000
  inet_listener imap {{
    port = {imap}
  }}
}}
service pop3-login {{
  service_count = 0
  process_min_avail = 1
  process_limit = 1
  client_limit = 5000
  inet_listener pop3 {{
    port = {pop3}
  }}
}}
service imap {{
  service_count = 100000
  process_min_avail = 2
  process_limit = 5000
}}
service pop3 {{
  service_count = 100000
  process_min_avail = 2
  process_limit = 5000
}}
"""


class Ports(NamedTuple):
    """Where a server listens, and the process of it."""

    imap: int
    pop3: int
    pid: int

    def processor_time(self) -> float:
        """Return the seconds that the server and its children have worked, kernel included."""
        pids = [self.pid, *_children(self.pid)]
        return sum(_worked(Path(f"/proc/{pid}/task")) for pid in pids)


def _worked(tasks: Path) -> float:
    total = 0
    with suppress(FileNotFoundError):
        for stat in tasks.glob("*/schedstat"):
            with suppress(FileNotFoundError, ProcessLookupError):
                total += int(stat.read_text().split()[0])
    return total / 1e9


def _children(pid: int) -> list[int]:
    found = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [int(child) for child in found]


def is_installed() -> bool:
    return os.getuid() == 0 and shutil.which("dovecot", path=_path()) is not None


@contextmanager
def dovecot(mail_format: str = "sdbox") -> Iterator[Ports]:
    """Run Dovecot; ``user@example.test`` has the password ``password``, as with fakemail."""
    home = Path(tempfile.mkdtemp(dir=TMPFS))
    home.chmod(0o755)
    (home / "mail").mkdir()
    shutil.chown(home / "mail", "nobody", "nogroup")
    imap, pop3 = free_port(), free_port()
    configuration = home / "dovecot.conf"
    text = CONFIGURATION.format(
        home=home, format=mail_format, user="nobody", group="nogroup", imap=imap, pop3=pop3
    )
    configuration.write_text(text)
    program = shutil.which("dovecot", path=_path())
    assert program is not None
    process = subprocess.Popen([program, "-F", "-c", configuration])
    try:
        _await(imap)
        _await(pop3)
        yield Ports(imap, pop3, process.pid)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)
        shutil.rmtree(home)


def _path() -> str:
    return os.environ["PATH"] + ":/usr/sbin:/usr/local/sbin"


def _await(port: int) -> None:
    import socket

    for _ in range(500):
        with suppress(OSError):
            socket.create_connection(("127.0.0.1", port)).close()
            return
        time.sleep(0.01)
    raise TimeoutError(port)
