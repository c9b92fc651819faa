"""What it takes to speak as a real server: data, and the list of those that there are."""

from collections.abc import Iterator, Mapping
from importlib import import_module

from pytest_fakemail.dataclass import dataclass, field
from pytest_fakemail.errors import BadArgument
from pytest_fakemail.faults.failures import Failure
from pytest_fakemail.spelling import unknown


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """How one protocol is spoken.

    Texts have the placeholders of a `Failure`.

    Attributes:
        greeting: the text behind ``220``, ``+OK`` or ``* OK``; ``{capabilities}`` are IMAP's.
        before: the capabilities before login, in order; of SMTP, without TLS.
        after: those after it; of SMTP, with TLS.
        vendor: those of them that are announced though nothing stands behind them: words that
            clients see and no client of ours can use.
        replies: texts by command and outcome: ``"MAIL 250"``, ``"SELECT OK"``, ``"STAT +OK"``; the
            command ``*`` is any other.  IMAP's untagged responses are ``"ID *"``, ``"IDLE +"`` or
            ``"SELECT [UIDNEXT]"``; a text that begins with ``!`` drops the response code.
        pushes: how IMAP tells its capabilities at login: ``"code"``, ``"untagged"`` or ``""``.
        hidden: capabilities that are there though they are not announced.
        evidence: a letter with a source, as of failures.
    """

    greeting: str
    before: tuple[str, ...]
    after: tuple[str, ...]
    evidence: str
    vendor: frozenset[str] = frozenset()
    replies: Mapping[str, str] = field(default_factory=dict)
    pushes: str = "code"
    hidden: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Limit:
    """A policy that is in force at a provider: whose server, which function, with what.

    `options` are those of the function of `pytest_fakemail.policies`; `evidence` is a letter with
    a source.
    """

    protocol: str
    policy: str
    options: Mapping[str, object]
    evidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Personality:
    """A server to pretend to be: what it is set to, which mailboxes it has, how it speaks.

    `settings` are those of the docs' page of settings, where a test does not say otherwise;
    `mailboxes` are those of a new account besides INBOX, with their special uses or ``""``.
    `quirks` are its known misbehaviours, which are on: a protocol and a name each.  `limits` are
    the policies in force.  `says` words replies of policies, those of a test too, by their names:
    each has failures of the provider's module; a name may go on with ``by account`` and the like.
    A protocol that is None is one that the provider does not have.
    """

    name: str
    title: str
    settings: Mapping[str, object] = field(default_factory=dict)
    mailboxes: Mapping[str, str] | None = None
    smtp: Spoken | None = None
    pop3: Spoken | None = None
    imap: Spoken | None = None
    quirks: tuple[tuple[str, str], ...] = ()
    limits: tuple[Limit, ...] = ()
    says: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    remarks: str = ""

    def spoken(self, protocol: str) -> Spoken | None:
        """Return how it speaks a protocol, None where it does not."""
        return {"smtp": self.smtp, "pop3": self.pop3, "imap": self.imap}.get(protocol)

    def failures(self, reply: str) -> Iterator[Failure]:
        """Yield the failures that word this reply of policies, one a protocol."""
        names = self.says.get(reply, ())
        if names:
            module = import_module(f"pytest_fakemail.providers.{_home(self.name)}")
            yield from (getattr(module, name) for name in names)


_HOMES = {"m365-rev2": ("m365", "PERSONALITY_REV2"), "exchange-2007": ("exchange", "PERSONALITY")}

NAMES = (
    "gmail",
    "m365",
    "m365-rev2",
    "yahoo",
    "icloud",
    "dovecot",
    "cyrus",
    "courier",
    "stalwart",
    "ses",
    "sendgrid",
    "postfix",
    "exim",
    "qq",
    "netease",
    "yandex",
    "exchange-2007",
    "proton-bridge",
)
"""Whom one can pretend to be."""
_PROTOCOLS = ("smtp", "pop3", "imap")


def personality(name: str) -> Personality:
    """Return the personality of this name; underscores are as good as hyphens.

    Raises:
        BadArgument: there is none.
    """
    wanted = name.replace("_", "-").lower() if isinstance(name, str) else name
    if wanted not in NAMES:
        raise BadArgument(unknown(f"provider {name!r}", name, NAMES))
    constant = _HOMES.get(wanted, ("", "PERSONALITY"))[1]
    found: Personality = getattr(
        import_module(f"pytest_fakemail.providers.personalities.{_home(wanted)}"), constant
    )
    return found


def _home(name: str) -> str:
    """Return the module that a provider's data are in."""
    return _HOMES.get(name, (name.replace("-", "_"), ""))[0]


def names_of(protocol: str | None) -> list[str]:
    """Return whom one can pretend to be, or those who have a protocol.

    Raises:
        BadArgument: no such protocol.
    """
    if protocol is None:
        return list(NAMES)
    if protocol not in _PROTOCOLS:
        raise BadArgument(unknown(f"protocol {protocol!r}", protocol, _PROTOCOLS))
    return [name for name in NAMES if personality(name).spoken(protocol) is not None]


def refusal(provider: str, protocol: str) -> str:
    """Return why there is no server of a protocol; nothing if there is."""
    known = personality(provider)
    has = [one for one in _PROTOCOLS if known.spoken(one) is not None]
    if protocol in has or protocol == "lmtp":
        return ""
    return (
        f"{known.title} has no {protocol.upper()}, and this FakeMail pretends to be {provider}; "
        f"it has {', '.join(has)}"
    )
