"""Microsoft 365: Exchange's form, sent by its own postmaster, marked as a reply by a machine."""

from pytest_fakemail.notices.dialects.exchange import REPLIES, written
from pytest_fakemail.notices.report import Dialect, Report


def write(report: Report) -> bytes:
    """Return the report as Exchange Online writes it, without its X-MS fields of routing."""
    extra = [("Auto-Submitted", "auto-replied")]
    sender = f"postmaster@{report.hostname}"
    return written(report, sender=sender, name="Microsoft Outlook", extra=extra)


DIALECT = Dialect(
    "m365",
    "a report of outlook.com in a public corpus, 2018; other actions than failed unverified",
    write,
    replies=REPLIES
    | {
        "1.1": "RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup",
        "2.2": "STOREDRV.Deliver: mailbox full. MapiExceptionShutoffQuotaExceeded",
    },
)
