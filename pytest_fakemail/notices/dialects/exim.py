"""Exim: the failed addresses in a field, indented reasons, ``Action`` before the recipient."""

from pytest_fakemail.notices.report import (
    Dialect,
    Outcome,
    Report,
    charset,
    envelope_id,
    is_8bit,
    returned,
    returned_type,
    status_body,
    status_type,
    typed,
)
from pytest_fakemail.notices.writing import Field, date, fields, lines, mark, multipart, part

_SUBJECTS = {
    "failed": "Mail delivery failed: returning message to sender",
    "delayed": "Warning: message {id} delayed 24 hours",
    "delivered": "Delivery Status Notification",
    "relayed": "Delivery Status Notification",
    "expanded": "Delivery Status Notification",
}

_INTRODUCTIONS = {
    "failed": """\
This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:
""",
    "delayed": """\
This message was created automatically by mail delivery software.
A message that you sent has not yet been delivered to one or more of its
recipients after more than 24 hours on the queue on {hostname}.

The message identifier is:     {id}
The subject of the message is: {subject}
The date of the message is:    {date}

The address to which the message has not yet been delivered is:
""",
    "delivered": """\
This message was created automatically by mail delivery software.
 ----- The following addresses had successful delivery notifications -----
""",
}

_DELAY_END = """\
No action is required on your part. Delivery attempts will continue for
some time, and this warning may be repeated at intervals if the message
remains undelivered. Eventually the mail delivery software will give up,
and when that happens, the message will be returned to you.
"""


def write(report: Report) -> bytes:
    """Return the report as Exim writes it since 4.85."""
    queue_id = _id(report)
    seconds = int(report.at.timestamp())
    boundary = f"{seconds}-eximdsn-{int(mark(*report.key, length=7), 16)}"
    subject = _SUBJECTS[report.action].format(id=queue_id)
    failed = ", ".join(report.recipients) if report.action == "failed" else ""
    header = [
        ("X-Failed-Recipients", failed),
        ("Auto-Submitted", "auto-replied"),
        ("From", f"Mail Delivery System <Mailer-Daemon@{report.hostname}>"),
        ("To", report.to),
        ("References", report.original.message_id),
        (
            "Content-Type",
            f"multipart/report; report-type=delivery-status; boundary={boundary}",
        ),
        ("MIME-Version", "1.0"),
        ("Content-Transfer-Encoding", "8bit" if is_8bit(report) else ""),
        ("Subject", subject),
        ("Message-Id", f"<E{queue_id}@{report.hostname}>"),
        ("Date", date(report.at)),
    ]
    encoding = "8bit" if is_8bit(report) else ""
    parts = [
        part([("Content-type", f"text/plain; charset={charset(report)}")], _words(report)),
        part([("Content-type", status_type(report))], _status(report)),
        part(
            [("Content-type", returned_type(report)), ("Content-Transfer-Encoding", encoding)],
            returned(report),
        ),
    ]
    return fields(header) + b"\r\n" + multipart(boundary, parts)


def _id(report: Report) -> str:
    """``1tZ0Ab-00000001abC-2defG``: time, process, fraction; here from the report's content."""
    mixed = mark(*report.key, length=16)
    return f"1{mixed[:5].lower()}-{mixed[5:11]}-{mixed[11:13]}"


def _words(report: Report) -> bytes:
    action = "delivered" if report.action in ("relayed", "expanded") else report.action
    introduction = _INTRODUCTIONS[action].format(
        hostname=report.hostname,
        id=_id(report),
        subject=report.original.mail.subject,
        date=report.original.mail.headers.get("Date") or "",
    )
    rows = [row for outcome in report.outcomes for row in _said(outcome)]
    if action == "delayed":
        rows += [_DELAY_END]
    return lines("\n".join([introduction, *rows]))


def _said(outcome: Outcome) -> list[str]:
    if outcome.action in ("delivered", "relayed", "expanded"):
        return [f"  <{outcome.recipient}> (relayed to non-DSN-aware mailer)", ""]
    if not outcome.is_said:
        return [f"  {outcome.recipient}", f"    {outcome.reply}", ""]
    command = f"RCPT TO:<{outcome.recipient}>" if outcome.status[2] in "12" else "end of data"
    return [
        f"  {outcome.recipient}",
        f"    host {outcome.remote_mta} [192.0.2.25]",
        f"    SMTP error from remote mail server after {command}:",
        f"    {outcome.reply}",
        "",
    ]


def _status(report: Report) -> bytes:
    per_message: list[Field] = [
        ("Reporting-MTA", f"dns; {report.hostname}"),
        ("Original-Envelope-Id", envelope_id(report)),
    ]
    per_recipient = [
        [
            ("Action", outcome.action),
            ("Final-Recipient", typed(outcome.recipient, space="")),
            ("Status", "5.0.0" if outcome.action == "failed" else outcome.status),
            ("Remote-MTA", f"dns; {outcome.remote_mta}" if outcome.is_said else ""),
            ("Diagnostic-Code", f"smtp; {outcome.reply}" if outcome.is_said else ""),
        ]
        for outcome in report.outcomes
    ]
    return status_body(per_message, per_recipient)


DIALECT = Dialect(
    "exim",
    "Exim 4.9x: its Status is always 5.0.0, the server's own is in Diagnostic-Code",
    write,
    replies={
        "1.1": "<{address}>: Unrouteable address",
        "4.4": "Unrouteable address",
        "4.1": "retry timeout exceeded",
        "4.7": "retry timeout exceeded",
    },
)
