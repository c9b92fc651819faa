"""MAIL and RCPT: who a message is from, and whom it is for (RFC 5321 §4.1.1.2 and .3)."""

import re

from pytest_fakemail.dataclass import dataclass
from pytest_fakemail.smtp import replies
from pytest_fakemail.smtp.client import Client
from pytest_fakemail.smtp.mailboxes import accounts_for
from pytest_fakemail.smtp.parameters import MAIL, RCPT, Parameters, check, parameters
from pytest_fakemail.smtp.replies import Refused
from pytest_fakemail.smtp.table import Answer, Command
from pytest_fakemail.store.delivery import Recipient
from pytest_fakemail.wire.exchange import Exchange

_ATEXT = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~\-]"
# A path as nearly all are; `paths` has the whole grammar.  It is `paths.path`'s domain, of ASCII:
# said with fewer sets it is compiled in half the time.
_USUAL_PATH = re.compile(
    rf"<({_ATEXT}+(?:\.{_ATEXT}+)*@[A-Za-z0-9]++(?:(?:\.|[_-]++)[A-Za-z0-9]++)*+)>"
)


@dataclass(frozen=True, slots=True)
class Path:
    """The argument of MAIL or RCPT, without its keyword."""

    address: str
    parameters: Parameters
    is_routed: bool = False
    """Whether a source route stands before the address (RFC 5321 Appendix C)."""


def reverse_path(argument: str) -> Path:
    """``"FROM:" Reverse-path [SP Mail-parameters]``.

    Raises:
        Refused: it is something else.
    """
    text = _behind("FROM:", argument)
    if text is None:
        raise Refused(501, "5.5.4", "Syntax: MAIL FROM:<address>")
    if (usual := _USUAL_PATH.match(text)) is not None:
        return Path(usual[1], _parameters(text[usual.end() :]))
    from pytest_fakemail.smtp import paths

    try:
        address, rest = paths.reverse_path(text)
    except paths.BadPath as bad:
        raise Refused(501, "5.1.7", f"Bad sender address syntax: {bad}") from None
    return Path(address, _parameters(rest))


def forward_path(argument: str) -> Path:
    """``"TO:" ( Forward-path / "<Postmaster>" ) [SP Rcpt-parameters]``.

    Raises:
        Refused: it is something else.
    """
    text = _behind("TO:", argument)
    if text is None:
        raise Refused(501, "5.5.4", "Syntax: RCPT TO:<address>")
    if (usual := _USUAL_PATH.match(text)) is not None:
        return Path(usual[1], _parameters(text[usual.end() :]))
    from pytest_fakemail.smtp import paths

    try:
        address, rest = paths.forward_path(text)
    except paths.BadPath as bad:
        raise Refused(501, "5.1.3", f"Bad recipient address syntax: {bad}") from None
    return Path(address, _parameters(rest), text.startswith("<@"))


def _behind(keyword: str, argument: str) -> str | None:
    """Return what stands behind a keyword in any case; None if that is missing."""
    if argument[: len(keyword)].upper() != keyword:
        return None
    # Blanks there are no RFC's, but common enough that Postfix takes them.
    return argument[len(keyword) :].lstrip(" ")


def _parameters(rest: str) -> Parameters:
    if not rest:
        return {}
    if not rest.startswith(" "):
        raise Refused(501, "5.5.4", "Syntax error behind the address")
    return parameters(rest)


def tell_sender(exchange: Exchange, path: Path) -> None:
    """Tell who is named."""
    exchange.sender = path.address


def tell_recipient(exchange: Exchange, path: Path) -> None:
    """Tell who is named, and nobody else."""
    exchange.recipients = (path.address,)


def mail(client: Client, path: Path) -> Answer:
    """Begin a transaction."""
    transaction = client.envelope
    if transaction.mail_from is not None:
        raise Refused(503, "5.5.1", "Nested MAIL command")
    given = path.parameters and _checked(client, path.parameters, is_sender=True)
    is_utf8 = "SMTPUTF8" in given
    if not path.address.isascii() and not is_utf8:
        # RFC 6531 §3.5: 550 for MAIL, 553 for RCPT
        raise Refused(550, "5.6.7", "Non-ASCII address without SMTPUTF8")
    if client.settings.line_limits:
        from pytest_fakemail.smtp.limits import check_address

        check_address(path.address, "5.1.7")
    size = int(given.get("SIZE") or 0) if given else 0
    if size > client.settings.max_message_size:
        raise Refused(552, "5.3.4", "Message size exceeds the fixed maximum message size")
    transaction.mail_from = path.address
    if given:
        transaction.parameters = dict(path.parameters)
        transaction.smtp_utf8 = is_utf8
        transaction.declared_size = size
        transaction.is_binary = (given.get("BODY") or "").upper() == "BINARYMIME"
    return replies.SENDER_OK


def rcpt(client: Client, path: Path) -> Answer:
    """Add a recipient."""
    transaction = client.envelope
    if transaction.mail_from is None:
        raise Refused(503, "5.5.1", "Need MAIL command")
    if transaction.chunks is not None:
        raise Refused(503, "5.5.1", "RCPT after BDAT")
    if path.parameters:
        _checked(client, path.parameters, is_sender=False)
    if not path.address.isascii() and not transaction.smtp_utf8:
        raise Refused(553, "5.6.7", "Non-ASCII address without SMTPUTF8")
    settings = client.settings
    if settings.line_limits:
        from pytest_fakemail.smtp.limits import check_address

        check_address(path.address, "5.1.3")
    if len(transaction.rcpt_tos) >= settings.max_recipients:
        raise Refused(452, "4.5.3", "Too many recipients")
    address, reply = path.address, replies.RECIPIENT_OK
    if path.is_routed or "%" in address:
        from pytest_fakemail.smtp.onward import readdressed

        address = readdressed(settings, address, is_routed=path.is_routed)
    accounts = accounts_for(client.service, address, transaction.declared_size)
    if accounts and settings.forwarding_reply != "250":
        from pytest_fakemail.smtp.onward import accepted

        reply = accepted(settings, accounts)
    transaction.accounts.append(accounts)
    transaction.rcpt_tos.append(Recipient(address, path.parameters and dict(path.parameters)))
    return reply


def _checked(client: Client, given: Parameters, *, is_sender: bool) -> Parameters:
    """Return the parameters by upper-case name.

    Raises:
        Refused: one of them cannot be taken.
    """
    if not client.session.extended_smtp:
        raise Refused(555, "5.5.4", "Parameters need EHLO")  # RFC 5321 §4.1.1.11
    by_name = check(given, MAIL if is_sender else RCPT, client.offers)
    if "REQUIRETLS" in by_name and client.connection.tls is None:
        raise Refused(530, "5.7.10", "REQUIRETLS needs TLS")  # RFC 8689 §2
    return by_name


COMMANDS = {
    "MAIL": Command(
        grammar=reverse_path,
        handler=mail,
        tell=tell_sender,
        syntax="MAIL FROM:<address> [parameters]",
        needs_auth=True,
        needs_hello=True,
    ),
    "RCPT": Command(
        grammar=forward_path,
        handler=rcpt,
        tell=tell_recipient,
        syntax="RCPT TO:<address> [parameters]",
        needs_auth=True,
        needs_hello=True,
    ),
}
