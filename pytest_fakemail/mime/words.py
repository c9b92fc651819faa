"""Encoded words (RFC 2047): ``=?charset?Q?text?=`` in fields that are otherwise ASCII."""

from binascii import a2b_qp

from pytest_fakemail.mime import charsets
from pytest_fakemail.pattern import pattern

# RFC 2231 §5 adds ``*language`` to the charset.  Blanks in the text are forbidden and common.
_WORD = pattern(rb"=\?([^\s?*]++)(?:\*[^\s?]*+)?\?([QqBb])\?([^?\r\n]*+)\?=")


def decode(raw: bytes) -> str:
    """Return unstructured text with its encoded words decoded.

    Octets outside of them are UTF-8 (RFC 6532), or else windows-1252.  What is no encoded
    word, or in an unknown character set, stays as it is.
    """
    if b"=?" not in raw:
        return charsets.decode(raw)
    pieces: list[str] = []
    octets: list[bytes]
    charset, octets = "", []  # of the encoded words just read, which may share a character
    position = 0
    for word in _WORD.finditer(raw):
        name = charsets.codec(word[1].decode("latin-1"))
        if name is None:
            continue
        between = raw[position : word.start()]
        if octets and not between.strip():
            between = b""  # RFC 2047 §6.2: blanks between encoded words are not shown
        if octets and (between or name != charset):
            pieces.append(charsets.decode(b"".join(octets), charset))
            octets = []
        if between:
            pieces.append(charsets.decode(between))
        charset = name
        octets.append(_octets(word[2], word[3]))
        position = word.end()
    if octets:
        pieces.append(charsets.decode(b"".join(octets), charset))
    pieces.append(charsets.decode(raw[position:]))
    return "".join(pieces)


def unconverted(raw: bytes, text: str) -> bytes | None:
    """Return the octets of unstructured text with its encoded words decoded, if that is no text.

    Because one of them is in an unknown character set, or has octets that are not in the one
    that it names; None for text.  `text` is what `decode` made of it.
    """
    if "=?" not in text and "\ufffd" not in text:
        return None
    runs: list[tuple[str, list[bytes]]] = []  # of words in one charset; "" outside of words
    position = 0
    for word in _WORD.finditer(raw):
        between = raw[position : word.start()]
        is_behind_word = bool(runs) and not between.strip()
        if between and not is_behind_word:
            runs.append(("", [between]))
        label = word[1].decode("latin-1")
        charset = charsets.codec(label) or label
        if is_behind_word and runs[-1][0] == charset:
            runs[-1][1].append(_octets(word[2], word[3]))
        else:
            runs.append((charset, [_octets(word[2], word[3])]))
        position = word.end()
    pieces = [(charset, b"".join(octets)) for charset, octets in runs]
    if all(not charset or charsets.converts(octets, charset) for charset, octets in pieces):
        return None
    return b"".join([octets for _, octets in pieces]) + raw[position:]


def _octets(encoding: bytes, text: bytes) -> bytes:
    if encoding in b"Bb":
        from pytest_fakemail.mime import transfer

        return transfer.base64(text)
    return a2b_qp(text, header=True)
