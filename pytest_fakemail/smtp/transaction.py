"""A mail transaction: what MAIL, RCPT and BDAT have said so far (RFC 5321 §3.3)."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from aiosmtpd.smtp import Envelope

from pytest_fakemail.store.delivery import NO_PARAMETERS, Parameters, Recipient

if TYPE_CHECKING:
    from pytest_fakemail.store.account import Account


class Transaction(Envelope):
    """aiosmtpd's Envelope, with parameters as they were sent and the chunks of BDAT.

    `mail_from` is None before MAIL and ``""`` for the null reverse-path; `rcpt_tos` are
    `Recipient`s, and `accounts` what each of them reaches.  `chunks` is None before BDAT,
    `size` their octets.  `is_spoiled`: a chunk was lost, so that only RSET helps (RFC 3030 §2).
    """

    rcpt_tos: list[Recipient]  # type: ignore[assignment]  # a Recipient is a str

    def __init__(self) -> None:
        super().__init__()
        self.accounts: list[Sequence[Account]] = []
        self.parameters: Parameters = NO_PARAMETERS
        self.declared_size = 0
        self.is_binary = False
        self.chunks: list[bytes] | None = None
        self.size = 0
        self.is_spoiled = False

    @property
    def recipients(self) -> Sequence[Recipient]:
        """The recipients accepted so far, as they are now."""
        return tuple(self.rcpt_tos)
