"""What `as_…` return is what the libraries want: each sends a mail with it."""

import asyncio
import os
import smtplib
import ssl
import subprocess
import sys
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import unquote, urlsplit

import aiosmtplib
import django
import pytest
from django.conf import settings as django_settings
from django.core.mail import send_mail
from django.test.utils import override_settings
from fastapi_mail import ConnectionConfig, FastMail, MessageSchema, MessageType
from flask import Flask
from flask_mail import Mail, Message

from pytest_fakemail import BadArgument, FakeMail
from pytest_fakemail.server import SECURITY

if TYPE_CHECKING:
    from pytest_fakemail.server import Security

TO = "ann@example.com"
ODD = "s:3/c@r%e t"

if not django_settings.configured:
    django_settings.configure()


def by_django(fakemail: FakeMail, **how: Any) -> None:  # noqa: ANN401
    with override_settings(**fakemail.as_django(**how)):
        send_mail("Hello", "Hello Ann", "app@example.test", [TO])


def by_flask_mail(fakemail: FakeMail, **how: Any) -> None:  # noqa: ANN401
    app = Flask("shop")
    app.testing = True  # by which Flask-Mail sends nothing
    app.config.update(fakemail.as_flask_mail(**how))
    mail = Mail(app)
    with app.app_context():
        mail.send(Message("Hello", recipients=[TO], body="Hello Ann", sender="app@example.test"))


def run(sending: Coroutine[Any, Any, Any]) -> None:
    """Run it, and the loop until TLS's farewell: a library closes a socket and does not wait."""

    async def to_the_end() -> None:
        await sending
        loop: Any = asyncio.get_running_loop()
        while len(loop._selector.get_map()) > 1:  # noqa: ASYNC110  (the loop's own pipe stays)
            await asyncio.sleep(0.001)

    asyncio.run(to_the_end())


def by_fastapi_mail(fakemail: FakeMail, **how: Any) -> None:  # noqa: ANN401
    config = ConnectionConfig(**fakemail.as_fastapi_mail(**how))
    message = MessageSchema(
        subject="Hello", recipients=[cast("Any", TO)], body="Hello", subtype=MessageType.plain
    )
    run(FastMail(config).send_message(message))


def by_aiosmtplib(fakemail: FakeMail, **how: Any) -> None:  # noqa: ANN401
    url = urlsplit(fakemail.as_url(**how))
    security = how.get("security", "none")
    mail = b"Subject: Hello\r\nTo: ann@example.com\r\n\r\nHello Ann\r\n"

    async def send() -> None:
        async with aiosmtplib.SMTP(
            hostname=url.hostname,
            port=url.port,
            username=unquote(url.username or "") or None,
            password=unquote(url.password or "") or None,
            use_tls=url.scheme == "smtps",
            start_tls=security == "starttls",
            tls_context=None if security == "none" else fakemail.tls.client_context(),
        ) as client:
            await client.sendmail("app@example.test", [TO], mail)

    run(send())


CHILD = """
import os, smtplib, ssl
host, port = os.environ["MAIL_HOST"], int(os.environ["MAIL_PORT"])
context = ssl.create_default_context()
if os.environ["MAIL_USE_SSL"] == "true":
    client = smtplib.SMTP_SSL(host, port, context=context)
else:
    client = smtplib.SMTP(host, port)
with client:
    if os.environ["MAIL_USE_TLS"] == "true":
        client.starttls(context=context)
    if os.environ["MAIL_USER"]:
        client.login(os.environ["MAIL_USER"], os.environ["MAIL_PASSWORD"])
    client.sendmail("app@example.test", ["ann@example.com"], "Subject: Hello\\n\\nHello Ann")
"""


def by_a_child(fakemail: FakeMail, **how: Any) -> None:  # noqa: ANN401
    there = {**os.environ, **fakemail.as_env("MAIL_", **how)}
    subprocess.run([sys.executable, "-c", CHILD], env=there, check=True, timeout=60)


LIBRARIES = [by_django, by_flask_mail, by_fastapi_mail, by_aiosmtplib, by_a_child]


@pytest.mark.parametrize("send", LIBRARIES)
@pytest.mark.parametrize("security", SECURITY)
@pytest.mark.usefixtures("fakemail_trust")
def test_a_library_sends_with_and_without_tls(
    send: Any,  # noqa: ANN401
    security: "Security",
    fakemail: FakeMail,
) -> None:
    send(fakemail, security=security)
    mail = fakemail.outbox.one(to=TO, subject="Hello")
    assert (mail.tls is not None) == (security != "none")
    assert mail.user is None


@pytest.mark.parametrize("send", LIBRARIES)
@pytest.mark.fakemail(require_auth=True, password=ODD)
def test_a_library_logs_in_where_the_server_requires_it(
    send: Any,  # noqa: ANN401
    fakemail: FakeMail,
) -> None:
    send(fakemail)
    assert fakemail.outbox.one(to=TO).user == "user@example.test"


@pytest.mark.parametrize("send", LIBRARIES)
def test_a_library_logs_in_as_the_account_that_is_given(
    send: Any,  # noqa: ANN401
    fakemail: FakeMail,
) -> None:
    send(fakemail, account=fakemail.account("shop", password=ODD))
    assert fakemail.outbox.one(to=TO).user == "shop"


@pytest.mark.usefixtures("fakemail_trust")
@pytest.mark.parametrize("send", [by_django, by_flask_mail, by_fastapi_mail, by_a_child])
@pytest.mark.parametrize("off", [(), ("STARTTLS",)])
def test_tls_is_used_where_the_server_requires_it(
    send: Any,  # noqa: ANN401
    off: tuple[str, ...],
    make_fakemail: Any,  # noqa: ANN401
) -> None:
    fakemail = make_fakemail(require_tls=True, require_auth=True, smtp_without=off)
    send(fakemail)
    mail = fakemail.outbox.one(to=TO)
    assert mail.tls is not None
    assert mail.user == "user@example.test"


def test_no_port_is_opened_that_is_not_given_away(fakemail: FakeMail) -> None:
    fakemail.as_django(security="implicit")
    plain, tls = fakemail.smtp.read_ports
    assert plain is None
    assert tls is not None


def test_both_forms_of_djangos_settings(fakemail: FakeMail) -> None:
    old, new = fakemail.as_django(mailers=False), fakemail.as_django(mailers=True)
    assert old["EMAIL_PORT"] == fakemail.smtp.port
    assert list(new) == ["MAILERS"]
    assert new["MAILERS"]["default"] == {
        "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "OPTIONS": {
            "host": "127.0.0.1",
            "port": fakemail.smtp.port,
            "username": "",
            "password": "",
            "use_tls": False,
            "use_ssl": False,
        },
    }
    assert ("MAILERS" in fakemail.as_django()) == (django.VERSION >= (6, 1))


@pytest.mark.parametrize(
    ("scheme", "security", "port"),
    [
        (None, None, "plain"),
        (None, "starttls", "plain"),
        (None, "implicit", "tls"),
        ("smtp", None, "plain"),
        ("smtp", "starttls", "plain"),
        ("smtps", None, "tls"),
        ("smtps", "starttls", "plain"),
        ("submission", None, "plain"),
        ("submit", None, "plain"),
        ("submissions", None, "tls"),
        ("smtp+tls", None, "plain"),
        ("smtp+starttls", None, "plain"),
        ("smtp+ssl", None, "tls"),
    ],
)
def test_urls_name_the_port_that_their_scheme_means(
    scheme: str | None, security: "Security | None", port: str, fakemail: FakeMail
) -> None:
    url = fakemail.as_url(scheme=scheme, security=security)
    wanted = scheme or ("smtps" if port == "tls" else "smtp")
    number = fakemail.smtp.tls_port if port == "tls" else fakemail.smtp.port
    assert url == f"{wanted}://127.0.0.1:{number}"


def test_a_url_is_as_url_for_has_it(fakemail: FakeMail) -> None:
    shop = fakemail.account("shop@example.test", password=ODD)
    assert fakemail.as_url(account=shop) == fakemail.smtp.url_for(shop)
    assert fakemail.as_url(account=shop, security="implicit") == fakemail.smtp.url_for(
        shop, tls=True
    )


@pytest.mark.fakemail(host="::1")
def test_an_ipv6_address_is_bracketed_in_the_url_alone(fakemail: FakeMail) -> None:
    assert fakemail.as_url() == f"smtp://[::1]:{fakemail.smtp.port}"
    assert fakemail.as_url(security="implicit") == f"smtps://[::1]:{fakemail.smtp.tls_port}"
    for security in SECURITY:
        assert fakemail.as_django(security=security, mailers=False)["EMAIL_HOST"] == "::1"


def test_env_is_text_and_has_the_ca_with_tls_only(fakemail: FakeMail) -> None:
    there = fakemail.as_env()
    assert there == {
        "SMTP_HOST": "127.0.0.1",
        "SMTP_PORT": str(fakemail.smtp.port),
        "SMTP_USER": "",
        "SMTP_PASSWORD": "",
        "SMTP_USE_TLS": "false",
        "SMTP_USE_SSL": "false",
        "SMTP_URL": fakemail.smtp.url,
    }
    there = fakemail.as_env("X_", security="implicit")
    assert there["X_URL"] == fakemail.smtp.tls_url
    assert ssl.create_default_context(cafile=there["SSL_CERT_FILE"]).get_ca_certs()


REFUSED: list[tuple[dict[str, Any], str, dict[str, Any], str]] = [
    ({}, "as_url", {"scheme": "smpts"}, "no scheme 'smpts'; did you mean 'smtps'?"),
    ({}, "as_url", {"scheme": 7}, "no scheme 7"),
    ({}, "as_url", {"scheme": "smtp", "security": "implicit"}, "it means 'none' or 'starttls'"),
    ({}, "as_url", {"scheme": "smtps", "security": "none"}, "it means 'implicit' or 'starttls'"),
    ({}, "as_django", {"security": "tls"}, "no security 'tls'; .*there is none, starttls"),
    ({}, "as_django", {"mailers": "yes"}, "mailers='yes': wanted True, False or None"),
    ({}, "as_django", {"account": "ann"}, "account='ann': wanted what fakemail.account"),
    ({}, "as_env", {"prefix": "1_"}, "prefix='1_': wanted the beginning"),
    ({}, "as_env", {"prefix": ""}, "prefix='': wanted the beginning"),
    ({"require_tls": True}, "as_flask_mail", {"security": "none"}, "require_tls refuses"),
    (
        {"smtp_without": ["STARTTLS"]},
        "as_fastapi_mail",
        {"security": "starttls"},
        "STARTTLS is off; wanted 'none' or 'implicit'",
    ),
    ({"smtp_without": ["AUTH"], "require_auth": True}, "as_url", {}, "server's AUTH is off"),
    (
        {"mechanisms": ["XOAUTH2"], "require_auth": True},
        "as_django",
        {},
        "mechanisms is XOAUTH2; wanted one of PLAIN, LOGIN, CRAM-MD5 among them",
    ),
    ({"mechanisms": ["SCRAM-SHA-256"], "require_auth": True}, "as_flask_mail", {}, "no login by"),
    (
        {"smtp_without": ["STARTTLS"], "require_tls": True},
        "as_url",
        {"scheme": "smtp"},
        "scheme='smtp' does not mean security='implicit'",
    ),
]


@pytest.mark.parametrize(("settings", "word", "arguments", "text"), REFUSED)
def test_what_cannot_be_is_refused_by_name(
    settings: dict[str, Any], word: str, arguments: dict[str, Any], text: str
) -> None:
    with FakeMail(**settings) as fakemail:
        with pytest.raises(BadArgument, match=text):
            getattr(fakemail, word)(**arguments)
        assert fakemail.smtp.read_ports == (None, None) or word == "as_url"


def test_scram_alone_is_good_enough_for_a_url(make_fakemail: Any) -> None:  # noqa: ANN401
    fakemail = make_fakemail(mechanisms=["SCRAM-SHA-256"], require_auth=True)
    assert "user%40example.test:password@" in fakemail.as_url()


def test_an_account_of_another_is_refused(
    fakemail: FakeMail,
    make_fakemail: Any,  # noqa: ANN401
) -> None:
    ann = make_fakemail().account("ann")
    with pytest.raises(BadArgument, match="not an account of this FakeMail"):
        fakemail.as_url(account=ann)
    fakemail.account("ann")
    with pytest.raises(BadArgument, match="not an account of this FakeMail"):
        fakemail.as_url(account=ann)


def test_the_libraries_hear_of_a_refusal(fakemail: FakeMail) -> None:
    fakemail.smtp.when("RCPT").reply(552, "5.2.2 Mailbox full")
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        by_django(fakemail)
