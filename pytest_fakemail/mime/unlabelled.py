"""Octets to text where no character set is named."""


def decoded(octets: bytes) -> str:
    """Return the text of octets: UTF-8, or else windows-1252; every octet finds a character."""
    try:
        return octets.decode("utf-8")
    except UnicodeDecodeError:
        pass
    try:
        return octets.decode("cp1252")
    except UnicodeDecodeError:
        return octets.decode("latin-1")
