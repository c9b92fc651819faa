"""A Postfix of the test's own: its configuration, queue and log are in one directory."""

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from children import PATIENCE, started

ROOT = Path(os.environ.get("POSTFIX_ROOT", "/"))
MASTER = ROOT / "usr/lib/postfix/sbin/master"

MAIN = """\
compatibility_level = 3.6
queue_directory = {home}/queue
data_directory = {home}/data
daemon_directory = {root}/usr/lib/postfix/sbin
command_directory = {root}/usr/sbin
shlib_directory = {root}/usr/lib/postfix
meta_directory = {root}/etc/postfix
maillog_file = {home}/log
maillog_file_prefixes = {home}
import_environment = MAIL_CONFIG MAIL_LOGTAG LD_LIBRARY_PATH
myhostname = mx.postfix.test
mydestination =
local_recipient_maps =
alias_maps =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
smtpd_relay_restrictions = permit_mynetworks, reject
transport_maps = inline:{{ {transports} }}
relay_domains = {domains}
smtp_tls_security_level = may
smtpd_peername_lookup = no
smtp_dns_support_level = disabled
ipc_timeout = 30s
service_throttle_time = 1s
bounce_queue_lifetime = 1h
"""
SERVICES = """\
127.0.0.1:{port} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
smtp unix - - n - - smtp
relay unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
tlsmgr unix - - n 1000? 1 tlsmgr
proxymap unix - - n - - proxymap
postlog unix-dgram n - n - 1 postlogd
"""


_FIRST_PORT, _PORTS = 15000, 10000


@dataclass(frozen=True)
class Postfix:
    """A running one: where it listens, and what it says."""

    address: tuple[str, int]
    log: Path


def why_not() -> str:
    """Return why no Postfix can be run here, nothing if it can."""
    if not MASTER.exists():
        return "Postfix is not installed"
    if os.geteuid() != 0:
        return "Postfix is only to be run by root"
    known = Path("/etc/passwd").read_text(encoding="utf-8")
    return "" if "\npostfix:" in known else "there is no user postfix"


@contextmanager
def running(routes: dict[str, tuple[str, int]]) -> Iterator[Postfix]:
    """Run it; mail for each domain goes to that address.

    Its directory is one that Postfix's own user can enter.  Pytest's are not: whatever a test lets
    that user do there, the next pytest that begins on this machine takes back.
    """
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        home.chmod(0o755)
        with _running(home, _free_port(), routes) as postfix:
            yield postfix


@contextmanager
def _running(home: Path, port: int, routes: dict[str, tuple[str, int]]) -> Iterator[Postfix]:
    transports = ", ".join(
        f"{{ {domain} = smtp:[{host}]:{number} }}" for domain, (host, number) in routes.items()
    )
    (home / "main.cf").write_text(
        MAIN.format(home=home, root=ROOT, transports=transports, domains=", ".join(routes))
    )
    (home / "master.cf").write_text(SERVICES.format(port=port))
    (home / "data").mkdir()
    shutil.chown(home / "data", "postfix")
    environment = {
        **os.environ,
        "MAIL_CONFIG": str(home),
        "LD_LIBRARY_PATH": str(ROOT / "usr/lib/postfix"),
    }
    _make_queue(home / "queue")
    command, log = [str(MASTER), "-c", str(home), "-d"], home / "log"
    with (
        (home / "said").open("wb") as said,
        telling_what_is_in(home / "said", log),
        started(command, env=environment, stdout=said, stderr=said) as process,
    ):
        _wait_for(port, process)
        yield Postfix(("127.0.0.1", port), log)


@contextmanager
def telling_what_is_in(*files: Path) -> Iterator[None]:
    """Say, of whatever fails within the block, what Postfix has said meanwhile."""
    try:
        yield
    except BaseException as error:
        for file in files:
            if file.exists():
                error.add_note(f"{file.name}: {file.read_text(encoding='utf-8', errors='replace')}")
        raise


def _make_queue(queue: Path) -> None:
    private = ("active", "bounce", "corrupt", "defer", "deferred", "flush", "hold", "incoming")
    for name in (*private, "private", "saved", "trace", "public", "maildrop"):
        (queue / name).mkdir(parents=True)
        shutil.chown(queue / name, "postfix")
    (queue / "pid").mkdir()
    (queue / "public").chmod(0o710)


def _free_port() -> int:
    """Return a free port below those that systems give to whoever asks for any.

    Until Postfix listens nobody holds it, and of the others somebody may take it meanwhile.
    """
    for offset in range(_PORTS):
        port = _FIRST_PORT + (os.getpid() + offset) % _PORTS
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port
    raise AssertionError("no port is free for Postfix")


def _wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    """Return when it listens; it tells nobody, so between two looks only its end is waited for."""
    late = time.monotonic() + PATIENCE
    while process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        assert time.monotonic() < late, f"Postfix does not listen on port {port}"
        with suppress(subprocess.TimeoutExpired):
            process.wait(0.01)
    raise AssertionError(f"Postfix ended at once, with {process.returncode}")
