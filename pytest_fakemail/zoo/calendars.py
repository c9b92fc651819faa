"""Invitations, as five programs send them, and what goes wrong with them."""

from pytest_fakemail.zoo.entry import Entry, Reading, entry, message

_EVENT = """\
BEGIN:VCALENDAR
PRODID:{product}
VERSION:2.0
METHOD:{method}
BEGIN:VEVENT
UID:{uid}
DTSTAMP:20260105T093000Z
DTSTART{start}
DTEND{end}
SUMMARY:Review
ORGANIZER;CN=Ann:mailto:ann@example.test
ATTENDEE;CN=Bob;RSVP=TRUE:mailto:bob@example.test
{extra}END:VEVENT
END:VCALENDAR
"""


def _event(
    product: str,
    uid: str,
    *,
    method: str = "REQUEST",
    extra: str = "",
    start: str = ":20260112T090000Z",
    end: str = ":20260112T100000Z",
) -> str:
    return _EVENT.format(product=product, uid=uid, method=method, extra=extra, start=start, end=end)


def _alternative(name: str, event: str, content_type: str) -> bytes:
    return message(
        name,
        "Subject: Review\nMIME-Version: 1.0\nContent-Type: multipart/alternative; boundary=b\n\n"
        f"--b\nContent-Type: text/plain\n\nYou are invited.\n--b\n{content_type}\n\n{event}--b--\n",
    )


_TYPE = "Content-Type: text/calendar; charset=utf-8; method={method}"

ENTRIES: tuple[Entry, ...] = (
    entry(
        "invitation-gmail",
        "calendar gmail",
        "Google Calendar: in the alternative and once more as a file.",
        message(
            "invitation-gmail",
            "Subject: Invitation: Review\nMIME-Version: 1.0\n"
            "Content-Type: multipart/mixed; boundary=m\n\n"
            "--m\nContent-Type: multipart/alternative; boundary=b\n\n"
            "--b\nContent-Type: text/plain\n\nYou are invited.\n"
            '--b\nContent-Type: text/calendar; charset="UTF-8"; method=REQUEST\n\n'
            + _event("-//Google Inc//Google Calendar 70.9054//EN", "g1@google.com")
            + '--b--\n--m\nContent-Type: application/ics; name="invite.ics"\n'
            'Content-Disposition: attachment; filename="invite.ics"\n\n'
            + _event("-//Google Inc//Google Calendar 70.9054//EN", "g1@google.com")
            + "--m--\n",
        ),
        Reading(text="You are invited.", attachments=("invite.ics",)),
    ),
    entry(
        "invitation-outlook",
        "calendar outlook",
        "Outlook: the zone has a name of Windows, and there is an alarm.",
        _alternative(
            "invitation-outlook",
            _event(
                "Microsoft Exchange Server 2010",
                "040000008200E00074C5B7101A82E008",
                extra="X-MICROSOFT-CDO-BUSYSTATUS:TENTATIVE\n",
                start=";TZID=W. Europe Standard Time:20260112T100000",
                end=";TZID=W. Europe Standard Time:20260112T110000",
            ),
            _TYPE.format(method="REQUEST"),
        ),
        Reading(text="You are invited."),
    ),
    entry(
        "invitation-apple",
        "calendar apple",
        "Apple's Calendar: a day without hours.",
        _alternative(
            "invitation-apple",
            _event(
                "-//Apple Inc.//macOS 15.0//EN",
                "9B2D-APPLE",
                start=";VALUE=DATE:20260112",
                end=";VALUE=DATE:20260113",
            ),
            _TYPE.format(method="REQUEST"),
        ),
        Reading(text="You are invited."),
    ),
    entry(
        "invitation-thunderbird",
        "calendar thunderbird",
        "Thunderbird: a series with a rule.",
        _alternative(
            "invitation-thunderbird",
            _event(
                "-//Mozilla.org/NONSGML Mozilla Calendar V1.1//EN",
                "tb-1",
                extra="RRULE:FREQ=WEEKLY;COUNT=4\n",
            ),
            _TYPE.format(method="REQUEST"),
        ),
        Reading(text="You are invited."),
    ),
    entry(
        "invitation-zimbra",
        "calendar zimbra",
        "Zimbra: the object is folded in the middle of a word.",
        _alternative(
            "invitation-zimbra",
            _event("Zimbra-Calendar-Provider", "z-1", extra="DESCRIPTION:A long tex\n t, folded\n"),
            _TYPE.format(method="REQUEST"),
        ),
        Reading(text="You are invited."),
    ),
    entry(
        "invitation-cancelled",
        "calendar",
        "A meeting is called off.",
        _alternative(
            "invitation-cancelled",
            _event("-//x//y//EN", "c-1", method="CANCEL", extra="STATUS:CANCELLED\nSEQUENCE:1\n"),
            _TYPE.format(method="CANCEL"),
        ),
        Reading(text="You are invited."),
    ),
    entry(
        "invitation-methods-disagree",
        "calendar broken",
        "The type says REQUEST, the object says CANCEL.",
        _alternative(
            "invitation-methods-disagree",
            _event("-//x//y//EN", "d-1", method="CANCEL"),
            _TYPE.format(method="REQUEST"),
        ),
        Reading(text="You are invited."),
    ),
    entry(
        "invitation-reply",
        "calendar",
        "Somebody accepts.",
        _alternative(
            "invitation-reply",
            _event("-//x//y//EN", "r-1", method="REPLY").replace("RSVP=TRUE", "PARTSTAT=ACCEPTED"),
            _TYPE.format(method="REPLY"),
        ),
        Reading(text="You are invited."),
    ),
)
