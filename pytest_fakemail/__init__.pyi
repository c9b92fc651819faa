# The public names, for type checkers; at run time `homes` says where each is.

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
from pytest_fakemail.query.any_of import any_of
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
from pytest_fakemail.transcript.transcript import Transcript
from pytest_fakemail.wire.capabilities import Capabilities
from pytest_fakemail.wire.exchange import (
    Connection,
    Exchange,
)

__version__: str

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
