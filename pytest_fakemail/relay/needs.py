"""What a message needs of the next server, and what is said there beside the addresses."""

import re
import smtplib
from collections.abc import Sequence

from pytest_fakemail.relay.item import QueueItem
from pytest_fakemail.store.delivery import Recipient

_NO_LINES = re.compile(rb"\0|\r(?!\n)|(?<!\r)\n|[^\r\n]{999}")  # RFC 5321 §2.3.8, §4.5.3.1.6


def is_binary(item: QueueItem, raw: bytes) -> bool:
    """Whether a message is no text of lines, and was sent as such (RFC 3030 §3)."""
    if (_given(item).get("BODY") or "").upper() != "BINARYMIME":
        return False
    return not raw.endswith(b"\r\n") or _NO_LINES.search(raw) is not None


def missing(
    client: smtplib.SMTP, item: QueueItem, recipients: Sequence[Recipient], raw: bytes
) -> tuple[int, str] | None:
    """Return the refusal of a message that needs what the next server does not have."""
    given = _given(item)
    is_utf8 = _is_utf8(item, recipients, raw)
    if is_utf8 and not client.has_extn("smtputf8"):
        return 553, "5.6.7 SMTPUTF8 is required, but was not offered"  # RFC 6531 §3.5
    if "REQUIRETLS" in given and not client.has_extn("requiretls"):
        return 550, "5.7.30 REQUIRETLS is required, but was not offered"  # RFC 8689 §4.2.1
    if is_binary(item, raw) and not (client.has_extn("binarymime") and client.has_extn("chunking")):
        return 554, "5.6.3 BINARYMIME is required, but was not offered"  # RFC 3030 §3
    is_8bit = (given.get("BODY") or "").upper() in ("8BITMIME", "BINARYMIME") or is_utf8
    if is_8bit and not raw.isascii() and not client.has_extn("8bitmime"):
        return 554, "5.6.3 8BITMIME is required, but was not offered"  # RFC 6152 §3
    limit = client.esmtp_features.get("size", "")
    if limit.isdigit() and 0 < int(limit) < len(raw):
        return 552, f"5.3.4 message size {len(raw)} exceeds size limit {limit}"  # RFC 1870 §5
    return None


def mail_parameters(
    client: smtplib.SMTP, item: QueueItem, recipients: Sequence[Recipient], raw: bytes
) -> str:
    """Return what MAIL says beside the address, each only where its extension is offered."""
    given = _given(item)
    parameters = f" SIZE={len(raw)}" if client.has_extn("size") else ""
    if is_binary(item, raw):
        parameters += " BODY=BINARYMIME"
    elif client.has_extn("8bitmime") and (not raw.isascii() or "BODY" in given):
        parameters += " BODY=7BIT" if raw.isascii() else " BODY=8BITMIME"
    if client.has_extn("smtputf8") and ("SMTPUTF8" in given or _is_utf8(item, recipients, raw)):
        parameters += " SMTPUTF8"
    if client.has_extn("dsn"):
        for name in ("RET", "ENVID"):
            if given.get(name):
                parameters += f" {name}={given[name]}"
    return parameters + (" REQUIRETLS" if "REQUIRETLS" in given else "")


def rcpt_parameters(client: smtplib.SMTP, recipient: Recipient) -> str:
    """Return what RCPT says beside the address, where it is offered."""
    if not client.has_extn("dsn"):
        return ""
    given = {name.upper(): value for name, value in recipient.parameters.items()}
    return "".join(f" {name}={given[name]}" for name in ("NOTIFY", "ORCPT") if given.get(name))


def _is_utf8(item: QueueItem, recipients: Sequence[Recipient], raw: bytes) -> bool:
    """Whether it is internationalized: to say so does not make it that (RFC 6531 §3.6)."""
    if not all(map(str.isascii, (item.sender, *recipients))):
        return True
    return "SMTPUTF8" in _given(item) and not raw.isascii()


def _given(item: QueueItem) -> dict[str, str | None]:
    return {name.upper(): value for name, value in item.parameters.items()}
