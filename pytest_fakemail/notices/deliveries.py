"""Delivery reports: what became of a message, in the words of a mail system (RFC 3461, 3464)."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import TypedDict, Unpack

from pytest_fakemail.arguments import one_of, several, text
from pytest_fakemail.clock import Duration, seconds
from pytest_fakemail.errors import BadArgument
from pytest_fakemail.notices import statuses
from pytest_fakemail.notices.dialects import Name, dialect
from pytest_fakemail.notices.moments import moment
from pytest_fakemail.notices.notice import Notice
from pytest_fakemail.notices.original import Original, Source, original
from pytest_fakemail.notices.report import Action, Dialect, Outcome, Report
from pytest_fakemail.spelling import unknown
from pytest_fakemail.store.delivery import Recipient

_HOSTNAMES = {
    "gmail": "googlemail.com",
    "ses": "amazonses.com",
    "yahoo": "yahoo.com",
    "m365": "outlook.com",
}
_CONDITIONS = ("FAILURE", "DELAY", "SUCCESS")
_RETRY_FOR = 5 * 24 * 3600.0  # RFC 5321 §4.5.4.1: at least 4 to 5 days


Replies = str | Mapping[str, str] | None
"""What was said, with its code, as ``"550 5.1.1 No such user"``; by address for several."""


class ReportOptions(TypedDict, total=False):
    """What every delivery report can be told.

    Attributes:
        dialect: the mail system in whose form it is written; ``"postfix"`` by default.
        recipients: whom it is about, if not all recipients of the envelope.
        sender: the return path of the message, if not the envelope's.
        to: who gets the report, if not the sender.
        hostname: the server that writes it.
        remote_mta: the server that spoke; ``mx.`` and the recipient's domain by default.
        at: when it is written, an aware datetime; now by default.
    """

    dialect: Name
    recipients: str | Iterable[str]
    sender: str
    to: str
    hostname: str
    remote_mta: str
    at: datetime


def bounce(
    message: Source = None,
    status: str = "5.1.1",
    reply: Replies = None,
    **options: Unpack[ReportOptions],
) -> Notice:
    """Write the report that a message could not be delivered.

    One report speaks of all recipients.  ORCPT, ENVID and RET of the envelope are honoured;
    whether the sender wants a report at all (NOTIFY) is for who sends it: see `wants`.

    Args:
        message: a delivery, a mail, or octets; a small message is made if there is none.
        status: an enhanced status code, ``5.y.z``, or ``4.y.z`` of what was given up.
        reply: what was said; the dialect's own words if none is given.
        options: see `ReportOptions`.

    Raises:
        BadArgument: a status, dialect, option or time that cannot be; a message without
            recipients; a null return path, to which nothing may be returned
            (RFC 5321 §4.5.5), unless `to` is given.
    """
    return _written(message, "failed", statuses.checked(status, "54"), reply, options)


def delayed(
    message: Source = None,
    status: str = "4.4.1",
    reply: Replies = None,
    *,
    retry_for: Duration = _RETRY_FOR,
    **options: Unpack[ReportOptions],
) -> Notice:
    """Write the notice that a message is still being tried; otherwise as `bounce`.

    Args:
        message: a delivery, a mail, or octets; a small message is made if there is none.
        status: an enhanced status code, ``4.y.z``.
        reply: what was said; the dialect's own words if none is given.
        retry_for: how long after the message's arrival it is given up.
        options: see `ReportOptions`.
    """
    checked = statuses.checked(status, "4")
    return _written(message, "delayed", checked, reply, options, retry_for=seconds(retry_for))


def delivered(
    message: Source = None,
    status: str = "2.0.0",
    reply: Replies = None,
    *,
    action: Action = "delivered",
    **options: Unpack[ReportOptions],
) -> Notice:
    """Write the report of success that NOTIFY=SUCCESS asks for; otherwise as `bounce`.

    Args:
        message: a delivery, a mail, or octets; a small message is made if there is none.
        status: an enhanced status code, ``2.y.z``.
        reply: what was said; ``250`` and the status if none is given.
        action: ``"delivered"``, ``"relayed"`` to a server that sends no reports, or
            ``"expanded"`` to the members of a list (RFC 3464 §2.3.3).
        options: see `ReportOptions`.
    """
    one_of("action", action, ("delivered", "relayed", "expanded"))
    return _written(message, action, statuses.checked(status, "2"), reply, options)


def wants(recipient: str, condition: str) -> bool:
    """Whether a recipient's NOTIFY asks for a report of this kind (RFC 3461 §4.1).

    Args:
        recipient: one of a delivery's; a plain address has no NOTIFY.
        condition: ``"FAILURE"``, ``"DELAY"`` or ``"SUCCESS"``.  Without NOTIFY failures and
            delays are told, success is not.

    Raises:
        BadArgument: another condition.
    """
    if condition not in _CONDITIONS:
        raise BadArgument(unknown(f"condition: {condition!r}", condition, _CONDITIONS))
    text("recipient", recipient, "an address")
    given = recipient.parameters.get("NOTIFY") if isinstance(recipient, Recipient) else None
    if not given:
        return condition != "SUCCESS"
    return condition in given.upper().split(",")


# --- from what was asked for to a report -----------------------------------------------


def _written(
    message: Source,
    action: Action,
    status: str,
    reply: Replies,
    options: ReportOptions,
    *,
    retry_for: float | None = None,
) -> Notice:
    _require_known(options)
    words = dialect(options.get("dialect", "postfix"))
    recipients = _listed(options["recipients"]) if "recipients" in options else ()
    about = original(message, sender=options.get("sender"), recipients=recipients)
    if not about.recipients:
        raise BadArgument("a message for nobody: name whom it was for, as recipients=[…]")
    _require_replies(reply, about.recipients)
    to = options.get("to", about.sender)
    if not to:
        raise BadArgument(
            "a null return path: nothing may be returned to it (RFC 5321 §4.5.5); "
            "to=… sends the report to somebody else"
        )
    at = moment(options.get("at"))
    until = None
    if retry_for is not None:
        until = (about.received_at or at) + timedelta(seconds=retry_for)
    outcomes = []
    for recipient in about.recipients:
        said, is_said = _said(recipient, action, status, reply, words)
        domain = recipient.rpartition("@")[2] or "example.test"
        remote_mta = options.get("remote_mta", f"mx.{domain}")
        outcomes.append(Outcome(recipient, action, status, said, is_said, remote_mta, until))
    hostname = options.get("hostname", _HOSTNAMES.get(words.name, "mail.example.test"))
    is_whole = _is_whole(about, words, action)
    report = Report(about, tuple(outcomes), to, hostname, at, is_whole)
    return Notice(words.write(report), recipient=to)


def _require_known(options: ReportOptions) -> None:
    for name, value in options.items():
        if name not in ReportOptions.__annotations__:
            possible = ReportOptions.__annotations__
            raise BadArgument(unknown(f"option {name!r} of a report", name, possible))
        # The null return path is empty, and so is the name of a server that nobody knows.
        if name in ("to", "hostname", "sender", "remote_mta") and value != "":
            text(name, value)


def _listed(recipients: object) -> tuple[str, ...]:
    if isinstance(recipients, str):
        recipients = (recipients,)
    found = several("recipients", recipients, "addresses, as in ['dead@x.test']")
    return tuple(text("recipients", one, "addresses") and one for one in found)  # type: ignore[misc]


def _require_replies(reply: object, recipients: tuple[Recipient, ...]) -> None:
    """Refuse what nobody can have said, and of whom nothing was asked."""
    if isinstance(reply, Mapping):
        for address, said in reply.items():
            one_of("reply", address, recipients)
            _require_reply(said)
    elif reply is not None:
        _require_reply(reply)


def _require_reply(said: object) -> None:
    if not isinstance(said, str) or not said.strip():
        raise BadArgument(f"reply={said!r}: wanted what was said, as '550 5.1.1 No such user'")


def _said(
    recipient: Recipient, action: Action, status: str, reply: Replies, words: Dialect
) -> tuple[str, bool]:
    """Return what was said of a recipient, and whether a server said it."""
    given = reply.get(recipient) if isinstance(reply, Mapping) else reply
    if given is not None:
        return " ".join(given.split()), True
    if action in ("delivered", "relayed", "expanded"):
        return f"250 {status} Ok", action != "expanded"
    return _default(status, recipient, words), statuses.is_said(status)


def _default(status: str, recipient: str, words: Dialect) -> str:
    """Return the dialect's own words, or else words that any server could say."""
    general = statuses.reply(status, recipient)
    own = words.replies.get(status.partition(".")[2])
    if own is None:
        return general
    domain = recipient.rpartition("@")[2]
    text = own.format(address=recipient, domain=domain)
    return f"{general.partition(' ')[0]} {status} {text}" if statuses.is_said(status) else text


def _is_whole(about: Original, words: Dialect, action: Action) -> bool:
    """RFC 3461 §4.3: RET is about failures; reports of anything else need not return all."""
    ret = (about.parameters.get("RET") or "").upper()
    if action != "failed":
        return False
    return words.returns_whole if ret not in ("FULL", "HDRS") else ret == "FULL"
