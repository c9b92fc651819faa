"""Octets to text, in the character set that the message names, or the likeliest."""

import codecs
from functools import lru_cache

from pytest_fakemail.mime.unlabelled import decoded

# Python calls these text encodings; no message may: they warn, fail on purpose or are slow.
_NOT_FOR_MAIL = frozenset(
    {
        "idna",
        "punycode",
        "unicode-escape",
        "raw-unicode-escape",
        "undefined",
        "charmap",
        "mbcs",
        "oem",
    }
)


@lru_cache(maxsize=128)
def codec(charset: str) -> str | None:
    """Return the name of Python's codec for a MIME character set, `None` if unknown."""
    name = charset.strip()
    if len(name) > 40 or not name.isascii():  # noqa: PLR2004 - RFC 2978 §2.3: at most 40
        return None
    from pytest_fakemail.mime.charset_names import candidates

    return next(filter(None, map(_text_codec, candidates(name))), None)


def _text_codec(name: str) -> str | None:
    """Return Python's own name of a codec that makes text of octets, None if it is none."""
    try:
        found = codecs.lookup(name)
    except (LookupError, ValueError):
        return None
    if found.name.replace("_", "-") in _NOT_FOR_MAIL:
        return None
    try:
        b"a".decode(found.name)
    except LookupError:  # rot13, hex and others that make no text of octets
        return None
    except UnicodeError:
        pass  # half a character of UTF-16
    from pytest_fakemail.mime.charset_names import LARGER

    return LARGER.get(found.name, found.name)


def decode(octets: bytes, charset: str = "") -> str:
    """Return the text of octets; every octet finds a character.

    What is not in the character set named may be UTF-8.  Without a known one, and in
    US-ASCII, octets are UTF-8, or else windows-1252.
    """
    name = codec(charset) if charset else None
    if name is None or name == "ascii":
        return decoded(octets)
    try:
        return _whole(octets.decode(name))
    except UnicodeError:
        pass
    try:
        return octets.decode("utf-8")
    except UnicodeDecodeError:
        return _whole(octets.decode(name, "replace"))


def converts(octets: bytes, charset: str = "") -> bool:
    """Whether octets are text in the character set named, or in UTF-8.

    Without a name, and in US-ASCII, they are: in whatever `decode` reads them.
    """
    name = codec(charset) if charset else "ascii"
    if name is None or name == "ascii":
        return name is not None
    return _can_be(octets, name) or _can_be(octets, "utf-8")


def _can_be(octets: bytes, name: str) -> bool:
    try:
        octets.decode(name)
    except UnicodeError:
        return False
    return True


def _whole(text: str) -> str:
    """Return text that every charset can hold: UTF-7 may have halves of surrogate pairs."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text
