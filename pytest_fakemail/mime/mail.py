"""A mail as a test reads it: everything from its octets, when it is asked for."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from pytest_fakemail.errors import UnmetExpectation
from pytest_fakemail.mime import html
from pytest_fakemail.mime.attachments import Attachment, Attachments, text_of
from pytest_fakemail.mime.calendar import Calendar, calendar
from pytest_fakemail.mime.codes import codes
from pytest_fakemail.mime.contents import contents
from pytest_fakemail.mime.fields import Address, Fields
from pytest_fakemail.mime.header_end import false_start, with_end
from pytest_fakemail.mime.headers import Headers, body_start
from pytest_fakemail.mime.parts import Part, parse
from pytest_fakemail.mime.text import unflowed, urls

if TYPE_CHECKING:
    from email.message import EmailMessage

Wanted = str | re.Pattern[str] | Callable[[str], object]
"""A text that is contained, a pattern that is found, or a function that decides."""


class Mail:
    r"""A mail; `raw` are its octets, and everything else is read from them on demand.

    No octets make any of it raise: what is absent is empty, what is malformed is read as
    far as possible.  Texts have their charset decoded and ``\n`` at the ends of lines.
    """

    __slots__ = ("raw",)

    def __init__(self, raw: bytes) -> None:
        self.raw = raw

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.subject!r} from {_listed(self.from_)}>"

    @property
    def message(self) -> "EmailMessage":
        """The mail as an `email.message.EmailMessage`, parsed anew at each call."""
        from pytest_fakemail.mime.tolerant import email_message  # imports email

        return email_message(self.raw)

    # --- the header --------------------------------------------------------------------

    @property
    def headers(self) -> Fields:
        """The header's fields by name in any case, decoded."""
        raw = with_end(self.raw)
        return Fields(Headers(raw[: body_start(raw)]), hint=false_start(raw))

    @property
    def subject(self) -> str:
        """The subject, empty without one."""
        return self.headers.get("Subject") or ""

    @property
    def from_(self) -> list[Address]:
        """The addresses in From; each is a string and knows its `display_name`."""
        return self.headers.addresses("From")

    @property
    def to(self) -> list[Address]:
        """The addresses in To."""
        return self.headers.addresses("To")

    @property
    def cc(self) -> list[Address]:
        """The addresses in Cc."""
        return self.headers.addresses("Cc")

    @property
    def bcc(self) -> list[str]:
        """The addresses in Bcc."""
        return list(self.headers.addresses("Bcc"))

    # --- the body ----------------------------------------------------------------------

    @property
    def text(self) -> str:
        """The body in plain text, flowed lines joined; empty if it is in HTML only."""
        return "\n".join(map(_plain_text, contents(self._part).texts))

    @property
    def html(self) -> str:
        """The body in HTML, empty without one."""
        return "\n".join(map(text_of, contents(self._part).htmls))

    @property
    def attachments(self) -> Attachments:
        """All attachments, inline images and forwarded messages included."""
        return Attachments(contents(self._part).attachments)

    @property
    def inline_images(self) -> dict[str, Attachment]:
        """What the HTML shows by ``cid:`` URLs, by Content-ID without angle brackets.

        Wherever it stands and whatever it calls itself: what no ``cid:`` names is not here,
        nor is a name that no part has.
        """
        found = {each.content_id: each for each in reversed(list(self.attachments))}
        shown = html.content_ids_of(self.html)
        return {name: found[name] for name in reversed(found) if name is not None and name in shown}

    @property
    def forwarded(self) -> list["Mail"]:
        """The messages that this one has in it (message/rfc822), those in base64 too."""
        return [Mail(raw) for raw in contents(self._part).messages]

    @property
    def calendar(self) -> Calendar | None:
        """The invitation (text/calendar), the first if there are several; None without one."""
        for part in contents(self._part).calendars:
            return calendar(text_of(part), part.content_type.text(b"method") or "")
        return None

    @property
    def links(self) -> list[str]:
        """Where links lead, each once: those of the HTML in order, then those of the text."""
        shown = self.html
        mentioned = urls(html.unlinked_text_of(shown)) + urls(self.text)
        return list(dict.fromkeys(html.links_of(shown) + mentioned))

    def link(self, wanted: Wanted = "") -> str:
        """Return the one link that contains a text, in which a pattern is found, and so on.

        Raises:
            UnmetExpectation: no such link, or several different ones.
        """
        links = self.links
        found = [link for link in links if _is_wanted(wanted, link)]
        if len(found) == 1:
            return found[0]
        asked = f" with {wanted!r}" if wanted else ""
        if found:
            raise UnmetExpectation(_rows(f"{len(found)} links{asked}, wanted one:", found))
        if links:
            raise UnmetExpectation(_rows(f"no link{asked}; there is:", links))
        raise UnmetExpectation(f"no link{asked}; the mail has none at all")

    def code(self, pattern: str | re.Pattern[str] | None = None) -> str:
        """Return the one verification code: digits that a person is to type in.

        By default four to eight digits, those beside a word such as "code" preferred; with
        a pattern what it finds: its first group, or without groups all of it.  Looked for
        in the text, or else the HTML, or else the subject.

        Raises:
            UnmetExpectation: no code, or several different ones.
        """
        places = [self.text or html.text_of(self.html), self.subject]
        for place in places:
            found = codes(place) if pattern is None else _found(pattern, place)
            if len(found) == 1:
                return found[0]
            if found:
                raise UnmetExpectation(_rows(f"{len(found)} codes, wanted one:", found))
        asked = "" if pattern is None else f" like {pattern!r}"
        raise UnmetExpectation(_rows(f"no code{asked}; the text is:", places[0].splitlines()[:20]))

    @property
    def _part(self) -> Part:
        """The structure; not kept, so that a mail costs hardly more than its octets."""
        return parse(with_end(self.raw))


def _plain_text(part: Part) -> str:
    text = text_of(part)
    flow = part.content_type.text(b"format") or ""
    if flow.strip().lower() != "flowed":
        return text
    delsp = part.content_type.text(b"delsp") or ""
    return unflowed(text, delsp=delsp.strip().lower() == "yes")


def _is_wanted(wanted: Wanted, link: str) -> bool:
    if isinstance(wanted, str):
        return wanted in link
    if isinstance(wanted, re.Pattern):
        return wanted.search(link) is not None
    return bool(wanted(link))


def _found(pattern: str | re.Pattern[str], text: str) -> list[str]:
    """Return what the pattern finds, each once."""
    matches = re.finditer(pattern, text)
    return list(dict.fromkeys(match[1 if match.re.groups else 0] or "" for match in matches))


def _rows(title: str, rows: list[str]) -> str:
    return "\n  ".join([title, *rows])


def _listed(addresses: list[Address]) -> str:
    return ", ".join(addresses) or "nobody"
