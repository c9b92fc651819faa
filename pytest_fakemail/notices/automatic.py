"""What answers by itself: vacation notices, challenges, read receipts (RFC 3834, 8098)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal, get_args

from pytest_fakemail.arguments import one_of, switch, text
from pytest_fakemail.domains import address_key
from pytest_fakemail.errors import BadArgument
from pytest_fakemail.mime.compose import Parts, compose
from pytest_fakemail.mime.headers import body_start
from pytest_fakemail.notices.moments import moment
from pytest_fakemail.notices.notice import Notice
from pytest_fakemail.notices.original import Original, Source, original
from pytest_fakemail.notices.report import typed
from pytest_fakemail.notices.writing import Field, date, fields, lines, mark, part, report

AutoReplyStyle = Literal["rfc3834", "outlook", "gmail"]
"""Whose habits an auto-reply has."""

_SUBJECTS: Mapping[AutoReplyStyle, str] = {
    "rfc3834": "Auto: {subject}",
    "outlook": "Automatic reply: {subject}",
    "gmail": "Re: {subject}",
}
_MARKS: Mapping[AutoReplyStyle, dict[str, str]] = {
    "rfc3834": {"Auto-Submitted": "auto-replied"},
    "outlook": {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"},
    "gmail": {
        "Auto-Submitted": "auto-replied",
        "Precedence": "bulk",
        "X-Autoreply": "yes",
    },
}
_SUPPRESSING = ("bulk", "list", "junk")
_ADDRESSED = ("To", "Cc", "Bcc", "Resent-To", "Resent-Cc", "Resent-Bcc")  # RFC 3834 §2
_MACHINES = ("mailer-daemon", "postmaster", "noreply", "no-reply", "listserv", "majordomo")


def auto_reply(
    message: Source = None,
    text: str = "I am away.",
    *,
    by: str | None = None,
    subject: str | None = None,
    style: AutoReplyStyle = "rfc3834",
    at: datetime | None = None,
) -> Notice:
    """Write what a vacation program answers to a message (RFC 3834 §3).

    It goes to the return path, has a null one itself, says ``Auto-Submitted`` and refers to
    the message.  Whether a message may be answered at all is what `may_be_answered` says.

    Args:
        message: a delivery, a mail, or octets; a small message is made if there is none.
        text: what it says.
        by: who is away; the first recipient if nobody is named.
        subject: the message's with a prefix, if none is given.
        style: ``"outlook"`` and ``"gmail"`` mark and name it as those do.
        at: when it is written, an aware datetime; now if none is given.

    Raises:
        BadArgument: an unknown style; a null return path; a message for nobody.
    """
    require_style(style)
    about, when = original(message), moment(at)
    answering = by or _first(about)
    old = about.mail.subject
    fitting = _SUBJECTS[style].format(subject=old) if old else "Automatic reply"
    headers = _referring(about) | _MARKS[style]
    parts = Parts(
        from_=answering,
        to=_return_path(about),
        subject=subject if subject is not None else fitting,
        text=text,
        headers=headers,
    )
    return _composed(parts, when, answering, about)


def require_style(style: str) -> None:
    """Refuse a style that there is not.

    Raises:
        BadArgument: it is none.
    """
    one_of("style", style, _SUBJECTS)


def challenge(
    message: Source = None,
    *,
    url: str = "https://challenge.example.test/confirm/1",
    by: str | None = None,
    at: datetime | None = None,
) -> Notice:
    """Write what a challenge-response filter answers: prove that you are a person.

    Raises:
        BadArgument: a null return path; a message for nobody.
    """
    about, when = original(message), moment(at)
    text("url", url, "a URL")
    answering = by or _first(about)
    parts = Parts(
        from_=answering,
        to=_return_path(about),
        subject=f"Please confirm your message: {about.mail.subject}".rstrip(": "),
        text=(
            "This address accepts mail from people it knows.\n"
            "To have your message delivered, open this page once:\n\n"
            f"{url}\n"
        ),
        headers=_referring(about) | {"Auto-Submitted": "auto-replied", "Precedence": "bulk"},
    )
    return _composed(parts, when, answering, about)


def may_be_answered(message: Source, *, by: str, is_strict: bool = True) -> bool:
    """Whether a program may answer a message by itself (RFC 3834 §2).

    Not if it has a null return path, comes from a program or a list, asks not to be
    answered, is from the one who would answer, or does not name that one as a recipient.

    Args:
        message: a delivery, a mail, or octets.
        by: who would answer.
        is_strict: whether the message must name that one as a recipient: in To, Cc, Bcc, or as
            it was resent; by a sub-address, too.
    """
    text("by", by, "an address")
    switch("is_strict", is_strict)
    about = original(message)
    fields_of = about.mail.headers
    submitted = (fields_of.get("Auto-Submitted") or "no").partition(";")[0].strip().lower()
    precedence = (fields_of.get("Precedence") or "").strip().lower()
    suppressed = (fields_of.get("X-Auto-Response-Suppress") or "").lower()
    local = about.sender.rpartition("@")[0].lower()
    ours = _without_detail(by)
    named = {_without_detail(one) for field in _ADDRESSED for one in fields_of.addresses(field)}
    refusals = (
        not about.sender,
        _without_detail(about.sender) == ours,
        submitted != "no",
        precedence in _SUPPRESSING,
        any(word in suppressed for word in ("all", "oof", "autoreply")),
        any(fields_of.get(name) for name in ("List-Id", "List-Unsubscribe", "List-Post")),
        local in _MACHINES or local.startswith("owner-") or local.endswith("-request"),
        is_strict and ours not in named,
    )
    return not any(refusals)


def _without_detail(address: str) -> str:
    """Return an address in one form; ``ann+tag@`` is Ann's (RFC 5233)."""
    local, at, domain = address_key(address).rpartition("@")
    return local.partition("+")[0] + at + domain


Disposition = Literal["displayed", "deleted", "dispatched", "processed"]
"""``disposition-type`` of RFC 8098 §3.2.6.2."""


def read_receipt(
    message: Source = None,
    *,
    by: str | None = None,
    disposition: Disposition = "displayed",
    is_automatic: bool = False,
    agent: str = "mail.example.test; Fakemail",
    at: datetime | None = None,
) -> Notice:
    """Write a message disposition notification: what became of a message at its reader (RFC 8098).

    It goes to the message's Disposition-Notification-To, or else to its return path.

    Args:
        message: a delivery, a mail, or octets; a small message is made if there is none.
        by: who read it; the first recipient if nobody is named.
        disposition: what became of it.
        is_automatic: whether a program sent it without asking its user (§3.2.6.1).
        agent: the Reporting-UA.
        at: when it is written, an aware datetime; now if none is given.

    Raises:
        BadArgument: a disposition that RFC 8098 does not have; a message for nobody.
    """
    one_of("disposition", disposition, get_args(Disposition))
    switch("is_automatic", is_automatic)
    text("agent", agent, "a Reporting-UA")
    about, when = original(message), moment(at)
    reader = _first(about) if by is None else text("by", by, "an address")
    asked = about.mail.headers.addresses("Disposition-Notification-To")
    to = str(asked[0]) if asked else _return_path(about)
    key = mark(about.raw, reader, date(when), disposition, length=16).lower()
    header = [
        ("From", reader),
        ("To", to),
        ("Subject", f"Disposition notification ({disposition})"),
        ("Date", date(when)),
        ("Message-ID", f"<{key}@{reader.rpartition('@')[2]}>"),
        ("In-Reply-To", about.message_id),
        ("References", about.message_id),
    ]
    how = "automatic-action/MDN-sent-automatically"
    if not is_automatic:
        how = "manual-action/MDN-sent-manually"
    told = [
        ("Reporting-UA", agent),
        ("Original-Recipient", _original_recipient(about)),
        ("Final-Recipient", typed(reader, space="")),
        ("Original-Message-ID", about.message_id),
        ("Disposition", f"{how}; {disposition}"),
    ]
    parts = _receipt_parts(about, f"The message that was sent to {reader} was {disposition}.", told)
    return Notice(report("disposition-notification", key, header, parts), recipient=to)


def _receipt_parts(about: Original, sentence: str, told: list[Field]) -> list[bytes]:
    """Return the three parts of a receipt: for people, for programs, and the header (§3)."""
    kind, header = "disposition-notification", "text/rfc822-headers"
    if about.is_utf8:
        kind, header = f"global-{kind}", "message/global-headers"
    return [
        part([("Content-Type", "text/plain; charset=utf-8")], lines(sentence)),
        part([("Content-Type", f"message/{kind}")], fields(told)),
        part([("Content-Type", header)], about.raw[: body_start(about.raw)]),
    ]


# --- what they share -------------------------------------------------------------------


def _original_recipient(about: Original) -> str:
    """RFC 8098 §3.2.3: what the Original-Recipient field of the message says."""
    return (about.mail.headers.get("Original-Recipient") or "").strip()


def _composed(parts: Parts, at: datetime, by: str, about: Original) -> Notice:
    key = mark(about.raw, date(at), parts.text or "", length=16).lower()
    domain = by.rpartition("@")[2] or "example.test"
    raw = compose(parts, date=at, message_id=f"<{key}@{domain}>")
    return Notice(raw, recipient=_return_path(about))


def _referring(about: Original) -> dict[str, str]:
    """RFC 3834 §3.1.4, RFC 5322 §3.6.4: it answers the message, and belongs to its thread."""
    if not about.message_id:
        return {}
    references = " ".join((about.mail.headers.get("References") or "").split())
    return {
        "In-Reply-To": about.message_id,
        "References": f"{references} {about.message_id}".strip(),
    }


def _first(about: Original) -> str:
    if not about.recipients:
        raise BadArgument("a message for nobody: name who answers it, as by=…")
    return str(about.recipients[0])


def _return_path(about: Original) -> str:
    if not about.sender:
        raise BadArgument(
            "a null return path: nothing may be answered to it (RFC 3834 §2; RFC 5321 §4.5.5)"
        )
    return about.sender
