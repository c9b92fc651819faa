"""notices: what mail systems write by themselves, as octets for a test to deliver.

`bounce`, `delayed` and `delivered` are delivery reports, in the dialects of ten systems;
`auto_reply`, `challenge` and `read_receipt` answer a message; `arf` and `dmarc_report` are
what receivers tell senders.  Each takes a delivery, a mail, octets or nothing, and returns a
`Notice`: bytes that know their envelope and can be delivered.
"""

from pytest_fakemail.notices.automatic import auto_reply, challenge, may_be_answered, read_receipt
from pytest_fakemail.notices.deliveries import bounce, delayed, delivered, wants
from pytest_fakemail.notices.dialects import NAMES as DIALECTS
from pytest_fakemail.notices.dialects import Name as Dialect
from pytest_fakemail.notices.dmarc import DmarcRow, dmarc_report
from pytest_fakemail.notices.feedback import arf
from pytest_fakemail.notices.notice import Notice

__all__ = [
    "DIALECTS",
    "Dialect",
    "DmarcRow",
    "Notice",
    "arf",
    "auto_reply",
    "bounce",
    "challenge",
    "delayed",
    "delivered",
    "dmarc_report",
    "may_be_answered",
    "read_receipt",
    "wants",
]
