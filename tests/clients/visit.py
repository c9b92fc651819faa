"""What a client that we did not write is asked to do with an account."""

from pathlib import Path
from typing import NamedTuple

from pytest_fakemail import FakeMail
from pytest_fakemail.server import Server

USER, PASSWORD = "user@example.test", "password"


class Visit(NamedTuple):
    """What a reader is asked to do: `security` is ``none``, ``starttls`` or ``implicit``.

    `login` is the client's own login command if None, or else a SASL mechanism.
    """

    fakemail: FakeMail
    security: str
    login: str | None
    home: Path

    @property
    def imap_port(self) -> int:
        return self._port(self.fakemail.imap)

    @property
    def pop3_port(self) -> int:
        return self._port(self.fakemail.pop3)

    @property
    def ca_file(self) -> str:
        return self.fakemail.tls.ca_file

    @property
    def token(self) -> str:
        return self.fakemail.account().token()

    def _port(self, server: Server) -> int:
        return server.tls_port if self.security == "implicit" else server.port

    def written(self, name: str, *lines: str) -> str:
        """Write a file that nobody else may read, as some programs insist."""
        path = self.home / name
        path.touch(mode=0o600)
        path.write_text("\n".join(lines) + "\n")
        return str(path)


def crlf(raw: bytes) -> bytes:
    return raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def oauth(visit: Visit) -> bytes:
    """Return the first response of XOAUTH2, or RFC 7628's of OAUTHBEARER."""
    if visit.login == "XOAUTH2":
        return f"user={USER}\1auth=Bearer {visit.token}\1\1".encode()
    return f"n,a={USER},\1host=localhost\1auth=Bearer {visit.token}\1\1".encode()
