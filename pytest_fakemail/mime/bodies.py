"""What the body of a mail holds, from its parts: texts, HTML, attachments, an invitation."""

from pytest_fakemail.mime import html
from pytest_fakemail.mime.attachments import Attachment, Attachments, content_of, text_of
from pytest_fakemail.mime.calendar import Calendar, calendar
from pytest_fakemail.mime.contents import contents
from pytest_fakemail.mime.parts import Part
from pytest_fakemail.mime.text import decoded, unflowed, with_newlines
from pytest_fakemail.pattern import pattern

_FOLD_IN_CHARACTER = pattern(rb"(?<=[\x80-\xff])\r?\n[ \t](?=[\x80-\xbf])")
"""No character of UTF-8 begins with such an octet as stands behind the fold."""


def text_in(mail: Part) -> str:
    """Return the body in plain text, flowed lines joined."""
    return "\n".join(map(_plain_text, contents(mail).texts))


def html_in(mail: Part) -> str:
    """Return the body in HTML."""
    return "\n".join(map(text_of, contents(mail).htmls))


def attachments_in(mail: Part) -> Attachments:
    """Return all attachments, inline images and forwarded messages included."""
    return Attachments(contents(mail).attachments)


def images_shown_in(mail: Part) -> dict[str, Attachment]:
    """Return what the HTML shows by ``cid:`` URLs, by Content-ID without angle brackets."""
    found = {each.content_id: each for each in reversed(list(attachments_in(mail)))}
    shown = html.content_ids_of(html_in(mail))
    return {name: found[name] for name in reversed(found) if name is not None and name in shown}


def calendar_in(mail: Part) -> Calendar | None:
    """Return the first invitation (text/calendar), None without one."""
    for part in contents(mail).calendars:
        return calendar(_object(part), part.content_type.text(b"method") or "")
    return None


def _object(part: Part) -> str:
    """Return an iCalendar object, also one that was folded within a character (RFC 5545 §3.1)."""
    octets = _FOLD_IN_CHARACTER.sub(b"", content_of(part))
    return with_newlines(decoded(octets, part.content_type.text(b"charset") or ""))


def _plain_text(part: Part) -> str:
    text = text_of(part)
    flow = part.content_type.text(b"format") or ""
    if flow.strip().lower() != "flowed":
        return text
    delsp = part.content_type.text(b"delsp") or ""
    return unflowed(text, delsp=delsp.strip().lower() == "yes")
