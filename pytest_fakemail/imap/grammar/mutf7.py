"""Modified UTF-7: how IMAP4rev1 spells mailbox names (RFC 3501 §5.1.3)."""

import re
from binascii import Error as Base64Error
from binascii import a2b_base64, b2a_base64

_SHIFTED = re.compile(r"&([A-Za-z0-9+,]*)-")
_UNPRINTABLE = re.compile(r"[^ -~]+")
_PLAIN = re.compile(r"[ -%'-~]*")


def encode_mutf7(name: str) -> str:
    """Return a name in modified UTF-7; surrogates that stand alone are kept."""
    return _UNPRINTABLE.sub(_shift, name.replace("&", "&-"))


def decode_mutf7(text: str) -> str:
    """Return the name that modified UTF-7 text stands for.

    Raises:
        ValueError: not modified UTF-7: a character outside printable ASCII, an ``&`` without
            its ``-``, broken base64 or UTF-16, or another spelling than the one that is allowed.
            A mailbox that could be made by two names would be found by one.
    """
    pieces: list[str] = []
    position = 0
    for shifted in _SHIFTED.finditer(text):
        pieces += (_plain(text[position : shifted.start()]), _unshift(shifted[1]))
        position = shifted.end()
    name = "".join([*pieces, _plain(text[position:])])
    if pieces and encode_mutf7(name) != text:
        raise ValueError(f"not modified UTF-7: {text!r}, but {encode_mutf7(name)!r}")
    return name


def _shift(unprintable: re.Match[str]) -> str:
    octets = unprintable[0].encode("utf-16-be", "surrogatepass")
    base64 = b2a_base64(octets, newline=False).rstrip(b"=").replace(b"/", b",")
    return f"&{base64.decode('ascii')}-"


def _unshift(base64: str) -> str:
    if not base64:
        return "&"
    padded = base64.replace(",", "/") + "=" * (-len(base64) % 4)
    try:
        return a2b_base64(padded).decode("utf-16-be")
    except (Base64Error, UnicodeDecodeError):
        raise ValueError(f"not modified UTF-7: &{base64}-") from None


def _plain(text: str) -> str:
    if not _PLAIN.fullmatch(text):
        raise ValueError(f"not modified UTF-7: {text!r}")
    return text
