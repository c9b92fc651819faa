"""Whether the app's framework keeps mail to itself, as its own test settings make it do.

Only what the app has imported is looked at.
"""

import gc
import sys
import warnings
from collections.abc import Callable
from types import ModuleType

from pytest_fakemail.asserts.kept import kept_by_django

_KEPT = ("locmem", "dummy", "console", "filebased", "file")
_IN_MEMORY = ".locmem."
_SMTP = "django.core.mail.backends.smtp.EmailBackend"


def in_memory_backends(kept_before: int = 0) -> list[str]:
    """Return what frameworks do with mail instead of sending it, and how to change that.

    Args:
        kept_before: what `kept_by_django` was when the test began.
    """
    django, flask, fastapi = map(sys.modules.get, ("django.conf", "flask_mail", "fastapi_mail"))
    mailman = sys.modules.get("flask_mailman")
    return [*_django(django, kept_before), *_flask(flask), *_mailman(mailman), *_fastapi(fastapi)]


def _django(conf: ModuleType | None, kept_before: int) -> list[str]:
    settings = getattr(conf, "settings", None)
    if settings is None or not settings.configured:
        return []
    name, backend = _django_backend(settings)
    kept = kept_by_django()
    if not any(f".{kind}." in backend for kind in _KEPT):
        new = kept - kept_before
        count = f"{new} mail{'s' * (new > 1)}"
        said = f"Django has kept {count} in django.core.mail.outbox: {name} was that of memory"
        if new > 0:
            return [said]
        is_own = backend.startswith("django.") or not backend
        return [] if is_own else [f"Django hands its mails to {name} {backend!r}, maybe for later"]
    if _IN_MEMORY in backend and not kept:
        return []  # nothing was given to it: it is not the reason
    holds = f", and django.core.mail.outbox has {kept} of them" if kept else ""
    return [
        f"Django keeps its mails: {name} is {backend!r}{holds}",
        f"the fixture fakemail_django has it send here (behind it, settings.{name} = {_SMTP!r})",
    ]


def _django_backend(settings: object) -> tuple[str, str]:
    """Return the name and the value of the setting that says where mail goes.

    From Django 6.1 on that is MAILERS; where it is not set the older name counts, and
    reading that warns, which is for the app's author to hear, not for a failing test.
    """
    mailers = getattr(settings, "MAILERS", None)
    if mailers is not None:
        backend = mailers.get("default", {}).get("BACKEND", _SMTP)
        return "MAILERS['default']['BACKEND']", str(backend)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return "EMAIL_BACKEND", str(getattr(settings, "EMAIL_BACKEND", ""))


def _flask(flask_mail: ModuleType | None) -> list[str]:
    """Look at what each app has of Flask-Mail; a `Mail` that is for several knows none of them."""
    if not _is_one_keeping(flask_mail, ("Mail", "_Mail"), _suppresses):
        return []
    return [
        "Flask-Mail keeps its mails: MAIL_SUPPRESS_SEND is on, as app.testing has it",
        "the fixture fakemail_flask connects the app that the fixture app returns",
        "any other wants MAIL_SUPPRESS_SEND = False before Mail is given the app",
    ]


def _suppresses(mail: object) -> bool:
    return bool(getattr(getattr(mail, "state", mail), "suppress", False))


def _mailman(flask_mailman: ModuleType | None) -> list[str]:
    """Look at what each app has of Flask-Mailman."""
    if not _is_one_keeping(flask_mailman, ("_Mail",), _keeps_by_name):
        return []
    return [
        "Flask-Mailman keeps its mails: with app.testing its MAIL_BACKEND is 'locmem'",
        "it wants MAIL_BACKEND = 'smtp' before Mail is given the app",
    ]


def _keeps_by_name(mail: object) -> bool:
    return getattr(mail, "backend", "") in _KEPT


def _fastapi(fastapi_mail: ModuleType | None) -> list[str]:
    """Look at each configuration of fastapi-mail."""
    if not _is_one_keeping(fastapi_mail, ("ConnectionConfig",), _does_not_send):
        return []
    return ["fastapi-mail sends nothing: SUPPRESS_SEND is 1 in a ConnectionConfig"]


def _does_not_send(config: object) -> bool:
    return bool(getattr(config, "SUPPRESS_SEND", 0))


def _is_one_keeping(
    module: ModuleType | None, names: tuple[str, ...], keeps: Callable[[object], bool]
) -> bool:
    """Whether one of a framework's objects keeps mail, and is not of a test that is over."""
    kinds = [kind for name in names if isinstance(kind := getattr(module, name, None), type)]
    if not kinds or not _made(kinds, keeps):
        return False
    gc.collect()  # apps of tests that are over hold themselves
    return _made(kinds, keeps)


def _made(kinds: list[type], keeps: Callable[[object], bool]) -> bool:
    return any(keeps(one) for one in gc.get_objects() if type(one) in kinds)
