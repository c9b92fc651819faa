"""The fixture `smtpd` in smtpdfix's words, for suites that move here.

Opt in by ``pytest_plugins = ["pytest_fakemail.frameworks.smtpdfix"]`` in the top conftest.py.
What the words mean is as smtpdfix 0.5 documents and does it; below them stands a `FakeMail`.

PYTEST_DONT_REWRITE: there is no assertion here, and pytest would warn those who import it first.
"""

import errno
import os
from contextlib import ExitStack
from email import message_from_bytes
from email.message import Message
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, Unpack, cast

import pytest

from pytest_fakemail.errors import BadArgument
from pytest_fakemail.fakemail import FakeMail
from pytest_fakemail.spelling import unknown

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_fakemail.making import MakeFakeMail
    from pytest_fakemail.setting_changes import SettingChanges
    from pytest_fakemail.store.delivery import Delivery

Certificate = tuple[str | None, str | None]

_TRUE = ("y", "yes", "t", "true", "on", "1")
_FALSE = ("n", "no", "f", "false", "off", "0")
_LOCALHOST = "127.0.0.1"
_PORTS = 2**16


def _switch(name: str, value: object) -> bool:
    if not isinstance(value, str):
        return bool(value)
    if value.lower() not in (*_TRUE, *_FALSE):
        raise BadArgument(f"{name}={value!r}: wanted one of {', '.join((*_TRUE, *_FALSE))}")
    return value.lower() in _TRUE


def _port(name: str, value: object) -> int:
    number = int(value) if isinstance(value, str) and value.isdecimal() else value
    if isinstance(number, bool) or not isinstance(number, int) or not 0 < number < _PORTS:
        raise BadArgument(f"{name}={value!r}: wanted a whole number from 1 to {_PORTS - 1}")
    return number


class Config:
    """What smtpdfix is told, at first by the environment, later by attributes.

    A change begins a new server on the same port; the messages stay.

    Attributes:
        host: where the server listens; SMTPD_HOST.
        port: where, if not on any that is free; SMTPD_PORT.
        ready_timeout: kept and without effect: a server is ready at once.
        login_username: who may log in; SMTPD_LOGIN_NAME, else ``user``.
        login_password: SMTPD_LOGIN_PASSWORD, else ``password``.
        enforce_auth: refuse mail before a login; SMTPD_ENFORCE_AUTH.
        auth_require_tls: offer no login before TLS; SMTPD_AUTH_REQUIRE_TLS, else true.
        use_starttls: offer STARTTLS, and refuse mail before it; SMTPD_USE_STARTTLS.
        use_ssl: TLS from the first octet, unless `use_starttls`; SMTPD_USE_SSL, SMTPD_USE_TLS.
        ssl_cert_files: paths of a certificate and of its key, None for one that stands with the
            certificate; SMTPD_SSL_CERT_FILE (or …_CERTIFICATE_FILE) and SMTPD_SSL_KEY_FILE, else
            None twice, for a certificate of our CA.
    """

    host: str
    port: int | None
    ready_timeout: float
    login_username: str
    login_password: str
    enforce_auth: bool
    auth_require_tls: bool
    use_starttls: bool
    use_ssl: bool
    ssl_cert_files: Certificate

    def __init__(self) -> None:
        told = os.environ
        self._on_change: Callable[[], None] = lambda: None
        self.host = told.get("SMTPD_HOST", _LOCALHOST)
        self.port = _port("SMTPD_PORT", told["SMTPD_PORT"]) if "SMTPD_PORT" in told else None
        self.ready_timeout = float(told.get("SMTPD_READY_TIMEOUT", "10"))
        self.login_username = told.get("SMTPD_LOGIN_NAME", "user")
        self.login_password = told.get("SMTPD_LOGIN_PASSWORD", "password")
        self.enforce_auth = _told("SMTPD_ENFORCE_AUTH")
        self.auth_require_tls = _told("SMTPD_AUTH_REQUIRE_TLS", "true")
        self.use_starttls = _told("SMTPD_USE_STARTTLS")
        self.use_ssl = _told("SMTPD_USE_SSL") or _told("SMTPD_USE_TLS")
        self.ssl_cert_files = (
            told.get("SMTPD_SSL_CERT_FILE", told.get("SMTPD_SSL_CERTIFICATE_FILE")),
            told.get("SMTPD_SSL_KEY_FILE"),
        )

    def __setattr__(self, name: str, value: object) -> None:
        """Take a value and tell the server.

        Raises:
            BadArgument: a name or a value that there is not.
        """
        if name.startswith("_"):
            object.__setattr__(self, name, value)
            return
        if name not in Config.__annotations__:
            raise BadArgument(unknown(f"config.{name}", name, Config.__annotations__))
        object.__setattr__(self, name, _checked(name, value))
        self._on_change()

    def __repr__(self) -> str:
        shown = (f"{name}={getattr(self, name)!r}" for name in Config.__annotations__)
        return f"<Config {', '.join(one for one in shown if 'password' not in one)}>"

    @property
    def is_tls_at_once(self) -> bool:
        """Whether connections begin with TLS; STARTTLS goes first."""
        return self.use_ssl and not self.use_starttls


def _told(name: str, otherwise: str = "false") -> bool:
    return _switch(name, os.environ.get(name, otherwise))


def _checked(name: str, value: object) -> object:
    match name:
        case "enforce_auth" | "auth_require_tls" | "use_starttls" | "use_ssl":
            return _switch(f"config.{name}", value)
        case "port" if value is not None:
            return _port("config.port", value)
        case "ssl_cert_files":
            files = value if isinstance(value, tuple) else (value, None)
            for file in files:
                if file is not None and not Path(file).is_file():
                    raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), file)
            return files
        case _:
            return value


class Smtpd:
    """A running SMTP server in smtpdfix's words; `fakemail` is what it stands on.

    It starts when `port` or `fakemail` is first read.
    """

    def __init__(self, config: Config, make: "MakeFakeMail") -> None:
        self.config = config
        self._make = make
        self._fakemail: FakeMail | None = None
        self._messages: list[Message] = []
        self._taken = 0  # of the outbox of the present FakeMail
        config._on_change = self._change  # noqa: SLF001  (our own)

    def __repr__(self) -> str:
        return f"<Smtpd on {self.hostname}: {len(self.messages)} messages>"

    def begun(self) -> Self:
        """Listen now, and return self."""
        self._fakemail = self.fakemail
        return self

    @property
    def fakemail(self) -> FakeMail:
        """The FakeMail of this server; another one after each change of `config`."""
        if self._fakemail is None:
            self._fakemail = self._begun()
        return self._fakemail

    @property
    def hostname(self) -> str:
        """Where it listens."""
        return self.config.host

    @property
    def port(self) -> int:
        """The port, the same one after each change of `config` but of its port."""
        smtp = self.fakemail.smtp
        return smtp.tls_port if self.config.is_tls_at_once else smtp.port

    @property
    def messages(self) -> list[Message]:
        """What came, in order, in a new list; X-MailFrom, X-RcptTo and X-Peer are added to each."""
        self._take()
        return list(self._messages)

    def reset(self, persist_messages: bool = True) -> None:  # noqa: FBT001, FBT002  (smtpdfix's)
        """Begin anew on the same port.

        Args:
            persist_messages: whether the messages stay.
        """
        self._change()
        if not persist_messages:
            self._messages = []

    def stop(self) -> None:
        """Go down; who connects is refused.

        Raises:
            BadArgument: it is down.
        """
        self.fakemail.smtp.go_down()

    def start(self) -> None:
        """Serve again after `stop`.

        Raises:
            BadArgument: it is not down.
        """
        self.fakemail.smtp.come_back()

    def _take(self) -> None:
        if self._fakemail is not None:
            new = self._fakemail.outbox[self._taken :]
            peers = {one.number: one.peer for one in self._fakemail.transcript.connections}
            self._messages += (_message(one, peers.get(one.connection)) for one in new)
            self._taken += len(new)

    def _change(self) -> None:
        old = self._fakemail
        if old is None:
            return
        self._take()
        port = next((one for one in old.smtp.read_ports if one is not None), None)
        old.smtp.close()
        self._taken = 0
        self._fakemail = self._begun(port)

    def _begun(self, port: int | None = None) -> FakeMail:
        config = self.config
        one = self._make(**_settings(config))
        one.account(config.login_username, password=config.login_password)
        certificate, key = config.ssl_cert_files
        if certificate is not None:
            one.tls.use_certificate(certificate, key)
        one.smtp.listen(config.port or port, tls=config.is_tls_at_once)
        return one


class SMTPDFix:
    """A server for a ``with`` block, which gives the `Smtpd`."""

    def __init__(
        self, hostname: str | None = None, port: int | None = None, config: Config | None = None
    ) -> None:
        """Take where to listen, and what else is wanted.

        Args:
            hostname: None for what `config` says.
            port: None for what `config` says.
            config: None for a new one, as the environment has it.

        Raises:
            BadArgument: a port that there is not.
        """
        self._config = config or Config()
        self._made = ExitStack()
        if hostname is not None:
            self._config.host = hostname
        if port is not None:
            self._config.port = port

    def __enter__(self) -> Smtpd:
        return Smtpd(self._config, self._make).begun()

    def __exit__(self, *how: object) -> None:
        self._made.__exit__(*cast("Any", how))

    def _make(self, **changes: "Unpack[SettingChanges]") -> FakeMail:
        return self._made.enter_context(FakeMail(**changes))


@pytest.fixture
def smtpd(make_fakemail: "MakeFakeMail") -> Smtpd:
    """Return an SMTP server in smtpdfix's words; what came is in ``smtpd.messages``."""
    return Smtpd(Config(), make_fakemail)


def _settings(config: Config) -> "SettingChanges":
    has_tls = config.use_starttls or config.use_ssl
    without = [] if config.use_starttls else ["STARTTLS"]
    if config.auth_require_tls and not has_tls:
        without.append("AUTH")
    return {
        "host": _LOCALHOST if config.host.lower() == "localhost" else config.host,
        "user": config.login_username,
        "password": config.login_password,
        "mechanisms": ("LOGIN", "PLAIN", "CRAM-MD5"),
        "require_auth": config.enforce_auth,
        "require_tls": config.use_starttls,
        "smtp_without": without,
    }


def _message(delivery: "Delivery", peer: tuple[str, int] | None) -> Message:
    message = message_from_bytes(delivery.raw)
    message["X-Peer"] = str(peer)
    message["X-MailFrom"] = delivery.sender
    message["X-RcptTo"] = ", ".join(delivery.recipients)
    return message
