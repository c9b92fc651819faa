"""Whether the app's framework keeps mail to itself, as its own test settings make it do.

Only what the app has imported is looked at.
"""

import gc
import sys
import warnings
from types import ModuleType

from pytest_fakemail.asserts.kept import kept_by_django

_KEPT = ("locmem", "dummy", "console", "filebased")
_IN_MEMORY = ".locmem."
_SMTP = "django.core.mail.backends.smtp.EmailBackend"


def in_memory_backends(kept_before: int = 0) -> list[str]:
    """Return what frameworks do with mail instead of sending it, and how to change that.

    Args:
        kept_before: what `kept_by_django` was when the test began.
    """
    conf, flask_mail = sys.modules.get("django.conf"), sys.modules.get("flask_mail")
    return [*_django(conf, kept_before), *_flask(flask_mail)]


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
        return [said] if new > 0 else []
    if _IN_MEMORY in backend and not kept:
        return []  # nothing was given to it: it is not the reason
    holds = f", and django.core.mail.outbox has {kept} of them" if kept else ""
    return [
        f"Django keeps its mails: {name} is {backend!r}{holds}",
        f"for this test it wants settings.{name} = {_SMTP!r}",
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
    kinds = [getattr(flask_mail, name, None) for name in ("Mail", "_Mail")]
    if not any(isinstance(kind, type) for kind in kinds):
        return []
    if not _is_suppressing(kinds):
        return []
    gc.collect()  # apps of tests that are over hold themselves
    if not _is_suppressing(kinds):
        return []
    return [
        "Flask-Mail keeps its mails: MAIL_SUPPRESS_SEND is on, as app.testing has it",
        "the fixture fakemail_flask connects the app that the fixture app returns",
        "any other wants MAIL_SUPPRESS_SEND = False before Mail is given the app",
    ]


def _is_suppressing(kinds: list[type | None]) -> bool:
    made = [one for one in gc.get_objects() if type(one) in kinds]
    return any(getattr(getattr(one, "state", one), "suppress", False) for one in made)
