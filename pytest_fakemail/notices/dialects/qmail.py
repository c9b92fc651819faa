"""qmail: QSBMF, a text that programs read, and no delivery report of RFC 3464 at all."""

from pytest_fakemail.notices.report import Dialect, Outcome, Report, returned
from pytest_fakemail.notices.writing import date, fields, lines

_FAILED = """\
Hi. This is the qmail-send program at {hostname}.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.
"""
_BREAK = "--- Below this line is a copy of the message.\n"


def write(report: Report) -> bytes:
    """Return the report as qmail-send writes it: a paragraph a recipient, a line of dashes, a copy.

    qmail writes none of success and none of delay; of those it is the same text with its
    reason, as patched qmails write them.
    """
    header = [
        ("Date", date(report.at)),
        ("From", f"MAILER-DAEMON@{report.hostname}"),
        ("To", report.to),
        ("Subject", "failure notice"),
    ]
    introduction = _FAILED.format(hostname=report.hostname)
    paragraphs = [_paragraph(outcome) for outcome in report.outcomes]
    body = lines("\n".join([introduction, *paragraphs, _BREAK])) + b"\r\n"
    copy = f"Return-Path: <{report.original.sender}>\r\n".encode() + returned(report)
    return fields(header) + b"\r\n" + body + copy


def _paragraph(outcome: Outcome) -> str:
    """``<recipient>:`` at the start of a paragraph is the failure; the rest is for people."""
    if not outcome.is_said:
        return f"<{outcome.recipient}>:\n{outcome.reply} (#{outcome.status})\n"
    if outcome.status[2] in "12":
        what = "does not like recipient."
    else:
        what = "failed after I sent the message."
    return (
        f"<{outcome.recipient}>:\n{outcome.remote_mta} {what}\n"
        f"Remote host said: {outcome.reply}\nGiving up on {outcome.remote_mta}.\n"
    )


DIALECT = Dialect(
    "qmail",
    "qmail-send 1.03, a report kept in a public mailing list, 2020; the format is QSBMF",
    write,
    replies={
        "1.1": "sorry, no mailbox here by that name. (#5.1.1)",
        "2.2": "<{address}>: User is over quota",
        "4.4": "Sorry, I couldn't find any host named {domain}.",
        "4.1": "Sorry, I wasn't able to establish an SMTP connection.",
    },
)
