"""Trace information: how a message came here (RFC 5321 §4.4)."""

from collections.abc import Sequence
from datetime import datetime
from email.utils import format_datetime

from pytest_fakemail.store.delivery import Delivery
from pytest_fakemail.wire.exchange import Connection


def trace(delivery: Delivery, connection: Connection, *, hostname: str, identifier: str) -> bytes:
    """Return the Return-Path and Received fields that a mailbox's copy begins with.

    The FOR clause tells a recipient only where there is but one, since it would give
    away the others (RFC 5321 §7.6).
    """
    return_path = f"Return-Path: <{delivery.sender}>\r\n".encode("utf-8", "backslashreplace")
    literal = _address_literal(connection.peer[0])
    return return_path + received(delivery, hostname, identifier, f" ({literal})")


def received(delivery: Delivery, hostname: str, identifier: str, source: str = "") -> bytes:
    """Return the Received field of a message that came, or was written here."""
    if delivery.protocol:
        lines = [
            f"Received: from {_printable(delivery.helo)}{source}",
            f"\tby {hostname} with {delivery.protocol} id {identifier}",
        ]
    else:
        lines = [f"Received: by {hostname} id {identifier}"]
    if len(delivery.recipients) == 1:
        lines.append(f"\tfor <{delivery.recipients[0]}>")
    lines[-1] += f"; {_date_time(delivery.received_at)}"
    return "".join(f"{line}\r\n" for line in lines).encode("utf-8", "backslashreplace")


def with_results(
    trace: bytes, message: bytes, results: Sequence[str], hostname: str
) -> tuple[bytes, bytes]:
    """Return trace fields and message of a copy that has Authentication-Results (RFC 8601).

    It stands above Received (§4); fields that claim to be this server's are removed (§5).
    """
    from pytest_fakemail.auth import header  # only who asks for them pays

    field, message = header.field(hostname, results), header.without_forged(message, hostname)
    if not trace:
        return trace, field + message
    end = trace.index(b"\n") + 1 if trace.startswith(b"Return-Path:") else 0
    return trace[:end] + field + trace[end:], message


def _date_time(moment: datetime) -> str:
    return format_datetime(moment)


def _address_literal(peer: str) -> str:
    return f"[IPv6:{peer}]" if ":" in peer else f"[{peer}]"


def _printable(name: str) -> str:
    """Keep what a client calls itself from writing header fields of its own."""
    return "".join(character if character.isprintable() else "?" for character in name)
