"""``python -m pytest_fakemail serve``, as somebody at a shell meets it."""

import ctypes
import imaplib
import json
import poplib
import signal
import smtplib
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from children import PATIENCE, line_of, run, started

from pytest_fakemail import __version__
from pytest_fakemail.cli import main

COMMAND = [sys.executable, "-m", "pytest_fakemail", "serve"]
MAIL = b"Subject: Hello\r\n\r\nHi\r\n"


class Served:
    """A running server, where it listens, and what it said when it ended."""

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        self.process = process
        self.places: dict[str, Any] = json.loads(line_of(process, "where it listens"))
        self.errors = ""

    def stop(self, how: signal.Signals) -> int:
        self.process.send_signal(how)
        _, errors = self.process.communicate(timeout=PATIENCE)
        self.errors = errors.decode()
        return self.process.returncode


@contextmanager
def serving(*arguments: str) -> Iterator[Served]:
    command = [*COMMAND, *arguments]
    with started(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        yield Served(process)


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_it_serves_until_a_signal_and_exits_with_0(how: signal.Signals) -> None:
    with serving() as served:
        smtp = served.places["smtp"]
        with smtplib.SMTP(smtp["host"], smtp["port"], timeout=PATIENCE) as client:
            assert client.noop()[0] == 250
        assert served.stop(how) == 0
        assert served.errors == ""


@pytest.mark.skipif(sys.platform != "linux", reason="signals one thread as Linux does")
def test_a_signal_ends_it_whichever_thread_it_meets() -> None:
    with serving() as served:
        pid = served.process.pid
        others = {int(task.name) for task in Path(f"/proc/{pid}/task").iterdir()} - {pid}
        assert others
        assert ctypes.CDLL(None).tgkill(pid, others.pop(), signal.SIGTERM) == 0
        _, errors = served.process.communicate(timeout=PATIENCE)
        assert (served.process.returncode, errors) == (0, b"")


def test_a_misspelt_variable_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAKEMAIL_HOSTNAM", "mx.shop.test")
    monkeypatch.setenv("FAKEMAIL_OF_OURS", "7")
    with serving() as served:
        assert served.stop(signal.SIGTERM) == 0
    meant = "did you mean 'FAKEMAIL_HOSTNAME'?"
    assert served.errors == f"fakemail: FAKEMAIL_HOSTNAM in the environment: {meant}\n"


def test_what_smtp_takes_imap_and_pop3_give() -> None:
    with serving("--account", "ann:se:cret") as served:
        smtp, pop3, imap = (served.places[name] for name in ("smtp", "pop3", "imap"))
        assert served.places["accounts"] == [
            {"user": "ann", "password": "se:cret", "address": "ann@example.test"}
        ]
        context = ssl.create_default_context(cafile=served.places["ca_file"])
        with smtplib.SMTP_SSL(
            "localhost", smtp["tls_port"], context=context, timeout=PATIENCE
        ) as sender:
            sender.sendmail("app@example.test", ["ann@example.test"], MAIL)
        with imaplib.IMAP4(imap["host"], imap["port"], timeout=PATIENCE) as reader:
            reader.login("ann", "se:cret")
            assert reader.select()[1] == [b"1"]
        popper = poplib.POP3(pop3["host"], pop3["port"], timeout=PATIENCE)
        popper.user("ann")
        popper.pass_("se:cret")
        assert popper.retr(1)[1] == [b"Subject: Hello", b"", b"Hi"]
        popper.quit()


def test_accounts_come_from_a_file_too(tmp_path: Path) -> None:
    accounts = tmp_path / "accounts"
    accounts.write_text("# ours\nbob:two\n\neve@x.test:three\n", encoding="utf-8")
    with serving("--account", "ann:one", "--accounts", str(accounts)) as served:
        names = [one["user"] for one in served.places["accounts"]]
        assert names == ["ann", "bob", "eve@x.test"]


def test_any_login_is_accepted_when_told_so() -> None:
    with serving("--accept-any-login", "--mailboxes", "inbox") as served:
        place = served.places["imap"]
        with imaplib.IMAP4(place["host"], place["port"], timeout=PATIENCE) as client:
            client.login("whoever", "whatever")
            assert client.list()[1] == [b'(\\HasNoChildren) "/" INBOX']


def test_the_ca_is_written_where_it_is_wanted(tmp_path: Path) -> None:
    ca_file = tmp_path / "ca.pem"
    with serving("--ca-file", str(ca_file)) as served:
        assert served.places["ca_file"] == str(ca_file)
        assert ca_file.read_text(encoding="ascii").startswith("-----BEGIN CERTIFICATE-----")


def test_mail_is_loaded_into_the_first_account(tmp_path: Path) -> None:
    mail = tmp_path / "one.eml"
    mail.write_bytes(MAIL)
    with serving("--load", str(mail)) as served:
        place = served.places["imap"]
        with imaplib.IMAP4(place["host"], place["port"], timeout=PATIENCE) as client:
            client.login("user@example.test", "password")
            client.select()
            found = client.fetch("1", "(BODY.PEEK[])")[1][0]
            assert isinstance(found, tuple)
            assert found[1] == MAIL


def test_the_transcript_goes_to_standard_error() -> None:
    with serving("--transcript") as served:
        place = served.places["smtp"]
        with smtplib.SMTP(place["host"], place["port"], timeout=PATIENCE) as client:
            client.noop()
        served.stop(signal.SIGTERM)
        assert "C: noop" in served.errors
        assert "S: 250 " in served.errors


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--smtp", "70000"], "70000 is not a port"),
        (["--smtp", "25x"], "25x is not a port: wanted 0 to 65535"),
        (["--account", "ann"], "'ann' is not NAME:PASSWORD"),
        (["--mailboxs=inbox"], "no option --mailboxs=inbox; did you mean '--mailboxes'? "),
    ],
)
def test_a_bad_argument_is_told(
    arguments: list[str], complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["serve", *arguments])
    assert ended.value.code == 2
    said = capsys.readouterr().err
    assert complaint in said
    assert said.count("\n") == 2  # no screenful of options before it


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        main(["--version"])
    assert capsys.readouterr().out == f"{__version__}\n"


def test_a_missing_file_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["serve", "--accounts", "/nowhere/at/all"]) == 2
    assert "/nowhere/at/all" in capsys.readouterr().err


def test_a_file_that_is_no_text_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    accounts = tmp_path / "accounts"
    accounts.write_bytes(b"ann:s\xe9cret\n")
    assert main(["serve", "--accounts", str(accounts)]) == 2
    assert f"fakemail: {accounts}: 'utf-8' codec can't decode" in capsys.readouterr().err


def test_a_port_that_is_taken_is_told() -> None:
    with serving() as served:
        port = str(served.places["smtp"]["port"])
        assert b"in use" in run([*COMMAND, "--smtp", port], accepted=(2,))


def test_settings_are_options_and_stand_in_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("FAKEMAIL_HOSTNAME", "mx.environment.test")
    monkeypatch.setenv("FAKEMAIL_DOMAIN", "environment.test")
    arguments = ("--domain", "option.test", "--require-auth", "--smtp-timeout", "5m")
    with serving(*arguments, "--account", "ann:secret") as served:
        assert served.places["accounts"][0]["address"] == "ann@option.test"
        smtp = served.places["smtp"]
        with smtplib.SMTP(smtp["host"], smtp["port"], timeout=PATIENCE) as client:
            assert client.ehlo()[1].startswith(b"mx.environment.test")
            assert client.mail("a@x.test")[0] == 530


@pytest.mark.parametrize(
    ("arguments", "variable", "complaint"),
    [
        (["--mailboxes", "inbux"], "", "--mailboxes='inbux': did you mean 'inbox'? wanted one of"),
        ([], "soon", "FAKEMAIL_SMTP_TIMEOUT='soon': wanted seconds"),
        (["--imap-without", "MOV"], "", "--imap-without: no capability 'MOV'; did you mean 'MOVE'"),
    ],
)
def test_a_bad_setting_is_named_as_it_was_spelt(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    variable: str,
    complaint: str,
) -> None:
    if variable:
        monkeypatch.setenv("FAKEMAIL_SMTP_TIMEOUT", variable)
    assert main(["serve", *arguments]) == 2
    assert complaint in capsys.readouterr().err


def test_a_provider_is_served_with_what_it_has() -> None:
    with serving("--provider", "ses") as served:
        assert "imap" not in served.places
        place = served.places["smtp"]
        with smtplib.SMTP(place["host"], place["port"], timeout=PATIENCE) as client:
            assert client.ehlo()[1].startswith(b"email-smtp.amazonaws.com")
