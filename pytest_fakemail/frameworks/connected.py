"""An app that is made already, connected for a while: what is set, and how it is undone.

Knows Django's settings and Flask-Mail's state, and imports neither before it is asked to.
"""

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from pytest_fakemail.errors import BadArgument
from pytest_fakemail.frameworks import forms

if TYPE_CHECKING:
    from pytest_fakemail.frameworks.access import Access


class Connected:
    """An app that sends here until `undo`, or until the end of a ``with`` block."""

    def __init__(self, undo: Callable[[], None]) -> None:
        self._undo: Callable[[], None] | None = undo

    def undo(self) -> None:
        """Put back what the app had; a second call does nothing."""
        undo, self._undo = self._undo, None
        if undo is not None:
            undo()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.undo()


def django(one: "Access") -> Connected:
    """Override Django's settings: MAILERS, each of them, where the project has it, else EMAIL_….

    Raises:
        BadArgument: there are no settings yet.
    """
    from django.conf import ENVIRONMENT_VARIABLE, settings
    from django.core.exceptions import ImproperlyConfigured
    from django.test.utils import override_settings

    try:
        mailers = getattr(settings, "MAILERS", None)
    except ImproperlyConfigured as error:
        raise BadArgument(
            f"Django has no settings: set {ENVIRONMENT_VARIABLE} (pytest-django has an ini key for "
            "it), or call django.conf.settings.configure(…) in conftest.py"
        ) from error
    values = (
        forms.django(one)
        if mailers is None or not forms.has_mailers()  # older ones do not look at it
        else forms.django_mailers(one, dict.fromkeys(["default", *mailers]))
    )
    override = override_settings(**values)
    with _quiet():
        override.enable()
    holder = settings._wrapped  # noqa: SLF001  (see below)

    def undo() -> None:
        # Overrides that began later, as pytest-django's fixture `settings` makes them, may end
        # later.  They would bring ours back, so it stays among them, empty.
        if settings._wrapped is holder:  # noqa: SLF001
            with _quiet():
                override.disable()
        else:
            _empty(settings, holder, values)

    return Connected(undo)


@contextmanager
def _quiet() -> Iterator[None]:
    """Django warns of EMAIL_… since 6.1: that is the project's to hear, not ours to cause."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", ".*EMAIL_")
        yield


def _empty(settings: Any, holder: object, values: dict[str, Any]) -> None:  # noqa: ANN401
    from django.core.signals import setting_changed

    for name in values:
        vars(holder).pop(name, None)
        vars(settings).pop(name, None)  # what it has remembered
    for name in values:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            value = getattr(settings, name, None)
        setting_changed.send_robust(sender=type(settings), setting=name, value=value, enter=False)


# What Flask-Mail has read from `app.config` when it was made.
_STATE = {
    "server": "MAIL_SERVER",
    "port": "MAIL_PORT",
    "username": "MAIL_USERNAME",
    "password": "MAIL_PASSWORD",
    "use_tls": "MAIL_USE_TLS",
    "use_ssl": "MAIL_USE_SSL",
    "suppress": "MAIL_SUPPRESS_SEND",
}


def flask(app: object, one: "Access") -> Connected:
    """Change an app's configuration, and what Flask-Mail has read of it.

    Raises:
        BadArgument: no Flask app.
    """
    config, extensions = getattr(app, "config", None), getattr(app, "extensions", None)
    if not isinstance(config, dict) or not isinstance(extensions, dict):
        raise BadArgument(f"no Flask app: {app!r}")
    values = forms.flask_mail(one)
    state = extensions.get("mail")
    before = {name: config[name] for name in values if name in config}
    state_before = {name: getattr(state, name) for name in _STATE if hasattr(state, name)}
    config.update(values)
    for name in state_before:
        setattr(state, name, values[_STATE[name]])

    def undo() -> None:
        for name in values:
            config.pop(name, None)
        config.update(before)
        for name, value in state_before.items():
            setattr(state, name, value)

    return Connected(undo)
