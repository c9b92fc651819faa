"""The sending side: a message handed to the next server over SMTP (RFC 5321 §4.1, §5.1).

What the next server does not have is not said to it, and if the message needs it the
message is refused in its name, as the extension's RFC wants.
"""

import smtplib
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from pytest_fakemail.dataclass import dataclass
from pytest_fakemail.relay.item import QueueItem
from pytest_fakemail.relay.needs import is_binary, mail_parameters, missing, rcpt_parameters
from pytest_fakemail.relay.recording import RecordedClient
from pytest_fakemail.relay.routes import Hop
from pytest_fakemail.store.delivery import Recipient

if TYPE_CHECKING:
    from pytest_fakemail.wire.parties import Recorder

_OK = range(200, 300)
_TRANSIENT = range(400, 500)
_CLOSING = 421
_GONE = (0, _CLOSING)
_LONGEST_KEPT = 2.0  # seconds by the clock, as Postfix's smtp_connection_cache_time_limit


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one recipient.

    Attributes:
        code: the reply's, 0 if nobody answered.
        text: the reply's text, with its enhanced status, or why there was none.
        host: who said it, or was meant to.
        has_dsn: whether the next server will itself report of success (RFC 3461 §5.2.2).
    """

    recipient: Recipient
    code: int
    text: str
    host: str
    has_dsn: bool = False

    @property
    def is_delivered(self) -> bool:
        """Whether the next server has taken it."""
        return self.code in _OK

    @property
    def is_final(self) -> bool:
        """Whether trying again cannot help."""
        return self.is_delivered or self.code not in (*_TRANSIENT, 0)

    @property
    def reply(self) -> str:
        """Code and text."""
        return f"{self.code} {self.text}" if self.code else self.text


class NotReached(Exception):
    """Nobody took up the conversation; the message of the exception says why."""


@dataclass(slots=True)
class SenderSetup:
    """What a sender needs of the FakeMail: where it notes, how it is called, its patience."""

    recorder: "Recorder"
    next_number: Callable[[], int]
    hostname: str
    timeout: float
    tls: str
    tls_context: Callable[[], object]
    elapsed: Callable[[], float]
    stop_reading: Callable[[Any], None]


class Sender:
    """Holds connections while there is more to send soon: one for each next server."""

    def __init__(self, setup: SenderSetup) -> None:
        self._setup = setup
        self._open: dict[tuple[str, int], RecordedClient] = {}

    def close(self) -> None:
        """Say QUIT to everyone."""
        for client in self._open.values():
            client.hang_up(client.quit)
        self._open.clear()

    def send(
        self, item: QueueItem, recipients: Sequence[Recipient], hops: Sequence[Hop], raw: bytes
    ) -> list[list[Outcome]]:
        """Hand a message to these servers in order; return what came of it at each.

        Whom one of them has not taken, and not refused for good, the next is asked about: that
        is what several servers are for (RFC 5321 §5.1).
        """
        told: list[list[Outcome]] = []
        left = list(recipients)
        for hop in hops:
            told.append(self._handed(hop, item, left, raw))
            left = [outcome.recipient for outcome in told[-1] if not outcome.is_final]
            if not left:
                break
        return told

    def _handed(
        self, hop: Hop, item: QueueItem, recipients: Sequence[Recipient], raw: bytes
    ) -> list[Outcome]:
        """Return what came of each recipient at one server."""
        try:
            client, is_kept = self._client(hop)
            told = self._transaction(client, hop, item, recipients, raw)
            if is_kept and client.verb == "MAIL" and all(one.code in _GONE for one in told):
                client, _ = self._client(hop)  # the server had done with the one that was kept
                told = self._transaction(client, hop, item, recipients, raw)
        except NotReached as failure:
            return [Outcome(one, 0, str(failure), hop.name) for one in recipients]
        return told

    def _client(self, hop: Hop) -> tuple[RecordedClient, bool]:
        """Return a connection that is ready for MAIL, and whether it was open before.

        Raises:
            NotReached: there is none.
        """
        try:
            address = hop.address()
        except Exception as error:
            raise NotReached(f"connect to {hop.name}: {error}") from error
        known = self._open.get(address)
        if known is not None and self._setup.elapsed() - known.used_at < _LONGEST_KEPT:
            known.used_at = self._setup.elapsed()
            return known, True
        if known is not None:
            known.hang_up(known.quit)
        client = self._greeted(hop, address, is_tls_wanted=self._setup.tls != "none")
        client.used_at = self._setup.elapsed()
        self._open[address] = client
        return client, False

    def _greeted(
        self, hop: Hop, address: tuple[str, int], *, is_tls_wanted: bool
    ) -> RecordedClient:
        around = self._setup
        client = RecordedClient(
            around.recorder,
            around.next_number(),
            hostname=around.hostname,
            timeout=around.timeout,
            stop_reading=around.stop_reading,
        )
        where = f"{hop.name}[{address[0]}]:{address[1]}"
        try:
            objection = self._greet(client, hop, address, where, is_tls_wanted=is_tls_wanted)
        except smtplib.SMTPAuthenticationError as refusal:
            client.hang_up(client.quit)
            said = f"{refusal.smtp_code} {_flat(refusal.smtp_error)}"
            raise NotReached(f"SASL authentication failed; server {where} said: {said}") from None
        except (OSError, smtplib.SMTPException) as error:
            is_tls_broken = not client.is_encrypted and client.has_extn("starttls")
            client.hang_up()
            if is_tls_wanted and is_tls_broken and around.tls == "may":
                return self._greeted(hop, address, is_tls_wanted=False)
            raise NotReached(f"connect to {where}: {_reason(error)}") from None
        if objection:
            client.hang_up(client.quit)
            raise NotReached(objection)
        return client

    def _greet(
        self,
        client: RecordedClient,
        hop: Hop,
        address: tuple[str, int],
        where: str,
        *,
        is_tls_wanted: bool,
    ) -> str:
        """Speak up to where MAIL can follow; return why it cannot, if it cannot."""
        code, text = client.connect(*address)
        if code not in _OK:
            return f"host {where} refused to talk to me: {code} {_flat(text)}"
        _say_hello(client)
        if is_tls_wanted and client.has_extn("starttls"):
            client.start_tls(self._setup.tls_context())
            _say_hello(client)
        elif self._setup.tls == "required":
            return f"TLS is required, but was not offered by host {where}"
        if hop.login is not None:
            client.login(*hop.login)
        return ""

    def _transaction(
        self,
        client: RecordedClient,
        hop: Hop,
        item: QueueItem,
        recipients: Sequence[Recipient],
        raw: bytes,
    ) -> list[Outcome]:
        """Return what came of each recipient, whatever happens to the connection."""
        told: dict[Recipient, Outcome] = {}
        try:
            for outcome in _dialogue(client, hop, item, recipients, raw):
                told[outcome.recipient] = outcome
        except (OSError, smtplib.SMTPException) as error:
            self._forget(client)
            reason = f"lost connection with {hop.name}: {_reason(error)}"
            for recipient in recipients:
                known = told.get(recipient)
                if known is None or not known.is_final or known.is_delivered:
                    told[recipient] = Outcome(recipient, 0, reason, hop.name)
        if any(outcome.code == _CLOSING for outcome in told.values()):
            self._forget(client)
        return [told[recipient] for recipient in recipients]

    def _forget(self, client: RecordedClient) -> None:
        self._open = {key: one for key, one in self._open.items() if one is not client}
        client.hang_up()


def _say_hello(client: RecordedClient) -> None:
    """EHLO, or HELO where that is not known (RFC 5321 §3.2)."""
    client.ehlo_resp = client.helo_resp = None
    client.esmtp_features = {}
    client.does_esmtp = False
    code, text = client.ehlo()
    if code not in _OK and code != _CLOSING:
        code, text = client.helo()
    if code not in _OK:
        raise smtplib.SMTPHeloError(code, text)


def _dialogue(
    client: RecordedClient,
    hop: Hop,
    item: QueueItem,
    recipients: Sequence[Recipient],
    raw: bytes,
) -> Iterator[Outcome]:
    """Yield what becomes of each recipient; a later word about one replaces an earlier one."""
    refusal = missing(client, item, recipients, raw)
    if refusal:
        yield from (Outcome(recipient, *refusal, hop.name) for recipient in recipients)
        return
    client.command_encoding = "utf-8" if client.has_extn("smtputf8") else "ascii"
    parameters = mail_parameters(client, item, recipients, raw)
    code, text = client.docmd("MAIL", f"FROM:<{item.sender}>{parameters}")
    if code not in _OK:
        yield from (Outcome(one, code, _flat(text), hop.name) for one in recipients)
        _reset(client, code)
        return
    taken: list[Recipient] = []
    for recipient in recipients:
        code, text = client.docmd("RCPT", f"TO:<{recipient}>{rcpt_parameters(client, recipient)}")
        if code in _OK:
            taken.append(recipient)
            continue
        yield Outcome(recipient, code, _flat(text), hop.name)
        if code == _CLOSING:  # nobody has the message, and nobody else will be asked about
            rest = recipients[recipients.index(recipient) :]
            yield from (Outcome(one, code, _flat(text), hop.name) for one in (*taken, *rest))
            return
    if not taken:
        _reset(client, code)
        return
    if is_binary(item, raw):
        code, text = client.send_chunk(raw)
    else:
        code, text = client.docmd("DATA")
        if code == 354:  # noqa: PLR2004  (RFC 5321 §4.2.3)
            code, text = client.send_message_octets(raw)
    has_dsn = client.has_extn("dsn")
    yield from (Outcome(one, code, _flat(text), hop.name, has_dsn) for one in taken)
    _reset(client, code) if code not in _OK else None


def _reset(client: RecordedClient, code: int) -> None:
    if code != _CLOSING:
        client.docmd("RSET")


def _flat(text: bytes | str) -> str:
    shown = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return " ".join(shown.split())


def _reason(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} {_flat(error.smtp_error)}"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return _flat(str(error)) or type(error).__name__
