"""In-memory SMTP, POP3 and IMAP servers for tests, as pytest fixtures.

The public names are loaded when they are first used, so that an installed plugin
that a suite does not use costs nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pytest_fakemail.asserts.account import AccountHandle
    from pytest_fakemail.asserts.mailbox import MailboxHandle
    from pytest_fakemail.asserts.outbox import Outbox
    from pytest_fakemail.clock import Clock
    from pytest_fakemail.errors import (
        BadArgument,
        BadSetting,
        FakeMailError,
        NotRunning,
        ServerBug,
        UnfiredFault,
        UnknownAttribute,
        UnknownCapability,
        UnknownMailbox,
        UnmetExpectation,
    )
    from pytest_fakemail.fakemail import FakeMail
    from pytest_fakemail.faults.presets import Preset
    from pytest_fakemail.faults.rules import Rule
    from pytest_fakemail.mime.mail import Mail
    from pytest_fakemail.query.comparing import any_of
    from pytest_fakemail.settings import Settings
    from pytest_fakemail.store.delivery import Delivery, Recipient
    from pytest_fakemail.transcript.record import Transcript

__version__ = "0.1.0"

_HOMES = {
    "AccountHandle": "asserts.account",
    "BadArgument": "errors",
    "BadSetting": "errors",
    "Clock": "clock",
    "Delivery": "store.delivery",
    "FakeMail": "fakemail",
    "FakeMailError": "errors",
    "Mail": "mime.mail",
    "MailboxHandle": "asserts.mailbox",
    "NotRunning": "errors",
    "Outbox": "asserts.outbox",
    "Preset": "faults.presets",
    "Recipient": "store.delivery",
    "Rule": "faults.rules",
    "ServerBug": "errors",
    "Settings": "settings",
    "Transcript": "transcript.record",
    "UnfiredFault": "errors",
    "UnknownAttribute": "errors",
    "UnknownCapability": "errors",
    "UnknownMailbox": "errors",
    "UnmetExpectation": "errors",
    "any_of": "query.comparing",
}

__all__ = [
    "AccountHandle",
    "BadArgument",
    "BadSetting",
    "Clock",
    "Delivery",
    "FakeMail",
    "FakeMailError",
    "Mail",
    "MailboxHandle",
    "NotRunning",
    "Outbox",
    "Preset",
    "Recipient",
    "Rule",
    "ServerBug",
    "Settings",
    "Transcript",
    "UnfiredFault",
    "UnknownAttribute",
    "UnknownCapability",
    "UnknownMailbox",
    "UnmetExpectation",
    "__version__",
    "any_of",
]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
