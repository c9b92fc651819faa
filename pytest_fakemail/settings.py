"""Every default of the product, in one immutable class.

Each field is also an ini key ``fakemail_<name>``, an option ``--fakemail-<name>``, an
environment variable ``FAKEMAIL_<NAME>``, an option of ``serve`` and an argument of the marker.
A new setting is one field here and one line in `setting_changes`; tests hold that these agree
and that docs/reference/settings.md has it.  Every run that has the plugin installed loads this
file, used or not, so it does next to nothing.  What a
value may be is `values`' business, loaded when a value is given.
"""

from collections.abc import Callable, Mapping
from dataclasses import FrozenInstanceError, dataclass, field
from typing import TYPE_CHECKING, Any, NoReturn, Self, TypeVar, dataclass_transform

if TYPE_CHECKING:
    from typing import Unpack

    from pytest_fakemail.setting_changes import SettingChanges

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
"""The SASL mechanisms that the servers offer unless told otherwise."""

MECHANISMS_ON_REQUEST = ("SCRAM-SHA-1-PLUS", "SCRAM-SHA-256-PLUS", "ANONYMOUS", "DIGEST-MD5")
"""Those that are offered only where `mechanisms` names them."""


def _setting(
    default: object,
    explanation: str,
    *,
    choices: tuple[str, ...] = (),
    minimum: int = 0,
    wanted: str = "text",
) -> Any:  # noqa: ANN401  (a field stands for whatever type it is declared with)
    metadata = {"help": explanation, "choices": choices, "minimum": minimum, "wanted": wanted}
    return field(default=default, metadata=metadata)


_T = TypeVar("_T")


@dataclass_transform(frozen_default=True)
def _frozen(cls: type[_T]) -> type[_T]:
    """Return a class as ``dataclass(frozen=True)`` does, without a method written and compiled.

    That would be done at each start; all that it would write stands in the class.
    """
    return dataclass(init=False, repr=False, eq=False)(cls)


@_frozen
class Settings:
    """How a FakeMail behaves; immutable, so that no test can change another's.

    A time is seconds, a `timedelta` or text such as ``"5m"``, and is kept as seconds; names are
    any list of texts, kept as a tuple.

    Raises:
        BadSetting: an unknown name, or a value that the field cannot have.
    """

    host: str = _setting("127.0.0.1", "address to listen on", wanted="an address")
    allow_network: bool = _setting(
        default=False, explanation="let `host` be an address that other machines can reach"
    )
    hostname: str = _setting(
        "mail.example.test", "name the servers call themselves", wanted="a host name"
    )
    domain: str = _setting("example.test", "domain of accounts named without @", wanted="a domain")
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
    personal_namespace: str = _setting(
        "none", "prefix of all mailboxes but INBOX: none, or INBOX and the separator"
    )
    namespaces: tuple[str, ...] = _setting(
        ("Users", "Shared"), "names over other users' mailboxes and over shared ones, or none"
    )
    shared_seen: str = _setting(
        "everyone", "whose \\Seen it is in shared mailboxes", choices=("everyone", "per-user")
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
        MECHANISMS,
        "SASL mechanisms, in the order announced",
        choices=MECHANISMS + MECHANISMS_ON_REQUEST,
    )
    client_certificates: bool = _setting(
        default=False, explanation="ask TLS clients for a certificate, as AUTH EXTERNAL needs"
    )
    max_message_size: int = _setting(
        128 * 1024 * 1024, "largest message accepted, in octets", minimum=1
    )
    max_append_size: int = _setting(
        0, "largest message that IMAP's APPEND takes, in octets, 0 as max_message_size", minimum=0
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
        default=False,
        explanation="put Return-Path, Delivered-To and Received on the copy in the mailbox",
    )
    smtp_timeout: float = _setting(300.0, "silence before SMTP says 421, in seconds or as 5m")
    pop3_timeout: float = _setting(600.0, "silence before POP3 hangs up, in seconds or as 10m")
    imap_timeout: float = _setting(1800.0, "silence before IMAP says BYE, in seconds or as 30m")
    imap_idle_still_here: float = _setting(
        0.0, "how often IDLE says * OK Still here, and so never times out, as 2m; 0 never"
    )
    imap_revisions: str = _setting(
        "both", "IMAP revisions to announce", choices=("both", "rev1", "rev2")
    )
    smtp_without: tuple[str, ...] = _setting((), "SMTP extensions to switch off")
    pop3_without: tuple[str, ...] = _setting((), "POP3 capabilities to switch off")
    imap_without: tuple[str, ...] = _setting((), "IMAP capabilities to switch off")
    imap_capabilities: str = _setting(
        "default", "IMAP capabilities to announce: the usual, or all", choices=("default", "all")
    )
    submission_users: tuple[str, ...] = _setting(
        (), "login names of submission servers, whom URLAUTH lets use URLs with submit+"
    )
    imap_notify_mailboxes: int = _setting(
        1000, "mailboxes that a client may watch by NOTIFY; NOTIFICATIONOVERFLOW if there are more"
    )
    imap_8bit_headers: str = _setting(
        "accept",
        "what APPEND does with 8-bit header fields of a client that has not enabled UTF-8",
        choices=("accept", "refuse"),
    )
    imap_message_limit: int = _setting(
        1000, "most messages of a command where MESSAGELIMIT or SAVELIMIT is on", minimum=1
    )
    imap_keeps_nul: bool = _setting(
        default=False,
        explanation="IMAP gives out NUL as it is stored, against the RFCs, instead of base64",
    )
    pop3_lock: str = _setting(
        "exclusive",
        "what a second POP3 session on a maildrop meets",
        choices=("exclusive", "shared", "read-only"),
    )
    pop3_login_delay: float = _setting(
        0.0, "time that must pass between POP3 logins of one account, in seconds or as 15m"
    )
    pop3_expire: str = _setting(
        "NEVER",
        "days that POP3 promises to keep mail; with 0, QUIT removes what was retrieved",
        choices=("NEVER", "30", "0"),
    )
    pop3_raw_utf8: bool = _setting(
        default=True,
        explanation="send UTF-8 headers by POP3 unasked; without, [UTF8] refuses them (RFC 6856)",
    )
    retry: tuple[str, ...] = _setting(
        ("5m", "70m", "4h", "5d"),
        "when queued mail is tried again: the first wait, the longest, when the sender is told, "
        "when it is given up",
        wanted="four durations, as 5m 70m 4h 5d",
    )
    relay_timeout: float = _setting(5.0, "how long a relay waits for the next server, in seconds")
    relay_tls: str = _setting(
        "may", "whether relays use STARTTLS", choices=("may", "required", "none")
    )
    source_routes: str = _setting(
        "strip", "what to do with source routes in RCPT", choices=("strip", "refuse")
    )
    percent_hack: str = _setting(
        "literal",
        "what user%elsewhere@here in RCPT is",
        choices=("literal", "refuse", "follow"),
    )
    forwarding_reply: str = _setting(
        "250", "what RCPT says of who is forwarded", choices=("250", "251", "551")
    )
    transcript_limit: int = _setting(
        64 * 1024 * 1024, "octets of conversation kept before long ones are abridged", minimum=0
    )

    provider: str = _setting(
        "none",
        "whose server to pretend to be",
        choices=(
            "none", "gmail", "m365", "m365-rev2", "yahoo", "icloud", "dovecot", "cyrus", "courier",
            "stalwart", "ses", "sendgrid", "postfix", "exim", "qq", "netease", "yandex",
            "exchange-2007", "proton-bridge",
        ),
    )  # fmt: skip
    pop3_lists: str = _setting(
        "all",
        "which messages POP3 lists: all, or, as with Gmail, those that no session retrieved before",
        choices=("all", "new"),
    )
    saves_sent: bool = _setting(
        default=False,
        explanation="put what a user sends by SMTP into his mailbox for sent mail, as Gmail does",
    )
    gmail_labels: bool = _setting(
        default=False,
        explanation="mailboxes are labels of messages that are kept once, as with Gmail",
    )
    gmail_auto_expunge: bool = _setting(
        default=True, explanation="with labels, \\Deleted alone takes a message out of a mailbox"
    )
    gmail_expunge: str = _setting(
        "archive",
        "what becomes of a message when its last label is expunged",
        choices=("archive", "trash", "delete"),
    )
    gmail_language: str = _setting(
        "en",
        "language of Gmail's own mailboxes",
        choices=("en", "en-gb", "de", "fr", "es"),
    )
    leaks: tuple[str, ...] = _setting(
        (),
        "what must not be left at the end of a test",
        choices=("connections", "idle", "mail"),
    )

    def __init__(self, **changes: "Unpack[SettingChanges]") -> None:
        # What is not given stays the class's attribute: the default.
        for name, value in changes.items():
            self.__dict__[name] = _kept(name, value)

    def __repr__(self) -> str:
        changed = ", ".join(
            f"{name}={'(hidden)' if name == 'password' else repr(getattr(self, name))}"
            for name, default in _DEFAULTS.items()
            if getattr(self, name) != default
        )
        return f"Settings({changed})"

    if not TYPE_CHECKING:  # for a type checker they are read-only as they stand

        def __setattr__(self, name: str, value: object) -> NoReturn:
            raise FrozenInstanceError(
                f"cannot assign to field {name!r}: settings are given when a FakeMail is made, by "
                f"@pytest.mark.fakemail({name}=…), make_fakemail({name}=…) or FakeMail({name}=…)"
            )

        def __delattr__(self, name: str) -> NoReturn:
            raise FrozenInstanceError(f"cannot delete field {name!r}")

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Settings):
            return NotImplemented
        return all(getattr(self, name) == getattr(other, name) for name in _DEFAULTS)

    def __hash__(self) -> int:
        return hash(tuple(getattr(self, name) for name in _DEFAULTS))

    def but(self, **changes: "Unpack[SettingChanges]") -> Self:
        """Return these settings with some changed.

        Raises:
            BadSetting: an unknown name, or a value that the field cannot have.
        """
        if not changes:
            return self
        changed = type(self)(**changes)
        changed.__dict__.update({**self.__dict__, **changed.__dict__})
        return changed

    def under(self, defaults: Mapping[str, object]) -> Self:
        """Return these settings with other defaults for what they do not say.

        Raises:
            BadSetting: an unknown name, or a value that the field cannot have.
        """
        changed = type(self)()
        for name, value in defaults.items():
            changed.__dict__[name] = _kept(name, value)
        changed.__dict__.update(self.__dict__)
        return changed


_FIELDS = Settings.__dataclass_fields__
_DEFAULTS: dict[str, object] = {name: one.default for name, one in _FIELDS.items()}


def _kept(name: str, value: object) -> object:
    """Return a value as `Settings` keeps it."""
    from pytest_fakemail import values

    _require_known(name)
    return values.kept(name, value, _DEFAULTS[name], _FIELDS[name].metadata)


def _require_known(name: str) -> None:
    if name not in _DEFAULTS:
        from pytest_fakemail.errors import BadSetting, did_you_mean

        known = sorted(_DEFAULTS)
        raise BadSetting(
            f"no setting {name!r}; {did_you_mean(name, known)}there is {', '.join(known)}"
        )


def parsed(name: str, text: str) -> object:
    """Return the value that a text from an option, the environment or an ini file means.

    Raises:
        BadSetting: no such setting, or text that does not fit it.
    """
    from pytest_fakemail import values

    _require_known(name)
    return values.parsed(name, text, _DEFAULTS[name], _FIELDS[name].metadata)


def gathered(sources: Mapping[str, Callable[[str], object]]) -> Settings:
    """Return the settings that the sources give; the first source that has a name decides.

    Args:
        sources: by a pattern of how the source spells a setting (``"--fakemail-{dashed}"``,
            ``"FAKEMAIL_{upper}"``, ``"fakemail_{name}"``; see `values.spelt`), what looks up a
            setting's text there, or None.

    Raises:
        BadSetting: a value that does not fit, named as its source spells it.
    """
    changes: dict[str, Any] = {}
    for name, default in _DEFAULTS.items():
        for pattern, look_up in sources.items():
            text = look_up(name)
            if text is None:
                continue
            from pytest_fakemail import values

            metadata = _FIELDS[name].metadata
            changes[name] = values.given(pattern, name, str(text), default, metadata)
            break
    return Settings(**changes)


def is_switch(name: str) -> bool:
    """Whether a setting is either on or off."""
    return isinstance(_DEFAULTS[name], bool)


def explained() -> dict[str, str]:
    """Return each setting's name with one line of help that ends in its default."""
    return {
        name: f"{_FIELDS[name].metadata['help']} (default: {_shown(default)})"
        for name, default in _DEFAULTS.items()
    }


def _shown(value: object) -> str:
    if isinstance(value, tuple):
        return " ".join(value) or "none"
    return str(value).lower() if isinstance(value, bool) else str(value)


Settings.__doc__ = "\n".join(
    [
        f"{Settings.__doc__ or ''}\n    Attributes:",
        *(f"        {name}: {explanation}." for name, explanation in explained().items()),
    ]
)  # so that `help` tells them
