"""Invitations: the first event of an iCalendar object."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from pytest_fakemail.mime.calendar import calendar
from pytest_fakemail.mime.mail import Mail

INVITATION = """BEGIN:VCALENDAR
METHOD:REQUEST
BEGIN:VTIMEZONE
TZID:Europe/Paris
BEGIN:STANDARD
DTSTART:19701025T030000
END:STANDARD
END:VTIMEZONE
BEGIN:VEVENT
UID:7@x.test
SUMMARY:Lunch\\, and
  talk\\nlater
LOCATION;LANGUAGE=en:Room "1"
DTSTART;TZID=Europe/Paris:20260102T120000
DTEND:20260102T130000Z
ORGANIZER;CN="Ann: boss":mailto:ann@x.test
ATTENDEE;RSVP=TRUE:MAILTO:bob@x.test
ATTENDEE:urn:uuid:1
BEGIN:VALARM
SUMMARY:Wake up
END:VALARM
END:VEVENT
BEGIN:VEVENT
SUMMARY:Another
ATTENDEE:mailto:eve@x.test
END:VEVENT
END:VCALENDAR
"""


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_the_first_event_is_read(end: str) -> None:
    read = calendar(INVITATION.replace("\n", end))
    assert (read.method, read.uid) == ("REQUEST", "7@x.test")
    assert (read.summary, read.location) == ("Lunch, and talk\nlater", 'Room "1"')
    assert read.organizer == "ann@x.test"
    assert read.attendees == ["bob@x.test", "urn:uuid:1"]
    assert read.start == datetime(2026, 1, 2, 12, tzinfo=ZoneInfo("Europe/Paris"))
    assert read.end == datetime(2026, 1, 2, 13, tzinfo=UTC)
    assert read.text == INVITATION.replace("\n", end)


def test_the_method_is_the_objects_and_a_mismatch_shows() -> None:
    """RFC 6047 §2.4 has both the same; a mail in which they differ is not to look sound."""
    read = calendar(INVITATION, "cancel")
    assert (read.method, read.content_type_method) == ("REQUEST", "CANCEL")
    assert "by its Content-Type CANCEL" in repr(read)
    assert "Content-Type" not in repr(calendar(INVITATION, "request"))


def test_an_object_without_a_method_has_none() -> None:
    read = calendar(INVITATION.replace("METHOD:REQUEST\n", ""), "REQUEST")
    assert (read.method, read.content_type_method) == ("", "REQUEST")


def test_a_method_inside_of_an_event_is_not_the_objects() -> None:
    assert calendar(event("METHOD:CANCEL")).method == ""


def event(line: str) -> str:
    return f"BEGIN:VCALENDAR\nBEGIN:VEVENT\n{line}\nEND:VEVENT\nEND:VCALENDAR"


def test_a_start_may_be_a_day_or_have_no_zone() -> None:
    assert calendar(event("DTSTART;VALUE=DATE:20260102")).start == date(2026, 1, 2)
    floating = calendar(event("DTSTART;TZID=No/Where:20260102T030405")).start
    assert isinstance(floating, datetime)
    assert floating.tzinfo is None


@pytest.mark.parametrize("line", ["", "DTSTART:soon", "DTSTART:99999999", "DTSTART;TZID=..:x"])
def test_what_is_no_date_is_none(line: str) -> None:
    assert calendar(event(line)).start is None


def test_rubbish_is_an_empty_calendar() -> None:
    read = calendar("END:VEVENT\n\0;;:::\nBEGIN:")
    assert (read.method, read.summary, read.attendees, read.end) == ("", "", [], None)


def test_a_fold_within_a_character_is_undone() -> None:
    """RFC 5545 §3.1: lines are folded by octets, in the middle of a character too."""
    event = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:Grüße €\r\nEND:VEVENT\r\n".encode()
    for place in range(event.index(b"SUMMARY") + 1, event.index(b"END") - 2):
        folded = event[:place] + b"\r\n " + event[place:]
        mail = Mail(b"Content-Type: text/calendar; charset=utf-8\r\n\r\n" + folded)
        assert mail.calendar is not None
        assert mail.calendar.summary == "Grüße €"
