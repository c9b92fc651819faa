"""A flaw: what a careful reviewer would find in a mail, with the rule that it breaks."""

from typing import TYPE_CHECKING

from pytest_fakemail.dataclass import dataclass


@dataclass(frozen=True, slots=True)
class Flaw:  # noqa: PLW1641  (frozen, it has a hash)
    """One finding.

    Attributes:
        name: what it is ignored by, ``"line-too-long"``.
        text: what was found, and where.
        source: the rule: an RFC with its section, or who else wants it.
    """

    name: str
    text: str
    source: str

    if TYPE_CHECKING:  # so that checkers let a name be looked for in a list of these

        def __eq__(self, other: object) -> bool: ...

    def __str__(self) -> str:
        return f"{self.name}: {self.text} ({self.source})"


SOURCES = {
    "encoded-word-forbidden": "RFC 2047 §5",
    "field-doubled": "RFC 5322 §3.6",
    "date-missing": "RFC 5322 §3.6",
    "from-missing": "RFC 5322 §3.6",
    "message-id-missing": "RFC 5322 §3.6.4, wanted by Gmail",
    "message-id-malformed": "RFC 5322 §3.6.4",
    "sender-missing": "RFC 5322 §3.6.2",
    "field-malformed": "RFC 5322 §2.2",
    "parameter-malformed": "RFC 2045 §5.1",
    "direction-override": "Unicode TR 36, §3.1",
    "boundary-repeated": "RFC 2046 §5.1.1",
    "message-encoded": "RFC 2046 §5.2.1",
    "header-unended": "RFC 5322 §2.1",
    "header-injection": "CWE-93",
    "header-8bit": "RFC 6532 §3, RFC 2047 §1",
    "header-control": "RFC 5322 §2.2",
    "date-malformed": "RFC 5322 §3.3",
    "date-out-of-range": "RFC 5322 §3.6.1",
    "line-too-long": "RFC 5322 §2.1.1",
    "bare-newline": "RFC 5322 §2.3, RFC 5321 §2.3.8",
    "bcc-left-in": "RFC 5322 §3.6.3",
    "8bit-undeclared": "RFC 2045 §6.2",
    "charset-wrong": "RFC 2045 §6.1, RFC 2046 §4.1.2",
    "encoding-broken": "RFC 2045 §6.7, §6.8",
    "encoding-unknown": "RFC 2045 §6.4",
    "multipart-unclosed": "RFC 2046 §5.1.1",
    "multipart-empty": "RFC 2046 §5.1",
    "mime-version-missing": "RFC 2045 §4",
    "cid-without-part": "RFC 2392 §2",
    "part-without-cid": "RFC 2387 §3",
    "calendar-methods-disagree": "RFC 6047 §2.4",
    "text-missing": "RFC 2046 §5.1.4",
    "text-and-html-disagree": "RFC 2046 §5.1.4",
    "html-clipped": "Gmail clips HTML beyond 102 KiB",
    "image-without-alt": "WCAG 2.2, 1.1.1",
    "link-relative": "RFC 3986 §4.2: a mail has no base",
    "link-plain-http": "RFC 8314 asks it of mail itself; browsers warn",
    "message-id-repeated": "RFC 5322 §3.6.4",
}
"""Every flaw that there is, with the rule behind it."""


def flaw(name: str, text: str) -> Flaw:
    """Return a flaw with the source of its rule."""
    return Flaw(name, text, SOURCES[name])
