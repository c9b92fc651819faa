"""What is installed, and which of it changes what sockets and clocks do in a test."""

import platform
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import pytest

_OURS = ("pytest-fakemail", "pytest", "aiosmtpd", "trustme", "cryptography")
_EXTRAS = {
    "dnspython": "fakemail.dns, fakemail_dns",
    "dkimpy": "DKIM",
    "pyspf": "SPF",
    "publicsuffixlist": "DMARC",
    "hypothesis": "zoo.strategies",
}
_LIBRARIES = ("django", "flask-mail", "fastapi-mail", "aiosmtplib", "imapclient", "aioimaplib")
_MEDDLERS = {
    "freezegun": "freezes time where a test asks for it; waits of ours go on in real time",
    "time-machine": "moves time where a test asks for it; waits of ours go on in real time",
    "pytest-freezer": "freezes time where a test asks for it; waits of ours go on in real time",
    "pytest-freezegun": "freezes time where a test asks for it; waits of ours go on in real time",
    "pytest-socket": "can block sockets: tests need --allow-hosts=127.0.0.1,::1 then",
    "pytest-recording": "can block the network: tests need --allowed-hosts=127.0.0.1,::1 then",
    "pyfakefs": "hides files where a test asks for it; servers, TLS and fakemail_trust still work",
    "gevent": "replaces sockets and threads once its monkey has patched them",
    "eventlet": "replaces sockets and threads once it has patched them",
}


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def installed(config: pytest.Config) -> Iterator[str]:
    """Yield a line for each thing that matters to mail, with its version."""
    yield f"Python {platform.python_version()} on {platform.platform(terse=True)}"
    for name in _OURS:
        yield f"{name} {_version(name) or 'not installed'}"
    for name, use in _EXTRAS.items():
        yield f"{name} {_version(name) or 'not installed'} (optional: {use})"
    for name in _LIBRARIES:
        if found := _version(name):
            yield f"{name} {found}"
    plugins = {f"{one.project_name} {one.version}" for _, one in _plugins(config)}
    yield "plugins of pytest: " + (", ".join(sorted(plugins)) or "none by name")


def _plugins(config: pytest.Config) -> list[tuple[object, Any]]:
    return list(config.pluginmanager.list_plugin_distinfo())


def meddlers(config: pytest.Config) -> Iterator[str]:
    """Yield a line for each thing that freezes time, blocks sockets or replaces them."""
    for name, effect in _MEDDLERS.items():
        if found := _version(name):
            yield f"{name} {found}: {effect}"
    if config.getoption("disable_socket", default=False):
        yield "! pytest-socket blocks sockets in this run: --disable-socket"
    hosts = config.getoption("allow_hosts", default=None)
    if hosts:
        yield f"! pytest-socket lets these hosts alone be reached in this run: {hosts}"
    for module in ("gevent.monkey", "eventlet.patcher"):
        if _has_patched(module):
            yield f"! {module} has replaced sockets in this process"


def _has_patched(module: str) -> bool:
    loaded = sys.modules.get(module)
    asked = getattr(loaded, "is_module_patched", None) or getattr(loaded, "is_monkey_patched", None)
    return asked is not None and bool(asked("socket"))
