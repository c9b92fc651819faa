"""Questions: VRFY EXPN HELP; and the commands of old that no modern server serves."""

from typing import TYPE_CHECKING

from pytest_fakemail.smtp import mailboxes, paths, replies
from pytest_fakemail.smtp.commands.table import Command, any_text
from pytest_fakemail.smtp.replies import Refused, Reply
from pytest_fakemail.wire.effects import Effect
from pytest_fakemail.wire.exchange import Exchange

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pytest_fakemail.smtp.session import SmtpSession


class Asked(str):
    """An address asked about; `takes_utf8`: the answer may be UTF-8 (RFC 6531 §3.7.4.2)."""

    __slots__ = ("takes_utf8",)

    takes_utf8: bool


def asked(argument: str) -> Asked:
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
        raise Refused(501, "5.5.4", "An address is wanted")
    address = Asked(text)
    address.takes_utf8 = takes_utf8
    return address


def tell_address(exchange: Exchange, wanted: Asked) -> None:
    """Tell whom the question is about."""
    exchange.recipients = (wanted,)


def vrfy(session: "SmtpSession", wanted: Asked) -> list[Effect]:
    """Say whether mail to this address would arrive (RFC 5321 §3.5.3)."""
    service = session.service
    address = _mailbox(session, wanted)
    members = mailboxes.members(service, address) or ()
    if service.store.accounts_at(address):
        return session.say(_listed(session, wanted, [address]))
    if len(members) == 1:
        return session.say(
            _utf8_allowed(
                session,
                wanted,
                Reply(251, "2.1.5", f"User not local; will forward to <{members[0]}>"),
            )
        )
    if members:
        return session.say(_listed(session, wanted, [address]))
    if service.settings.unknown_recipients == "reject":
        raise Refused(550, "5.1.1", "No such mailbox here")
    return session.say(
        Reply(252, "2.1.5", "Cannot VRFY user, but will accept message and attempt delivery")
    )


def expn(session: "SmtpSession", wanted: Asked) -> list[Effect]:
    """Tell the members of a mailing list (RFC 5321 §4.1.1.7)."""
    address = _mailbox(session, wanted)
    members = mailboxes.members(session.service, address)
    if members is not None:
        return session.say(_listed(session, wanted, members))
    if session.service.store.accounts_at(address):
        raise Refused(550, "5.2.4", "That is a mailbox, not a mailing list")
    raise Refused(550, "5.1.1", "No such mailing list here")


def _mailbox(session: "SmtpSession", text: str) -> str:
    """Return the address that is asked about; a local part alone is in our domain."""
    domain = "" if "@" in text else f"@{session.service.settings.domain}"
    try:
        return paths.mailbox(text + domain)
    except paths.BadPath as bad:
        raise Refused(553, "5.1.3", f"Bad address syntax: {bad}") from None


def _listed(session: "SmtpSession", wanted: Asked, addresses: "Sequence[str]") -> Reply:
    reply = Reply(250, "2.1.5", "\n".join(f"<{address}>" for address in addresses))
    return _utf8_allowed(session, wanted, reply)


def _utf8_allowed(session: "SmtpSession", wanted: Asked, reply: Reply) -> Reply:
    """Return the reply, or one without its addresses if the client cannot read them."""
    if reply.text.isascii() or (wanted.takes_utf8 and session.offers("SMTPUTF8")):
        return reply
    return Reply(252, "2.6.8", "Mailbox exists, but its name needs the SMTPUTF8 parameter")


def help_(session: "SmtpSession", topic: str) -> list[Effect]:
    """Tell the commands, or the syntax of one."""
    if topic:
        command = session.commands.get(topic.upper())
        if command is None or not command.syntax:
            raise Refused(504, "5.5.4", "HELP topic unknown")
        return session.say(Reply(214, "2.0.0", f"Syntax: {command.syntax}"))
    served = [
        verb
        for verb, command in session.commands.items()
        if command.syntax and session.offers(command.extension)
    ]
    return session.say(Reply(214, "2.0.0", f"Commands:\n{' '.join(served)}"))


def obsolete(session: "SmtpSession", _: str) -> list[Effect]:
    """Refuse what RFC 5321 Appendix F deprecates, and queues that are none (RFC 1985)."""
    return session.say(replies.NOT_IMPLEMENTED)


_OBSOLETE = Command(grammar=any_text, execute=obsolete, syntax="")

COMMANDS = {
    "VRFY": Command(
        grammar=asked, execute=vrfy, syntax="VRFY address", tell=tell_address, needs_auth=True
    ),
    "EXPN": Command(
        grammar=asked,
        execute=expn,
        syntax="EXPN address",
        extension="EXPN",
        tell=tell_address,
        needs_auth=True,
    ),
    "HELP": Command(grammar=any_text, execute=help_, syntax="HELP [command]", extension="HELP"),
    **dict.fromkeys(("TURN", "SEND", "SOML", "SAML", "ETRN"), _OBSOLETE),
}
