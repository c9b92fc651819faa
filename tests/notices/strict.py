"""A strict reader of delivery reports: it takes what RFC 3464, 6522 and 6533 allow, no more."""

import re
from email import message_from_bytes, policy
from email.message import EmailMessage, Message
from email.utils import parsedate_to_datetime
from typing import cast

STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")
ACTIONS = {"failed", "delayed", "delivered", "relayed", "expanded"}
PER_MESSAGE = {
    "original-envelope-id",
    "reporting-mta",
    "dsn-gateway",
    "received-from-mta",
    "arrival-date",
}
PER_RECIPIENT = {
    "original-recipient",
    "final-recipient",
    "action",
    "status",
    "remote-mta",
    "diagnostic-code",
    "last-attempt-date",
    "final-log-id",
    "will-retry-until",
}
TYPED = {
    "reporting-mta",
    "received-from-mta",
    "remote-mta",
    "diagnostic-code",
    "original-recipient",
    "final-recipient",
}
DATES = {"arrival-date", "last-attempt-date", "will-retry-until"}
RETURNED = {"message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers"}

Group = dict[str, str]


def read(raw: bytes) -> tuple[Group, list[Group], EmailMessage]:
    """Return the fields about the message, those about each recipient, and the returned part."""
    assert_lines(raw)
    assert_encodings(raw)
    whole = message_from_bytes(raw, policy=policy.default)
    assert isinstance(whole, EmailMessage)
    assert whole.get_content_type() == "multipart/report"
    assert whole.get_param("report-type") == "delivery-status"
    _people, status, returned = [
        part for part in whole.iter_parts() if isinstance(part, EmailMessage)
    ]
    assert returned.get_content_type() in RETURNED
    kind = status.get_content_type()
    assert kind in ("message/delivery-status", "message/global-delivery-status")
    per_message, *per_recipient = groups(body_of(raw, kind))
    check(per_message, PER_MESSAGE)
    assert "reporting-mta" in per_message
    assert per_recipient
    for group in per_recipient:
        check(group, PER_RECIPIENT)
        assert group.keys() >= {"final-recipient", "action", "status"}
        assert group["action"] in ACTIONS
        assert STATUS.fullmatch(group["status"])
    return per_message, per_recipient, returned


def assert_lines(raw: bytes) -> None:
    """Every line ends in CRLF and has at most 998 octets (RFC 5322 §2.1.1)."""
    assert not re.search(rb"(?<!\r)\n|\r(?!\n)", raw)
    assert max(map(len, raw.split(b"\r\n"))) <= 998


def body_of(raw: bytes, kind: str) -> bytes:
    """Return the octets of the one part of this type."""
    head = rb"(?i)content-type: " + kind.encode()
    found = re.search(head + rb"\r\n(?:[^\r]+\r\n)*\r\n(.*?)\r\n--", raw, re.DOTALL)
    assert found is not None
    return found[1]


def groups(body: bytes) -> list[Group]:
    """``per-message-fields 1*( CRLF per-recipient-fields )`` (RFC 3464 §2.1)."""
    blocks = [block for block in body.split(b"\r\n\r\n") if block.strip()]
    return [fields(block) for block in blocks]


def fields(block: bytes) -> Group:
    unfolded = re.sub(r"\r\n[ \t]+", " ", block.decode().rstrip("\r\n"))
    found: Group = {}
    for line in unfolded.split("\r\n"):
        name, colon, value = line.partition(":")
        assert colon
        assert re.fullmatch(r"[!-9;-~]+", name), name
        assert name.lower() not in found, f"{name} twice"
        found[name.lower()] = value.strip()
        assert value.strip()
    return found


def check(group: Group, allowed: set[str]) -> None:
    for name, value in group.items():
        assert name in allowed or name.startswith("x-"), name
        if name in TYPED:
            kind, semicolon, rest = value.partition(";")
            assert semicolon
            assert re.fullmatch(r"[A-Za-z0-9-]+", kind)
            assert rest.strip()
        if name in DATES:
            assert parsedate_to_datetime(value).tzinfo is not None


def assert_encodings(raw: bytes) -> None:
    """What has octets beyond ASCII says so, and whatever it stands in (RFC 2045 §6.2, §6.4)."""
    waiting = [message_from_bytes(raw)]
    while waiting:
        part = waiting.pop()
        encoding = part.get("Content-Transfer-Encoding", "7bit").lower()
        assert encoding == "8bit" or part.as_bytes().isascii()
        if part.get_content_type() == "message/global":
            part.as_bytes().decode()  # which is UTF-8: RFC 6532 §3.7
        if part.get_content_maintype() == "multipart":  # and not what was returned, as it came
            waiting += cast("list[Message]", part.get_payload())
