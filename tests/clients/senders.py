"""Clients that we did not write, each as a function that sends one mail.

A sender is called with the server, the octets, how to secure the connection (``none``,
``starttls``, ``implicit``) and a SASL mechanism or None.  It returns when the client says
that the mail was sent, and raises when the client says that it was not.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import aiosmtplib
from clients import running
from clients.installed import NODE
from clients.programs import run

from pytest_fakemail import FakeMail

SENDER = "app@example.test"
RECIPIENT = "ann@example.test"
USER, PASSWORD = "user@example.test", "password"


class Trial(NamedTuple):
    """What a sender is asked to do."""

    fakemail: FakeMail
    raw: bytes
    security: str
    mechanism: str | None
    tmp_path: Path

    @property
    def port(self) -> int:
        smtp = self.fakemail.smtp
        return smtp.tls_port if self.security == "implicit" else smtp.port

    @property
    def ca_file(self) -> str:
        return str(self.fakemail.tls.ca_file)

    @property
    def token(self) -> str:
        return self.fakemail.account().token()

    def file(self) -> Path:
        path = self.tmp_path / "mail.eml"
        path.write_bytes(self.raw)
        return path


def by_smtplib(trial: Trial) -> None:
    client = trial.fakemail.smtp.client(security=trial.security)  # type: ignore[arg-type]  # parametrised, or a mistake on purpose
    if trial.mechanism is not None:
        client.ehlo()
        client.user, client.password = USER, PASSWORD
        method = getattr(client, "auth_" + trial.mechanism.lower().replace("-", "_"))
        client.auth(trial.mechanism, method)
    client.sendmail(SENDER, [RECIPIENT], trial.raw)
    client.quit()


def by_aiosmtplib(trial: Trial) -> None:
    async def scenario() -> None:
        client = aiosmtplib.SMTP(
            hostname="localhost",
            port=trial.port,
            use_tls=trial.security == "implicit",
            start_tls=trial.security == "starttls",
            tls_context=trial.fakemail.tls.client_context(),
        )
        async with client:
            if trial.mechanism is not None:
                await client.ehlo()
                login = getattr(client, "auth_" + trial.mechanism.lower().replace("-", ""))
                await login(USER, PASSWORD)
            await client.sendmail(SENDER, [RECIPIENT], trial.raw)

    running.run(scenario())


def by_curl(trial: Trial) -> None:
    scheme = "smtps" if trial.security == "implicit" else "smtp"
    command = ["curl", "--silent", "--show-error", "--cacert", trial.ca_file]
    command += ["--mail-from", SENDER, "--mail-rcpt", RECIPIENT, "--upload-file", str(trial.file())]
    if trial.security == "starttls":
        command.append("--ssl-reqd")
    if trial.mechanism is not None:
        command += ["--login-options", f"AUTH={trial.mechanism}"]
        if trial.mechanism == "OAUTHBEARER":
            command += ["--user", USER, "--oauth2-bearer", trial.token]
        else:
            command += ["--user", f"{USER}:{PASSWORD}"]
    url = f"{scheme}://localhost:{trial.port}/client.example.test"
    run(*command, url, home=trial.tmp_path)


def by_swaks(trial: Trial) -> None:
    command = ["swaks", "--server", f"localhost:{trial.port}", "--silent", "1"]
    command += ["--from", SENDER, "--to", RECIPIENT]
    mail = trial.tmp_path / "mail"  # swaks ends the last line itself
    mail.write_bytes(trial.raw.replace(b"\r\n", b"\n").removesuffix(b"\n"))
    command += ["--data", f"@{mail}"]
    command += ["--pipeline", "--protocol", "ESMTP"]
    if trial.security != "none":
        command += ["--tls-verify", "--tls-ca-path", trial.ca_file]
        command.append("--tls-on-connect" if trial.security == "implicit" else "--tls")
    if trial.mechanism is not None:
        command += ["--auth", trial.mechanism, "--auth-user", USER, "--auth-password", PASSWORD]
    run(*command, home=trial.tmp_path)


def by_msmtp(trial: Trial) -> None:
    command = ["msmtp", "--file=/dev/null", "--host=localhost", f"--port={trial.port}"]
    command += [f"--from={SENDER}", "--timeout=30"]
    if trial.security != "none":
        command += ["--tls=on", f"--tls-trust-file={trial.ca_file}"]
        command.append(f"--tls-starttls={'off' if trial.security == 'implicit' else 'on'}")
    if trial.mechanism is not None:
        secret = trial.token if trial.mechanism in {"XOAUTH2", "OAUTHBEARER"} else PASSWORD
        command += [f"--auth={trial.mechanism.lower()}", f"--user={USER}"]
        command.append(f"--passwordeval=echo {secret}")
    mail = trial.raw.replace(b"\r\n", b"\n")
    run(*command, "--", RECIPIENT, home=trial.tmp_path, stdin=mail)


def by_nodemailer(trial: Trial) -> None:
    task = {
        "host": "127.0.0.1",  # any name it would ask a name server for, even this one's
        "port": trial.port,
        "secure": trial.security == "implicit",
        "requireTLS": trial.security == "starttls",
        "ignoreTLS": trial.security == "none",
        "mechanism": trial.mechanism,
        "user": USER,
        "password": PASSWORD,
        "token": trial.token,
        "ca_file": trial.ca_file,
        "sender": SENDER,
        "recipient": RECIPIENT,
        "raw": str(trial.file()),
    }
    run("node", str(NODE / "send.js"), home=trial.tmp_path, stdin=json.dumps(task).encode())


class Sender(NamedTuple):
    """A client, the SASL mechanisms that it knows, and the programs that it needs."""

    send: Callable[[Trial], None]
    mechanisms: tuple[str, ...]
    programs: tuple[str, ...] = ()


SENDERS = {
    "smtplib": Sender(by_smtplib, ("PLAIN", "LOGIN", "CRAM-MD5")),
    "aiosmtplib": Sender(by_aiosmtplib, ("PLAIN", "LOGIN", "CRAM-MD5")),
    "curl": Sender(by_curl, ("PLAIN", "LOGIN", "CRAM-MD5", "OAUTHBEARER"), ("curl",)),
    "swaks": Sender(by_swaks, ("PLAIN", "LOGIN", "CRAM-MD5"), ("swaks",)),
    "msmtp": Sender(
        by_msmtp,
        ("PLAIN", "LOGIN", "CRAM-MD5", "SCRAM-SHA-1", "SCRAM-SHA-256", "XOAUTH2", "OAUTHBEARER"),
        ("msmtp",),
    ),
    "nodemailer": Sender(
        by_nodemailer, ("PLAIN", "LOGIN", "CRAM-MD5", "XOAUTH2"), ("node:nodemailer",)
    ),
}
