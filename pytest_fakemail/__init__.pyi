# The public names, for type checkers; at run time `homes` says where each is.

from pytest_fakemail.asserts.account import AccountHandle
from pytest_fakemail.asserts.mailbox import MailboxHandle
from pytest_fakemail.asserts.message import MailboxMessage
from pytest_fakemail.asserts.oauth import OAuth
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
from pytest_fakemail.making import MakeFakeMail
from pytest_fakemail.mime.attachments import (
    Attachment,
    Attachments,
)
from pytest_fakemail.mime.calendar import Calendar
from pytest_fakemail.mime.fields import Address, Fields
from pytest_fakemail.mime.flaws.flaw import Flaw
from pytest_fakemail.mime.links import Link
from pytest_fakemail.mime.mail import Mail
from pytest_fakemail.net.tls import ClientCertificate, TlsAuthority
from pytest_fakemail.policies.engine import Enforced
from pytest_fakemail.policies.policy import Policy
from pytest_fakemail.query.any_of import any_of
from pytest_fakemail.reading_servers import (
    ImapServer,
    Pop3Server,
)
from pytest_fakemail.relay.item import QueueItem
from pytest_fakemail.servers import (
    LmtpServer,
    SmtpServer,
)
from pytest_fakemail.settings import Settings
from pytest_fakemail.store.delivery import (
    Delivery,
    Recipient,
)
from pytest_fakemail.sweep.ground import Standing
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
    "ClientCertificate",
    "Clock",
    "Connection",
    "Delivery",
    "Enforced",
    "Exchange",
    "Failure",
    "FakeMail",
    "FakeMailError",
    "Fields",
    "Finding",
    "Flaw",
    "ImapPoint",
    "ImapRule",
    "ImapServer",
    "Link",
    "LmtpServer",
    "LostMail",
    "Mail",
    "MailboxHandle",
    "MailboxMessage",
    "MakeFakeMail",
    "NotRunning",
    "OAuth",
    "Outbox",
    "Policy",
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
    "Standing",
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
