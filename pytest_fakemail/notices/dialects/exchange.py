"""Exchange on one's own servers: texts in two versions, diagnostics for administrators below."""

from html import escape

from pytest_fakemail.notices.report import (
    Dialect,
    Outcome,
    Report,
    is_8bit,
    original_recipient,
    returned,
    returned_type,
    status_body,
    status_type,
    typed,
    will_retry_until,
)
from pytest_fakemail.notices.writing import Field, date, fields, guid, lines, multipart, part

_HEADLINES = {
    "failed": "Delivery has failed to these recipients or groups:",
    "delayed": "Delivery is delayed to these recipients or groups:",
    "delivered": "Your message has been delivered to the following recipients:",
    "relayed": (
        "Delivery to these recipients or groups is complete, but no delivery notification was "
        "sent by the destination server:"
    ),
    "expanded": "The following groups were expanded:",
}
_SUBJECTS = {
    "failed": "Undeliverable",
    "delayed": "Delivery delayed",
    "delivered": "Delivered",
    "relayed": "Relayed",
    "expanded": "Expanded",
}
_REASONS = {
    "1": (
        "The email address you entered couldn't be found. Please check the recipient's email "
        "address and try to resend the message. If the problem continues, please contact your "
        "email admin."
    ),
    "2": (
        "The recipient's mailbox is full and can't accept messages now. Please try resending "
        "your message later, or contact the recipient directly."
    ),
    "3": (
        "This message is too large. Please reduce the size of the message by removing "
        "attachments and try sending it again."
    ),
}
_OTHER = "Your message wasn't delivered. If the problem continues, please contact your email admin."


def write(report: Report) -> bytes:
    """Return the report as Exchange Server writes it."""
    return written(report, sender=f"postmaster@{report.hostname}", name="", extra=[])


def written(report: Report, *, sender: str, name: str, extra: list[Field]) -> bytes:
    """Return a report of Exchange's form, from this sender, with further fields."""
    boundary, inner = guid(*report.key, "report"), guid(*report.key, "alternative")
    header = [
        ("MIME-Version", "1.0"),
        ("From", f"{name} <{sender}>".lstrip()),
        ("To", f"<{report.to}>"),
        ("Date", date(report.at)),
        (
            "Content-Type",
            f'multipart/report; report-type=delivery-status; boundary="{boundary}"',
        ),
        ("X-MS-Exchange-Message-Is-Ndr", "1" if report.action == "failed" else ""),
        ("Content-Language", "en-US"),
        ("Message-ID", f"<{guid(*report.key)}@{report.hostname}>"),
        ("In-Reply-To", report.original.message_id),
        ("References", report.original.message_id),
        ("Subject", _subject(report)),
        ("Content-Transfer-Encoding", "8bit" if is_8bit(report) else ""),
        *extra,
    ]
    versions = [
        part([("Content-Type", 'text/plain; charset="utf-8"')], lines(_text(report))),
        part([("Content-Type", 'text/html; charset="utf-8"')], lines(_html(report))),
    ]
    parts = [
        part(
            [
                (
                    "Content-Type",
                    f'multipart/alternative; differences=Content-Type; boundary="{inner}"',
                )
            ],
            multipart(inner, versions),
        ),
        part([("Content-Type", status_type(report))], _status(report)),
        part([("Content-Type", returned_type(report))], returned(report)),
    ]
    return fields(header) + b"\r\n" + multipart(boundary, parts)


def _subject(report: Report) -> str:
    subject = " ".join(report.original.mail.subject.split())
    shown = subject if subject.isascii() and subject.isprintable() else ""
    return f"{_SUBJECTS[report.action]}: {shown}".rstrip()


def _reason(outcome: Outcome) -> str:
    if outcome.action == "delayed":
        return (
            "Delivery to this recipient has been delayed. The server will keep trying, and you "
            "will be told if it fails."
        )
    if outcome.action != "failed":
        return ""
    return _REASONS.get(outcome.status[2], _OTHER)


def _diagnosis(outcome: Outcome) -> str:
    said = f"Remote Server returned '{outcome.reply}'" if outcome.is_said else outcome.reply
    return said if outcome.action in ("failed", "delayed") else ""


def _text(report: Report) -> str:
    rows = [_HEADLINES[report.action], ""]
    for outcome in report.outcomes:
        address = outcome.recipient
        rows += [f"{address} ({address})<mailto:{address}>", _reason(outcome), ""]
    rows += ["", "Diagnostic information for administrators:", ""]
    rows += [f"Generating server: {report.hostname}", ""]
    for outcome in report.outcomes:
        rows += [str(outcome.recipient), _diagnosis(outcome), ""]
    header = report.original.header.decode("utf-8", "replace").replace("\r\n", "\n")
    return "\n".join([*rows, "Original message headers:", "", header])


def _html(report: Report) -> str:
    shown = [
        f'<p><a href="mailto:{escape(one.recipient)}">{escape(one.recipient)}</a><br>\n'
        f"{escape(_reason(one))}</p>"
        for one in report.outcomes
    ]
    diagnosed = [
        f"<p>{escape(one.recipient)}<br>\n{escape(_diagnosis(one))}</p>" for one in report.outcomes
    ]
    header = report.original.header.decode("utf-8", "replace").replace("\r\n", "\n")
    pieces = [
        "<html>\n<head></head><body>",
        f"<p><b>{_HEADLINES[report.action]}</b></p>",
        *shown,
        "<p><b>Diagnostic information for administrators:</b></p>",
        f"<p>Generating server: {escape(report.hostname)}</p>",
        *diagnosed,
        f"<p>Original message headers:</p>\n<pre>{escape(header)}</pre>",
        "</body>\n</html>",
    ]
    return "\n".join(pieces)


def _status(report: Report) -> bytes:
    helo = report.original.helo
    per_message: list[Field] = [
        ("Reporting-MTA", f"dns;{report.hostname}"),
        ("Received-From-MTA", f"dns;{helo}" if helo else ""),
        ("Arrival-Date", date(report.arrival)),
    ]
    per_recipient = [
        [
            ("Original-Recipient", original_recipient(outcome)),
            ("Final-Recipient", typed(outcome.recipient, space="")),
            ("Action", outcome.action),
            ("Status", outcome.status),
            ("Diagnostic-Code", f"smtp;{outcome.reply}" if outcome.action == "failed" else ""),
            ("Remote-MTA", f"dns;{outcome.remote_mta}" if outcome.is_said else ""),
            ("Will-Retry-Until", will_retry_until(outcome)),
            ("X-Display-Name", str(outcome.recipient)),
        ]
        for outcome in report.outcomes
    ]
    return status_body(per_message, per_recipient)


REPLIES = {
    "1.1": "RESOLVER.ADR.RecipNotFound; not found",
    "1.10": "RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup",
    "2.2": "STOREDRV.Deliver; mailbox full",
    "3.4": "RESOLVER.RST.SendSizeLimit.Org; message too large for this organization",
}

DIALECT = Dialect(
    "exchange",
    "Exchange Server's reports in a public corpus, 2011; other actions than failed unverified",
    write,
    replies=REPLIES,
)
