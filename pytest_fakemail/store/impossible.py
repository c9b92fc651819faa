"""What the store will not do, with the name of the reason."""

from pytest_fakemail.errors import BadArgument


class Impossible(BadArgument):
    """A mailbox operation is not possible.

    `code` is the reason as an IMAP response code (RFC 5530): ``"ALREADYEXISTS"``,
    ``"NONEXISTENT"``, ``"CANNOT"``, ``"HASCHILDREN"``, ``"LIMIT"``, ``"OVERQUOTA"``,
    ``"USEATTR"``.
    """

    def __init__(self, text: str, code: str) -> None:
        super().__init__(text)
        self.code = code
