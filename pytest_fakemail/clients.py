"""The standard library's clients, connected to a server of ours and logged in.

A password is used where the server takes one, a bearer token where it takes only that.
"""

from base64 import b64encode
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from pytest_fakemail.errors import BadArgument
from pytest_fakemail.net.waiting import refuse_in_servers_thread

if TYPE_CHECKING:
    import imaplib
    import poplib
    import smtplib
    import ssl

    from pytest_fakemail.asserts.account import AccountHandle
    from pytest_fakemail.store.store import Store

Address = tuple[str, int]
MakeContext = Callable[[], "ssl.SSLContext"]
"""Called only for TLS: the first context of a process needs the CA, which takes its time."""


_CLIENT = "[127.0.0.1]"
"""What an SMTP client calls itself, as smtplib does where the machine's name is not a full one.

It would look that name up, which takes ten seconds and more where a name server is silent.
"""


@contextmanager
def _closed_if_refused(close: Callable[[], None]) -> Iterator[None]:
    """Leave no socket behind when the client cannot be handed out."""
    try:
        yield
    except BaseException:
        with suppress(OSError):
            close()
        raise


def smtp(address: Address, security: str, context: MakeContext) -> "smtplib.SMTP":
    """Return a connected SMTP client."""
    import smtplib

    refuse_in_servers_thread()
    if security == "implicit":
        return smtplib.SMTP_SSL(*address, _CLIENT, context=context())
    client = smtplib.SMTP(*address, _CLIENT)
    if security == "starttls":
        with _closed_if_refused(client.close):
            client.starttls(context=context())
    return client


def lmtp(address: Address, security: str, context: MakeContext) -> "smtplib.LMTP":
    """Return a connected LMTP client; smtplib has none over implicit TLS."""
    import smtplib

    refuse_in_servers_thread()
    client = smtplib.LMTP(*address, _CLIENT)
    if security == "starttls":
        with _closed_if_refused(client.close):
            client.starttls(context=context())
    return client


def pop3(address: Address, security: str, context: MakeContext) -> "poplib.POP3":
    """Return a connected POP3 client."""
    import poplib

    refuse_in_servers_thread()
    if security == "implicit":
        return poplib.POP3_SSL(*address, context=context())
    client = poplib.POP3(*address)
    if security == "starttls":
        with _closed_if_refused(client.close):
            client.stls(context=context())
    return client


def imap(address: Address, security: str, context: MakeContext) -> "imaplib.IMAP4":
    """Return a connected IMAP client."""
    import imaplib

    refuse_in_servers_thread()
    if security == "implicit":
        return imaplib.IMAP4_SSL(*address, ssl_context=context())
    client = imaplib.IMAP4(*address)
    if security == "starttls":
        with _closed_if_refused(client.shutdown):
            client.starttls(context())
    return client


def log_in_to_smtp(
    client: "smtplib.SMTP", account: "AccountHandle", mechanisms: Sequence[str]
) -> None:
    """Log in by AUTH (RFC 4954)."""
    if _takes_passwords(mechanisms):
        client.login(account.user, account.password)
    else:
        mechanism, message = _by_token(mechanisms, account)
        client.ehlo_or_helo_if_needed()
        client.auth(mechanism, lambda challenge=None: message if challenge is None else "")


def log_in_to_pop3(
    client: "poplib.POP3", account: "AccountHandle", mechanisms: Sequence[str]
) -> None:
    """Log in by USER and PASS (RFC 1939 §7), or by AUTH (RFC 5034)."""
    if _takes_passwords(mechanisms):
        client.user(account.user)
        client.pass_(account.password)
    else:
        mechanism, message = _by_token(mechanisms, account)
        line = f"AUTH {mechanism} {b64encode(message.encode()).decode()}"
        client._shortcmd(line)  # type: ignore[attr-defined]  # noqa: SLF001  (poplib has no AUTH)


def log_in_to_imap(
    client: "imaplib.IMAP4", account: "AccountHandle", mechanisms: Sequence[str]
) -> None:
    """Log in by LOGIN (RFC 3501 §6.2.3), or by AUTHENTICATE."""
    if _takes_passwords(mechanisms):
        client.login(account.user, account.password)
    else:
        mechanism, message = _by_token(mechanisms, account)
        client.authenticate(mechanism, lambda _challenge: message.encode())


def owned(account: object, store: "Store") -> "AccountHandle":
    """Return the handle of an account that these servers know.

    Raises:
        BadArgument: it is none, or of another FakeMail, or of this one before it was reset.
    """
    from pytest_fakemail.asserts.account import AccountHandle

    if not isinstance(account, AccountHandle):
        raise BadArgument(f"account={account!r}: wanted what fakemail.account(…) returns")
    known = store.account(account.user)
    if known is None or AccountHandle(known, store) != account:
        raise BadArgument(f"{account!r} is not an account of this FakeMail as it is now")
    return account


def _takes_passwords(mechanisms: Sequence[str]) -> bool:
    """Whether there is a way in by password; without any mechanism there is IMAP's LOGIN."""
    return not mechanisms or not set(mechanisms) <= {"XOAUTH2", "OAUTHBEARER", "EXTERNAL"}


def _by_token(mechanisms: Sequence[str], account: "AccountHandle") -> tuple[str, str]:
    """Return a mechanism and its message with a new token of the account."""
    if "XOAUTH2" in mechanisms:
        return "XOAUTH2", f"user={account.user}\1auth=Bearer {account.token()}\1\1"
    if "OAUTHBEARER" in mechanisms:  # RFC 7628 §3.1
        return "OAUTHBEARER", f"n,a={account.user},\1auth=Bearer {account.token()}\1\1"
    raise BadArgument(
        f"client() cannot log in by {', '.join(mechanisms)} alone: connect your own client, or "
        "let settings.mechanisms have one for passwords or tokens"
    )
