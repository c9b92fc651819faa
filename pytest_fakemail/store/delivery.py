"""Delivery: one accepted SMTP transaction, the octets with the envelope they came in."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Self

from pytest_fakemail.mime.mail import Mail
from pytest_fakemail.visible import shortened, visible

if TYPE_CHECKING:
    from pytest_fakemail.mime.name_server import Envelope, NameServer
    from pytest_fakemail.store.tls import Tls

Parameters = Mapping[str, str | None]
"""ESMTP parameters by name, in the order and case in which they came; None: no value."""

NO_PARAMETERS: Parameters = MappingProxyType({})


class Recipient(str):
    """An address of RCPT; `parameters` are its ESMTP parameters (NOTIFY, ORCPT …)."""

    __slots__ = ("parameters",)

    parameters: Parameters

    def __new__(cls, address: str, parameters: Parameters = NO_PARAMETERS) -> Self:
        """Take the address without its angle brackets."""
        self = str.__new__(cls, address)
        self.parameters = parameters or NO_PARAMETERS  # shared: most have none
        return self


class Delivery(Mail):
    """One accepted SMTP transaction; several messages on one connection are several.

    Attributes:
        sender: the address of MAIL, ``""`` for the null reverse-path ``<>``.
        recipients: the accepted addresses of RCPT, in order, each with its `parameters`.
        parameters: those of MAIL (SIZE, BODY, RET, ENVID …), as they were sent.
        raw: the octets of the message, without dot-stuffing, nothing added.
        helo: the name that the client gave in EHLO, HELO or LHLO.
        client: the address that the client came from, or was said to come from.
        tls: version, cipher and names of the TLS layer, None in the clear.
        user: the login name, None without AUTH.
        connection: the number of the connection, as in the transcript.
        protocol: how it came, as RFC 3848 writes it: ``"SMTP"``, ``"ESMTPSA"``, ``"LMTP"`` …
        received_at: when the end of the data was acknowledged, by the servers' clock.
    """

    __slots__ = (
        "_server",
        "client",
        "connection",
        "helo",
        "parameters",
        "protocol",
        "received_at",
        "recipients",
        "sender",
        "tls",
        "user",
    )

    def __init__(  # noqa: PLR0913  (an envelope has so many parts)
        self,
        raw: bytes,
        *,
        sender: str,
        recipients: Sequence[Recipient],
        parameters: Parameters = NO_PARAMETERS,
        helo: str = "",
        client: str = "127.0.0.1",
        tls: "Tls | None" = None,
        user: str | None = None,
        connection: int = 0,
        protocol: str = "ESMTP",
        received_at: datetime,
        name_server: "Callable[[], NameServer | None] | None" = None,
    ) -> None:
        super().__init__(raw)
        self.sender = sender
        self.recipients = list(recipients)
        self.parameters = parameters or NO_PARAMETERS
        self.helo = helo
        self.client = client
        self._server = name_server
        self.tls = tls
        self.user = user
        self.connection = connection
        self.protocol = protocol
        self.received_at = received_at

    def __repr__(self) -> str:
        subject, sender = shortened(repr(self.subject), 80), visible(self.sender or "<>")
        receivers = visible(shortened(", ".join(self.recipients), 80))
        return f"<Delivery {subject} from {sender} to {receivers}>"

    @property
    def bcc(self) -> list[str]:
        """The recipients of the envelope whom no To or Cc field names, in order.

        The Resent- fields count as well: RFC 5322 §3.6.6.
        """
        from pytest_fakemail.store.blind import blind_recipients

        return blind_recipients(self.recipients, self.headers)

    def as_dict(self) -> dict[str, Any]:
        """Return the mail as plain data, its envelope included: `sender`, `recipients`."""
        envelope = {"sender": self.sender, "recipients": list(map(str, self.recipients))}
        return envelope | super().as_dict()

    def assert_bcc_hidden(self) -> None:
        """Fail if the header tells anyone of a blind copy.

        That is: no Bcc field with an address (RFC 5322 §3.6.3), and among several
        recipients none of `bcc` in any other field.

        Raises:
            UnmetExpectation: naming the field and whom it reveals.
        """
        from pytest_fakemail.store.blind import require_hidden

        require_hidden(self.recipients, self.headers)

    def _envelope(
        self, client: str | None, sender: str | None, helo: str | None
    ) -> "Envelope | None":
        return (
            self.client if client is None else client,
            self.sender if sender is None else sender,
            self.helo if helo is None else helo,
        )

    def _name_server(self) -> "NameServer | None":
        return None if self._server is None else self._server()
