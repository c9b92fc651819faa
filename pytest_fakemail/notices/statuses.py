"""Enhanced status codes (RFC 3463) and what servers say with them by default."""

import re

from pytest_fakemail.errors import BadArgument

_STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")

_WORDS = {
    "1.1": "<{address}>: Recipient address rejected: User unknown",
    "1.2": "<{address}>: Recipient address rejected: Domain not found",
    "1.3": "<{address}>: Recipient address rejected: Bad address syntax",
    "1.6": "<{address}>: Recipient address rejected: undeliverable address: has moved",
    "1.10": "<{address}>: Recipient address rejected: {domain} does not accept mail (nullMX)",
    "2.0": "<{address}>: mailbox unavailable",
    "2.1": "<{address}>: Recipient address rejected: mailbox disabled",
    "2.2": "<{address}>: mailbox is full",
    "2.3": "<{address}>: message length exceeds administrative limit",
    "3.1": "Insufficient system storage",
    "3.4": "Message size exceeds fixed limit",
    "4.1": "connect to {domain}: Connection timed out",
    "4.2": "lost connection with {domain}",
    "4.3": "unable to look up host {domain}: try again",
    "4.4": "unable to look up host {domain}: Name or service not known",
    "4.6": "mail forwarding loop for {address}",
    "4.7": "delivery temporarily suspended: message expired",
    "6.0": "content not accepted",
    "7.0": "rejected for policy reasons",
    "7.1": "<{address}>: Recipient address rejected: delivery not authorized",
    "7.26": "message does not pass sender authentication",
}
"""By subject and detail, without the class."""

_CODES = {"2.2": 2, "2.3": 2, "3.1": 2, "3.4": 2, "7.1": 4, "7.0": 4, "6.0": 4}
"""The last digit of the basic code where it is not 0 (RFC 5321 §4.2.3)."""

_WITHOUT_REPLY = ("4.1", "4.2", "4.3", "4.4", "4.7")
"""What no server said: nobody answered."""


def checked(status: str, classes: str) -> str:
    """Return the status if it is one, of a class that is possible here.

    Raises:
        BadArgument: it is not.
    """
    if not isinstance(status, str) or not _STATUS.fullmatch(status):
        raise BadArgument(f"no status: {status!r}; wanted one of RFC 3463, such as '5.1.1'")
    if status[0] not in classes:
        possible = " or ".join(f"{one}.y.z" for one in classes)
        raise BadArgument(f"status {status!r} does not fit here; wanted {possible}")
    return status


def is_said(status: str) -> bool:
    """Whether a server said it, and not the sending side, to which nobody spoke."""
    return status.partition(".")[2] not in _WITHOUT_REPLY


def reply(status: str, address: str) -> str:
    """Return a reply with this status, ``"550 5.1.1 <a@b>: …"``; no code if no server spoke."""
    kind, _, detail = status.partition(".")
    domain = address.rpartition("@")[2]
    words = _WORDS.get(detail, "delivery failed").format(address=address, domain=domain)
    if not is_said(status):
        return words
    last = _CODES.get(detail, 0)
    middle = 5
    return f"{kind}{middle}{last} {status} {words}"
