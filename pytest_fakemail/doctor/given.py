"""Each setting, and where it came from."""

import os
from collections.abc import Callable, Iterator, Mapping

import pytest

from pytest_fakemail.errors import BadSetting, did_you_mean
from pytest_fakemail.settings import Settings, explained, parsed
from pytest_fakemail.values import spelt

Sources = Mapping[str, Callable[[str], object]]
_ENVIRONMENT = "FAKEMAIL_"


def given(config: pytest.Config, sources: Sources) -> tuple[Settings, list[str]]:
    """Return the settings as far as they are possible, and a line for each: the defaults last."""
    settings, lines, defaults = Settings(), list[str](), list[str]()
    for name in explained():
        pattern, text = _first(sources, name)
        if pattern is None:
            defaults.append(f"{name} = {getattr(settings, name)!r} (default)")
            continue
        origin = _origin(config, spelt(pattern, name))
        try:
            settings = settings.but(**{name: parsed(name, text)})  # type: ignore[arg-type]
        except BadSetting as error:
            lines.append(f"! {error} ({origin})")
            continue
        value = "(hidden)" if name == "password" else repr(getattr(settings, name))
        lines.append(f"{name} = {value} ({origin})")
    return settings, [*lines, *_strangers(), *_overrides(config), *defaults]


def _first(sources: Sources, name: str) -> tuple[str | None, str]:
    """Return the pattern of the source that decides, and the text that it has."""
    for pattern, look_up in sources.items():
        text = look_up(name)
        if text is not None:
            return pattern, str(text)
    return None, ""


def _origin(config: pytest.Config, spelling: str) -> str:
    if spelling.startswith("--"):
        return f"option {spelling}"
    if spelling.startswith(_ENVIRONMENT):
        return f"environment {spelling}"
    return f"ini {spelling}, {config.inipath or 'or -o'}"


def _strangers() -> Iterator[str]:
    """Yield variables of the environment that look like settings and are none."""
    known = {_ENVIRONMENT + name.upper() for name in explained()}
    for name in sorted(os.environ):
        if name.startswith(_ENVIRONMENT) and name not in known:
            yield f"! {name} in the environment is no setting; {did_you_mean(name, known)}".rstrip()


def _overrides(config: pytest.Config) -> Iterator[str]:
    for plugin in config.pluginmanager.get_plugins():
        file = getattr(plugin, "__file__", None) or ""
        if file.endswith("conftest.py") and hasattr(plugin, "fakemail_settings"):
            yield f"! {file} overrides the fixture fakemail_settings: tests have what it returns"
