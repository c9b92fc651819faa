"""Texts that a field can have: of any other each function says what is wanted instead.

An address of the envelope is one that SMTP takes (RFC 5321 §4.1.2, RFC 6531 §3.3), as it is
kept: a local part is in quotes only where it must be, and the percent hack has left what it
leaves.  One of a header is what `mime.addresses` makes of any field, with or without a name.
"""

import re
from collections.abc import Callable

from pytest_fakemail.errors import nearest_spelling
from pytest_fakemail.pattern import pattern
from pytest_fakemail.store.flags import SYSTEM_FLAGS, spelt

# An address as nearly all are; the others are compiled for the first that is not.
_USUAL = pattern(r"[\w+-]+(?:\.[\w+-]+)*@[a-z0-9]+(?:[.-][a-z0-9]+)*", re.ASCII | re.IGNORECASE)
_ATEXT = r'[^\0- "(),.:;<>@\[\\\]\x7f\ud800-\udfff]'
_DOT_STRING = rf"{_ATEXT}+(?:\.{_ATEXT}+)*"
_QTEXT = r'(?:[^\0-\x1f"\\\x7f\ud800-\udfff]|\\[ -~])'
_ENVELOPE = pattern(
    rf'(?:{_DOT_STRING}\.?|(?!"{_DOT_STRING}"@)"{_QTEXT}*")@(?:\.?{_DOT_STRING}|\[[!-Z^-~]+\])'
    rf'|"{_QTEXT}*@{_QTEXT}*"|(?i:postmaster)'
)
# Without what needs quotes: a local part, a domain or both.
_UNQUOTED = pattern(
    r"(?!\Z)"
    r'[^\t-\r "(),:;<>@\[\\\]]*'
    r'(?:@(?:[^\t-\r "(),:;<>@\[]|\[[^\]]*\]?)+)?'
)
_SEPARATORS = pattern(r"\s*[,;]\s*")
_URL = "mailto:"
_EXAMPLE = "an address such as 'ann@example.test'"


def recipient(wanted: str) -> str:
    """Whom RCPT can name: an address, or ``postmaster``."""
    return _address(wanted, _is_recipient)


def sender(wanted: str) -> str:
    """Whom MAIL can name: an address, or nobody, ``<>``."""
    return _address(wanted, lambda address: not address or _is_recipient(address))


def inquired(wanted: str) -> str:
    """Whom RCPT, VRFY and EXPN can name; to the latter any words are a name."""
    is_name = "@" not in wanted or '"' in wanted
    is_word = wanted and wanted == " ".join(wanted.split()) and "<" not in wanted
    return "" if is_word and is_name else recipient(wanted)


def header_address(wanted: str) -> str:
    """An address of a header, alone or as ``Ann <ann@example.test>``."""
    return _address(wanted, _is_in_header) if wanted else f"{_EXAMPLE}; None if there is none"


def body_text(wanted: str) -> str:
    r"""What one body has in it and another has not; without a text there is no body."""
    blank = r're.compile(r"\A\s*\Z")'
    return "" if wanted else f"a text, as '' is in any; None is no body, {blank} a blank one"


def filename(wanted: str) -> str:
    """The name of a file."""
    return "" if wanted else "the name of a file, or None without attachments"


def flag(wanted: str) -> str:
    """A system flag, with its backslash or not, or a keyword."""
    if spelt(wanted) is not None:
        return ""
    words = wanted.split()
    if len(words) > 1:
        return f"one flag; several are a list, {words!r}"
    alone = spelt(wanted.strip("() \t\r\n"))
    if alone is not None:
        return f"the flag alone, {alone!r}"
    near = nearest_spelling(wanted, SYSTEM_FLAGS).strip()
    there = f"one of {' '.join(SYSTEM_FLAGS)}, or a keyword without blanks"
    return f"{there}; {near}" if near else there


def label(wanted: str) -> str:
    """The name of a mailbox, or what Gmail calls one with a use."""
    return "" if wanted else "a label such as 'Work', or None without any"


def trimmed(wanted: str) -> str:
    """A word of a command."""
    word = wanted.strip()
    return "" if word == wanted else f"it without blanks around it, {word!r}"


def _address(wanted: str, is_possible: Callable[[str], object]) -> str:
    """Say how an address is written, if this one cannot be."""
    if _USUAL.fullmatch(wanted):
        return ""
    parts = [_bare(part) for part in _SEPARATORS.split(wanted)]
    are_several = len(parts) > 1 and all("@" in one and is_possible(one) for one in parts)
    if is_possible(wanted):
        if not are_several or '"' in wanted:
            return ""
    elif is_possible(bare := _bare(wanted)):
        return f"the address alone, {bare!r}"
    if are_several:
        return f"one address; several are a list or any_of(), as {parts!r}"
    return _EXAMPLE


def _bare(wanted: str) -> str:
    """Return what may have been meant: without name, brackets, blanks, ``mailto:`` and quotes."""
    _, bracket, inside = wanted.strip().rpartition("<")
    address = inside.removesuffix(">").strip() if bracket else inside
    if address[: len(_URL)].lower() == _URL:
        address = address[len(_URL) :]
    local, at, domain = address.rpartition("@")
    is_quoted = len(local) > 1 and local[0] == local[-1] == '"'
    return local[1:-1] + at + domain if is_quoted else address


def _is_recipient(address: str) -> bool:
    return _ENVELOPE.fullmatch(address) is not None


def _is_in_header(text: str) -> bool:
    if '"' in text:  # what is in quotes can be anything
        return (text[0] != "<" or " <" in text) and text[-1] not in " \t"
    end = len(text) - text.endswith(">")
    starts = [found.end() for found in re.finditer(" <", text[:end]) if found.start()]
    is_named = end < len(text) and any(_UNQUOTED.fullmatch(text, at, end) for at in starts)
    return is_named or _UNQUOTED.fullmatch(text) is not None
