"""A mail transaction: who a message is from, for whom, and what came of it (RFC 5321 §3.3)."""

from typing import TYPE_CHECKING

from pytest_fakemail.store.delivery import NO_PARAMETERS, Parameters, Recipient

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pytest_fakemail.store.account import Account


class Transaction:
    """What MAIL, RCPT and BDAT have said so far.

    Attributes:
        sender: None before MAIL, ``""`` for the null reverse-path.
        recipients: in the order in which RCPT named them.
        accounts: what each of them reaches.
        parameters: MAIL's, as they were sent.
        declared_size: its SIZE, in octets; 0 if it said none (RFC 1870).
        is_utf8: it said SMTPUTF8 (RFC 6531).
        is_binary: it said BODY=BINARYMIME (RFC 3030 §3).
        chunks: None before BDAT.
        size: octets of the chunks.
        is_spoiled: a chunk was lost, so that only RSET helps (RFC 3030 §2).
    """

    __slots__ = (
        "accounts",
        "chunks",
        "declared_size",
        "is_binary",
        "is_spoiled",
        "is_utf8",
        "parameters",
        "recipients",
        "sender",
        "size",
    )

    def __init__(self) -> None:
        self.sender: str | None = None
        self.recipients: list[Recipient] = []
        self.accounts: list[Sequence[Account]] = []
        self.parameters: Parameters = NO_PARAMETERS
        self.declared_size = 0
        self.is_utf8 = False
        self.is_binary = False
        self.chunks: list[bytes] | None = None
        self.size = 0
        self.is_spoiled = False
