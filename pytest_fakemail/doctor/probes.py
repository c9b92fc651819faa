"""Whether servers can be had here: on loopback, by IPv6, with TLS; each is tried."""

import os
from collections.abc import Callable, Iterator
from typing import Any

from pytest_fakemail.fakemail import FakeMail
from pytest_fakemail.settings import Settings


def probes(settings: Settings) -> Iterator[str]:
    """Yield a line for each thing tried; what fails is told, never raised."""
    yield _tried("a FakeMail with these settings", lambda: _made(settings))
    host = settings.host
    yield _tried(f"SMTP on {host}", lambda: _greeted(_on(settings, host)))
    for other, note in (("127.0.0.1", ""), ("::1", " (IPv6)")):
        if other != host:
            yield _tried(f"SMTP on {other}{note}", lambda at=other: _greeted(Settings(host=at)))  # type: ignore[misc]
    for security in ("starttls", "implicit"):
        yield _tried(f"TLS, {security}", lambda how=security: _by_tls(_on(settings, host), how))  # type: ignore[misc]
    yield _tried("the CA", lambda: _authority(_on(settings, host)))
    trusted = os.environ.get("SSL_CERT_FILE")
    yield f"SSL_CERT_FILE: {trusted or 'not set'} (fakemail_trust sets it for a test)"


def _tried(what: str, act: Callable[[], str]) -> str:
    try:
        return f"{what}: {act()}"
    except Exception as error:  # noqa: BLE001  (whatever it is, it is what the reader looks for)
        return f"! {what}: failed, {type(error).__name__}: {error}"


def _on(settings: Settings, host: str) -> Settings:
    """Return settings for an address alone: what others switch off is not what is tried."""
    return Settings(host=host, allow_network=settings.allow_network)


def _made(settings: Settings) -> str:
    with FakeMail(settings):
        return "can be made"


def _greeted(settings: Settings) -> str:
    with FakeMail(settings) as one, one.smtp.client() as client:
        code, _ = client.noop()
        return f"answers, NOOP {code}"


def _by_tls(settings: Settings, security: Any) -> str:  # noqa: ANN401  (one of `Security`)
    with FakeMail(settings) as one, one.smtp.client(security=security) as client:
        sock: Any = client.sock
        return f"{sock.version()}, {sock.cipher()[0]}, certificate verified"


def _authority(settings: Settings) -> str:
    with FakeMail(settings) as one:
        known = one.tls.client_context().get_ca_certs()
        until = known[0].get("notAfter", "?") if known else "?"
        return f"{one.tls.ca_file}, of this process, good until {until}"
