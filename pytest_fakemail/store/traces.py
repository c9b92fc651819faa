"""What mail that was accepted asks of the server, and what the server writes on its copies."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pytest_fakemail.store.delivery import Delivery


def asks_for_reports(delivery: "Delivery") -> bool:
    """Whether a sender wants to hear of success (RFC 3461 §4.1)."""
    for recipient in delivery.recipients:
        if recipient.parameters and any(map(_names_success, recipient.parameters.values())):
            return True
    return False


def _names_success(value: str | None) -> bool:
    return value is not None and "SUCCESS" in value.upper()


def traced(raw: bytes, trace: bytes, recipient: str) -> bytes:
    """Return a copy with trace fields; Delivered-To stands where Postfix writes it."""
    # RFC 5321 §4.4: Return-Path is at the beginning.
    end = trace.index(b"\n") + 1 if trace.startswith(b"Return-Path:") else 0
    delivered_to = b"Delivered-To: %b\r\n" % recipient.encode("utf-8", "backslashreplace")
    return b"".join((trace[:end], delivered_to, trace[end:], raw))
