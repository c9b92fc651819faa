"""The drop-in `smtpd`: what smtpdfix documents holds here, word by word."""

import smtplib
import socket
import ssl
from pathlib import Path
from typing import Any, cast

import pytest
import trustme

from pytest_fakemail import BadArgument, FakeMail, UnfiredFault
from pytest_fakemail.frameworks.smtpdfix import Config, Smtpd, SMTPDFix, smtpd

__all__ = ["smtpd"]  # the fixture

SENDER, TO = "from.addr@example.org", "to.addr@example.org"
MAIL = f"From: {SENDER}\r\nTo: {TO}\r\nSubject: Foo\r\n\r\nFoo bar"


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HOST", "PORT", "USE_SSL", "USE_TLS", "USE_STARTTLS", "ENFORCE_AUTH"):
        monkeypatch.delenv(f"SMTPD_{name}", raising=False)


def send(server: Smtpd, *, starttls: bool = False, login: tuple[str, str] | None = None) -> None:
    kind = smtplib.SMTP_SSL if server.config.use_ssl and not starttls else smtplib.SMTP
    with kind(server.hostname, server.port) as client:
        if starttls:
            client.starttls()
        if login:
            client.login(*login)
        client.sendmail(SENDER, TO, MAIL)


def test_a_mail_is_among_the_messages(smtpd: Smtpd) -> None:
    send(smtpd)
    assert len(smtpd.messages) == 1
    message = smtpd.messages[0]
    assert message["Subject"] == "Foo"
    assert message.get_payload() == "Foo bar\r\n"
    assert (message["X-MailFrom"], message["X-RcptTo"]) == (SENDER, TO)
    assert message["X-Peer"].startswith("('127.0.0.1', ")


def test_messages_are_a_copy_of_a_list_of_the_same_messages(smtpd: Smtpd) -> None:
    send(smtpd)
    smtpd.messages.clear()
    assert smtpd.messages[0] is smtpd.messages[0]


def test_the_server_answers_before_it_is_asked_for_a_port(smtpd: Smtpd) -> None:
    with smtplib.SMTP(smtpd.hostname, smtpd.port) as client:
        assert client.noop()[0] == 250
        assert not client.has_extn("starttls")
        assert not client.has_extn("auth")


def test_starttls(smtpd: Smtpd) -> None:
    smtpd.config.use_starttls = True
    send(smtpd, starttls=True)
    assert len(smtpd.messages) == 1
    with pytest.raises(smtplib.SMTPSenderRefused, match="530"):
        send(smtpd)


def test_tls_from_the_first_octet(smtpd: Smtpd) -> None:
    cast("Any", smtpd.config).use_ssl = "yes"
    send(smtpd)
    assert len(smtpd.messages) == 1


def test_starttls_goes_before_use_ssl(smtpd: Smtpd) -> None:
    smtpd.config.use_ssl = smtpd.config.use_starttls = True
    send(smtpd, starttls=True)
    assert len(smtpd.messages) == 1


@pytest.mark.parametrize("mechanism", ["plain", "login", "cram_md5"])
def test_a_login_by_each_mechanism(smtpd: Smtpd, mechanism: str) -> None:
    smtpd.config.enforce_auth = True
    smtpd.config.auth_require_tls = False
    with smtplib.SMTP(smtpd.hostname, smtpd.port) as client:
        client.ehlo()
        client.user, client.password = "user", "password"
        client.auth(mechanism.replace("_", "-"), getattr(client, f"auth_{mechanism}"))
        client.sendmail(SENDER, TO, MAIL)
    assert len(smtpd.messages) == 1


def test_who_does_not_log_in_is_refused(smtpd: Smtpd) -> None:
    smtpd.config.enforce_auth = True
    with pytest.raises(smtplib.SMTPSenderRefused, match="530"):
        send(smtpd)
    assert smtpd.messages == []


def test_a_login_is_offered_below_tls_only(smtpd: Smtpd) -> None:
    smtpd.config.enforce_auth = True
    with pytest.raises(smtplib.SMTPNotSupportedError):
        send(smtpd, login=("user", "password"))
    smtpd.config.use_starttls = True
    send(smtpd, starttls=True, login=("user", "password"))
    smtpd.config.use_starttls, smtpd.config.use_ssl = False, True
    send(smtpd, login=("user", "password"))
    assert len(smtpd.messages) == 2


def test_another_name_and_password(smtpd: Smtpd) -> None:
    smtpd.config.auth_require_tls = False
    smtpd.config.login_username = "ann"
    smtpd.config.login_password = "s3cret"
    send(smtpd, login=("ann", "s3cret"))
    with pytest.raises(smtplib.SMTPAuthenticationError):
        send(smtpd, login=("user", "password"))


def test_the_port_and_the_messages_outlive_a_change(smtpd: Smtpd) -> None:
    port = smtpd.port
    send(smtpd)
    smtpd.config.use_ssl = True
    send(smtpd)
    smtpd.config.use_ssl = False
    send(smtpd)
    assert smtpd.port == port
    assert len(smtpd.messages) == 3


def test_reset_keeps_messages_or_not(smtpd: Smtpd) -> None:
    send(smtpd)
    port = smtpd.port
    smtpd.reset()
    assert len(smtpd.messages) == 1
    smtpd.reset(persist_messages=False)
    assert (smtpd.messages, smtpd.port) == ([], port)


def test_stop_and_start(smtpd: Smtpd) -> None:
    send(smtpd)
    smtpd.stop()
    with pytest.raises(ConnectionRefusedError):
        send(smtpd)
    smtpd.start()
    send(smtpd)
    assert len(smtpd.messages) == 2


def test_a_certificate_of_ones_own(smtpd: Smtpd, tmp_path: Path) -> None:
    ca = trustme.CA()
    one_file = tmp_path / "localhost.cert.pem"
    ca.issue_cert("localhost", "127.0.0.1").private_key_and_cert_chain_pem.write_to_path(one_file)
    cast("Any", smtpd.config).ssl_cert_files = str(one_file)
    smtpd.config.use_ssl = True
    context = ssl.create_default_context()
    ca.configure_trust(context)
    with smtplib.SMTP_SSL(smtpd.hostname, smtpd.port, context=context) as client:
        client.sendmail(SENDER, TO, MAIL)
    assert len(smtpd.messages) == 1
    assert smtpd.config.ssl_cert_files == (str(one_file), None)


def test_a_certificate_and_its_key_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ca = trustme.CA()
    issued = ca.issue_cert("localhost", "127.0.0.1")
    issued.cert_chain_pems[0].write_to_path(tmp_path / "cert.pem")
    issued.private_key_pem.write_to_path(tmp_path / "key.pem")
    monkeypatch.setenv("SMTPD_SSL_CERT_FILE", str(tmp_path / "cert.pem"))
    monkeypatch.setenv("SMTPD_SSL_KEY_FILE", str(tmp_path / "key.pem"))
    context = ssl.create_default_context()
    ca.configure_trust(context)
    with SMTPDFix() as server:
        server.config.use_starttls = True
        with smtplib.SMTP(server.hostname, server.port) as client:
            client.starttls(context=context)


def test_not_as_a_fixture() -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    with SMTPDFix("127.0.0.1", port) as server:
        with smtplib.SMTP("127.0.0.1", port) as client:
            client.sendmail(SENDER, TO, MAIL)
        assert len(server.messages) == 1
    with pytest.raises(ConnectionRefusedError):
        smtplib.SMTP("127.0.0.1", port)


def test_the_environment_is_the_beginning(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "HOST": "localhost",
        "PORT": "8025",
        "READY_TIMEOUT": "2.5",
        "LOGIN_NAME": "ann",
        "LOGIN_PASSWORD": "s3cret",
        "ENFORCE_AUTH": "1",
        "AUTH_REQUIRE_TLS": "no",
        "USE_STARTTLS": "on",
        "USE_TLS": "t",
    }.items():
        monkeypatch.setenv(f"SMTPD_{name}", value)
    config = Config()
    assert (config.host, config.port, config.ready_timeout) == ("localhost", 8025, 2.5)
    assert (config.login_username, config.login_password) == ("ann", "s3cret")
    assert config.enforce_auth
    assert config.use_starttls
    assert config.use_ssl
    assert not config.auth_require_tls
    assert "s3cret" not in repr(config)


def test_mistakes_are_told_at_once(smtpd: Smtpd, tmp_path: Path) -> None:
    with pytest.raises(BadArgument, match=r"config\.use_tls; did you mean"):
        smtpd.config.use_tls = True
    with pytest.raises(BadArgument, match="enforce_auth='maybe': wanted one of y, yes"):
        cast("Any", smtpd.config).enforce_auth = "maybe"
    with pytest.raises(BadArgument, match="port=70000: wanted"):
        smtpd.config.port = 70000
    with pytest.raises(FileNotFoundError):
        smtpd.config.ssl_cert_files = (str(tmp_path / "none.pem"), None)


def test_more_than_smtpdfix_has_is_below(smtpd: Smtpd) -> None:
    smtpd.fakemail.smtp.when("RCPT").reply(450, "4.2.1 Mailbox busy").once()
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        send(smtpd)
    send(smtpd)
    assert smtpd.fakemail.outbox.one().subject == "Foo"


def test_a_fault_that_nothing_met_fails_the_block() -> None:
    with pytest.raises(UnfiredFault), SMTPDFix() as server:
        server.fakemail.smtp.when("RCPT").reply(450, "4.2.1 Mailbox busy")


def test_a_suite_opts_in(pytester: pytest.Pytester) -> None:
    pytester.makeconftest('pytest_plugins = ["pytest_fakemail.frameworks.smtpdfix"]')
    pytester.makepyfile(
        """
        import smtplib

        def test_sendmail(smtpd):
            with smtplib.SMTP(smtpd.hostname, smtpd.port) as client:
                client.sendmail("a@example.org", "b@example.org", "Subject: Foo\\r\\n\\r\\nFoo bar")
            assert len(smtpd.messages) == 1
            assert smtpd.messages[0]["Subject"] == "Bar"
        """
    )
    result = pytester.runpytest("-q")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*fakemail conversation*", "C: QUIT"])


def test_nobody_else_has_the_fixture(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("def test_it(smtpd): pass")
    pytester.runpytest("-q").stdout.fnmatch_lines(["*fixture 'smtpd' not found*"])


def test_ones_own_certificate_is_refused_if_it_is_none(tmp_path: Path) -> None:
    (tmp_path / "none.pem").write_text("no certificate")
    with FakeMail() as fakemail:
        with pytest.raises(BadArgument, match="no certificate to present"):
            fakemail.tls.use_certificate(tmp_path / "none.pem")
        with pytest.raises(BadArgument, match="no certificate to present"):
            fakemail.tls.use_certificate(tmp_path / "missing.pem")
