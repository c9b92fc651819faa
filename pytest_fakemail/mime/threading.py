"""What tells which messages belong together: subjects without "Re:", and message ids."""

import re

from pytest_fakemail.mime import lexer

_LEADING = frozenset(" rRfF[")
_TRAILING = frozenset(" )]")
_BLOB = re.compile(r"\[[^\[\]]*\] *")
_REFWD = re.compile(r"(?:re|fwd?) *(?:\[[^\[\]]*\] *)?:", re.IGNORECASE)
_FWD_HEADER = re.compile(r"\[fwd:", re.IGNORECASE)
_FWD_TRAILER = "(fwd)"

_QUOTE, _PARENTHESIS, _BACKSLASH = b'"(\\'  # as `headers.LF`
_COMMON_ID = re.compile(rb'<([^\s<>"\\()@]++@[^\s<>"\\()@]++)>')
_ID = re.compile(rb"<([^<>]++)>")
_QUOTED_PAIR = re.compile(rb"\\(.)", re.DOTALL)


def base_subject(subject: str) -> tuple[str, bool]:
    """Return the subject without its marks of replies, and whether there was such a mark.

    RFC 5256 §2.1, on a subject whose encoded words are decoded.
    """
    # Nearly all subjects show by their ends that they have no mark.  Of what is printable, only
    # the blank is white space.
    is_base = subject[:1] not in _LEADING and subject[-1:] not in _TRAILING
    if is_base and "  " not in subject and subject.isprintable():
        return subject, False
    return unmarked(subject)


def unmarked(subject: str) -> tuple[str, bool]:
    """Do what `base_subject` does for a subject that may have marks.

    Each step moves a position, so the longest chain of marks is read once.
    """
    text = " ".join(subject.split())
    start, end = 0, len(text)
    is_reply = False
    while True:
        end, is_forward = _without_trailers(text, start, end)
        start, is_answer = _without_leaders(text, start, end)
        is_reply = is_reply or is_forward or is_answer
        header = _FWD_HEADER.match(text, start, end)
        if header is None or text[end - 1] != "]":
            return text[start:end], is_reply
        start, end = header.end(), end - 1
        is_reply = True


def _without_trailers(text: str, start: int, end: int) -> tuple[int, bool]:
    """``subj-trailer = "(fwd)" / WSP``, as often as it is there."""
    is_forward = False
    while end > start:
        if text[end - 1] == " ":
            end -= 1
        elif text[max(end - len(_FWD_TRAILER), start) : end].lower() == _FWD_TRAILER:
            end -= len(_FWD_TRAILER)
            is_forward = True
        else:
            break
    return end, is_forward


def _without_leaders(text: str, start: int, end: int) -> tuple[int, bool]:
    """``subj-leader = (*subj-blob subj-refwd) / WSP``, and the blobs before what is left."""
    is_answer = False
    while True:
        while start < end and text[start] == " ":
            start += 1
        behind = last = start
        while (blob := _BLOB.match(text, behind, end)) is not None:
            last, behind = behind, blob.end()
        mark = _REFWD.match(text, behind, end)
        if mark is None:
            # The last blob stays if there would be nothing left.
            return (behind if behind < end else last), is_answer
        start = mark.end()
        is_answer = True


def message_ids(value: bytes) -> list[bytes]:
    """Return the message ids in a References, In-Reply-To or Message-ID field, normalised.

    Without angle brackets, quotation marks, blanks and comments (RFC 5256 §3: ids that
    differ only there are the same).  What has no ``@`` is none.
    """
    if _QUOTE not in value and _PARENTHESIS not in value and _BACKSLASH not in value:
        return _COMMON_ID.findall(value)
    return [
        found
        for match in _ID.finditer(lexer.without_comments(value))
        if b"@" in (found := _normal_id(match[1])).strip(b"@")
    ]


def _normal_id(raw: bytes) -> bytes:
    """Undo quoting in ``id-left``, drop blanks outside of it."""
    left, at, right = raw.rpartition(b"@")
    left = left.strip()
    if left.startswith(b'"') and left.endswith(b'"') and len(left) > 1:
        left = _QUOTED_PAIR.sub(rb"\1", left[1:-1])
    else:
        left = b"".join(left.split())
    return left + at + b"".join(right.split())
