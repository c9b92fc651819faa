"""Exim sends with CHUNKING (RFC 3030) where it is offered, and with DATA where it is not."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from children import run

from pytest_fakemail import FakeMail

BODY = b"\r\n\r\n.a dot begins this line\r\nthe end\r\n"
RAW = b"From: app@example.test\r\nTo: ann@example.test\r\nSubject: hi" + BODY
CONFIGURATION = """
spool_directory = {home}/spool
log_file_path = {home}/log-%s
primary_hostname = client.example.test
exim_user = Debian-exim
exim_group = Debian-exim
keep_environment =
begin routers
all:
  driver = manualroute
  route_list = * 127.0.0.1::{port} byname
  self = send
  transport = remote
begin transports
remote:
  driver = smtp
  hosts_avoid_tls = *
  allow_localhost
"""

pytestmark = pytest.mark.skipif(
    shutil.which("exim4") is None or os.geteuid() != 0,
    reason="exim4 is not installed, or not to be run by this user",
)


@pytest.fixture
def home() -> Iterator[Path]:
    """A directory that Exim's own user can enter, as it cannot pytest's."""
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        home.chmod(0o755)
        shutil.chown(home, "Debian-exim", "Debian-exim")
        yield home


def send_by_exim(fakemail: FakeMail, home: Path) -> None:
    configuration = home / "exim.conf"
    configuration.write_text(
        CONFIGURATION.format(home=home, port=fakemail.smtp.port), encoding="ascii"
    )
    command = ["exim4", "-C", str(configuration), "-odf", "-f", "app@example.test"]
    run([*command, "ann@example.test"], stdin=RAW.replace(b"\r\n", b"\n"))


def test_exim_sends_in_chunks(fakemail: FakeMail, home: Path) -> None:
    send_by_exim(fakemail, home)
    assert fakemail.outbox.one().raw.endswith(BODY)
    assert [one.verb for one in fakemail.transcript.commands()][-4:] == [
        "MAIL",
        "RCPT",
        "BDAT",
        "QUIT",
    ]


@pytest.mark.fakemail(smtp_without=["CHUNKING"])
def test_exim_falls_back_to_data(fakemail: FakeMail, home: Path) -> None:
    send_by_exim(fakemail, home)
    assert fakemail.outbox.one().raw.endswith(BODY)
    assert fakemail.transcript.commands("DATA")
    assert not fakemail.transcript.commands("BDAT")
