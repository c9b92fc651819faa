"""What the app's framework is set to, as far as that can be seen before the app is made."""

import os
import warnings
from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from typing import Any

_DJANGO = (
    *("EMAIL_BACKEND", "EMAIL_HOST", "EMAIL_PORT", "EMAIL_HOST_USER", "EMAIL_HOST_PASSWORD"),
    *("EMAIL_USE_TLS", "EMAIL_USE_SSL", "EMAIL_TIMEOUT"),
)
_PREFIXES = ("SMTP_", "MAIL_", "EMAIL_")


def apps() -> Iterator[str]:
    """Yield a line for each setting of mail, without passwords."""
    if find_spec("django") is None:
        yield "Django: not installed"
    else:
        yield from _django()
    for module, name in (("flask_mail", "Flask-Mail"), ("fastapi_mail", "fastapi-mail")):
        if find_spec(module) is not None:
            yield f"{name}: is set when the app is made, which the doctor does not do"
    found = sorted(name for name in os.environ if name.startswith(_PREFIXES))
    yield "in the environment: " + (", ".join(found) or "no variable SMTP_…, MAIL_… or EMAIL_…")


def _django() -> Iterator[str]:
    from django.conf import ENVIRONMENT_VARIABLE, settings

    if not settings.configured and not os.environ.get(ENVIRONMENT_VARIABLE):
        yield f"Django: no settings ({ENVIRONMENT_VARIABLE} is not set)"
        return
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Django 6.1 says that EMAIL_… is deprecated
            lines = list(_settings(settings))
    except Exception as error:  # noqa: BLE001  (a settings module can fail in any way)
        yield f"! Django: its settings cannot be read, {type(error).__name__}: {error}"
        return
    yield f"Django: settings of {os.environ.get(ENVIRONMENT_VARIABLE) or 'settings.configure()'}"
    yield from lines
    yield "(pytest-django puts an in-memory backend there; fakemail_django leads mail here)"


def _settings(settings: Any) -> Iterator[str]:  # noqa: ANN401  (Django is not typed)
    from pytest_fakemail.frameworks.forms import has_mailers

    mailers = getattr(settings, "MAILERS", None) if has_mailers() else None
    if mailers is None:
        yield from (f"  {name} = {_shown(name, getattr(settings, name))}" for name in _DJANGO)
        return
    for alias, config in mailers.items():
        yield f"  MAILERS[{alias!r}] = {_without_secrets(config)}"


def _without_secrets(config: Mapping[str, Any]) -> dict[str, Any]:
    options = config.get("OPTIONS", {})
    hidden = {
        name: _Hidden() if _is_secret(name) and options[name] else options[name] for name in options
    }
    return {**config, "OPTIONS": hidden} if options else dict(config)


class _Hidden:
    def __repr__(self) -> str:
        return "(hidden)"


def _is_secret(name: str) -> bool:
    return any(part in name.upper() for part in ("PASSWORD", "SECRET", "KEY", "TOKEN"))


def _shown(name: str, value: object) -> str:
    return "(hidden)" if _is_secret(name) and value else repr(value)
