"""Gmail: text and HTML with a headline, the failed address in a field, ``Last-Attempt-Date``."""

from html import escape

from pytest_fakemail.notices.report import (
    Dialect,
    Outcome,
    Report,
    is_8bit,
    returned,
    returned_type,
    status_body,
    status_type,
    typed,
    will_retry_until,
)
from pytest_fakemail.notices.writing import Field, date, fields, lines, mark, multipart, part

_SUBJECTS = {
    "failed": "Delivery Status Notification (Failure)",
    "delayed": "Delivery Status Notification (Delay)",
    "delivered": "Delivery Status Notification (Success)",
    "relayed": "Delivery Status Notification (Success)",
    "expanded": "Delivery Status Notification (Success)",
}
_HEADLINES = {
    "1": (
        "Address not found",
        "because the address couldn't be found, or is unable to receive mail.",
    ),
    "2": (
        "Recipient inbox full",
        "because the recipient's inbox is full or getting too much mail.",
    ),
    "4": ("Message not delivered", "because the server couldn't be reached."),
}
_BLOCKED = ("Message blocked", "because it was refused. See technical details below.")


def write(report: Report) -> bytes:
    """Return the report as Gmail writes it; its icon is left out."""
    number = mark(*report.key, length=20).lower()
    boundary = f"000000000000{number}"
    header = [
        ("Content-Type", f'multipart/report; boundary="{boundary}"; report-type=delivery-status'),
        ("From", f"Mail Delivery Subsystem <mailer-daemon@{report.hostname}>"),
        ("To", report.to),
        ("Auto-Submitted", "auto-replied"),
        ("Subject", _SUBJECTS[report.action]),
        ("References", report.original.message_id),
        ("In-Reply-To", report.original.message_id),
        ("X-Failed-Recipients", _failed(report)),
        ("Message-ID", f"<{number[:8]}.1c69fb81.{number[8:13]}.GMR@mx.{report.hostname}>"),
        ("Date", date(report.at)),
        ("MIME-Version", "1.0"),
        ("Content-Transfer-Encoding", "8bit" if is_8bit(report) else ""),
    ]
    parts = [
        _people(report, number),
        part([("Content-Type", status_type(report))], _status(report)),
        part([("Content-Type", returned_type(report))], returned(report)),
    ]
    return fields(header) + b"\r\n" + multipart(boundary, parts)


def _failed(report: Report) -> str:
    return ", ".join(report.recipients) if report.action == "failed" else ""


def _people(report: Report, number: str) -> bytes:
    inner, outer = f"000000000001{number}", f"000000000002{number}"
    plain, rich = _text(report), _html(report)
    versions = [
        part([("Content-Type", 'text/plain; charset="UTF-8"')], lines(plain)),
        part([("Content-Type", 'text/html; charset="UTF-8"')], lines(rich)),
    ]
    alternative = part(
        [("Content-Type", f'multipart/alternative; boundary="{inner}"')],
        multipart(inner, versions),
    )
    return part(
        [("Content-Type", f'multipart/related; boundary="{outer}"')],
        multipart(outer, [alternative]),
    )


def _headline(outcome: Outcome) -> tuple[str, str]:
    if outcome.action == "delayed":
        return "Delivery incomplete", "There was a temporary problem delivering your message."
    if outcome.action != "failed":
        return "Message delivered", ""
    return _HEADLINES.get(outcome.status[2], _BLOCKED)


def _sentence(outcome: Outcome, recipient: str) -> str:
    _, reason = _headline(outcome)
    if outcome.action == "delayed":
        return (
            f"{reason} Gmail will retry. You'll be notified if the delivery to {recipient} fails."
        )
    if outcome.action != "failed":
        return f"Your message was delivered to {recipient}."
    return f"Your message wasn't delivered to {recipient} {reason}"


def _response(outcome: Outcome) -> str:
    return "The response from the remote server was:" if outcome.is_said else "The response was:"


def _text(report: Report) -> str:
    blocks = [
        f"\n** {_headline(one)[0]} **\n\n{_sentence(one, one.recipient)}\n\n\n"
        f"{_response(one)}\n{one.reply}\n"
        for one in report.outcomes
    ]
    return "\n".join(blocks)


def _html(report: Report) -> str:
    blocks = [
        f"<h2>\n{escape(_headline(one)[0])}\n</h2>\n"
        f"<p>{_sentence(one, f'<b>{escape(one.recipient)}</b>')}</p>\n"
        f'<p>{_response(one)}</p>\n<p style="font-family:monospace">{escape(one.reply)}</p>'
        for one in report.outcomes
    ]
    return "\n<html>\n<body>\n" + "\n".join(blocks) + "\n</body>\n</html>\n"


def _status(report: Report) -> bytes:
    per_message: list[Field] = [
        ("Reporting-MTA", f"dns; {report.hostname}"),
        ("Arrival-Date", date(report.arrival)),
        ("X-Original-Message-ID", report.original.message_id),
    ]
    per_recipient = [
        [
            ("Final-Recipient", typed(outcome.recipient)),
            ("Action", outcome.action),
            ("Status", outcome.status),
            ("Remote-MTA", _remote(outcome)),
            ("Diagnostic-Code", f"smtp; {outcome.reply}"),
            ("Last-Attempt-Date", date(report.at)),
            ("Will-Retry-Until", will_retry_until(outcome)),
        ]
        for outcome in report.outcomes
    ]
    return status_body(per_message, per_recipient)


def _remote(outcome: Outcome) -> str:
    if not outcome.is_said:
        return ""
    domain = outcome.recipient.rpartition("@")[2]
    return f"dns; {outcome.remote_mta}. (192.0.2.25, the server for the domain {domain}.)"


DIALECT = Dialect(
    "gmail",
    "reports of googlemail.com in a public corpus, 2018; the texts of success are unverified",
    write,
    replies={
        "1.1": (
            "The email account that you tried to reach does not exist. Please try "
            "double-checking the recipient's email address for typos or unnecessary spaces. "
            "Learn more at https://support.google.com/mail/?p=NoSuchUser - gsmtp"
        ),
        "2.1": (
            "The email account that you tried to reach is inactive. For more information, go to "
            "https://support.google.com/mail/?p=DisabledUser - gsmtp"
        ),
        "2.2": (
            "The recipient's inbox is out of storage space and inactive. "
            "https://support.google.com/mail/?p=OverQuotaPerm - gsmtp"
        ),
        "4.4": "DNS Error: DNS type 'mx' lookup of {domain} responded with code NXDOMAIN",
    },
)
