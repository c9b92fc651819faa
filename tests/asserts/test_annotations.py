"""Annotations, as a test sets and reads them."""

import pytest

from pytest_fakemail import FakeMail
from pytest_fakemail.errors import BadArgument, UnknownMailbox


def test_what_a_client_annotates_is_seen(fakemail: FakeMail) -> None:
    fakemail.imap.capabilities.on("METADATA")
    ann = fakemail.account("ann")
    client = fakemail.imap.client(ann)
    client.xatom("SETMETADATA", "INBOX", '(/shared/comment "Hello" /private/comment "mine")')
    client.xatom("SETMETADATA", '""', '(/shared/comment "Server")')
    assert ann.inbox.annotations == {"/private/comment": "mine", "/shared/comment": "Hello"}
    assert fakemail.annotations == {"/shared/comment": "Server"}


def test_what_a_test_annotates_is_told(fakemail: FakeMail) -> None:
    ann = fakemail.account("ann")
    ann.inbox.annotate("/shared/comment", "Grüße")
    ann.inbox.annotate("/shared/octets", b"\xff\x00")
    fakemail.annotate("/shared/comment", "x")
    fakemail.annotate("/shared/comment", None)
    assert ann.inbox.annotations == {"/shared/comment": "Grüße", "/shared/octets": "\udcff\x00"}
    assert fakemail.annotations == {}


def test_mistakes_are_told_at_the_call(fakemail: FakeMail) -> None:
    inbox = fakemail.account("ann").inbox
    with pytest.raises(BadArgument, match=r"entry='comment' does not begin with /shared/"):
        inbox.annotate("comment", "x")
    with pytest.raises(BadArgument, match="value=7: wanted text, bytes, or None"):
        inbox.annotate("/shared/x", 7)  # type: ignore[arg-type]  # that is the test
    with pytest.raises(BadArgument, match="A value is too long"):
        fakemail.annotate("/shared/x", "x" * 70_000)
    work = fakemail.account("ann").mailbox("Work", create=True)
    work.delete()
    with pytest.raises(UnknownMailbox):
        work.annotate("/shared/x", "y")
