"""LMTP (RFC 2033): SMTP with LHLO, and after the data a reply for each recipient."""

from pytest_fakemail.smtp.client import Client
from pytest_fakemail.smtp.commands import SHARED, hello
from pytest_fakemail.smtp.reading import Reader
from pytest_fakemail.smtp.session import SmtpSession
from pytest_fakemail.smtp.table import Command, Commands

LHLO = Command(
    grammar=hello.domain,
    handler=hello.ehlo,
    syntax="LHLO domain",
    is_open=True,
    replaced=hello.greeted_with_extensions,
)

LMTP_COMMANDS = Commands({"LHLO": LHLO, **SHARED})


class LmtpClient(Client):
    """One connection's LMTP client."""

    is_lmtp = True


class LmtpSession(SmtpSession):
    """One client's LMTP session."""

    reader = Reader(LMTP_COMMANDS)
    client_type = LmtpClient
    _protocol_name = "LMTP"
