"""Postfix: a text of its own, RFC 3464 with the queue's id, the message whole."""

import textwrap

from pytest_fakemail.notices.report import (
    Dialect,
    Outcome,
    Report,
    charset,
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
    "failed": "Undelivered Mail Returned to Sender",
    "delayed": "Delayed Mail (still being retried)",
    "delivered": "Successful Mail Delivery Report",
    "relayed": "Successful Mail Delivery Report",
    "expanded": "Successful Mail Delivery Report",
}

_INTRODUCTIONS = {
    "failed": """\
I'm sorry to have to inform you that your message could not
be delivered to one or more recipients. It's attached below.

For further assistance, please send mail to postmaster.

If you do so, please include this problem report. You can
delete your own text from the attached returned message.
""",
    "delayed": """\
####################################################################
# THIS IS A WARNING ONLY.  YOU DO NOT NEED TO RESEND YOUR MESSAGE. #
####################################################################

Your message could not be delivered for more than 4 hour(s).
It will be retried until it is 5 day(s) old.

For further assistance, please send mail to postmaster.

If you do so, please include this problem report. You can
delete your own text from the attached returned message.
""",
    "delivered": """\
Your message was successfully delivered to the destination(s)
listed below. If the message was delivered to mailbox you will
receive no further notifications. Otherwise you may still receive
notifications of mail delivery errors from other systems.
""",
}


def write(report: Report) -> bytes:
    """Return the report as Postfix's ``bounce`` daemon writes it."""
    queue_id = mark(*report.key, length=11)
    boundary = f"{queue_id}.{int(report.at.timestamp())}/{report.hostname}"
    encoding = "8bit" if is_8bit(report) else ""
    parts = [
        part(
            [
                ("Content-Description", "Notification"),
                ("Content-Type", f"text/plain; charset={charset(report)}"),
            ],
            _words(report),
        ),
        part(
            [
                ("Content-Description", _description(report)),
                ("Content-Type", status_type(report)),
                ("Content-Transfer-Encoding", "8bit" if report.is_utf8 else ""),
            ],
            _status(report, queue_id),
        ),
        part(
            [
                ("Content-Description", _returned_description(report)),
                ("Content-Type", returned_type(report)),
                ("Content-Transfer-Encoding", encoding),
            ],
            returned(report),
        ),
    ]
    preamble = "This is a MIME-encapsulated message."
    header = fields(_header(report, queue_id, boundary))
    return header + b"\r\n" + multipart(boundary, parts, preamble=preamble)


def _header(report: Report, queue_id: str, boundary: str) -> list[tuple[str, str]]:
    return [
        ("Date", date(report.at)),
        ("From", f"MAILER-DAEMON@{report.hostname} (Mail Delivery System)"),
        ("Subject", _SUBJECTS[report.action]),
        ("To", report.to),
        ("Auto-Submitted", "auto-replied"),
        ("MIME-Version", "1.0"),
        (
            "Content-Type",
            f'multipart/report; report-type=delivery-status; boundary="{boundary}"',
        ),
        ("Content-Transfer-Encoding", "8bit" if is_8bit(report) else ""),
        ("Message-Id", f"<{report.at:%Y%m%d%H%M%S}.{queue_id}@{report.hostname}>"),
    ]


def _description(report: Report) -> str:
    return "Delayed Message" if report.action == "delayed" else "Delivery report"


def _returned_description(report: Report) -> str:
    if report.action == "failed":
        return "Undelivered Message" if report.is_whole else "Undelivered Message Headers"
    return "Message" if report.is_whole else "Message Headers"


def _words(report: Report) -> bytes:
    action = "delivered" if report.action in ("relayed", "expanded") else report.action
    text = [
        f"This is the mail system at host {report.hostname}.",
        "",
        _INTRODUCTIONS[action],
        "                   The mail system",
        "",
    ]
    text += [wrapped for outcome in report.outcomes for wrapped in _said(outcome)]
    return lines("\n".join(text))


def _said(outcome: Outcome) -> list[str]:
    if outcome.action in ("delivered", "relayed", "expanded"):
        what = f"<{outcome.recipient}>: delivery via {outcome.remote_mta}: {outcome.reply}"
    elif outcome.is_said:
        what = (
            f"<{outcome.recipient}>: host {outcome.remote_mta}[192.0.2.25] said: "
            f"{outcome.reply} (in reply to {_command(outcome)} command)"
        )
    else:
        what = f"<{outcome.recipient}>: {outcome.reply}"
    return [*textwrap.wrap(what, 76, subsequent_indent="    ", break_on_hyphens=False), ""]


def _command(outcome: Outcome) -> str:
    return "RCPT TO" if outcome.status[2] in "12" else "end of DATA"


def _status(report: Report, queue_id: str) -> bytes:
    per_message: list[Field] = [
        ("Reporting-MTA", f"dns; {report.hostname}"),
        ("Original-Envelope-Id", envelope_id(report)),
        ("X-Postfix-Queue-ID", queue_id),
        ("X-Postfix-Sender", typed(report.original.sender)),
        ("Arrival-Date", date(report.arrival)),
    ]
    per_recipient = [
        [
            ("Final-Recipient", typed(outcome.recipient)),
            (
                "Original-Recipient",
                original_recipient(outcome) or typed(outcome.recipient, space=""),
            ),
            ("Action", outcome.action),
            ("Status", outcome.status),
            ("Remote-MTA", f"dns; {outcome.remote_mta}" if outcome.is_said else ""),
            ("Diagnostic-Code", f"{'smtp' if outcome.is_said else 'X-Postfix'}; {outcome.reply}"),
            ("Will-Retry-Until", will_retry_until(outcome)),
        ]
        for outcome in report.outcomes
    ]
    return status_body(per_message, per_recipient)


DIALECT = Dialect(
    "postfix",
    "Postfix 3.x, reports published in bug trackers and in a public corpus, 2020",
    write,
    replies={
        "1.1": "<{address}>: Recipient address rejected: User unknown in virtual mailbox table",
        "2.2": "<{address}>: Quota exceeded (mailbox for user is full)",
        "4.4": (
            "Host or domain name not found. Name service error for name={domain} "
            "type=AAAA: Host not found"
        ),
        "4.1": "connect to {domain}[192.0.2.25]:25: Connection timed out",
    },
)
