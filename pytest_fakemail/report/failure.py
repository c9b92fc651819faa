"""What a failed test shows of its mail: sections of the report.

What matters comes first and fits a screen; ``-vv`` shows all of it.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from pytest_fakemail.asserts.explain import summary
from pytest_fakemail.blame import told
from pytest_fakemail.fakemail import FakeMail
from pytest_fakemail.pattern import pattern
from pytest_fakemail.report.holdings import mailboxes, queued
from pytest_fakemail.transcript.exchanges import RecordedConnection
from pytest_fakemail.transcript.passages import telling
from pytest_fakemail.transcript.transcript import Place
from pytest_fakemail.visible import shortened, visible_lines

_MOST_MAILS = 20
_MOST_LINES = 40
_ALL = 100_000
_MOST_MESSAGES = 10
_REFUSED = 400
_TELLING = ("fetch-without-peek", "foreign-expunge", "retry-of-permanent", "uidvalidity-ignored")
"""Bad conduct that changes what a test finds; the rest would only distract."""

_MISTAKE = pattern(
    r"^(E +)?(BadArgument|BadSetting|UnknownA\w+|UnknownCapability|Impossible|NotRunning"
    r"|(dataclasses\.)?FrozenInstanceError|UsageError): ",
    re.MULTILINE,
)
"""The test's own mistake is why nothing came; a mailbox may be unknown for the app never came."""


_MISSED = pattern(r"UnmetExpectation: no mail.*: nobody connected to \w+ \((?:tls_)?port (\d+)")
"""Said by who looked when nothing had come to a port."""


def sections(
    fakemails: Sequence[FakeMail],
    *,
    is_whole: bool = False,
    said: str = "",
    places: Mapping[FakeMail, Place] = MappingProxyType({}),
    whole: str = "-vv",
) -> list[tuple[str, str]]:
    """Return titles with texts: what each FakeMail saw of the test.

    Args:
        fakemails: those that the test used.
        is_whole: everything, instead of a screenful.
        said: what the failure says by itself, which is not said again.
        places: how far the transcripts were before the test, of those that were there.
        whole: what shows everything.
    """
    found: list[tuple[str, str]] = []
    for number, one in enumerate(fakemails, 1):
        one._look_at_sockets()  # noqa: SLF001  (our own)
        which = f" {number} of {len(fakemails)}" if len(fakemails) > 1 else ""
        place = places.get(one)
        own = None if place is None else one.transcript._numbers_since(place)  # noqa: SLF001
        parts = {
            "conversation": _conversation(one, said, own, "" if is_whole else whole),
            "outbox": _mails(one),
            "queue": _queue(one),
            "mailboxes": _mailboxes(one),
            "notes": "\n".join(_notes(one, said, own)),
        }
        found += [
            (f"fakemail {part}{which}", visible_lines(text)) for part, text in parts.items() if text
        ]
    return found


def _conversation(one: FakeMail, said: str, own: frozenset[int] | None, whole: str) -> str:
    """Return all connections if they are short, else the one that matters and the others' names.

    Of a FakeMail that others use, too, only those of the test; `whole` shows everything, or this
    does if it is empty.
    """
    everything = one.transcript.connections
    connections = [other for other in everything if own is None or other.number in own]
    if not connections:
        return ""
    if not whole:
        return one.transcript.excerpt(most_lines=_ALL)
    swept = [other for other in connections if other.number in one._swept]  # noqa: SLF001  (our own)
    connections = [other for other in connections if other not in swept]
    if swept:
        remark = (
            f"({len(swept)} connections of a sweep, which has told of them; {whole} shows them)"
        )
        return "\n".join([*_chosen(one, connections, said, whole), remark])
    if len(everything) == len(connections) > 1:
        text = one.transcript.excerpt(most_lines=_MOST_LINES + 1, is_brief=True)
        if text.count("\n") < _MOST_LINES:
            return text
    lines = _chosen(one, connections, said, whole)
    if len(everything) > 1:
        lines.append(f"({whole} shows all connections)")
    return "\n".join(lines)


def _chosen(
    one: FakeMail, connections: Sequence[RecordedConnection], said: str, whole: str
) -> list[str]:
    """Return the connection that matters, and the names of the others."""
    if not connections:
        return []
    meant = _spoken_of(one, said)
    chosen = max(
        connections, key=lambda other: (other.number in meant, _weight(other), other.number)
    )
    lines = one.transcript.of_connection(chosen.number).split("\n")
    others = [f"{other!r}" for other in connections if other is not chosen]
    return [*telling(lines, _MOST_LINES, hint=f", {whole} shows them"), *others[-_MOST_MAILS:]]


def _spoken_of(one: FakeMail, said: str) -> set[int]:
    """Return the connections by which the mails came that a failure speaks of."""
    mails = one.store.deliveries
    if len(mails) == 1 and "nearest of 1" in said:
        return {mails[0].connection}
    return {mail.connection for place, mail in enumerate(mails) if f"outbox[{place}]" in said}


def _weight(connection: RecordedConnection) -> int:
    """Return how likely a connection is the reason of a failure."""
    notes = " ".join(connection.notes)
    if "fault: " in notes or "failed" in notes or "mistake" in notes:
        return 3
    codes = [exchange.reply_code for exchange in connection.exchanges]
    if any(code in ("NO", "BAD", "BYE", "-ERR") for code in codes):
        return 2
    return int(any(isinstance(code, int) and code >= _REFUSED for code in codes)) * 2


def _mails(one: FakeMail) -> str:
    deliveries = list(one.outbox)
    has_several = len({mail.connection for mail in deliveries}) > 1
    lines = []
    if len(deliveries) > _MOST_MAILS:
        lines.append(f"… {len(deliveries) - _MOST_MAILS} earlier ones not shown")
    for place, mail in list(enumerate(deliveries))[-_MOST_MAILS:]:
        by = f"  (connection {mail.connection})" if has_several else ""
        lines.append(f"outbox[{place}]  {summary(mail)}{by}")
    return "\n".join(lines)


def _queue(one: FakeMail) -> str:
    """Return what waits to be sent on."""
    lines = queued(one)
    if len(lines) > _MOST_MAILS:
        lines[_MOST_MAILS:] = [f"… {len(lines) - _MOST_MAILS} later ones not shown"]
    return "\n".join(lines)


def _mailboxes(one: FakeMail) -> str:
    """Return what is in the mailboxes, if it is there to be read."""
    if not _is_for_reading(one):
        return ""
    return "\n".join(_mailbox_lines(one))


def _mailbox_lines(one: FakeMail) -> Iterator[str]:
    for name, mailbox in mailboxes(one):
        messages = mailbox.messages
        if not messages:
            continue
        yield f"{name}, {mailbox.name}: {len(messages)} message{'s' * (len(messages) > 1)}"
        if len(messages) > _MOST_MESSAGES:
            yield f"  … {len(messages) - _MOST_MESSAGES} earlier ones not shown"
        for message in messages[-_MOST_MESSAGES:]:
            flags = " ".join(sorted(message.flags))
            yield f"  uid {message.uid}  {shortened(repr(message.subject), 80)} ({flags})"


def _notes(one: FakeMail, said: str, own: frozenset[int] | None) -> Iterator[str]:
    if bugs := one._world.bugs:  # noqa: SLF001  (our own)
        yield told(bugs)
    is_for_reading = _is_for_reading(one)
    if is_for_reading:
        what, reasons = "nobody has read mail", one.why_nobody_read()
    elif not any(own is None or mail.connection in own for mail in one.store.deliveries):
        what = "no mail came" + (" in this test" if one.store.deliveries else "")
        reasons = one._why_no_mail(one.transcript, own)  # noqa: SLF001  (our own)
    else:
        what, reasons = "", []
    if reasons and reasons[0] not in said and not _MISTAKE.search(said):
        yield f"{what}: {reasons[0]}"
        yield from (f"  {line}" for line in reasons[1:])
    if (missed := _MISSED.search(said)) and one.store.deliveries:
        ports = one._ports("smtp", "lmtp")  # noqa: SLF001  (our own)
        if any(int(missed[1]) in (ports_of.plain, ports_of.tls) for ports_of in ports):
            yield "mail came, but after it had been looked for"
    yield from (text for text in one.unfired_faults() if text not in said)
    yield from (
        f"conduct: {found}"
        for found in one._found_so_far()  # noqa: SLF001  (our own)
        if found.name in _TELLING
    )


def _is_for_reading(one: FakeMail) -> bool:
    """Whether mail is there for IMAP or POP3 that did not come by SMTP, or they were asked for."""
    if any(other.protocol in ("imap", "pop3") for other in one.transcript.connections):
        return True
    used = one._used_protocols  # noqa: SLF001  (our own)
    if not used & {"smtp", "lmtp"} and used & {"imap", "pop3"}:
        return True
    sent = {id(mail.raw) for mail in one.store.deliveries}
    return any(id(message.raw) not in sent for _, box in mailboxes(one) for message in box.messages)
