"""What the server says: reply codes (RFC 5321 §4.2) with enhanced status codes (RFC 3463).

Texts are for people and name the command or the thing refused; clients read the codes.
"""

from functools import lru_cache

from pytest_fakemail.wire.effects import Send


class Reply:
    """A reply of one or more lines; knows its octets with and without its status code.

    `status` is the enhanced status code, empty where RFC 2034 §4 wants none: in the
    greeting, in answers to HELO and EHLO, and in 3yz replies.
    """

    __slots__ = ("_plain", "_with_status", "code", "status", "text")

    def __init__(self, code: int, status: str, text: str) -> None:
        self.code = code
        self.status = status
        self.text = text
        self._with_status: tuple[Send] | None = None
        self._plain: tuple[Send] | None = None

    def __repr__(self) -> str:
        return f"<Reply {self.code} {self.status} {self.text!r}>"

    def effects(self, *, with_status: bool) -> tuple[Send]:
        """Return the reply as one effect; made once, for most replies are said again."""
        if with_status:
            if self._with_status is None:
                self._with_status = (Send(self._octets(self.status)),)
            return self._with_status
        if self._plain is None:
            self._plain = (Send(self._octets("")),)
        return self._plain

    def _octets(self, status: str) -> bytes:
        """Return the lines.

        RFC 5321 §4.2.1: "the multiline replies are formed as follows: every line except the
        last begins with the reply code, followed immediately by a hyphen".  RFC 2034 §4 puts
        the status code into each of them.
        """
        before = f"{status} " if status else ""
        if "\n" not in self.text:  # as nearly all are
            return f"{self.code} {before}{self.text}\r\n".encode("utf-8", "backslashreplace")
        *others, last = self.text.split("\n")
        lines = [f"{self.code}-{before}{line}\r\n" for line in others]
        lines.append(f"{self.code} {before}{last}\r\n")
        return "".join(lines).encode("utf-8", "backslashreplace")


class Refused(Exception):
    """The command is refused; holds the reply that says so."""

    def __init__(self, code: int, status: str, text: str) -> None:
        super().__init__(text)
        self.reply = Reply(code, status, text)


@lru_cache(maxsize=16)
def greeting(hostname: str, protocol: str) -> Reply:
    """Return what a connection is met with."""
    return Reply(220, "", f"{hostname} {protocol} ready")


OK = Reply(250, "2.0.0", "Ok")
SENDER_OK = Reply(250, "2.1.0", "Ok")
RECIPIENT_OK = Reply(250, "2.1.5", "Ok")
START_INPUT = Reply(354, "", "End data with <CR><LF>.<CR><LF>")
BYE = Reply(221, "2.0.0", "Bye")

LINE_TOO_LONG = Reply(500, "5.5.2", "Line too long")
NOT_IMPLEMENTED = Reply(502, "5.5.1", "Command not implemented")
BARE_LF = Reply(550, "5.5.2", "Bare <LF> received")
NO_GREETING = Reply(503, "5.5.1", "Send HELO or EHLO first")
NO_LMTP_GREETING = Reply(503, "5.5.1", "Send LHLO first")
NO_SERVICE = Reply(503, "5.5.1", "No service here; send QUIT")
EARLY_TALKER = Reply(503, "5.5.0", "Improper use of command pipelining")
TLS_REQUIRED = Reply(530, "5.7.0", "Must issue a STARTTLS command first")
AUTH_REQUIRED = Reply(530, "5.7.0", "Authentication required")
TOO_BIG = Reply(552, "5.3.4", "Message size exceeds the fixed maximum message size")
LOCAL_ERROR = Reply(451, "4.3.0", "Local error in processing")
TOO_MANY_ERRORS = Reply(421, "4.7.0", "Too many errors")
TIMEOUT = Reply(421, "4.4.2", "Timeout exceeded")
