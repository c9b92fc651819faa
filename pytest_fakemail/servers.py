"""The servers for apps that send: their faults in their own words, and a client of the library.

What is common to all is `server`; those for apps that read are in `reading_servers`.
"""

from typing import TYPE_CHECKING

from pytest_fakemail.errors import BadArgument
from pytest_fakemail.server import Server

if TYPE_CHECKING:
    import smtplib
    from typing import Literal, Unpack

    from pytest_fakemail.asserts.account import AccountHandle
    from pytest_fakemail.clock import Duration
    from pytest_fakemail.faults.failures import Failure
    from pytest_fakemail.faults.points import SmtpConditions, SmtpPoint
    from pytest_fakemail.faults.protocols import SmtpRule
    from pytest_fakemail.server import Security
    from pytest_fakemail.transcript.exchanges import RecordedExchange


class SendingServer(Server):
    """What SMTP and LMTP have in common: the points and conditions of their faults."""

    _spoken: 'Literal["smtp", "lmtp"]'

    def when(self, point: "SmtpPoint", **conditions: "Unpack[SmtpConditions]") -> "SmtpRule":
        """Begin a fault, to be gone on with by what it does.

        Args:
            point: a command, or a moment such as ``"connect"``, ``"tls"`` or ``"any"``.
            conditions: `to`, `sender`, `user`, `nth`, `connection`, `argument`, `where`;
                all that are given must hold.

        Raises:
            BadArgument: a point or condition that this protocol does not have.
            NotRunning: the FakeMail is closed.
        """
        return self._rules.when(self._spoken, point, **conditions)

    def fail(self, failure: "Failure", **conditions: "Unpack[SmtpConditions]") -> "SmtpRule":
        """Begin a fault that refuses as a real server does, at the point where that happens.

        Args:
            failure: from ``pytest_fakemail.providers``, or a `Failure` of your own.
            conditions: as for `when`.

        Raises:
            BadArgument: a failure of another protocol, or a condition that there is not.
            NotRunning: the FakeMail is closed.
        """
        return self._rules.fail(self._spoken, failure, **conditions)

    if TYPE_CHECKING:  # at run time as `Server` has it

        def wait_for_command(  # type: ignore[override]
            self, verb: SmtpPoint, *, count: int = 1, timeout: Duration = 5
        ) -> list[RecordedExchange]:
            """Do as that."""

        async def wait_for_command_async(  # type: ignore[override]
            self,
            verb: SmtpPoint,
            *,
            count: int = 1,
            timeout: Duration = 5,  # noqa: ASYNC109  (as its twin)
        ) -> list[RecordedExchange]:
            """Do as that."""


class SmtpServer(SendingServer):
    """The SMTP server."""

    _spoken = "smtp"

    def client(
        self, account: "AccountHandle | None" = None, *, security: "Security" = "none"
    ) -> "smtplib.SMTP":
        """Return a connected `smtplib.SMTP`, logged in if an account is given.

        It is closed with the FakeMail.  `security` is ``"none"``, ``"starttls"`` or
        ``"implicit"``.
        """
        from pytest_fakemail import clients

        if account is not None:
            clients.owned(account, self._desk.service.store)
        client = clients.smtp(self._address_of(security), security, self._context)
        self._closed_with_us(client.close)
        if account is not None:
            clients.log_in_to_smtp(client, account, self._mechanisms)
        return client


class LmtpServer(SendingServer):
    """The LMTP server (RFC 2033)."""

    _spoken = "lmtp"

    def client(self, *, security: "Security" = "none") -> "smtplib.LMTP":
        """Return a connected `smtplib.LMTP`; it is closed with the FakeMail.

        `security` is ``"none"`` or ``"starttls"``; smtplib has no LMTP over implicit TLS.
        """
        from pytest_fakemail import clients

        if security == "implicit":
            raise BadArgument("security='implicit': wanted one of none, starttls for LMTP")
        client = clients.lmtp(self._address_of(security), security, self._context)
        self._closed_with_us(client.close)
        return client
