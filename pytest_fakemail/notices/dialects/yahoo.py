"""Yahoo: a text of qmail's kind under its own words, and no delivery report of RFC 3464."""

from pytest_fakemail.notices.report import Dialect, Outcome, Report, charset, returned
from pytest_fakemail.notices.writing import date, fields, lines

_FAILED = "Sorry, we were unable to deliver your message to the following address."
_BREAK = "--- Below this line is a copy of the message.\n"


def write(report: Report) -> bytes:
    """Return the report as Yahoo writes it: an address a paragraph, a line of dashes, a copy."""
    header = [
        ("Date", date(report.at)),
        ("From", f"MAILER-DAEMON@{report.hostname}"),
        ("To", report.to),
        ("X-Loop", f"MAILER-DAEMON@{report.hostname}"),
        ("Subject", "Failure Notice"),
        ("MIME-Version", "1.0"),
        ("Content-Type", f"text/plain; charset={charset(report)}"),
        ("Content-Transfer-Encoding", "" if returned(report).isascii() else "8bit"),
    ]
    paragraphs = [_paragraph(outcome) for outcome in report.outcomes]
    body = lines("\n".join([_FAILED, "", *paragraphs, _BREAK])) + b"\r\n"
    return fields(header) + b"\r\n" + body + returned(report)


def _paragraph(outcome: Outcome) -> str:
    if not outcome.is_said:
        return f"<{outcome.recipient}>:\n{outcome.reply}\n"
    command = "RCPT_TO" if outcome.status[2] in "12" else "BODY"
    return (
        f"<{outcome.recipient}>:\n"
        f"{outcome.status[0]}{outcome.reply[1:3]}: {outcome.reply[4:]} [{command}]\n"
    )


DIALECT = Dialect(
    "yahoo",
    "as two public bounce readers know Yahoo's notices; the header's order is unverified",
    write,
    replies={
        "1.1": "<{address}>... User Unknown",
        "2.2": "user is over quota",
        "4.4": "No MX or A records for {domain}",
    },
)
