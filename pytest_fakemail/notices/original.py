"""What a notice speaks of: a message, and the envelope that it came in."""

from datetime import UTC, datetime

from pytest_fakemail.dataclass import dataclass
from pytest_fakemail.errors import BadArgument
from pytest_fakemail.mime.compose import Parts, compose
from pytest_fakemail.mime.headers import body_start
from pytest_fakemail.mime.mail import Mail
from pytest_fakemail.store.delivery import NO_PARAMETERS, Delivery, Parameters, Recipient

Source = Mail | bytes | None
"""A delivery, a mail, octets; or nothing, then a small message is made."""

_MADE_AT = datetime(2026, 1, 5, 9, 30, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Original:
    """The message that a notice is about.

    Attributes:
        sender: the return path, ``""`` for the null one.
        recipients: whom it was for, with their ESMTP parameters (NOTIFY, ORCPT).
        parameters: those of MAIL (RET, ENVID, SMTPUTF8).
        received_at: when it was accepted, if that is known.
        helo: the name that the sending client gave.
    """

    raw: bytes
    sender: str
    recipients: tuple[Recipient, ...]
    parameters: Parameters
    received_at: datetime | None
    helo: str

    @property
    def mail(self) -> Mail:
        """The message, to be read."""
        return Mail(self.raw)

    @property
    def header(self) -> bytes:
        """The octets of its header, without the empty line."""
        header = self.raw[: body_start(self.raw)]
        return header.rstrip(b"\r\n") + b"\r\n" if header.strip() else b""

    @property
    def message_id(self) -> str:
        """Its Message-ID field, empty without one."""
        return (self.mail.headers.get("Message-ID") or "").strip()

    @property
    def is_utf8(self) -> bool:
        """Whether a notice about it needs RFC 6533: its header or its envelope is in UTF-8.

        A header of other octets is none of RFC 6532, and is returned as they are.
        """
        if not all(map(str.isascii, (self.sender, *self.recipients))):
            return True
        try:
            return not self.header.decode().isascii()
        except UnicodeDecodeError:
            return False


def original(
    source: Source, *, sender: str | None = None, recipients: tuple[str, ...] = ()
) -> Original:
    """Return what the source is, with sender and recipients replaced if any are given.

    Without an envelope the sender is the Return-Path field's, or else From's, and the
    recipients are those of To, Cc and Bcc.

    Raises:
        BadArgument: neither a mail, octets nor None.
    """
    if source is None:
        source = _made(sender or "sender@example.test", recipients or ("dead@example.test",))
    elif isinstance(source, bytes):
        source = Mail(source)
    if isinstance(source, Delivery):
        known, given, at, helo = (
            tuple(source.recipients),
            source.parameters,
            source.received_at,
            source.helo,
        )
        reverse_path = source.sender
    elif isinstance(source, Mail):
        named = (*source.to, *source.cc, *source.bcc)
        known, given, at, helo = tuple(map(Recipient, named)), NO_PARAMETERS, None, ""
        reverse_path = _sender_of(source)
    else:
        raise BadArgument(f"no message: {source!r}; wanted a Delivery, a Mail, bytes, or None")
    chosen = tuple(_recipient(address, known) for address in recipients) or known
    return Original(source.raw, reverse_path if sender is None else sender, chosen, given, at, helo)


def _recipient(address: str, known: tuple[Recipient, ...]) -> Recipient:
    """Return the recipient of this address, with its parameters if it is known."""
    if isinstance(address, Recipient):
        return address
    return next((one for one in known if one.lower() == address.lower()), Recipient(address))


def _sender_of(mail: Mail) -> str:
    return_path = mail.headers.get("Return-Path")
    if return_path is not None:
        return return_path.strip().removeprefix("<").removesuffix(">")
    return str(mail.from_[0]) if mail.from_ else ""


def _made(sender: str, recipients: tuple[str, ...]) -> Mail:
    parts = Parts(from_=sender, to=recipients, subject="Hello", text="Hello!\r\n")
    host = sender.rpartition("@")[2] or "example.test"
    return Mail(compose(parts, date=_MADE_AT, message_id=f"<original.1@{host}>"))
