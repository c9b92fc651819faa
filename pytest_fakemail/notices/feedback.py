"""Feedback reports: a reader complained of a message (ARF, RFC 5965, 6650, 6591)."""

from datetime import datetime
from typing import Literal, get_args

from pytest_fakemail.arguments import ip, one_of, switch, text
from pytest_fakemail.notices.moments import moment
from pytest_fakemail.notices.notice import Notice
from pytest_fakemail.notices.original import Original, Source, original
from pytest_fakemail.notices.writing import date, fields, lines, mark, part, report

FeedbackType = Literal["abuse", "fraud", "virus", "not-spam", "auth-failure", "other"]
"""``Feedback-Type`` of RFC 5965 §7.3, RFC 6430 and RFC 6591."""


def arf(
    message: Source = None,
    feedback_type: FeedbackType = "abuse",
    *,
    to: str | None = None,
    by: str = "feedback@isp.example.test",
    source_ip: str = "192.0.2.7",
    user_agent: str = "Fakemail-Feedback/1.0",
    is_whole: bool = True,
    at: datetime | None = None,
) -> Notice:
    """Write a feedback report about a message.

    Args:
        message: a delivery, a mail, or octets; a small message is made if there is none.
        feedback_type: what the complaint is.
        to: who gets it; ``abuse@`` the domain of the message's sender if nobody is named.
        by: who reports.
        source_ip: from where the message had come.
        user_agent: the program that reports.
        is_whole: whether the message is in it, and not its header only (§2 (d)).
        at: when it is written, an aware datetime; now if none is given.

    Raises:
        BadArgument: a type that is not registered, an address that is none; a time without a
            zone.
    """
    _require_possible(feedback_type, to, by, source_ip, user_agent)
    switch("is_whole", is_whole)
    about, when = original(message), moment(at)
    domain = about.sender.rpartition("@")[2] or "example.test"
    addressee = to or f"abuse@{domain}"
    key = mark(about.raw, feedback_type, date(when), length=16).lower()
    header = _header(key, by, addressee, about.mail.subject, date(when))
    arrival = date(about.received_at or when)
    told = [
        ("Feedback-Type", feedback_type),
        ("User-Agent", user_agent),
        ("Version", "1"),
        *_envelope(about),
        ("Arrival-Date", arrival),
        ("Reporting-MTA", f"dns; {by.rpartition('@')[2]}"),
        ("Source-IP", source_ip),
        ("Reported-Domain", domain),
    ]
    sentence = (
        f"This is an email {feedback_type} report for an email message received from IP "
        f"{source_ip} on {arrival}."
    )
    parts = [
        part([("Content-Type", "text/plain; charset=us-ascii")], lines(sentence)),
        part([("Content-Type", "message/feedback-report")], fields(told)),
        _reported(about, is_whole=is_whole),
    ]
    raw = report("feedback-report", key, header, parts)
    return Notice(raw, sender=by, recipient=addressee)


def _header(key: str, by: str, to: str, old: str, when: str) -> list[tuple[str, str]]:
    return [
        ("From", by),
        ("To", to),
        ("Subject", _subject(old)),
        ("Date", when),
        ("Message-ID", f"<{key}@{by.rpartition('@')[2]}>"),
    ]


def _envelope(about: Original) -> list[tuple[str, str]]:
    return [
        ("Original-Mail-From", f"<{about.sender}>"),
        *(("Original-Rcpt-To", f"<{recipient}>") for recipient in about.recipients),
    ]


def _reported(about: Original, *, is_whole: bool) -> bytes:
    """Return the part that has the message, or its header."""
    content_type = "message/rfc822" if is_whole else "text/rfc822-headers"
    return part([("Content-Type", content_type)], about.raw if is_whole else about.header)


def _require_possible(
    feedback_type: object, to: object, by: object, source_ip: object, user_agent: object
) -> None:
    one_of("feedback_type", feedback_type, get_args(FeedbackType))
    text("by", by, "an address")
    text("user_agent", user_agent, "a program's name")
    ip(source_ip)
    if to is not None:
        text("to", to, "an address")


def _subject(old: str) -> str:
    shown = " ".join(old.split())
    return f"FW: {shown}" if shown and shown.isascii() and shown.isprintable() else "Feedback"
