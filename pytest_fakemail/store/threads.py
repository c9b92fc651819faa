"""Conversations as Gmail has them: answers join what they refer to, if the subject is the same.

The fields are those of RFC 5322 §3.6.4.  Gmail's number of a conversation is that of its first
message; that a new subject begins a new one is what its help says, the rest is unverified.
"""

import re

from pytest_fakemail.mime import words
from pytest_fakemail.mime.named_fields import values
from pytest_fakemail.mime.threading import base_subject
from pytest_fakemail.store.content import Content

_MESSAGE_ID = re.compile(rb"<[^<>\s]+>")
_REFERRING = (b"references", b"in-reply-to")


class Threads:
    """The conversations of one account: which content began each."""

    __slots__ = ("_first",)

    def __init__(self) -> None:
        self._first: dict[tuple[bytes, str], str] = {}

    def join(self, content: Content) -> None:
        """Set the `thread_id` of a content that came to that of what it answers, or to its own."""
        head = content.raw[: content.body_start]
        subjects = values(head, b"subject")
        subject = base_subject(words.decode(subjects[-1]) if subjects else "")[0].casefold()
        referred = [one for name in _REFERRING for one in _identifiers(head, name)]
        # The newest reference is the last one.
        own = _identifiers(head, b"message-id")
        known = (self._first.get((one, subject)) for one in (*reversed(referred), *own))
        thread = next((one for one in known if one is not None), f"T{content.number}")
        content.thread_id = thread
        # What it refers to may come later: then it is of the same conversation.
        for identifier in (*own, *referred):
            self._first.setdefault((identifier, subject), thread)


def _identifiers(head: bytes, name: bytes) -> list[bytes]:
    return [one for value in values(head, name) for one in _MESSAGE_ID.findall(value)]
