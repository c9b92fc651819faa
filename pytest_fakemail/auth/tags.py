"""Lists of tags: ``v=1; a=rsa-sha256; …`` (RFC 6376 §3.2; DMARC's records are alike)."""

import re

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*\Z")
_BLANKS = " \t\r\n"


class BadTags(ValueError):
    """Not a list of tags."""


def tags(text: str) -> dict[str, str]:
    """``tag-list = tag-spec *( ";" tag-spec ) [ ";" ]``: names in order, values without blanks.

    Raises:
        BadTags: a tag without a value, an impossible name, a name twice (§3.2: the entire
            list is then invalid).
    """
    found: dict[str, str] = {}
    pieces = text.split(";")
    if not pieces[-1].strip(_BLANKS):
        pieces.pop()
    for piece in pieces:
        name, equals, value = piece.partition("=")
        name = name.strip(_BLANKS)
        if not equals or _NAME.match(name) is None:
            raise BadTags(f"{piece.strip(_BLANKS)[:60]!r} is no tag=value")
        if name in found:
            raise BadTags(f"{name}= is there twice")
        found[name] = value.strip(_BLANKS)
    return found


def without_blanks(value: str) -> str:
    """Return a value without folding white space, as in base64."""
    return re.sub(r"[ \t\r\n]+", "", value)
