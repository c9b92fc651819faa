"""A mail as plain data, and the same without what changes from run to run."""

import re
from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any, Protocol

from pytest_fakemail import arguments
from pytest_fakemail.errors import BadArgument
from pytest_fakemail.mime.attachments import Attachments
from pytest_fakemail.mime.fields import Address, Fields

Replacements = Mapping[str | re.Pattern[str], str]
"""What to put in the place of texts and of what patterns find."""

_DAY = r"(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), )?"
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_TIME = r"\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?"
_ZONE = r"(?: [+-]\d{4}| GMT| UTC)?(?: \(\w+\))?"
_LOCAL = r"(?:127\.0\.0\.1|localhost|\[::1\])"
_PATTERNS = {
    r'(?<=\bboundary=)(?:"[^"]*"|[^\s;]+)': "<boundary>",
    rf"(?:https?|smtps?|imaps?|pop3s?)://(?:{_LOCAL}|testserver)(?::\d+)?": "<host>",
    rf"(?<![\w.]){_LOCAL}:\d+": "<host>",
    rf"{_DAY}\b\d{{1,2}} {_MONTH} \d{{4}} {_TIME}{_ZONE}": "<date>",
    rf"\b\d{{4}}-\d{{2}}-\d{{2}}[T ]{_TIME}(?:Z|[+-]\d{{2}}:?\d{{2}})?": "<date>",
    r"\b\d{8}T\d{6}Z?\b": "<date>",
    r"<[^<>\s@]+@[^<>\s@]+>": "<message-id>",
    r"\b[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\b": "<uuid>",
    # Of letters and digits both, so long that nobody wrote it by hand.
    r"(?<![\w-])(?=[\w-]*\d)(?=[\w-]*[A-Za-z])[\w-]{20,}(?![\w-])": "<token>",
}
_CHANGING = tuple((re.compile(pattern), shown) for pattern, shown in _PATTERNS.items())
_MESSAGE_ID = "<message-id>"
_IDENTIFIERS = frozenset({"message-id", "in-reply-to", "references", "content-id"})
_DATES = frozenset({"date", "resent-date"})
# What is addressed to whom is what a test is about: only the author's own placeholders.
_ADDRESSES = frozenset({"from", "to", "cc", "bcc", "sender", "recipients", "reply-to"})
_TEXTS = frozenset({"filename", "content_id"})
Pairs = Iterable[tuple[re.Pattern[str], str]]


class Readable(Protocol):
    """What is told of a mail."""

    @property
    def subject(self) -> str:
        """The subject."""

    @property
    def text(self) -> str:
        """The plain text."""

    @property
    def html(self) -> str:
        """The HTML."""

    @property
    def from_(self) -> list[Address]:
        """From."""

    @property
    def to(self) -> list[Address]:
        """To."""

    @property
    def cc(self) -> list[Address]:
        """Cc."""

    @property
    def bcc(self) -> list[str]:
        """The blind copies."""

    @property
    def headers(self) -> Fields:
        """The header."""

    @property
    def attachments(self) -> Attachments:
        """The attachments."""


def as_dict(mail: Readable) -> dict[str, Any]:
    """Return the mail as strings, numbers, lists and dicts; octets by length and SHA-256."""
    return {
        "from": [address.full for address in mail.from_],
        "to": [address.full for address in mail.to],
        "cc": [address.full for address in mail.cc],
        "bcc": [str(address) for address in mail.bcc],
        "subject": mail.subject,
        "text": mail.text,
        "html": mail.html,
        "attachments": [
            {
                "filename": attachment.filename,
                "content_type": attachment.content_type,
                "content_id": attachment.content_id,
                "is_inline": attachment.is_inline,
                "octets": len(attachment.content),
                "sha256": sha256(attachment.content).hexdigest(),
            }
            for attachment in mail.attachments
        ],
        "headers": [[name, value] for name, value in mail.headers.items()],
    }


def normalised(data: Mapping[str, Any], replace: Replacements) -> dict[str, Any]:
    """Return the data with placeholders for what changes from run to run.

    Raises:
        BadArgument: a replacement that is no text, or for what is neither text nor pattern.
    """
    own = _checked(replace)
    plain = {name: _value(name, value, own) for name, value in data.items()}
    plain["headers"] = [[name, _field(name.lower(), text, own)] for name, text in data["headers"]]
    plain["attachments"] = [
        {
            name: _value(name, value, own) if name in _TEXTS else value
            for name, value in each.items()
        }
        for each in data["attachments"]
    ]
    return plain


def _checked(replace: Replacements) -> list[tuple[re.Pattern[str], str]]:
    pairs: list[tuple[re.Pattern[str], str]] = []
    arguments.mapping("replace", replace, "placeholders by text, as in {'4711': '<order>'}")
    for wanted, placeholder in replace.items():
        if not isinstance(placeholder, str) or not isinstance(wanted, str | re.Pattern):
            raise BadArgument(
                f"replace={{{wanted!r}: {placeholder!r}}}: wanted text by text or pattern"
            )
        found = re.compile(re.escape(wanted)) if isinstance(wanted, str) else wanted
        pairs.append((found, placeholder.replace("\\", "\\\\")))
    return pairs


def _value(name: str, value: Any, own: Pairs) -> Any:  # noqa: ANN401  (whatever stands in a mail)
    pairs = own if name in _ADDRESSES else (*own, *_CHANGING)
    if isinstance(value, list):
        return [_replaced(each, pairs) if isinstance(each, str) else each for each in value]
    return _replaced(value, pairs) if isinstance(value, str) else value


def _field(key: str, text: str, own: Pairs) -> str:
    if key in _DATES:
        return "<date>"
    text = _replaced(text, own)
    if key in _IDENTIFIERS:
        return re.sub(r"<[^<>]*>", _MESSAGE_ID, text)
    return text if key in _ADDRESSES else _replaced(text, _CHANGING)


def _replaced(text: str, pairs: Pairs) -> str:
    for pattern, placeholder in pairs:
        text = pattern.sub(placeholder, text)
    return text
