"""Handshakes that go wrong are rows: certificates nobody should trust, a server without TLS."""

import imaplib
import poplib
import smtplib
import ssl
from collections.abc import Callable
from contextlib import closing

import pytest

from pytest_fakemail import BadArgument, FakeMail

MAIL = "Subject: x\n\nx"
FLAWS = [
    *("starttls-stripped", "handshake-failure"),
    *("expired", "wrong-host", "untrusted", "in-the-clear"),
]


def sent_by(fakemail: FakeMail, context: ssl.SSLContext) -> None:
    with smtplib.SMTP(*fakemail.smtp.address, timeout=30) as client:
        client.starttls(context=context)
        client.sendmail("a@x.test", "b@x.test", MAIL)


def test_who_verifies_trusts_none_of_them(fakemail: FakeMail) -> None:
    context = fakemail.tls.client_context()
    result = fakemail.sweep(lambda: sent_by(fakemail, context), only="tls")
    assert [row.fault for row in result.rows] == FLAWS
    assert result.verdicts == {"fine": len(FLAWS)}
    assert all(row.said.startswith("failed: SSL") for row in result.rows[1:])
    assert result.rows[0].said.startswith("failed: SMTPNotSupportedError")
    assert result.rows[2].line == 'fakemail.tls.present("expired", protocol="smtp", nth=1)'


def test_who_verifies_nothing_sends_to_anybody(fakemail: FakeMail) -> None:
    context = fakemail.tls.opportunistic_context()
    result = fakemail.sweep(lambda: sent_by(fakemail, context), only="tls")
    trusted = [row.fault for row in result.rows if row.said == "done"]
    assert trusted == ["expired", "wrong-host", "untrusted"]
    fakemail.check()  # nothing that was presented is left to be met


def test_who_goes_on_without_tls_after_all_is_seen(fakemail: FakeMail) -> None:
    def action() -> None:
        try:
            sent_by(fakemail, fakemail.tls.client_context())
        except (ssl.SSLError, smtplib.SMTPNotSupportedError):
            with smtplib.SMTP(*fakemail.smtp.address, timeout=30) as client:
                client.sendmail("a@x.test", "b@x.test", MAIL)

    result = fakemail.sweep(action, only="tls")
    assert [row.said for row in result.rows] == ["done"] * len(FLAWS)


def logs_in(fakemail: FakeMail, context: ssl.SSLContext, *, mechanism: str = "PLAIN") -> None:
    """Take TLS where it is offered, whoever offers it, and log in in any case."""
    with smtplib.SMTP(*fakemail.smtp.address, timeout=30) as client:
        client.ehlo()
        if client.has_extn("starttls"):
            client.starttls(context=context)
            client.ehlo()
        client.user, client.password = "ann@example.test", "secret"
        client.auth(mechanism, getattr(client, f"auth_{mechanism.lower().replace('-', '_')}"))
        client.sendmail("ann@example.test", "b@x.test", MAIL)


def test_a_password_that_was_given_away_is_told(fakemail: FakeMail) -> None:
    fakemail.account("ann", password="secret")
    context = fakemail.tls.opportunistic_context()
    result = fakemail.sweep(lambda: logs_in(fakemail, context), only="tls")
    given = {row.fault: row.findings[0] for row in result.rows if not row.is_fine}
    by = "the password, or a token, by SMTP,"
    assert given == {
        "starttls-stripped": ("gave a password away", f"{by} in the clear"),
        "expired": ("gave a password away", f"{by} to a server whose certificate has expired"),
        "wrong-host": (
            "gave a password away",
            f"{by} to a server with the certificate of another host",
        ),
        "untrusted": (
            "gave a password away",
            f"{by} to a server whose certificate nobody knows",
        ),
    }


def test_a_challenge_gives_no_password_away(fakemail: FakeMail) -> None:
    fakemail.account("ann", password="secret")
    context = fakemail.tls.opportunistic_context()
    result = fakemail.sweep(lambda: logs_in(fakemail, context, mechanism="CRAM-MD5"), only="tls")
    assert set(result.verdicts) == {"fine"}


@pytest.mark.parametrize("is_tried_in_the_clear", [True, False])
def test_who_falls_back_gives_a_password_away(
    fakemail: FakeMail, *, is_tried_in_the_clear: bool
) -> None:
    """Whatever it is that made it do so; and not if it does so without any reason."""
    fakemail.account("ann", password="secret")

    def action() -> None:
        client = imaplib.IMAP4(*fakemail.imap.address, timeout=30)
        try:
            if not is_tried_in_the_clear:
                client.starttls(fakemail.tls.client_context())
        except imaplib.IMAP4.error:
            client.shutdown()
            client = imaplib.IMAP4(*fakemail.imap.address, timeout=30)
        with client:
            client.login("ann@example.test", "secret")

    result = fakemail.sweep(action, only="refuse")
    found = {row.step for row in result.rows if row.verdict == "gave a password away"}
    # imaplib asks for the capabilities anew behind STARTTLS, and raises if they are refused.
    assert found == (set() if is_tried_in_the_clear else {"STARTTLS", "CAPABILITY"})


def test_each_handshake_of_each_protocol_has_its_rows(fakemail: FakeMail) -> None:
    def action() -> None:
        context = fakemail.tls.client_context()
        smtplib.SMTP(*fakemail.smtp.address, timeout=30).quit()  # who asks for no list
        for _ in range(2):
            sent_by(fakemail, context)
        with imaplib.IMAP4_SSL(
            fakemail.imap.host, fakemail.imap.tls_port, ssl_context=context
        ) as client:
            client.login("user@example.test", "password")

    fakemail.account()
    result = fakemail.sweep(action, only="tls")
    lines = [row.line for row in result.rows if row.fault == "wrong-host"]
    assert lines == [
        'fakemail.tls.present("wrong-host", protocol="smtp", nth=1)',
        'fakemail.tls.present("wrong-host", protocol="smtp", nth=2)',
        'fakemail.tls.present("wrong-host", protocol="imap", nth=1)',
    ]
    stripped = [row.line for row in result.rows if row.fault == "starttls-stripped"]
    assert stripped == [
        'fakemail.tls.present("starttls-stripped", protocol="smtp", nth=1)',
        'fakemail.tls.present("starttls-stripped", protocol="smtp", nth=2)',
    ]
    assert len(result.rows) == 3 * len(FLAWS) - 1  # the TLS port has no STARTTLS


def test_stripping_meets_the_connection_that_its_row_is_of(fakemail: FakeMail) -> None:
    """It is the second that could be stripped, however often the first asks for the list."""

    def action() -> list[bool]:
        offered = []
        for _ in range(3):
            with smtplib.SMTP(*fakemail.smtp.address, timeout=30) as client:
                client.ehlo()
                client.ehlo()
                offered.append(client.has_extn("starttls"))
                if offered[-1]:
                    client.starttls(context=fakemail.tls.client_context())
        return offered

    result = fakemail.sweep(action, only="tls")
    said = [row.said for row in result.rows if row.fault == "starttls-stripped"]
    assert said == [
        "failed: returned [False, True, True]",
        "failed: returned [True, False, True]",
        "failed: returned [True, True, False]",
    ]


def test_pop3_and_imap_can_be_stripped_too(fakemail: FakeMail) -> None:
    def action() -> None:
        context = fakemail.tls.client_context()
        with closing(poplib.POP3(*fakemail.pop3.address, timeout=30)) as reader:
            reader._shortcmd("STLS")  # type: ignore[attr-defined]  # without CAPA
        with imaplib.IMAP4(*fakemail.imap.address, timeout=30) as client:
            client.starttls(context)

    result = fakemail.sweep(action, only="tls")
    said = {row.line: row.said for row in result.rows if row.fault == "starttls-stripped"}
    assert list(said) == [
        'fakemail.tls.present("starttls-stripped", protocol="pop3", nth=1)',
        'fakemail.tls.present("starttls-stripped", protocol="imap", nth=1)',
    ]
    assert all(each.startswith("failed: ") for each in said.values())


def test_the_line_does_again_what_the_row_did(fakemail: FakeMail) -> None:
    context = fakemail.tls.client_context()
    fakemail.tls.present("expired", protocol="smtp", nth=2)
    sent_by(fakemail, context)
    with pytest.raises(ssl.SSLCertVerificationError, match="expired"):
        sent_by(fakemail, context)
    sent_by(fakemail, context)
    fakemail.tls.present("starttls-stripped", protocol="smtp", nth=2)
    sent_by(fakemail, context)
    with pytest.raises(smtplib.SMTPNotSupportedError):
        sent_by(fakemail, context)


@pytest.mark.parametrize(
    ("present", "text"),
    [
        (lambda tls: tls.present("expired", nth=0), "nth=0: wanted a number from 1"),
        (lambda tls: tls.present("expired", nth=True), "nth=True: wanted a number from 1"),
        (lambda tls: tls.present("expired", nth=2, times=3), "nth is once"),
    ],
)
def test_a_mistake_is_told(fakemail: FakeMail, present: Callable[..., object], text: str) -> None:
    with pytest.raises(BadArgument, match=text):
        present(fakemail.tls)


def test_an_nth_handshake_that_never_came_is_told() -> None:
    with FakeMail() as fakemail:
        fakemail.tls.present("expired", nth=2)
        with pytest.raises(ssl.SSLCertVerificationError):
            sent_by(fakemail, ssl.create_default_context())
        (text,) = fakemail.tls.unmet
        assert text.startswith("no TLS handshake met 'expired'")
        fakemail.tls.forget_unmet()


def test_what_a_test_presents_counts_anew_in_each_run(fakemail: FakeMail) -> None:
    """As rules of its own do: the second handshake fails in the clean run, and in each row."""
    fakemail.tls.present("expired", protocol="smtp", nth=2)
    fakemail.tls.present("starttls-refused", protocol="imap", times=1)
    outcomes: list[list[bool]] = []

    def action() -> None:
        outcomes.append([])
        for _ in range(3):
            try:
                sent_by(fakemail, fakemail.tls.client_context())
            except (ssl.SSLError, smtplib.SMTPException):
                outcomes[-1].append(False)
            else:
                outcomes[-1].append(True)
        for _ in range(2):
            with imaplib.IMAP4(*fakemail.imap.address, timeout=30) as client:
                try:
                    client.starttls(fakemail.tls.client_context())
                except (imaplib.IMAP4.error, OSError):
                    outcomes[-1].append(False)
                else:
                    outcomes[-1].append(True)

    result = fakemail.sweep(action, only="tls")
    clean = [True, False, True, False, True]
    assert outcomes[:2] == [clean, clean]
    faulty = [each for row, each in zip(result.rows, outcomes[2:], strict=True)
              if row.fault == "expired"]  # fmt: skip
    # Where a flaw of the test's own strikes there is no row.
    assert faulty == [[False, False, True, False, True], [True, False, False, False, True],
                      [True, False, True, False, False]]  # fmt: skip
    assert fakemail.tls.unmet == []
    assert [one.met for one in fakemail.tls._presented] == [1, 1]  # as after one run
