"""`email.message.EmailMessage` of any octets.

The standard library's parser raises on some malformed fields and on deep nesting; here a
field that it cannot read is unstructured text, and what nests too deep one body.  Loaded
only by those who ask for a message, because `email` takes long to import.
"""

from email import message_from_bytes, policy
from email.headerregistry import BaseHeader, HeaderRegistry
from email.message import EmailMessage
from email.parser import BytesHeaderParser

_UNSTRUCTURED = HeaderRegistry(use_default_map=False)


class TolerantRegistry(HeaderRegistry):
    """Makes a header object of any field, an unstructured one if the right one fails."""

    def __call__(self, name: str, value: str) -> BaseHeader:
        """Return the field's value as an object that is also a string."""
        try:
            return super().__call__(name, value)
        except Exception:  # noqa: BLE001  (its parser's own bugs: IndexError and more)
            return _UNSTRUCTURED(name, value)


_POLICY = policy.default.clone(header_factory=TolerantRegistry())


def email_message(raw: bytes) -> EmailMessage:
    """Parse a message, with `email.policy.default` as far as that can; never raises."""
    try:
        return message_from_bytes(raw, policy=_POLICY)
    except Exception:  # noqa: BLE001  (RecursionError, and bugs of the parser)
        return BytesHeaderParser(policy=_POLICY).parsebytes(raw)
