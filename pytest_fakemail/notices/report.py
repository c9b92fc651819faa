"""Delivery reports as data, and the parts that all dialects share (RFC 3464, 6522, 6533)."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Literal

from pytest_fakemail.dataclass import dataclass
from pytest_fakemail.notices.original import Original
from pytest_fakemail.notices.writing import Field, date, fields
from pytest_fakemail.store.delivery import Recipient

Action = Literal["failed", "delayed", "delivered", "relayed", "expanded"]
"""``action-value`` of RFC 3464 §2.3.3."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one recipient.

    Attributes:
        reply: what was said, as ``"550 5.1.1 …"``, or the sending side's own words.
        is_said: whether a server said it, and not the sending side.
        remote_mta: the server that said it, empty if nobody did.
        retry_until: until when it is tried again, if it is.
    """

    recipient: Recipient
    action: Action
    status: str
    reply: str
    is_said: bool
    remote_mta: str
    retry_until: datetime | None


@dataclass(frozen=True, slots=True)
class Report:
    """What a delivery report says, before a dialect puts it into words.

    Attributes:
        to: to whom it goes.
        hostname: the server that writes it.
        is_whole: whether the whole message is returned, and not its header only.
    """

    original: Original
    outcomes: tuple[Outcome, ...]
    to: str
    hostname: str
    at: datetime
    is_whole: bool

    @property
    def action(self) -> Action:
        """What it reports of all recipients."""
        return self.outcomes[0].action

    @property
    def recipients(self) -> tuple[Recipient, ...]:
        """Whom it is about."""
        return tuple(outcome.recipient for outcome in self.outcomes)

    @property
    def is_utf8(self) -> bool:
        """Whether it needs RFC 6533: the message, an address or a reply is not ASCII."""
        said = all(outcome.reply.isascii() for outcome in self.outcomes)
        return not (said and self.to.isascii()) or self.original.is_utf8

    @property
    def arrival(self) -> datetime:
        """When the message was accepted, or when the report is written if that is unknown."""
        return self.original.received_at or self.at

    @property
    def key(self) -> tuple[bytes, str]:
        """What its identifiers are made from."""
        return self.original.raw, f"{self.at.timestamp()} {self.action} {self.recipients}"


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one mail system writes its reports.

    Attributes:
        name: as `bounce` takes it.
        evidence: what its form was compared with.
        write: puts a report into words, as a whole message.
        replies: what that system says with a status where it has words of its own;
            ``{address}`` and ``{domain}`` stand for the recipient's.
        returns_whole: whether it returns the whole message unless RET asks otherwise.
    """

    name: str
    evidence: str
    write: Callable[[Report], bytes]
    replies: Mapping[str, str]
    returns_whole: bool = True


# --- what the second part of a report says: RFC 3464 §2 --------------------------------


def status_body(per_message: list[Field], per_recipient: list[list[Field]]) -> bytes:
    """``delivery-status-content = per-message-fields 1*( CRLF per-recipient-fields )``."""
    return b"\r\n".join([fields(per_message), *map(fields, per_recipient)])


def envelope_id(report: Report) -> str:
    """``xtext`` of ENVID, decoded, for Original-Envelope-Id (RFC 3464 §2.2.1)."""
    return decoded(report.original.parameters.get("ENVID") or "")


def decoded(xtext: str) -> str:
    """Return what ``xtext`` stands for (RFC 3461 §4)."""
    octets = bytearray()
    pieces = xtext.split("+")
    octets += pieces[0].encode()
    for piece in pieces[1:]:
        try:
            octets.append(int(piece[:2], 16))
        except ValueError:
            octets += b"+" + piece.encode()
        else:
            octets += piece[2:].encode()
    return octets.decode("utf-8", "replace").translate({13: " ", 10: " ", 0: " "})


def typed(address: str, *, space: str = " ", kind: str = "rfc822") -> str:
    """``address-type ";" generic-address``; RFC 6533 §3: ``utf-8`` for what is not ASCII."""
    return f"{kind if address.isascii() else 'utf-8'};{space}{address}"


def original_recipient(outcome: Outcome, *, space: str = "") -> str:
    """Return ORCPT's value for Original-Recipient, or "" if there was none (§2.3.1)."""
    given = outcome.recipient.parameters.get("ORCPT") or ""
    kind, separator, address = given.partition(";")
    return f"{kind};{space}{decoded(address)}" if separator else ""


def will_retry_until(outcome: Outcome) -> str:
    """Return the date of Will-Retry-Until, "" if it is not tried again (§2.3.9)."""
    return date(outcome.retry_until) if outcome.retry_until else ""


# --- media types: RFC 6522 §3, RFC 6533 §4 ---------------------------------------------


def status_type(report: Report) -> str:
    """Return the media type of the second part."""
    is_utf8 = report.is_utf8
    return "message/global-delivery-status" if is_utf8 else "message/delivery-status"


def returned_type(report: Report) -> str:
    """Return the media type of the third part: the message, or its header."""
    if report.is_utf8:
        return "message/global" if report.is_whole else "message/global-headers"
    return "message/rfc822" if report.is_whole else "text/rfc822-headers"


def returned(report: Report) -> bytes:
    """Return the body of the third part."""
    return report.original.raw if report.is_whole else report.original.header


def charset(report: Report) -> str:
    """Return the charset of what is written for people."""
    return "utf-8" if report.is_utf8 else "us-ascii"


def is_8bit(report: Report) -> bool:
    """Whether anything in the report is beyond ASCII."""
    return report.is_utf8 or not returned(report).isascii()
