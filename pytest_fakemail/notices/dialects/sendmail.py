"""Sendmail: a transcript of the session, capital address types, the message whole."""

from pytest_fakemail.notices.report import (
    Dialect,
    Outcome,
    Report,
    envelope_id,
    is_8bit,
    original_recipient,
    returned,
    returned_type,
    status_body,
    status_type,
    typed,
    will_retry_until,
)
from pytest_fakemail.notices.writing import Field, date, fields, lines, mark, multipart, part

_SUBJECTS = {
    "failed": "Returned mail: see transcript for details",
    "delayed": "Warning: could not send message for past 4 hours",
    "delivered": "Return receipt",
    "relayed": "Return receipt",
    "expanded": "Return receipt",
}
_AUTO_SUBMITTED = {
    "failed": "auto-generated (failure)",
    "delayed": "auto-generated (warning-timeout)",
}
_TITLES = {
    "failed": "   ----- The following addresses had permanent fatal errors -----",
    "delayed": "   ----- The following addresses had transient non-fatal errors -----",
}
_SUCCESS = "   ----- The following addresses had successful delivery notifications -----"
_WARNING = """\
    **********************************************
    **      THIS IS A WARNING MESSAGE ONLY      **
    **  YOU DO NOT NEED TO RESEND YOUR MESSAGE  **
    **********************************************
"""


def write(report: Report) -> bytes:
    """Return the report as Sendmail 8 writes it."""
    queue_id = mark(*report.key, length=14)
    boundary = f"{queue_id}.{int(report.at.timestamp())}/{report.hostname}"
    header = [
        ("Date", date(report.at)),
        ("From", f"Mail Delivery Subsystem <MAILER-DAEMON@{report.hostname}>"),
        ("Message-Id", f"<{report.at:%Y%m%d%H%M}.{queue_id}@{report.hostname}>"),
        ("To", f"<{report.to}>"),
        ("MIME-Version", "1.0"),
        (
            "Content-Type",
            f'multipart/report; report-type=delivery-status; boundary="{boundary}"',
        ),
        ("Content-Transfer-Encoding", "8bit" if is_8bit(report) else ""),
        ("Subject", _SUBJECTS[report.action]),
        ("Auto-Submitted", _AUTO_SUBMITTED.get(report.action, "auto-generated (return-receipt)")),
    ]
    parts = [
        part([], _words(report)),
        part([("Content-Type", status_type(report))], _status(report)),
        part([("Content-Type", returned_type(report))], returned(report)),
    ]
    preamble = "This is a MIME-encapsulated message"
    return fields(header) + b"\r\n" + multipart(boundary, parts, preamble=preamble)


def _words(report: Report) -> bytes:
    rows = [_WARNING] if report.action == "delayed" else []
    rows += [
        f"The original message was received at {date(report.arrival)}",
        f"from {report.original.helo or 'localhost'}",
        "",
        _TITLES.get(report.action, _SUCCESS),
    ]
    for outcome in report.outcomes:
        rows += [f"<{outcome.recipient}>", *_reason(outcome)]
    rows += ["", "   ----- Transcript of session follows -----"]
    for outcome in report.outcomes:
        rows += _transcript(outcome)
    if report.action == "delayed":
        rows += ["Warning: message still undelivered after 4 hours", "Will keep trying"]
    return lines("\n".join(rows))


def _reason(outcome: Outcome) -> list[str]:
    return [f"    (reason: {outcome.reply})"] if outcome.action == "failed" else []


def _transcript(outcome: Outcome) -> list[str]:
    if outcome.action in ("delivered", "relayed", "expanded"):
        return [f"<{outcome.recipient}>... {outcome.reply}"]
    if not outcome.is_said:
        return [f"<{outcome.recipient}>... Deferred: {outcome.reply}"]
    command = f"RCPT To:<{outcome.recipient}>" if outcome.status[2] in "12" else "DATA"
    return [
        f"... while talking to {outcome.remote_mta}.:",
        f">>> {command}",
        f"<<< {outcome.reply}",
        f"{outcome.reply[:3]} {outcome.status} <{outcome.recipient}>... {_summary(outcome)}",
    ]


def _summary(outcome: Outcome) -> str:
    return "User unknown" if outcome.status == "5.1.1" else "Service unavailable"


def _status(report: Report) -> bytes:
    helo = report.original.helo
    per_message: list[Field] = [
        ("Original-Envelope-Id", envelope_id(report)),
        ("Reporting-MTA", f"dns; {report.hostname}"),
        ("Received-From-MTA", f"DNS; {helo}" if helo else ""),
        ("Arrival-Date", date(report.arrival)),
    ]
    per_recipient = [
        [
            ("Original-Recipient", original_recipient(outcome)),
            ("Final-Recipient", typed(outcome.recipient, kind="RFC822")),
            ("Action", outcome.action),
            ("Status", outcome.status),
            ("Remote-MTA", f"DNS; {outcome.remote_mta}" if outcome.is_said else ""),
            ("Diagnostic-Code", f"SMTP; {outcome.reply}" if outcome.is_said else ""),
            ("Last-Attempt-Date", date(report.at)),
            ("Will-Retry-Until", will_retry_until(outcome)),
        ]
        for outcome in report.outcomes
    ]
    return status_body(per_message, per_recipient)


DIALECT = Dialect(
    "sendmail",
    "Sendmail 8.1x, reports published in forums, 2008",
    write,
    replies={"1.1": "<{address}>... User unknown", "2.2": "<{address}>... Mailbox full"},
)
