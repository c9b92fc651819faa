"""Body text as a reader sees it: line ends, flowed paragraphs, the URLs that it mentions."""

import re

from pytest_fakemail.mime import charsets


def decoded(octets: bytes, charset: str = "") -> str:
    """Return the text of a body, in the charset that it names, unless that fails altogether."""
    text = charsets.decode(octets, charset)
    failed = text.count("\ufffd")
    if failed and failed >= sum(character > "\x7f" for character in text) - failed:
        # More of it is wrong than right: another charset was meant, not this one damaged.
        text = charsets.decode(octets)
    return text.removeprefix("\ufeff")


def with_newlines(text: str) -> str:
    r"""Return the text with every line end, CRLF or lone, as ``\n``."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def unflowed(text: str, *, delsp: bool = False) -> str:
    """Return ``format=flowed`` text with its soft line breaks undone (RFC 3676 §4).

    Args:
        text: lines that end in a line feed.
        delsp: the value of ``DelSp``: the space before a soft line break goes too.
    """
    pieces: list[str] = []
    open_depth = None  # the quote depth of a paragraph whose last line was flowed
    for line in text.split("\n"):
        content = line.lstrip(">")
        depth = len(line) - len(content)
        content = content.removeprefix(" ")  # space-stuffing, §4.4
        if open_depth != depth or content == "-- ":
            # §4.5: a quote is shown with a space between its marks and its text.
            pieces += ["\n", ">" * depth, " " * bool(depth and content)]
        # §4.3: the signature separator ends in a space and is nevertheless fixed.
        is_flowed = content.endswith(" ") and content != "-- "
        open_depth = depth if is_flowed else None
        pieces.append(content[:-1] if is_flowed and delsp else content)
    return "".join(pieces).removeprefix("\n")


URL = re.compile(r"""(?<![a-zA-Z0-9+.-])[a-zA-Z][a-zA-Z0-9+.-]{0,30}://[^\s<>"\x00-\x1f]+""")
_CLOSERS = {")": "(", "]": "[", "}": "{"}


def urls(text: str) -> list[str]:
    """Return the URLs written in a text, in order, without the punctuation after them."""
    return [_trimmed(found) for found in URL.findall(text)]


def _trimmed(url: str) -> str:
    """Leave out what belongs to the sentence around the URL, as mail readers do."""
    unopened = {closer: url.count(closer) - url.count(_CLOSERS[closer]) for closer in _CLOSERS}
    end = len(url)
    while end:
        last = url[end - 1]
        if unopened.get(last, 0) > 0:
            unopened[last] -= 1
        elif last not in ".,;:!?'*_~|\u2019\u201d\u00bb":
            break
        end -= 1
    return url[:end]
