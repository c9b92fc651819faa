"""aiosmtpd, which SMTP stands on: what of it is used, and why the rest is not.

Used are its objects and the commands that every session begins with:

- `Session` keeps what HELO, EHLO and AUTH have agreed, `Envelope` the transaction, under the
  names that aiosmtpd's users know (``session.host_name``, ``envelope.rcpt_tos``).
- `SMTP.smtp_HELO`, `smtp_EHLO`, `smtp_RSET` and `smtp_NOOP` answer these commands, through the
  hooks that its handlers have.  They are coroutines that wait for nothing once `push` keeps a
  reply instead of writing it, so each is run to its end at once.

Not used is its transport: a session here is a machine without I/O, so that faults, TLS, time
and the transcript are written once for three protocols, and `net` performs what it says.  With
the transport go the stream reader, STARTTLS, the timer and the loop around the commands.  MAIL,
RCPT, DATA, AUTH, VRFY, HELP and QUIT are our own: `_getaddr` builds a class for each address,
DATA is read line by line, parameters are refused or upper-cased before any hook, ``<>`` is kept
as text, responses are limited to 512 octets, and no reply has a status code (RFC 2034).

`SMTP.__init__` is not called.  It inspects the class and its handler for each connection
(94 µs, more than all else that a connection costs), asks for an event loop, clears the command
limits that all sessions share and looks up the host's name.  What the inherited commands read
is set here instead, as attributes of the class where it is the same for all.
"""

import warnings
from abc import abstractmethod
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, AnyStr, ClassVar, cast

from pytest_fakemail.store.delivery import NO_PARAMETERS, Parameters, Recipient

if TYPE_CHECKING:
    from pytest_fakemail.store.account import Account

with warnings.catch_warnings():  # Python 3.15 deprecates what it imports: no test's fault
    warnings.simplefilter("ignore", DeprecationWarning)
    from aiosmtpd.smtp import SMTP, Envelope, Session

_NO_LOOP = cast("Any", None)  # nothing here waits, so nothing asks for it


class Transaction(Envelope):
    """A mail transaction: what MAIL, RCPT and BDAT have said so far (RFC 5321 §3.3).

    `mail_from` is None before MAIL and ``""`` for the null reverse-path; `rcpt_tos` are
    `Recipient`s, and `accounts` what each of them reaches.  `parameters` are MAIL's as they
    were sent.  `chunks` is None before BDAT, `size` their octets.  `is_spoiled`: a chunk was
    lost, so that only RSET helps (RFC 3030 §2).
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


async def _ehlo_lines(
    server: "AiosmtpdServer", session: Session, _envelope: object, hostname: str, _lines: object
) -> list[str]:
    """Return one text, so that it leaves in one piece: aiosmtpd would write each line alone."""
    session.host_name = hostname
    return [server.announcement()]


async def _ok(server: "AiosmtpdServer", *_: object) -> str:
    return server.ok


@lru_cache(maxsize=64)
def _line(status: AnyStr) -> bytes:
    """Return a reply's octets: one object for all who get it, so that transcripts share it."""
    return (status if isinstance(status, bytes) else status.encode()) + b"\r\n"


class AiosmtpdServer(SMTP):
    """aiosmtpd's side of one connection: its session, its envelope, its four commands."""

    session: Session
    envelope: Transaction

    # What smtp_EHLO would announce by these is announced by its hook.
    data_size_limit = None
    enable_SMTPUTF8 = False  # noqa: N815  (aiosmtpd's name)
    tls_context = None
    loop = _NO_LOOP
    _decode_data = False
    _tls_protocol = None
    _auth_require_tls = True
    _ehlo_hook_ver = "new"
    _handle_hooks: ClassVar[dict[str, Callable[..., Awaitable[Any]]]] = {  # type: ignore[misc]
        "EHLO": _ehlo_lines,
        "NOOP": _ok,
        "RSET": _ok,
    }

    def __init__(self, hostname: str) -> None:
        self.hostname = hostname
        self.session = Session(_NO_LOOP)
        self.envelope = Transaction()
        self._pushed = b""

    @property
    @abstractmethod
    def ok(self) -> str:
        """The reply to RSET and NOOP."""

    @abstractmethod
    def announcement(self) -> str:
        """Return the reply to EHLO: all lines of it, without the last line's end."""

    def helo(self, hostname: str) -> bytes:
        """Begin without extensions; return the reply, as the next three do."""
        return self._run(self.smtp_HELO(hostname))

    def ehlo(self, hostname: str) -> bytes:
        """Begin, and tell the extensions."""
        return self._run(self.smtp_EHLO(hostname))

    def rset(self) -> bytes:
        """Forget the transaction."""
        return self._run(self.smtp_RSET(""))

    def noop(self) -> bytes:
        """Do nothing."""
        return self._run(self.smtp_NOOP(""))

    def forget_transaction(self) -> None:
        """Do what RSET does, without a word: the end of the data has the same effect."""
        self.envelope = Transaction()

    def forget_all(self) -> None:
        """Forget what was agreed, too, as TLS makes it (RFC 3207 §4.2)."""
        self.session = Session(_NO_LOOP)
        self.envelope = Transaction()

    async def push(self, status: AnyStr) -> None:
        """Keep a reply, where aiosmtpd would write it to its transport."""
        self._pushed += _line(status)

    def _run(self, command: Coroutine[Any, Any, None]) -> bytes:
        """Run a command to its end, at once; return what it pushed.

        Raises:
            RuntimeError: it waits for something.
        """
        self._pushed = b""
        try:
            command.send(None)
        except StopIteration:
            return self._pushed
        command.close()
        raise RuntimeError("a command of aiosmtpd waits for something that will not come")

    def _create_envelope(self) -> Transaction:
        return Transaction()
