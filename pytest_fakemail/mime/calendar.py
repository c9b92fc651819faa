"""What an invitation says: the text/calendar part of a mail (RFC 5545, RFC 6047)."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from pytest_fakemail.dataclass import dataclass
from pytest_fakemail.spelling import Spelt
from pytest_fakemail.visible import visible

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

_FOLD = re.compile(r"\r?\n[ \t]")
_LINE = re.compile(r"""([A-Za-z0-9-]+)((?:;[^=;:"]+=(?:"[^"]*"|[^";:])*)*):(.*)""")
_ZONE = re.compile(r';TZID="?([^";:]+)"?', re.IGNORECASE)
_ESCAPED = re.compile(r"\\(.)")
_DATE_LENGTH = len("20260102")
_EVENT_DEPTH = len(("VCALENDAR", "VEVENT"))


@dataclass(frozen=True, slots=True)
class Calendar(Spelt):
    """An iCalendar object; its properties are those of the first event or task in it.

    Attributes:
        text: the whole object.
        method: what the object itself says in capitals, ``"REQUEST"``, ``"REPLY"``,
            ``"CANCEL"`` …, empty without one.
        content_type_method: what the ``method`` parameter of the part says, in capitals,
            empty without one.  Both are to be the same (RFC 6047 §2.4): readers differ in
            which of them they follow.
    """

    text: str
    method: str
    content_type_method: str = ""

    def __repr__(self) -> str:
        claimed = self.content_type_method
        differs = "" if claimed == self.method else f", by its Content-Type {claimed or 'none'}"
        method = visible((self.method or "without method") + differs)
        return f"<Calendar {method}: {self.summary!r}>"

    def all(self, name: str) -> list[str]:
        """Return the values of every property of this name (``"ATTENDEE"``), in order."""
        return [value for key, _, value in self._properties() if key == name.upper()]

    def get(self, name: str) -> str:
        """Return the value of the first property of this name, empty without one."""
        return next(iter(self.all(name)), "")

    @property
    def uid(self) -> str:
        """The event's UID."""
        return self.get("UID")

    @property
    def summary(self) -> str:
        """The event's title."""
        return self.get("SUMMARY")

    @property
    def location(self) -> str:
        """Where the event takes place."""
        return self.get("LOCATION")

    @property
    def organizer(self) -> str:
        """The organizer's address, without ``mailto:``."""
        return _address(self.get("ORGANIZER"))

    @property
    def attendees(self) -> list[str]:
        """The attendees' addresses, without ``mailto:``."""
        return [_address(value) for value in self.all("ATTENDEE")]

    @property
    def start(self) -> datetime | date | None:
        """When the event begins; None if that is absent or no date."""
        return self._time("DTSTART")

    @property
    def end(self) -> datetime | date | None:
        """When the event ends; None if that is absent or no date."""
        return self._time("DTEND")

    def _time(self, name: str) -> datetime | date | None:
        """``DTSTART;TZID=Europe/Paris:20260102T090000``; aware if its zone is known."""
        for key, parameters, value in self._properties():
            if key == name:
                zone = _ZONE.search(parameters)
                return _time(value, zone.group(1) if zone else "")
        return None

    def _properties(self) -> Iterator[tuple[str, str, str]]:
        """Yield name, parameters and value of the first event's own properties."""
        for components, key, parameters, value in _lines(self.text):
            # Time zones stand beside the event, alarms inside of it: neither is meant.
            if len(components) == _EVENT_DEPTH and components[-1] != "VTIMEZONE":
                if key == "END":
                    return
                yield key, parameters, value


def calendar(text: str, content_type_method: str = "") -> Calendar:
    """Return a calendar; the first METHOD counts that belongs to the object as a whole."""
    methods = (
        value
        for components, key, _, value in _lines(text)
        if key == "METHOD" and len(components) == 1
    )
    method = next(methods, "").strip().upper()
    return Calendar(text, method, content_type_method.strip().upper())


def _lines(text: str) -> Iterator[tuple[list[str], str, str, str]]:
    """Yield each line: the components it stands in, its name, parameters and value."""
    components: list[str] = []
    for line in _FOLD.sub("", text).splitlines():
        content = _LINE.fullmatch(line.strip())
        if content is None:
            continue
        name, parameters, value = content.groups()
        name = name.upper()
        yield components, name, parameters, _ESCAPED.sub(_unescaped, value)
        if name == "BEGIN":
            components.append(value.upper())
        elif name == "END":
            del components[-1:]


def _unescaped(escape: re.Match[str]) -> str:
    r"""Undo ``ESCAPED-CHAR = "\\" / "\;" / "\," / "\N" / "\n"``."""
    return "\n" if escape.group(1) in "nN" else escape.group(1)


def _address(value: str) -> str:
    is_mailto = value[: len("mailto:")].lower() == "mailto:"
    return value[len("mailto:") :] if is_mailto else value


def _time(value: str, zone: str) -> datetime | date | None:
    try:
        if len(value) == _DATE_LENGTH:
            return date.fromisoformat(value)
        time = datetime.fromisoformat(value.removesuffix("Z"))
    except ValueError:
        return None
    return time.replace(tzinfo=UTC if value.endswith("Z") else _zone(zone))


def _zone(name: str) -> "ZoneInfo | None":
    from zoneinfo import ZoneInfo  # few mails have an invitation

    try:
        return ZoneInfo(name) if name else None
    except (LookupError, ValueError, OSError):  # OSError: the name of a directory of zones
        return None
