"""AUTH EXTERNAL: who a client is, its certificate says."""

import imaplib
import smtplib
from pathlib import Path

import pytest
from clients.installed import needs
from clients.programs import run
from clients.senders import RECIPIENT, SENDER

from pytest_fakemail import FakeMail

USER = "user@example.test"

pytestmark = pytest.mark.fakemail(client_certificates=True, require_auth=True)


@needs("msmtp")
def test_msmtp_logs_in_by_its_certificate(fakemail: FakeMail, tmp_path: Path) -> None:
    certificate = fakemail.tls.issue_client_certificate(USER)
    run(
        "msmtp",
        "--file=/dev/null",
        "--host=localhost",
        f"--port={fakemail.smtp.port}",
        f"--from={SENDER}",
        "--tls=on",
        f"--tls-trust-file={certificate.ca_file}",
        f"--tls-cert-file={certificate.cert_file}",
        f"--tls-key-file={certificate.key_file}",
        "--auth=external",
        f"--user={USER}",
        "--",
        RECIPIENT,
        home=tmp_path,
        stdin=b"Subject: Hello\n\nHi\n",
    )
    assert fakemail.outbox.one().user == USER


def test_imaplib_logs_in_by_its_certificate(fakemail: FakeMail) -> None:
    context = fakemail.tls.issue_client_certificate(USER).context()
    port = fakemail.imap.tls_port
    with imaplib.IMAP4_SSL("localhost", port, ssl_context=context) as client:
        assert client.authenticate("EXTERNAL", lambda _: b"")[0] == "OK"
        assert client.select()[0] == "OK"


def test_without_a_certificate_it_is_not_offered(fakemail: FakeMail) -> None:
    context = fakemail.tls.client_context()
    with smtplib.SMTP_SSL("localhost", fakemail.smtp.tls_port, context=context) as client:
        client.ehlo()
        assert "PLAIN" in client.esmtp_features["auth"]
        assert "EXTERNAL" not in client.esmtp_features["auth"]
