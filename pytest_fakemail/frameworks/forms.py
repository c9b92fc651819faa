"""What each framework calls host, port, user, password and security; pure."""

import re
from typing import TYPE_CHECKING, Any

from pytest_fakemail.errors import BadArgument
from pytest_fakemail.frameworks.access import SCHEMES, Access
from pytest_fakemail.spelling import unknown

if TYPE_CHECKING:
    from collections.abc import Iterable

DJANGO_SMTP = "django.core.mail.backends.smtp.EmailBackend"
MAILERS_SINCE = (6, 1)
_PREFIX = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def has_mailers() -> bool:
    """Whether the Django that is installed has MAILERS; False without one."""
    try:
        from django import VERSION
    except ImportError:
        return False
    return bool(VERSION >= MAILERS_SINCE)


def django(one: Access) -> dict[str, Any]:
    """Return Django's settings of all versions up to 6.x: EMAIL_HOST and others."""
    return {
        "EMAIL_BACKEND": DJANGO_SMTP,
        "EMAIL_HOST": one.host,
        "EMAIL_PORT": one.port,
        "EMAIL_HOST_USER": one.user,
        "EMAIL_HOST_PASSWORD": one.password,
        "EMAIL_USE_TLS": one.starttls,
        "EMAIL_USE_SSL": one.implicit,
    }


def django_mailers(one: Access, aliases: "Iterable[str]" = ("default",)) -> dict[str, Any]:
    """Return the setting that Django has from 6.1 on: MAILERS."""
    options = {
        "host": one.host,
        "port": one.port,
        "username": one.user,
        "password": one.password,
        "use_tls": one.starttls,
        "use_ssl": one.implicit,
    }
    mailers = {name: {"BACKEND": DJANGO_SMTP, "OPTIONS": dict(options)} for name in aliases}
    return {"MAILERS": mailers}


def flask_mail(one: Access) -> dict[str, Any]:
    """Return what goes into the `app.config` of Flask-Mail."""
    return {
        "MAIL_SERVER": one.host,
        "MAIL_PORT": one.port,
        "MAIL_USERNAME": one.user or None,
        "MAIL_PASSWORD": one.password or None,
        "MAIL_USE_TLS": one.starttls,
        "MAIL_USE_SSL": one.implicit,
        "MAIL_SUPPRESS_SEND": False,  # `app.testing` would keep the mail from being sent
    }


def fastapi_mail(one: Access, sender: str, ca_file: str | None) -> dict[str, Any]:
    """Return the keyword arguments of fastapi-mail's `ConnectionConfig`."""
    found: dict[str, Any] = {
        "MAIL_SERVER": one.host,
        "MAIL_PORT": one.port,
        "MAIL_USERNAME": one.user,
        "MAIL_PASSWORD": one.password,
        "MAIL_STARTTLS": one.starttls,
        "MAIL_SSL_TLS": one.implicit,
        "USE_CREDENTIALS": bool(one.user),
        "VALIDATE_CERTS": one.security != "none",
        "MAIL_FROM": sender,
        "SUPPRESS_SEND": 0,
    }
    return found if ca_file is None else {**found, "CERT_BUNDLE": ca_file}


def check_prefix(prefix: object) -> None:
    """Refuse what no name of an environment variable can begin with.

    Raises:
        BadArgument: so it is.
    """
    if not isinstance(prefix, str) or not _PREFIX.fullmatch(prefix):
        raise BadArgument(
            f"prefix={prefix!r}: wanted the beginning of an environment variable's name, "
            "letters, digits and _, such as 'MAIL_'"
        )


def environment(one: Access, prefix: str) -> dict[str, str]:
    """Return environment variables whose names begin with a prefix."""
    values = {
        "HOST": one.host,
        "PORT": str(one.port),
        "USER": one.user,
        "PASSWORD": one.password,
        "USE_TLS": str(one.starttls).lower(),
        "USE_SSL": str(one.implicit).lower(),
        "URL": one.url("smtps" if one.implicit else "smtp"),
    }
    return {prefix + name: value for name, value in values.items()}


def meant_by(scheme: object, security: str | None) -> str | None:
    """Return the security that a scheme means, or the one asked for if it may mean that.

    Raises:
        BadArgument: an unknown scheme, or one that does not mean that security.
    """
    if not isinstance(scheme, str) or scheme not in SCHEMES:
        raise BadArgument(unknown(f"scheme {scheme!r}", scheme, SCHEMES))
    if security is None:
        return SCHEMES[scheme][0]
    if security not in SCHEMES[scheme]:
        raise BadArgument(
            f"scheme={scheme!r} does not mean security={security!r}; "
            f"it means {' or '.join(map(repr, SCHEMES[scheme]))}"
        )
    return security
