"""Every default of the product, in one frozen dataclass.

Each field is also an ini key ``fakemail_<name>``, an option ``--fakemail-<name>``, an
environment variable ``FAKEMAIL_<NAME>`` and an argument of the marker.  `parsed` turns
their text into the field's type; `Settings` itself checks every value.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, Self

from pytest_fakemail.errors import BadSetting

MECHANISMS = (
    "PLAIN",
    "LOGIN",
    "CRAM-MD5",
    "SCRAM-SHA-1",
    "SCRAM-SHA-256",
    "XOAUTH2",
    "OAUTHBEARER",
    "EXTERNAL",
)
"""The SASL mechanisms that the servers know."""

_TRUE = ("1", "true", "yes", "on")
_FALSE = ("0", "false", "no", "off")


def _setting(
    default: object, explanation: str, *, choices: tuple[str, ...] = (), minimum: int = 0
) -> Any:  # noqa: ANN401  (a dataclass field stands for whatever type it is declared with)
    return field(
        default=default,
        metadata={"help": explanation, "choices": choices, "minimum": minimum},
    )


@dataclass(frozen=True, kw_only=True)
class Settings:
    """How a FakeMail behaves; immutable, so that no test can change another's.

    Raises:
        BadSetting: a value that the field cannot have.
    """

    host: str = _setting("127.0.0.1", "address to listen on", choices=("127.0.0.1", "::1"))
    hostname: str = _setting("mail.example.test", "name the servers call themselves")
    domain: str = _setting("example.test", "domain of accounts named without @")
    user: str = _setting("user@example.test", "login name of the default account")
    password: str = _setting("password", "password of the default account")
    mailboxes: str = _setting(
        "standard", "mailboxes of a new account", choices=("standard", "inbox")
    )
    separator: str = _setting(
        "/",
        "what separates the levels of a mailbox's name, NIL for no levels",
        choices=("/", ".", "|", "\\", "^", "NIL"),
    )
    accept_any_login: bool = _setting(
        default=False, explanation="make an account of any user and password that logs in"
    )
    unknown_recipients: str = _setting(
        "accept", "what SMTP says to addresses without an account", choices=("accept", "reject")
    )
    require_auth: bool = _setting(
        default=False, explanation="refuse SMTP mail before authentication (530)"
    )
    require_tls: bool = _setting(
        default=False, explanation="refuse mail and logins before TLS (530, PRIVACYREQUIRED)"
    )
    mechanisms: tuple[str, ...] = _setting(
        MECHANISMS, "SASL mechanisms, in the order announced", choices=MECHANISMS
    )
    client_certificates: bool = _setting(
        default=False, explanation="ask TLS clients for a certificate, as AUTH EXTERNAL needs"
    )
    max_message_size: int = _setting(
        128 * 1024 * 1024, "largest message accepted, in octets", minimum=1
    )
    max_recipients: int = _setting(1000, "most recipients of one SMTP transaction", minimum=1)
    max_received: int = _setting(100, "most Received fields before a loop is assumed", minimum=1)
    max_connections: int = _setting(
        0, "most connections to one server at once, 0 without limit", minimum=0
    )
    bare_newlines: str = _setting(
        "note",
        "what to do with a bare LF or CR in mail",
        choices=("note", "refuse", "normalise"),
    )
    line_limits: bool = _setting(
        default=False, explanation="enforce RFC 5321's limits on text lines, paths and commands"
    )
    trace_headers: bool = _setting(
        default=False, explanation="put Return-Path and Received on the copy in the mailbox"
    )
    smtp_timeout: float = _setting(300.0, "seconds of silence before SMTP says 421", minimum=0)
    pop3_timeout: float = _setting(600.0, "seconds of silence before POP3 hangs up", minimum=0)
    imap_timeout: float = _setting(1800.0, "seconds of silence before IMAP says BYE", minimum=0)
    imap_revisions: str = _setting(
        "both", "IMAP revisions to announce", choices=("both", "rev1", "rev2")
    )
    smtp_without: tuple[str, ...] = _setting((), "SMTP extensions to switch off")
    pop3_without: tuple[str, ...] = _setting((), "POP3 capabilities to switch off")
    imap_without: tuple[str, ...] = _setting((), "IMAP capabilities to switch off")
    pop3_lock: str = _setting(
        "exclusive",
        "what a second POP3 session on a maildrop meets",
        choices=("exclusive", "shared", "read-only"),
    )
    pop3_login_delay: float = _setting(
        0.0, "seconds that must pass between POP3 logins of one account"
    )
    pop3_expire: str = _setting(
        "NEVER",
        "days that POP3 promises to keep mail; with 0, QUIT removes what was retrieved",
        choices=("NEVER", "30", "0"),
    )
    transcript_limit: int = _setting(
        64 * 1024 * 1024, "octets of conversation kept before long ones are abridged", minimum=0
    )

    def __post_init__(self) -> None:
        """Check every field."""
        for one in fields(self):
            _check(one.name, getattr(self, one.name), one.default, one.metadata)

    def but(self, **changes: object) -> Self:
        """Return these settings with some changed.

        Raises:
            BadSetting: an unknown name, or a value that the field cannot have.
        """
        if not changes:
            return self
        for name in changes:
            _require_known(name)
        return replace(self, **{name: _listed(name, value) for name, value in changes.items()})


def _listed(name: str, value: object) -> Any:  # noqa: ANN401  (any field's type)
    """Let a tuple setting be given as any list of texts."""
    is_tuple = isinstance(_DEFAULTS[name], tuple)
    if is_tuple and isinstance(value, Iterable) and not isinstance(value, str):
        return tuple(value)
    return value


def _require_known(name: str) -> None:
    if name not in _DEFAULTS:
        raise BadSetting(f"no setting {name!r}; there is {', '.join(sorted(_DEFAULTS))}")


def _check(name: str, value: object, default: object, metadata: Mapping[str, Any]) -> None:
    if not _is_possible(value, default, metadata):
        raise BadSetting(f"{name}={value!r}: wanted {_wanted(default, metadata)}")


def _is_possible(value: object, default: object, metadata: Mapping[str, Any]) -> bool:
    choices = metadata["choices"]
    if isinstance(default, bool) or isinstance(value, bool):
        return isinstance(default, bool) and isinstance(value, bool)
    match default, value:
        case tuple(), tuple():
            return all(isinstance(one, str) and (not choices or one in choices) for one in value)
        case str(), str():
            return not choices or value in choices
        case (float(), int() | float()) | (int(), int()):
            return bool(value >= metadata["minimum"])
        case _:
            return False


def _wanted(default: object, metadata: Mapping[str, Any]) -> str:
    choices = ", ".join(repr(choice) for choice in metadata["choices"])
    match default:
        case bool():
            return "true or false"
        case int():
            return f"a whole number of at least {metadata['minimum']}"
        case float():
            return "a number of seconds, zero or more"
        case tuple():
            listed = "names, separated by spaces or commas"
            return f"{listed}, of {choices}" if choices else listed
        case _:
            return f"one of {choices}" if choices else "text"


def parsed(name: str, text: str) -> object:
    """Return the value that a text from an option, the environment or an ini file means.

    Raises:
        BadSetting: no such setting, or text that does not fit it.
    """
    _require_known(name)
    default, metadata = _DEFAULTS[name], _METADATA[name]
    value: object = text
    try:
        match default:
            case bool():
                value = _boolean(text)
            case int():
                value = int(text)
            case float():
                value = float(text)
            case tuple():
                value = tuple(text.replace(",", " ").split())
    except ValueError:
        raise BadSetting(f"{name}={text!r}: wanted {_wanted(default, metadata)}") from None
    _check(name, value, default, metadata)
    return value


def _boolean(text: str) -> bool:
    word = text.strip().lower()
    if word not in _TRUE + _FALSE:
        raise ValueError(text)
    return word in _TRUE


def gathered(sources: Mapping[str, Callable[[str], object]]) -> Settings:
    """Return the settings that the sources give; the first source that has a name decides.

    Args:
        sources: by a pattern of how the source spells a setting (``"--fakemail-{dashed}"``,
            ``"FAKEMAIL_{upper}"``, ``"fakemail_{name}"``), what looks up a setting's text
            there, or None.

    Raises:
        BadSetting: a value that does not fit, named as its source spells it.
    """
    changes: dict[str, object] = {}
    for name in _DEFAULTS:
        for pattern, look_up in sources.items():
            text = look_up(name)
            if text is None:
                continue
            try:
                changes[name] = parsed(name, str(text))
            except BadSetting as error:
                spelt = pattern.format(name=name, dashed=name.replace("_", "-"), upper=name.upper())
                reason = str(error).removeprefix(name)
                raise BadSetting(spelt + reason) from None
            break
    return Settings(**changes)  # type: ignore[arg-type]  # each was parsed as its field's type


def is_switch(name: str) -> bool:
    """Whether a setting is either on or off."""
    return isinstance(_DEFAULTS[name], bool)


def explained() -> dict[str, str]:
    """Return each setting's name with one line of help that ends in its default."""
    return {
        name: f"{_METADATA[name]['help']} (default: {_shown(default)})"
        for name, default in _DEFAULTS.items()
    }


def _shown(value: object) -> str:
    if isinstance(value, tuple):
        return " ".join(value) or "none"
    return str(value).lower() if isinstance(value, bool) else str(value)


_DEFAULTS: dict[str, object] = {one.name: one.default for one in fields(Settings)}
_METADATA: dict[str, Mapping[str, Any]] = {one.name: one.metadata for one in fields(Settings)}
