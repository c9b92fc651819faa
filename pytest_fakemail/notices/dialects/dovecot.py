"""Dovecot's local delivery: ``Rejected: subject``, one sentence, the header returned."""

from pytest_fakemail.notices.report import (
    Dialect,
    Report,
    envelope_id,
    is_8bit,
    original_recipient,
    returned,
    returned_type,
    status_body,
    status_type,
    typed,
)
from pytest_fakemail.notices.writing import Field, date, fields, lines, mark, multipart, part


def write(report: Report) -> bytes:
    """Return the report as Dovecot's delivery agent writes it.

    It reports failures; for the other actions the same form is taken.
    """
    boundary = f"{mark(*report.key, length=8).lower()}/{report.hostname}"
    header = [
        ("Message-ID", f"<dovecot-{mark(*report.key, length=12).lower()}@{report.hostname}>"),
        ("Date", date(report.at)),
        ("From", f"Mail Delivery Subsystem <postmaster@{report.hostname}>"),
        ("To", f"<{report.to}>"),
        ("MIME-Version", "1.0"),
        ("Content-Transfer-Encoding", "8bit" if is_8bit(report) else ""),
        (
            "Content-Type",
            f'multipart/report; report-type=delivery-status; boundary="{boundary}"',
        ),
        ("Subject", _subject(report)),
        ("Auto-Submitted", "auto-replied (rejected)"),
        ("Precedence", "bulk"),
    ]
    parts = [
        part(
            [
                ("Content-Type", "text/plain; charset=utf-8"),
                ("Content-Disposition", "inline"),
                ("Content-Transfer-Encoding", "8bit"),
            ],
            lines("\n".join(_sentences(report))),
        ),
        part([("Content-Type", status_type(report))], _status(report)),
        part(
            [
                ("Content-Type", returned_type(report)),
                ("Content-Transfer-Encoding", "8bit" if is_8bit(report) else ""),
            ],
            returned(report),
        ),
    ]
    preamble = "This is a MIME-encapsulated message"
    return fields(header) + b"\r\n" + multipart(boundary, parts, preamble=preamble)


def _subject(report: Report) -> str:
    subject = report.original.mail.subject
    return f"Rejected: {subject}" if subject.isascii() and subject.isprintable() else "Rejected"


def _sentences(report: Report) -> list[str]:
    return [
        f"Your message to <{outcome.recipient}> was automatically rejected:\n{outcome.reply}\n"
        for outcome in report.outcomes
    ]


def _status(report: Report) -> bytes:
    per_message: list[Field] = [
        ("Reporting-MTA", f"dns; {report.hostname}"),
        ("Original-Envelope-Id", envelope_id(report)),
    ]
    per_recipient = [
        [
            ("Original-Recipient", original_recipient(outcome, space=" ")),
            ("Final-Recipient", typed(outcome.recipient)),
            ("Action", outcome.action),
            ("Status", outcome.status),
        ]
        for outcome in report.outcomes
    ]
    return status_body(per_message, per_recipient)


DIALECT = Dialect(
    "dovecot",
    "Dovecot 2.3's defaults for rejection_subject and rejection_reason; fields unverified",
    write,
    replies={
        "1.1": "<{address}> User doesn't exist: {address}",
        "2.2": "<{address}> Quota exceeded (mailbox for user is full)",
    },
    returns_whole=False,
)
