"""Amazon SES: one line for people, ``Reporting-MTA: dsn``, ``Action`` before the recipient."""

from pytest_fakemail.notices.report import (
    Dialect,
    Report,
    charset,
    is_8bit,
    returned,
    returned_type,
    status_body,
    status_type,
    typed,
)
from pytest_fakemail.notices.writing import date, fields, guid, lines, mark, multipart, part

_SUBJECTS = {
    "failed": "Delivery Status Notification (Failure)",
    "delayed": "Delivery Status Notification (Delay)",
}
_INTRODUCTIONS = {
    "failed": "An error occurred while trying to deliver the mail to the following recipients:",
    "delayed": "Delivery to the following recipients has been delayed:",
}


def write(report: Report) -> bytes:
    """Return the report as SES sends it when feedback goes by mail."""
    number = int(mark(*report.key, length=12), 16)
    boundary = f"----=_Part_{number % 1000000}_{number % 1000000000}.{number}"
    encoding = "8bit" if is_8bit(report) else "7bit"
    introduction = _INTRODUCTIONS.get(report.action, "Delivered to the following recipients:")
    parts = [
        part(
            [
                ("Content-Type", f"text/plain; charset={charset(report)}"),
                ("Content-Transfer-Encoding", encoding),
                ("Content-Description", "Notification"),
            ],
            lines("\n".join([introduction, *report.recipients])),
        ),
        part(
            [
                ("Content-Type", status_type(report)),
                ("Content-Transfer-Encoding", encoding),
                ("Content-Description", "Delivery Status Notification"),
            ],
            _status(report),
        ),
        part(
            [
                ("Content-Type", returned_type(report)),
                ("Content-Transfer-Encoding", "8bit" if is_8bit(report) else ""),
                ("Content-Description", "Undelivered Message"),
            ],
            returned(report),
        ),
    ]
    return fields(_header(report, boundary)) + b"\r\n" + multipart(boundary, parts)


def _header(report: Report, boundary: str) -> list[tuple[str, str]]:
    message_id = f"{mark(*report.key, length=16).lower()}-{guid(*report.key)}-000000"
    return [
        ("From", f"MAILER-DAEMON@{report.hostname}"),
        ("To", report.to),
        ("Message-ID", f"<{message_id}@{report.hostname}>"),
        ("Subject", _SUBJECTS.get(report.action, "Delivery Status Notification (Success)")),
        ("MIME-Version", "1.0"),
        ("Content-Transfer-Encoding", "8bit" if is_8bit(report) else ""),
        (
            "Content-Type",
            f'multipart/report; boundary="{boundary}"; report-type=delivery-status',
        ),
        ("Date", date(report.at)),
    ]


def _status(report: Report) -> bytes:
    per_recipient = [
        [
            ("Action", outcome.action),
            ("Final-Recipient", typed(outcome.recipient)),
            ("Diagnostic-Code", f"smtp; {outcome.reply}"),
            ("Status", outcome.status),
        ]
        for outcome in report.outcomes
    ]
    return status_body([("Reporting-MTA", f"dsn; {report.hostname}")], per_recipient)


DIALECT = Dialect(
    "ses",
    "reports of amazonses.com in a public corpus, 2017; the texts of delay are unverified",
    write,
    replies={
        "1.1": "<{address}>: Recipient address rejected: User unknown",
        "2.2": "<{address}>: mailbox full",
    },
)
