"""What the page shows of a test, as plain data for `json.dumps`: conversation, mails, mailboxes.

It is made where the test ran, and is small enough to be handed on: what does not fit a test's
`Budget` is cut, and that is said.  Credentials are left out as in the transcript.
"""

from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from pytest_fakemail.asserts.mailbox import MailboxHandle
from pytest_fakemail.fakemail import FakeMail
from pytest_fakemail.mime.attachments import Attachment
from pytest_fakemail.mime.header_end import with_end
from pytest_fakemail.mime.headers import body_start
from pytest_fakemail.mime.mail import Mail
from pytest_fakemail.report.frame import framed
from pytest_fakemail.report.holdings import mailboxes, queued
from pytest_fakemail.visible import visible

if TYPE_CHECKING:
    from pytest_fakemail.store.delivery import Delivery

MOST_OF_A_TEST = 2 * 1024 * 1024
"""Octets that the evidence of one test may have."""

_MOST_MESSAGES = 500
_SMALL = 512
"""Octets of a passage that are kept however little is left."""


class Budget:
    """How much more may be kept of a test, and what was not."""

    def __init__(self, most: int = MOST_OF_A_TEST) -> None:
        self._left = most
        self.cut = 0
        """Octets, or characters, that were left out."""

    def grant(self, wanted: int) -> bool:
        """Take so many octets, if they are there; or else count them as cut."""
        if fits := self.has_room_for(wanted):
            self._left -= wanted
        return fits

    def has_room_for(self, wanted: int) -> bool:
        """Say whether so many octets would fit; if not, they count as cut."""
        fits = wanted <= max(self._left, _SMALL)
        self.cut += 0 if fits else wanted
        return fits

    def part(self, data: str) -> str:
        """Return as much of a text as there is room for."""
        allowed = max(self._left, _SMALL)
        kept = data[:allowed]
        self._left -= len(kept)
        self.cut += len(data) - len(kept)
        return kept


def captured(
    one: FakeMail,
    budget: Budget,
    *,
    connections: frozenset[int] | None = None,
    first_mail: int = 0,
    first_sweep: int = 0,
) -> dict[str, Any]:
    """Return what a FakeMail holds: connections, events, conduct, mails, mailboxes, queue, sweeps.

    Args:
        one: may be closed.
        budget: of the test; mails are served first, then the conversation.
        connections: only these, and the mail that came by them; all of them by default.
        first_mail: how many mails are another test's.
        first_sweep: how many sweeps are another test's.
    """

    def is_meant(number: int) -> bool:
        return connections is None or number in connections

    # What we look at has not been looked at by the test: the setting `leaks` asks for that.
    looked_at = dict(one.store.looked_at)
    deliveries = [mail for mail in list(one.outbox)[first_mail:] if is_meant(mail.connection)]
    mails = [_delivery(mail, budget) for mail in deliveries]
    transcript = one.transcript.json(secrets=False)
    events = [each for each in transcript["events"] if is_meant(each["connection"])]
    found = {
        "connections": [each for each in transcript["connections"] if is_meant(each["number"])],
        "events": [_event(each, budget) for each in events],
        "not_kept": transcript["not_kept"],
        "mails": mails,
        "mailboxes": list(_mailboxes(one, deliveries, budget)),
        "queue": budget.part("\n".join(map(visible, queued(one)))),
        "sweeps": [_sweep(each, budget) for each in one._sweeps[first_sweep:]],  # noqa: SLF001  (our own)
        "conduct": [_finding(each, budget) for each in one.conduct() if is_meant(each.connection)],
        "notes": [visible(text) for text in one.unfired_faults()],
    }
    one.store.looked_at.clear()
    one.store.looked_at.update(looked_at)
    return found


def secrets_of(fakemails: Iterable[FakeMail]) -> set[str]:
    """Return the passwords of their accounts, but for what a setting says of itself."""
    found = {
        account.password
        for one in fakemails
        for name in one.store.accounts
        if (account := one.store.account(name)) is not None
    }
    return found - {"", "password"}


def _event(event: dict[str, Any], budget: Budget) -> dict[str, Any]:
    for name in ("data", "head", "tail"):
        data = event.get(name)
        if not data:
            continue
        event[name] = kept = budget.part(data)
        if len(kept) < len(data):
            event["cut"] = event.get("cut", 0) + len(data) - len(kept)
    return event


def _delivery(mail: "Delivery", budget: Budget) -> dict[str, Any]:
    tls = None if mail.tls is None else mail.tls.version
    return {
        **_mail(mail, budget),
        "envelope": {
            "MAIL FROM": visible(mail.sender) or "<>",
            "RCPT TO": [visible(each) for each in mail.recipients],
            "HELO": visible(mail.helo or ""),
            "protocol": mail.protocol,
            "connection": mail.connection,
            "TLS": tls or "no",
            "login": visible(mail.user or "") or "no",
            "received": f"{mail.received_at:%Y-%m-%d %H:%M:%S %Z}",
        },
    }


def _mail(mail: Mail, budget: Budget) -> dict[str, Any]:
    """Return a mail with its octets, and as its reader sees it."""
    raw = mail.raw
    whole = with_end(raw)
    header = raw[: min(body_start(whole), len(raw))]
    shown = {
        "subject": visible(mail.subject),
        "from": [_address(each) for each in mail.from_],
        "to": [_address(each) for each in (*mail.to, *mail.cc)],
        "octets": len(raw),
        "header": budget.part(header.decode("latin-1")),
        "headers": [
            [visible(name), visible(budget.part(value))] for name, value in mail.headers.items()
        ],
        "text": budget.part(mail.text),
        "html": frame_of(mail, budget),
        "attachments": [_attachment(each, budget) for each in mail.attachments],
    }
    source = None
    if budget.grant(len(raw)):
        source = b64encode(raw).decode()
    return {**shown, "source": source}


def frame_of(mail: Mail, budget: Budget) -> str | None:
    """Return what goes into the frame; empty without HTML, None if it is too large."""
    markup = mail.html
    if not markup:
        return ""
    if not budget.has_room_for(len(markup)):
        return None
    images = {name: _data_url(image) for name, image in mail.inline_images.items()}
    page = framed(markup, images)
    return page if budget.grant(len(page)) else None


def _data_url(image: Attachment) -> str:
    """Return the image as a URL; what is no image shows nothing as one."""
    kind = image.content_type
    if not kind.startswith("image/") or not kind.replace("/", "").replace("+", "").isalnum():
        kind = "image/png" if kind == "application/octet-stream" else "application/octet-stream"
    return f"data:{kind};base64,{b64encode(image.content).decode()}"


def _attachment(attachment: Attachment, budget: Budget) -> dict[str, Any]:
    content = attachment.content
    fits = budget.grant(len(content) * 4 // 3)
    return {
        "name": visible(attachment.filename or ""),
        "type": visible(attachment.content_type),
        "octets": len(content),
        "id": visible(attachment.content_id or ""),
        "inline": attachment.is_inline,
        "data": b64encode(content).decode() if fits else None,
    }


def _address(address: Any) -> str:  # noqa: ANN401  (an Address)
    name = visible(address.display_name or "")
    return f"{name} <{visible(address)}>" if name else visible(address)


def _mailboxes(
    one: FakeMail, deliveries: Iterable[Mail], budget: Budget
) -> Iterator[dict[str, Any]]:
    """Yield the mailboxes that hold something, of everybody."""
    known = {mail.raw: place for place, mail in reversed(list(enumerate(deliveries)))}
    for name, mailbox in mailboxes(one):
        if mailbox.messages:
            yield _mailbox(name, mailbox, known, budget)


def _mailbox(
    account: str, mailbox: MailboxHandle, known: Mapping[bytes, int], budget: Budget
) -> dict[str, Any]:
    messages = mailbox.messages
    return {
        "account": visible(account),
        "name": visible(mailbox.name),
        "count": len(messages),
        "messages": [
            {
                "uid": message.uid,
                "flags": [visible(flag) for flag in sorted(message.flags)],
                "received": f"{message.received_at:%Y-%m-%d %H:%M:%S %Z}",
                "subject": visible(message.subject),
                # What came by SMTP is shown once, with its envelope.
                "delivery": known.get(message.raw),
                "mail": None if message.raw in known else _mail(message, budget),
            }
            for message in messages[:_MOST_MESSAGES]
        ],
    }


def _finding(found: Any, budget: Budget) -> dict[str, str]:  # noqa: ANN401  (a Finding)
    return {"text": str(found), "lines": budget.part("\n".join(found.lines))}


def _details(findings: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Yield what is wrong, the worst of it without the verdict, which stands beside it."""
    for place, (verdict, detail) in enumerate(findings):
        yield visible(": ".join(filter(None, (verdict if place else "", detail))))


def _sweep(result: Any, budget: Budget) -> dict[str, Any]:  # noqa: ANN401  (a SweepResult)
    return {
        "summary": str(result),
        "rows": [
            {
                "number": row.number,
                "step": visible(row.step),
                "fault": visible(row.fault),
                "said": budget.part(visible(row.said)),
                "verdict": row.verdict,
                "found": budget.part("; ".join(_details(row.findings))),
                "line": visible(row.line),
            }
            for row in result.rows
        ],
    }
