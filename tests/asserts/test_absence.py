"""Why no mail came, in words that say what to do."""

import socket
import sys
import warnings
from types import ModuleType, SimpleNamespace

import pytest

from pytest_fakemail import FakeMail, UnmetExpectation
from pytest_fakemail.asserts.absence import Ports, why_none, why_unread
from pytest_fakemail.transcript.exchanges import RecordedConnection, RecordedExchange

BOTH = Ports("smtp", 2525, 4650)


def connection(*, is_implicit_tls: bool = False, notes: tuple[str, ...] = ()) -> RecordedConnection:
    local = ("127.0.0.1", 4650 if is_implicit_tls else 2525)
    one = RecordedConnection(1, "smtp", ("127.0.0.1", 1), local, is_implicit_tls, None, None)
    one.notes += notes
    one.closed = "by the client"
    return one


def exchange(one: RecordedConnection, verb: str, request: bytes, answer: bytes) -> RecordedExchange:
    said = RecordedExchange(one, verb, request, 0.0)
    said.take_answer(answer, 0.0)
    one.exchanges.append(said)
    return said


def test_a_port_that_was_never_read() -> None:
    said = "the SMTP server was not used, its port was never read"
    assert why_none([], []) == [said]
    assert why_none([Ports("smtp", None, None)], []) == [said]


def test_nobody_connected() -> None:
    assert why_none([BOTH], []) == ["nobody connected to SMTP (port 2525, tls_port 4650)"]
    assert why_none([Ports("lmtp", 24, None)], []) == ["nobody connected to LMTP (port 24)"]


def test_a_server_that_is_down_is_told() -> None:
    said = "nobody connected to SMTP (port 2525): SMTP {} down, by go_down('refuse')"
    one = Ports("smtp", 2525, None, "refuse", is_down=True)
    assert why_none([one], []) == [said.format("is")]
    assert why_none([Ports("smtp", 2525, None, "refuse")], []) == [said.format("was")]


def reader(protocol: str = "imap", user: str | None = None) -> RecordedConnection:
    peer, local = ("127.0.0.1", 1), ("127.0.0.1", 1430)
    one = RecordedConnection(1, protocol, peer, local, is_implicit_tls=False, tls=None, user=user)
    one.closed = "by the client"
    return one


def test_why_nobody_has_read() -> None:
    unused = ["neither IMAP nor POP3 was used, their ports were never read"]
    assert why_unread([], []) == unused
    silent = "a client left the SMTP port 2525 without a word: did it want IMAP or POP3?"
    assert why_unread([], [connection()]) == [*unused, silent]
    both = [Ports("imap", 1430, None), Ports("pop3", None, 9950)]
    assert why_unread(both, []) == ["nobody connected to IMAP (port 1430) or POP3 (tls_port 9950)"]
    assert why_unread(both, [reader(), reader("pop3", "ann@x.test")]) == []


def test_a_reader_that_only_looked() -> None:
    one = reader()
    exchange(one, "CAPABILITY", b"a CAPABILITY\r\n", b"* CAPABILITY x\r\na OK done\r\n")
    assert why_unread([], [one]) == [
        "a client connected once and did not log in; it said CAPABILITY"
    ]


@pytest.mark.parametrize(
    ("protocol", "verb", "request_", "answer", "said"),
    [
        ("imap", "LIST", b"LIST\r\n", b"a BAD No, no\r\n", "LIST was answered BAD No, no"),
        ("pop3", "STLS", b"STLS\r\n", b"-ERR Not now\r\n", "STLS was answered -ERR Not now"),
    ],
)
def test_a_reader_that_is_refused(
    protocol: str, verb: str, request_: bytes, answer: bytes, said: str
) -> None:
    one = reader(protocol)
    refused = exchange(one, verb, request_, answer)
    refused.notes += ["policy: rate_limit: 3 a minute", "login refused: no such account"]
    assert why_unread([], [one]) == [
        said,
        "by the policy: rate_limit: 3 a minute",
        "login refused: no such account",
    ]


@pytest.mark.parametrize(
    ("ports", "other"), [(BOTH, "is 4650"), (Ports("smtp", 2525, None), "was never read")]
)
def test_tls_to_the_plain_port(ports: Ports, other: str) -> None:
    one = connection()
    exchange(one, "", b"\x16\x03\x01\x02", b"500 5.5.2 Syntax error\r\n")
    assert why_none([ports], [one]) == [
        f"a client spoke TLS to the plain port 2525; tls_port {other}"
    ]


@pytest.mark.parametrize(
    "notes",
    [
        (),
        ("TLS failed: the client speaks in the clear on the TLS port",),
        ("it waits for a greeting in the clear", "TLS failed: the client left"),
    ],
)
def test_no_tls_to_the_tls_port(notes: tuple[str, ...]) -> None:
    one = connection(is_implicit_tls=True, notes=notes)
    said = "a client spoke no TLS to tls_port 4650; the plain port is 2525"
    assert why_none([BOTH], [one]) == [said]


def test_a_certificate_that_is_not_trusted() -> None:
    one = connection(is_implicit_tls=True, notes=("TLS failed: tlsv1 alert unknown ca",))
    said, help_, _ = why_none([BOTH], [one])
    assert said == "the client did not trust the server's certificate"
    assert "fakemail_trust" in help_


def test_another_failure_of_tls() -> None:
    one = connection(is_implicit_tls=True, notes=("TLS failed: no shared cipher",))
    assert why_none([BOTH], [one]) == ["TLS failed: no shared cipher"]


def test_a_refusal_before_what_went_well() -> None:
    refused, well = connection(), connection()
    exchange(refused, "RCPT", b"RCPT TO:<ann@x.test>\r\n", b"550 5.1.1 No such user\r\n")
    exchange(refused, "QUIT", b"QUIT\r\n", b"221 Bye\r\n")
    exchange(well, "QUIT", b"QUIT\r\n", b"221 Bye\r\n")
    said = "RCPT TO:<ann@x.test> was answered 550 5.1.1 No such user"
    assert why_none([BOTH], [refused, well]) == [said]


def test_a_connection_that_is_refused() -> None:
    one = connection()
    exchange(one, "connect", b"", b"421 4.3.2 Later\r\n")
    assert why_none([BOTH], [one]) == ["the connection was answered 421 4.3.2 Later"]


def test_what_the_server_said_unasked(fakemail: FakeMail) -> None:
    """Nobody has asked for it, so it is no answer."""
    for server in (fakemail.smtp, fakemail.imap):
        with socket.create_connection(server.address) as client, client.makefile("rb") as lines:
            lines.readline()
            fakemail.clock.advance("1h")
            lines.readline()
    [no_mail], [unread] = fakemail.why_no_mail(), fakemail.why_nobody_read()
    assert no_mail == "the server said, unasked: 421 4.4.2 Timeout exceeded"
    assert unread == "the server said, unasked: BYE Disconnected for inactivity"


def test_who_is_turned_away_at_the_door(fakemail: FakeMail) -> None:
    """IMAP's word for it is no answer to a command, and is told all the same."""
    fakemail.imap.when("connect").bye("[LIMIT] Too many connections")
    with socket.create_connection(fakemail.imap.address) as client, client.makefile("rb") as lines:
        assert lines.readline() == b"* BYE [LIMIT] Too many connections\r\n"
    said, fault = fakemail.why_nobody_read()
    assert said == "the connection was answered BYE [LIMIT] Too many connections"
    assert fault.startswith("by the fault: imap.when('connect').bye(")


def test_a_fault_that_said_nothing() -> None:
    one = connection()
    ended = RecordedExchange(one, "end-of-data", b".\r\n", 0.0)
    ended.notes.append("fault: smtp.when('end-of-data').lose_reply()")
    one.exchanges.append(ended)
    assert why_none([BOTH], [one]) == [
        "the end of data got no answer",
        "by the fault: smtp.when('end-of-data').lose_reply()",
    ]


def test_a_fault_that_only_delays_is_no_refusal() -> None:
    one = connection()
    exchange(one, "NOOP", b"NOOP\r\n", b"250 Ok\r\n").notes.append("fault: x.delay('1s')")
    assert why_none([BOTH], [one]) == ["a client connected once and sent no mail; it said NOOP"]


def test_a_client_that_sent_none() -> None:
    one = connection()
    exchange(one, "EHLO", b"EHLO x\r\n", b"250 x\r\n")
    exchange(one, "QUIT", b"QUIT\r\n", b"221 Bye\r\n")
    assert why_none([BOTH], [one]) == [
        "a client connected once and sent no mail; it said EHLO, QUIT"
    ]
    assert "2 times" in why_none([BOTH], [one, one])[0]


def test_django_keeps_mails(monkeypatch: pytest.MonkeyPatch) -> None:
    backend = "django.core.mail.backends.locmem.EmailBackend"
    conf, mail = ModuleType("django.conf"), ModuleType("django.core.mail")
    conf.settings = SimpleNamespace(configured=True, EMAIL_BACKEND=backend)  # type: ignore[attr-defined]
    mail.outbox = [object()]  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "django.conf", conf)
    monkeypatch.setitem(sys.modules, "django.core.mail", mail)
    _, said, help_ = why_none([BOTH], [])
    assert said.startswith(f"Django keeps its mails: EMAIL_BACKEND is {backend!r}, and ")
    assert said.endswith("outbox has 1 of them")
    assert "django.core.mail.backends.smtp.EmailBackend" in help_
    conf.settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    assert why_none([BOTH], [])[1] == (
        "Django has kept 1 mail in django.core.mail.outbox: EMAIL_BACKEND was that of memory"
    )
    assert len(why_none([BOTH], [], kept_before=1)) == 1
    mail.outbox.clear()
    conf.settings.EMAIL_BACKEND = queue = "post_office.EmailBackend"
    assert f"EMAIL_BACKEND {queue!r}, maybe for later" in why_none([BOTH], [])[1]
    conf.settings.EMAIL_BACKEND = backend
    assert len(why_none([BOTH], [])) == 1  # that backend was given nothing
    conf.settings.configured = False
    assert len(why_none([BOTH], [])) == 1


def test_django_keeps_mails_by_mailers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Django 6.1: MAILERS takes the place of EMAIL_BACKEND, which then cannot be read."""
    default = {"BACKEND": "django.core.mail.backends.console.EmailBackend"}
    conf = ModuleType("django.conf")
    conf.settings = SimpleNamespace(configured=True, MAILERS={"default": default})  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "django.conf", conf)
    _, said, help_ = why_none([BOTH], [])
    assert said.startswith("Django keeps its mails: MAILERS['default']['BACKEND'] is 'django.")
    assert "settings.MAILERS['default']['BACKEND'] = 'django.core.mail.backends.smtp" in help_
    default.clear()
    assert len(why_none([BOTH], [])) == 1
    conf.settings.MAILERS = {}
    assert len(why_none([BOTH], [])) == 1


def test_django_warns_of_the_setting_that_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    class Settings:
        configured = True

        @property
        def EMAIL_BACKEND(self) -> str:  # noqa: N802  (Django's name)
            warnings.warn("EMAIL_BACKEND is deprecated", DeprecationWarning, stacklevel=1)
            return "django.core.mail.backends.console.EmailBackend"

    conf = ModuleType("django.conf")
    conf.settings = Settings()  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "django.conf", conf)
    assert "EMAIL_BACKEND is 'django." in why_none([BOTH], [])[1]


@pytest.mark.parametrize("is_of_one_app", [True, False])
def test_flask_mail_keeps_mails(*, is_of_one_app: bool) -> None:
    flask = pytest.importorskip("flask", reason="needs flask, of the extra 'test'")
    flask_mail = pytest.importorskip("flask_mail", reason="needs flask-mail, of the extra 'test'")

    def made(*, testing: bool) -> object:
        app = flask.Flask("shop")
        app.testing = testing
        mail = flask_mail.Mail(app) if is_of_one_app else flask_mail.Mail()
        if not is_of_one_app:
            mail.init_app(app)
        return app

    sends = made(testing=False)
    assert len(why_none([BOTH], [])) == 1
    keeps = made(testing=True)
    said = why_none([BOTH], [])
    assert "MAIL_SUPPRESS_SEND" in said[1]
    assert "fakemail_flask" in said[2]
    assert sends is not keeps
    del keeps
    assert len(why_none([BOTH], [])) == 1


@pytest.mark.parametrize(
    ("forget", "reason"),
    [
        ("outbox.clear()", r"no mail: outbox\.clear\(\) has forgotten 2 that came$"),
        ("reset()", r"no mail: nobody connected to SMTP \(port \d+\) since reset\(\)\n"),
        ("transcript.clear()", ""),
    ],
)
def test_what_the_test_itself_has_forgotten(fakemail: FakeMail, forget: str, reason: str) -> None:
    with fakemail.smtp.client() as client:
        for _ in range(2):
            client.sendmail("app@x.test", "ann@x.test", "Subject: Hello\n\n")
    eval(f"fakemail.{forget}")  # noqa: S307  (as a test would write it)
    if reason:
        with pytest.raises(UnmetExpectation, match=reason):
            fakemail.outbox.one()
    else:
        assert fakemail.why_no_mail()[0].endswith(" since transcript.clear()")


def test_what_was_lost_or_refused_is_not_laid_to_clear(fakemail: FakeMail) -> None:
    fakemail.smtp.when("end-of-data").reply(250, "2.0.0 Ok, and lost").once()
    with fakemail.smtp.client() as client:
        client.sendmail("app@x.test", "ann@x.test", "Subject: Hello\n\n")
        assert "sent no mail" in fakemail.why_no_mail()[0]
        client.sendmail("app@x.test", "ann@x.test", "Subject: Hello\n\n")
        fakemail.outbox.clear()
        fakemail.smtp.when("MAIL").reply(550)
        assert client.mail("app@x.test")[0] == 550
    said = fakemail.why_no_mail()
    assert "was answered 550" in said[0]
    assert said[-1] == "outbox.clear() has forgotten 1 that came"


@pytest.mark.parametrize(
    ("at", "said", "spoken"),
    [
        ("smtp", b"USER ann\r\n", "POP3"),
        ("smtp", b"a1 CAPABILITY\r\n", "IMAP"),
        ("smtp", b"GET / HTTP/1.1\r\n", "HTTP"),
        ("lmtp", b"EHLO x\r\n", "SMTP"),
        ("imap", b"EHLO x\r\n", "SMTP"),
        ("pop3", b"a1 LOGIN ann pw\r\n", "IMAP"),
    ],
)
def test_a_client_at_the_wrong_door(at: str, said: bytes, spoken: str) -> None:
    one = reader(at)
    exchange(one, "", said, b"500 5.5.1 What?\r\n")
    told = f"a client spoke {spoken} to the {at.upper()} port 1430"
    assert told in (why_none([BOTH], [one]) + why_unread([], [one]))


def test_a_client_that_left_the_wrong_door() -> None:
    """smtplib closes what does not greet with 220; one that logs in has its own business there."""
    said = "a client left the IMAP port 1430 without a word: did it want SMTP?"
    assert said in why_none([BOTH], [reader()])
    assert len(why_none([BOTH], [reader(user="ann@x.test")])) == 1
    still_there = reader()
    still_there.closed = None
    assert len(why_none([BOTH], [still_there])) == 1


def test_what_is_refused_in_consequence_is_not_the_reason() -> None:
    one = connection()
    exchange(one, "MAIL", b"MAIL FROM:<a@x.test>\r\n", b"530 5.7.0 STARTTLS first\r\n")
    exchange(one, "RCPT", b"RCPT TO:<b@x.test>\r\n", b"503 5.5.1 MAIL first\r\n")
    exchange(one, "DATA", b"DATA\r\n", b"554 5.5.1 No valid recipients\r\n")
    exchange(one, "RSET", b"RSET\r\n", b"530 5.7.0 STARTTLS first\r\n")
    assert why_none([BOTH], [one]) == ["MAIL FROM:<a@x.test> was answered 530 5.7.0 STARTTLS first"]
    alone = connection()
    exchange(alone, "RSET", b"RSET\r\n", b"530 5.7.0 STARTTLS first\r\n")
    assert why_none([BOTH], [alone]) == ["RSET was answered 530 5.7.0 STARTTLS first"]


@pytest.mark.fakemail(require_tls=True)
def test_no_login_before_tls(fakemail: FakeMail) -> None:
    with fakemail.smtp.client() as client:
        client.ehlo()
        assert not client.has_extn("auth")
    assert fakemail.why_no_mail()[1:] == [
        "AUTH is offered after STARTTLS only, as require_tls has it"
    ]


def test_flask_mailman_keeps_mails() -> None:
    flask = pytest.importorskip("flask", reason="needs flask, of the extra 'test'")
    mailman = pytest.importorskip(
        "flask_mailman", reason="needs flask-mailman, of the extra 'test'"
    )
    app = flask.Flask("shop")
    app.testing = True
    mail = mailman.Mail(app)
    assert "Flask-Mailman keeps its mails" in why_none([BOTH], [])[1]
    del app, mail
    assert len(why_none([BOTH], [])) == 1


def test_fastapi_mail_is_told_not_to_send(monkeypatch: pytest.MonkeyPatch) -> None:
    class ConnectionConfig(SimpleNamespace):
        pass

    fastapi_mail = ModuleType("fastapi_mail")
    fastapi_mail.ConnectionConfig = ConnectionConfig  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "fastapi_mail", fastapi_mail)
    config = ConnectionConfig(SUPPRESS_SEND=1)
    assert "SUPPRESS_SEND is 1" in why_none([BOTH], [])[1]
    config.SUPPRESS_SEND = 0
    assert len(why_none([BOTH], [])) == 1
