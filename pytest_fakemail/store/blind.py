"""Who was to get a mail without the others knowing, and whether its header tells of them."""

import re
from collections.abc import Sequence

from pytest_fakemail.errors import UnmetExpectation
from pytest_fakemail.mime.fields import Fields


def blind_recipients(recipients: Sequence[str], headers: Fields) -> list[str]:
    """Return the recipients whom no To or Cc field names, Resent- fields included."""
    named = {
        _key(address)
        for field in ("To", "Cc", "Resent-To", "Resent-Cc")
        for address in headers.addresses(field)
    }
    return [recipient for recipient in recipients if _key(recipient) not in named]


def require_hidden(recipients: Sequence[str], headers: Fields) -> None:
    """Fail if the header tells of a blind copy, as `Delivery.assert_bcc_hidden` says.

    Raises:
        UnmetExpectation: naming the field and whom it reveals.
    """
    for field in ("Bcc", "Resent-Bcc"):
        for address in headers.addresses(field):
            raise UnmetExpectation(f"the {field} field reveals {address}")
    if len(recipients) == 1:
        return
    for blind in blind_recipients(recipients, headers):
        pattern = re.compile(rf"(?<![\w.+-]){re.escape(blind)}(?![\w-]|\.\w)", re.IGNORECASE)
        for name, text in headers.items():
            if pattern.search(text):
                raise UnmetExpectation(f"the {name} field reveals {blind}: {text!r}")


def _key(address: str) -> str:
    """Return what is equal for equal addresses: case and quotes do not count."""
    local, _, domain = address.rpartition("@")
    if len(local) > 1 and local[0] == local[-1] == '"':
        local = local[1:-1].replace("\\", "")
    return f"{local}@{domain}".casefold()
