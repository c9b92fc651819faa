"""Comments of structured fields (RFC 5322 §3.2.2), which nest and may never end."""

from pytest_fakemail.pattern import pattern

_SIGN = pattern(rb'[()"\\]')


def comment_end(raw: bytes, start: int) -> int:
    """Return the offset behind the comment that opens at `start`; the end if it never closes."""
    depth = 0
    position = start
    while (sign := _SIGN.search(raw, position)) is not None:
        position = sign.end()
        match sign[0]:
            case b"(":
                depth += 1
            case b")":
                depth -= 1
                if depth == 0:
                    return position
            case b"\\":
                position += 1
            case _:
                pass  # a quotation mark means nothing inside a comment
    return len(raw)


def quoted_end(raw: bytes, start: int) -> int:
    """Return the offset behind the quoted string that opens at `start`, or the end."""
    position = start + 1
    while (sign := _SIGN.search(raw, position)) is not None:
        position = sign.end()
        if sign[0] == b'"':
            return position
        if sign[0] == b"\\":
            position += 1
    return len(raw)


def without_comments(raw: bytes) -> bytes:
    """Return a field's value with a blank for each comment; quoted strings stay as they are."""
    kept: list[bytes] = []
    position = done = 0
    while (sign := _SIGN.search(raw, position)) is not None:
        position = sign.end()
        if sign[0] == b"(":
            kept += [raw[done : sign.start()], b" "]
            position = done = comment_end(raw, sign.start())
        elif sign[0] == b'"':
            position = quoted_end(raw, sign.start())
        elif sign[0] == b"\\":
            position += 1
    kept.append(raw[done:])
    return b"".join(kept)
