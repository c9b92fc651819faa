r"""The one door for what people are shown: text that does nothing to a terminal.

Mails, names and commands come from anywhere.  What could move a cursor, change a colour,
turn the direction of writing or not be encoded at all is made visible: control characters
as their pictures (``␛``), everything else that does not print as an escape (``\u202e``).
"""

_PICTURES = {code: 0x2400 + code for code in range(32)} | {0x7F: 0x2421}
_LONG = 160


def visible(text: str) -> str:
    """Return text in which every character can be seen; line ends too are pictures."""
    return text if text.isprintable() else _escaped(text.translate(_PICTURES))


def visible_lines(text: str) -> str:
    r"""Return text of several lines, of which ``\n`` stays what it is."""
    return "\n".join(map(visible, text.split("\n")))


def shortened(text: str, length: int = _LONG) -> str:
    """Return the beginning of a long text, with a sign that more follows."""
    return text if len(text) <= length else f"{text[:length]}…"


def _escaped(text: str) -> str:
    return "".join(one if one.isprintable() else ascii(one)[1:-1] for one in text)
