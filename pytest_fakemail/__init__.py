"""In-memory SMTP, POP3 and IMAP servers for tests, as pytest fixtures.

The public names are loaded when they are first used, so that an installed plugin
that a suite does not use costs nothing.
"""

import sys
from importlib import import_module
from importlib.machinery import PathFinder
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from importlib.machinery import ModuleSpec
    from types import ModuleType

    from pytest_fakemail.asserts.account import AccountHandle
    from pytest_fakemail.asserts.mailbox import MailboxHandle
    from pytest_fakemail.asserts.message import MailboxMessage
    from pytest_fakemail.asserts.outbox import Outbox
    from pytest_fakemail.asserts.queue import Queue
    from pytest_fakemail.clock import Clock
    from pytest_fakemail.conduct.finding import Finding
    from pytest_fakemail.errors import (
        BadArgument,
        BadSetting,
        FakeMailError,
        LostMail,
        NotRunning,
        ServerBug,
        UnfiredFault,
        UnknownAction,
        UnknownAttribute,
        UnknownCapability,
        UnknownMailbox,
        UnmetExpectation,
    )
    from pytest_fakemail.fakemail import FakeMail
    from pytest_fakemail.faults.failures import Failure, Preset
    from pytest_fakemail.faults.points import (
        ImapPoint,
        Pop3Point,
        SmtpPoint,
    )
    from pytest_fakemail.faults.protocols import (
        ImapRule,
        Pop3Rule,
        SmtpRule,
    )
    from pytest_fakemail.faults.rules import Rule
    from pytest_fakemail.mime.attachments import (
        Attachment,
        Attachments,
    )
    from pytest_fakemail.mime.calendar import Calendar
    from pytest_fakemail.mime.fields import Address
    from pytest_fakemail.mime.headers import Headers
    from pytest_fakemail.mime.mail import Mail
    from pytest_fakemail.net.tls import TlsAuthority
    from pytest_fakemail.query.comparing import any_of
    from pytest_fakemail.relay.item import QueueItem
    from pytest_fakemail.servers import (
        ImapServer,
        LmtpServer,
        Pop3Server,
        SmtpServer,
    )
    from pytest_fakemail.settings import Settings
    from pytest_fakemail.store.delivery import (
        Delivery,
        Recipient,
    )
    from pytest_fakemail.sweep.result import SweepResult, SweepRow
    from pytest_fakemail.transcript.exchanges import (
        RecordedConnection,
        RecordedExchange,
    )
    from pytest_fakemail.transcript.record import Transcript
    from pytest_fakemail.wire.capabilities import Capabilities
    from pytest_fakemail.wire.exchange import (
        Connection,
        Exchange,
    )

__version__ = "0.1.0"

_HOMES = {
    "AccountHandle": "asserts.account",
    "Address": "mime.fields",
    "Attachment": "mime.attachments",
    "Attachments": "mime.attachments",
    "BadArgument": "errors",
    "BadSetting": "errors",
    "Calendar": "mime.calendar",
    "Capabilities": "wire.capabilities",
    "Clock": "clock",
    "Connection": "wire.exchange",
    "Delivery": "store.delivery",
    "Exchange": "wire.exchange",
    "Failure": "faults.failures",
    "FakeMail": "fakemail",
    "FakeMailError": "errors",
    "Finding": "conduct.finding",
    "Headers": "mime.headers",
    "ImapPoint": "faults.points",
    "ImapRule": "faults.protocols",
    "ImapServer": "servers",
    "LmtpServer": "servers",
    "Mail": "mime.mail",
    "MailboxHandle": "asserts.mailbox",
    "MailboxMessage": "asserts.message",
    "LostMail": "errors",
    "NotRunning": "errors",
    "Outbox": "asserts.outbox",
    "Pop3Point": "faults.points",
    "Pop3Rule": "faults.protocols",
    "Pop3Server": "servers",
    "Preset": "faults.failures",
    "Queue": "asserts.queue",
    "QueueItem": "relay.item",
    "Recipient": "store.delivery",
    "RecordedConnection": "transcript.exchanges",
    "RecordedExchange": "transcript.exchanges",
    "Rule": "faults.rules",
    "ServerBug": "errors",
    "Settings": "settings",
    "SmtpPoint": "faults.points",
    "SmtpRule": "faults.protocols",
    "SmtpServer": "servers",
    "SweepResult": "sweep.result",
    "SweepRow": "sweep.result",
    "TlsAuthority": "net.tls",
    "Transcript": "transcript.record",
    "UnfiredFault": "errors",
    "UnknownAttribute": "errors",
    "UnknownAction": "errors",
    "UnknownCapability": "errors",
    "UnknownMailbox": "errors",
    "UnmetExpectation": "errors",
    "any_of": "query.comparing",
}

__all__ = [
    "AccountHandle",
    "Address",
    "Attachment",
    "Attachments",
    "BadArgument",
    "BadSetting",
    "Calendar",
    "Capabilities",
    "Clock",
    "Connection",
    "Delivery",
    "Exchange",
    "Failure",
    "FakeMail",
    "FakeMailError",
    "Finding",
    "Headers",
    "ImapPoint",
    "ImapRule",
    "ImapServer",
    "LmtpServer",
    "LostMail",
    "Mail",
    "MailboxHandle",
    "MailboxMessage",
    "NotRunning",
    "Outbox",
    "Pop3Point",
    "Pop3Rule",
    "Pop3Server",
    "Preset",
    "Queue",
    "QueueItem",
    "Recipient",
    "RecordedConnection",
    "RecordedExchange",
    "Rule",
    "ServerBug",
    "Settings",
    "SmtpPoint",
    "SmtpRule",
    "SmtpServer",
    "SweepResult",
    "SweepRow",
    "TlsAuthority",
    "Transcript",
    "UnfiredFault",
    "UnknownAction",
    "UnknownAttribute",
    "UnknownCapability",
    "UnknownMailbox",
    "UnmetExpectation",
    "__version__",
    "any_of",
]


class _AsTheyAre:
    """Finds this package's modules as if there were no assertion rewriting.

    pytest would read, rewrite and compile every module of a plugin's distribution: half of what
    the first mail of a run costs, and again in each run where byte code is not kept.  There is
    no assertion of a test in here.
    """

    @staticmethod
    def find_spec(
        name: str, path: "Sequence[str] | None" = None, target: "ModuleType | None" = None
    ) -> "ModuleSpec | None":
        """Find a module of ours; leave others to who comes next."""
        return PathFinder.find_spec(name, path, target) if name.startswith(_PREFIX) else None


_PREFIX = __name__ + "."
if "_pytest.assertion.rewrite" in sys.modules:
    sys.meta_path.insert(0, _AsTheyAre)


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
