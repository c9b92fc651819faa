"""Questions: VRFY EXPN HELP; and the commands of old that no modern server serves."""

from collections.abc import Sequence
from typing import NamedTuple

from pytest_fakemail.smtp import paths, replies
from pytest_fakemail.smtp.aliases import members
from pytest_fakemail.smtp.client import Client
from pytest_fakemail.smtp.replies import Refused, Reply
from pytest_fakemail.smtp.table import Answer, Command, Commands, any_text
from pytest_fakemail.wire.exchange import Exchange

_NOT_VERIFIED = Reply(
    252, "2.1.5", "Cannot VRFY user, but will accept message and attempt delivery"
)


class Inquiry(NamedTuple):
    """Whom VRFY or EXPN asks about.

    `takes_utf8`: the answer may be UTF-8 (RFC 6531 §3.7.4.2).
    """

    address: str
    takes_utf8: bool


def inquiry(argument: str) -> Inquiry:
    """``String [SP "SMTPUTF8"]``: an address, in angle brackets or not, or a local part.

    Raises:
        Refused: there is nothing.
    """
    words = argument.split()
    takes_utf8 = len(words) > 1 and words[-1].upper() == "SMTPUTF8"
    text = " ".join(words[:-1] if takes_utf8 else words)
    if text.startswith("<") and text.endswith(">"):
        text = text[1:-1]
    if not text:
        raise Refused(501, "5.5.4", "Syntax: an address is needed")
    return Inquiry(text, takes_utf8)


def tell_address(exchange: Exchange, asked: Inquiry) -> None:
    """Tell whom the question is about."""
    exchange.recipients = (asked.address,)


def vrfy(client: Client, asked: Inquiry) -> Answer:
    """Say whether mail to this address would arrive (RFC 5321 §3.5.3)."""
    service = client.service
    address = _mailbox(client, asked.address)
    listed = members(service, address) or ()
    if service.store.accounts_at(address):
        return _listed(client, asked, [address])
    if len(listed) == 1:
        # RFC 5321 §3.4: 251 for a mailbox elsewhere to which the server forwards.
        text = f"User not local; will forward to <{listed[0]}>"
        return _utf8_allowed(client, asked, Reply(251, "2.1.5", text))
    if listed:
        return _listed(client, asked, [address])
    if service.settings.unknown_recipients == "reject":
        raise Refused(550, "5.1.1", "No such mailbox here")
    return _NOT_VERIFIED


def expn(client: Client, asked: Inquiry) -> Answer:
    """Tell the members of a mailing list (RFC 5321 §4.1.1.7)."""
    address = _mailbox(client, asked.address)
    listed = members(client.service, address)
    if listed is not None:
        return _listed(client, asked, listed)
    if client.service.store.accounts_at(address):
        raise Refused(550, "5.2.4", "That is a mailbox, not a mailing list")
    raise Refused(550, "5.1.1", "No such mailing list here")


def _mailbox(client: Client, text: str) -> str:
    """Return the address that is asked about; a local part alone is in our domain."""
    domain = "" if "@" in text else f"@{client.settings.domain}"
    try:
        return paths.mailbox(text + domain)
    except paths.BadPath as bad:
        raise Refused(553, "5.1.3", f"Bad address syntax: {bad}") from None


def _listed(client: Client, asked: Inquiry, addresses: Sequence[str]) -> Reply:
    reply = Reply(250, "2.1.5", "\n".join(f"<{address}>" for address in addresses))
    return _utf8_allowed(client, asked, reply)


def _utf8_allowed(client: Client, asked: Inquiry, reply: Reply) -> Reply:
    """Return the reply, or one without its addresses if the client cannot read them."""
    if reply.text.isascii() or (asked.takes_utf8 and client.offers("SMTPUTF8")):
        return reply
    return Reply(252, "2.6.8", "Mailbox exists, but its name needs the SMTPUTF8 parameter")


def help_with(commands: Commands) -> Command:
    """Return HELP for these commands."""

    def help_(client: Client, topic: str) -> Answer:
        """Tell the commands, or the syntax of one."""
        if topic:
            command = commands.find(topic.upper())
            if command is None or not command.syntax:
                raise Refused(504, "5.5.4", "HELP topic unknown")
            return Reply(214, "2.0.0", f"Syntax: {command.syntax}")
        served = [
            verb
            for verb in commands
            if (command := commands.find(verb))
            and command.syntax
            and client.offers(command.extension)
        ]
        return Reply(214, "2.0.0", f"Commands:\n{' '.join(served)}")

    return Command(grammar=any_text, handler=help_, syntax="HELP [command]", extension="HELP")


def obsolete(_client: Client, _: str) -> Answer:
    """Refuse what RFC 5321 Appendix F deprecates."""
    return replies.NOT_IMPLEMENTED


_OBSOLETE = Command(grammar=any_text, handler=obsolete, syntax="")

COMMANDS = {
    "VRFY": Command(
        grammar=inquiry, handler=vrfy, syntax="VRFY address", tell=tell_address, needs_auth=True
    ),
    "EXPN": Command(
        grammar=inquiry,
        handler=expn,
        syntax="EXPN address",
        extension="EXPN",
        tell=tell_address,
        needs_auth=True,
    ),
    **dict.fromkeys(("TURN", "SEND", "SOML", "SAML"), _OBSOLETE),
}
