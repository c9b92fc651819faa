"""interimap keeps two accounts alike: QRESYNC, and NOTIFY while it watches, over COMPRESS."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import children
import pytest
from clients.installed import needs
from clients.programs import TIMEOUT, environment, run

from pytest_fakemail import FakeMail, MailboxHandle

pytestmark = [needs("interimap"), pytest.mark.fakemail(imap_capabilities="all")]


@pytest.fixture
def other(make_fakemail: Callable[..., FakeMail]) -> FakeMail:
    return make_fakemail(imap_capabilities="all")


@pytest.fixture
def command(fakemail: FakeMail, other: FakeMail, tmp_path: Path) -> list[str]:
    both = "type=imap\nhost=localhost\nSTARTTLS=YES\ncompress=YES\n"
    both += "username=user@example.test\npassword=password\n"
    configuration = tmp_path / "config"
    configuration.write_text(
        f"database={tmp_path}/state.db\n"
        f"[local]\n{both}port={fakemail.imap.port}\nSSL_CAfile={fakemail.tls.ca_file}\n"
        f"[remote]\n{both}port={other.imap.port}\nSSL_CAfile={other.tls.ca_file}\n"
    )
    return ["interimap", f"--config={configuration}", "--quiet"]


@pytest.fixture
def watching(
    command: list[str], fakemail: FakeMail, other: FakeMail, tmp_path: Path
) -> Iterator[None]:
    """Have it watch both sides from here on, which it does with what it has made before."""
    run(*command, home=tmp_path)
    asked = threading.Semaphore(0)
    for side in (fakemail, other):
        side.transcript.follow(lambda line: asked.release() if "NOTIFY completed" in line else None)
    watch = [*command, "--notify", "--watch"]
    with children.started(watch, env=environment(tmp_path), cwd=tmp_path):
        for _ in range(4):  # twice on each side: for what is selected, and for names
            assert asked.acquire(timeout=TIMEOUT), "interimap has not asked for NOTIFY on both"
        yield


def subjects(mailbox: MailboxHandle) -> dict[str, bool]:
    """Return the messages by their subject: whether each is flagged."""
    return {mail.subject: "\\Flagged" in mail.flags for mail in mailbox.messages}


def test_it_synchronises_what_changed_meanwhile(
    fakemail: FakeMail, other: FakeMail, command: list[str], tmp_path: Path
) -> None:
    here, there = fakemail.account().inbox, other.account().inbox
    here.deliver_many([{"subject": name} for name in ("one", "two", "three")])
    fakemail.account().mailbox("Work/Größe", create=True).deliver(subject="work")
    there.deliver(subject="theirs")
    run(*command, home=tmp_path)
    assert (
        subjects(there) == subjects(here) == dict.fromkeys(("one", "two", "three", "theirs"), False)
    )
    other.account().mailbox("Work/Größe").assert_one(subject="work")

    here.expunge(subject="two")
    there.add_flags(1, "flagged")
    there.deliver(subject="new")
    run(*command, home=tmp_path)
    assert subjects(here) == {"one": False, "three": False, "theirs": True, "new": False}
    assert subjects(there) == subjects(here)
    selects = [one.argument for one in fakemail.transcript.commands("SELECT")]
    assert [select for select in selects if "QRESYNC" in select]


@pytest.mark.usefixtures("watching")
def test_it_is_told_of_changes(fakemail: FakeMail, other: FakeMail) -> None:
    here, there = fakemail.account().inbox, other.account().inbox
    there.deliver(subject="new")
    here.wait_for(subject="new", timeout=TIMEOUT)
    fakemail.account().mailbox("Archive").deliver(subject="kept")
    other.account().mailbox("Archive").wait_for(subject="kept", timeout=TIMEOUT)
    [_, notify] = fakemail.transcript.commands("NOTIFY")
    assert notify.reply_code == "OK"
    assert "MessageNew" in notify.argument
