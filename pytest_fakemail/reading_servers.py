"""The servers for apps that read: their faults in their own words, and a client of the library.

What is common to all is `server`; those for apps that send are in `servers`.
"""

from typing import TYPE_CHECKING

from pytest_fakemail.server import Server

if TYPE_CHECKING:
    import imaplib
    import poplib
    from typing import Unpack

    from pytest_fakemail.asserts.account import AccountHandle
    from pytest_fakemail.clock import Duration
    from pytest_fakemail.faults.failures import Failure
    from pytest_fakemail.faults.points import (
        ImapConditions,
        ImapPoint,
        Pop3Conditions,
        Pop3Point,
    )
    from pytest_fakemail.faults.protocols import ImapRule, Pop3Rule
    from pytest_fakemail.server import Security
    from pytest_fakemail.transcript.exchanges import RecordedConnection, RecordedExchange


class ReadingServer(Server):
    """What POP3 and IMAP have in common: a client is logged in."""

    def _owner(self, account: "AccountHandle | None") -> "AccountHandle":
        """Return whose mail a client is to read: the default account's if none is given."""
        from pytest_fakemail import clients

        if account is None:
            return self._default_account()
        return clients.owned(account, self._desk.service.store)


class Pop3Server(ReadingServer):
    """The POP3 server."""

    def when(self, point: "Pop3Point", **conditions: "Unpack[Pop3Conditions]") -> "Pop3Rule":
        """Begin a fault of POP3, to be gone on with by what it does.

        Args:
            point: a command, or a moment such as ``"connect"``, ``"tls"`` or ``"any"``.
            conditions: `user`, `uid`, `nth`, `connection`, `argument`, `where`;
                all that are given must hold.

        Raises:
            BadArgument: a point or condition that this protocol does not have.
            NotRunning: the FakeMail is closed.
        """
        return self._rules.when("pop3", point, **conditions)

    def fail(self, failure: "Failure", **conditions: "Unpack[Pop3Conditions]") -> "Pop3Rule":
        """Begin a fault that refuses as a real server does, at the point where that happens.

        Args:
            failure: from ``pytest_fakemail.providers``, or a `Failure` of your own.
            conditions: as for `when`.

        Raises:
            BadArgument: a failure of another protocol, or a condition that there is not.
            NotRunning: the FakeMail is closed.
        """
        return self._rules.fail("pop3", failure, **conditions)

    if TYPE_CHECKING:  # at run time as `Server` has it

        def wait_for_command(  # type: ignore[override]
            self, verb: Pop3Point, *, count: int = 1, timeout: Duration = 5
        ) -> list[RecordedExchange]:
            """Do as that."""

        async def wait_for_command_async(  # type: ignore[override]
            self,
            verb: Pop3Point,
            *,
            count: int = 1,
            timeout: Duration = 5,  # noqa: ASYNC109  (as its twin)
        ) -> list[RecordedExchange]:
            """Do as that."""

    def client(
        self, account: "AccountHandle | None" = None, *, security: "Security" = "none"
    ) -> "poplib.POP3":
        """Return a `poplib.POP3` logged in to the account (the default one if none is given).

        It is closed with the FakeMail.  `security` is ``"none"``, ``"starttls"`` or
        ``"implicit"``.
        """
        from pytest_fakemail import clients

        owner = self._owner(account)
        client = clients.pop3(self._address_of(security), security, self._context)
        self._closed_with_us(client.close)
        clients.log_in_to_pop3(client, owner, self._mechanisms)
        return client


class ImapServer(ReadingServer):
    """The IMAP server."""

    def when(self, point: "ImapPoint", **conditions: "Unpack[ImapConditions]") -> "ImapRule":
        """Begin a fault of IMAP, to be gone on with by what it does.

        Args:
            point: a command, or a moment such as ``"connect"``, ``"tls"`` or ``"any"``.
            conditions: `user`, `mailbox`, `uid`, `nth`, `connection`, `argument`, `where`;
                all that are given must hold.

        Raises:
            BadArgument: a point or condition that this protocol does not have.
            NotRunning: the FakeMail is closed.
        """
        return self._rules.when("imap", point, **conditions)

    def wait_for_idle(
        self, *, count: int = 1, timeout: "Duration" = 5
    ) -> "list[RecordedConnection]":
        """Return the connections that idle now, as soon as there are so many.

        Args:
            count: at least so many.
            timeout: in real seconds, or another duration.

        Raises:
            UnmetExpectation: fewer idle in time; the text says what came.
            BadArgument: no such count or timeout.
        """
        return self._traffic().wait_for_idle(count, timeout)

    async def wait_for_idle_async(
        self,
        *,
        count: int = 1,
        timeout: "Duration" = 5,  # noqa: ASYNC109  (as its twin)
    ) -> "list[RecordedConnection]":
        """Do as `wait_for_idle` without blocking the asyncio or trio loop that awaits it."""
        return await self._traffic().wait_for_idle_async(count, timeout)

    def fail(self, failure: "Failure", **conditions: "Unpack[ImapConditions]") -> "ImapRule":
        """Begin a fault that refuses as a real server does, at the point where that happens.

        Args:
            failure: from ``pytest_fakemail.providers``, or a `Failure` of your own.
            conditions: as for `when`.

        Raises:
            BadArgument: a failure of another protocol, or a condition that there is not.
            NotRunning: the FakeMail is closed.
        """
        return self._rules.fail("imap", failure, **conditions)

    if TYPE_CHECKING:  # at run time as `Server` has it

        def wait_for_command(  # type: ignore[override]
            self, verb: ImapPoint, *, count: int = 1, timeout: Duration = 5
        ) -> list[RecordedExchange]:
            """Do as that."""

        async def wait_for_command_async(  # type: ignore[override]
            self,
            verb: ImapPoint,
            *,
            count: int = 1,
            timeout: Duration = 5,  # noqa: ASYNC109  (as its twin)
        ) -> list[RecordedExchange]:
            """Do as that."""

    def client(
        self, account: "AccountHandle | None" = None, *, security: "Security" = "none"
    ) -> "imaplib.IMAP4":
        """Return an `imaplib.IMAP4` logged in to the account (the default one if none is given).

        It is closed with the FakeMail.  `security` is ``"none"``, ``"starttls"`` or
        ``"implicit"``.
        """
        from pytest_fakemail import clients

        owner = self._owner(account)
        client = clients.imap(self._address_of(security), security, self._context)
        self._closed_with_us(client.shutdown)
        clients.log_in_to_imap(client, owner, self._mechanisms)
        return client
