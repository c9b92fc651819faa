"""Criteria by which a test picks mail: ``to="ann@example.test", subject=re.compile("Welc")``.

One rule for all of them: a text is equal to the field (contained in it for `text` and
`html`), a compiled pattern searches it, a callable decides about it, None wants it absent,
and any other object is compared by ``==``.  A field with several values, such as `to`,
matches if one of them does; a list or a set wants all of them, in order or in any.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from enum import Enum
from typing import Any

from pytest_fakemail.errors import BadArgument
from pytest_fakemail.mime.mail import Mail
from pytest_fakemail.store.delivery import Delivery

Values = Sequence[Any]


class Kind(Enum):
    """How a text is compared with the values of a field."""

    EXACT = "equals"
    ANY_CASE = "equals in any case"
    BODY = "is contained in"


@dataclass(frozen=True, slots=True)
class Criterion:
    """A field that can be asked for: where its values come from, and how a sentence has it."""

    name: str
    values: Callable[[Any], Values]
    kind: Kind = Kind.EXACT
    phrase: str = ""

    def said(self, wanted: object) -> str:
        """Return the criterion as a piece of a sentence: ``with subject 'Welcome'``."""
        return f"{self.phrase or f'with {self.name}'} {shown(wanted)}"


@dataclass(frozen=True, slots=True)
class Difference:
    """A field of a mail that is not as wanted; `name` is how a report calls the field."""

    name: str
    kind: Kind
    values: Values
    wanted: object


def shown(wanted: object) -> str:
    """Return a wanted value for a report: patterns as ``/…/``, functions by their name."""
    if isinstance(wanted, re.Pattern):
        return f"/{wanted.pattern}/"
    if callable(wanted) and not isinstance(wanted, type):
        return f"{getattr(wanted, '__name__', repr(wanted))}()"
    return repr(wanted)


def _recipients(mail: Mail) -> Values:
    # Who a mail reached says the envelope.  Only a mail without one has to be believed.
    return mail.recipients if isinstance(mail, Delivery) else mail.to


def _attachments(mail: Mail) -> Values:
    return list(mail.attachments)


_COMMON = (
    Criterion("to", _recipients, Kind.ANY_CASE, "to"),
    Criterion("cc", lambda mail: mail.cc, Kind.ANY_CASE, "cc"),
    Criterion("bcc", lambda mail: mail.bcc, Kind.ANY_CASE, "bcc"),
    Criterion("from_", lambda mail: mail.from_, Kind.ANY_CASE, "from"),
    Criterion("subject", lambda mail: mail.headers.all("Subject")[:1]),
    Criterion("text", lambda mail: [mail.text] if mail.text else [], Kind.BODY),
    Criterion("html", lambda mail: [mail.html] if mail.html else [], Kind.BODY),
    Criterion("header", lambda _: []),
    Criterion("attachment", _attachments),
    Criterion("where", lambda mail: [mail], phrase="where"),
)
DELIVERY = (
    *_COMMON[:3],
    Criterion("sender", lambda mail: [mail.sender], Kind.ANY_CASE, "by sender"),
    *_COMMON[3:],
)
"""What a delivery in the outbox is picked by."""

MESSAGE = (
    Criterion("uid", lambda message: [message.uid]),
    *_COMMON,
    Criterion("flags", lambda message: sorted(message.flags), Kind.ANY_CASE),
    Criterion("seen", lambda message: [message.seen], phrase="seen ="),
    Criterion("answered", lambda message: [message.answered], phrase="answered ="),
    Criterion("flagged", lambda message: [message.flagged], phrase="flagged ="),
    Criterion("deleted", lambda message: [message.deleted], phrase="deleted ="),
    Criterion("draft", lambda message: [message.draft], phrase="draft ="),
)
"""What a message in a mailbox is picked by."""


class Criteria:
    """What a test wants of a mail; `difference` says how far a mail is from it."""

    def __init__(self, known: Iterable[Criterion], wanted: Mapping[str, Any]) -> None:
        """Check that every name is a criterion and every value possible.

        Raises:
            BadArgument: an unknown name, a pattern over bytes, a `header` that is no mapping.
        """
        by_name = {criterion.name: criterion for criterion in known}
        self._wanted: list[tuple[Criterion, Any]] = []
        for name, value in wanted.items():
            if name not in by_name:
                raise BadArgument(_unknown(name, by_name))
            if name == "header":
                self._wanted += _header_criteria(value)
            else:
                self._wanted.append((by_name[name], _checked(name, value)))

    def __str__(self) -> str:
        """Return the criteria as the end of a sentence, empty without any."""
        return " ".join(criterion.said(value) for criterion, value in self._wanted)

    def difference(self, mail: Mail) -> list[Difference]:
        """Return the fields in which a mail is not as wanted, in the order of the criteria."""
        return [
            Difference(criterion.name, criterion.kind, values, wanted)
            for criterion, wanted in self._wanted
            if not _matches(wanted, values := criterion.values(mail), criterion.kind)
        ]

    def match(self, mail: Mail) -> bool:
        """Whether nothing of a mail is different from what is wanted."""
        return all(
            _matches(wanted, criterion.values(mail), criterion.kind)
            for criterion, wanted in self._wanted
        )


def _unknown(name: str, known: Iterable[str]) -> str:
    known = list(known)
    close = get_close_matches(name, known, 1, 0.5)
    guess = f"did you mean {close[0]!r}? " if close else ""
    return f"no criterion {name!r}; {guess}there is {', '.join(known)}"


def _checked(name: str, value: object) -> object:
    if isinstance(value, re.Pattern) and isinstance(value.pattern, bytes):
        raise BadArgument(f"{name}={value!r}: wanted a pattern over text, not over bytes")
    if name == "where" and not callable(value):
        raise BadArgument(f"where={value!r}: wanted a callable that decides about a mail")
    return value


def _header_criteria(fields: object) -> list[tuple[Criterion, Any]]:
    """Turn ``header={"X-Tag": "a", …}`` into a criterion for each field."""
    if not isinstance(fields, Mapping) or not all(isinstance(name, str) for name in fields):
        raise BadArgument(f"header={fields!r}: wanted fields by name, as {{'X-Tag': 'spring'}}")
    return [(_header(name), _checked("header", value)) for name, value in fields.items()]


def _header(name: str) -> Criterion:
    return Criterion(f"header {name}", lambda mail: mail.headers.all(name))


def _matches(wanted: object, values: Values, kind: Kind) -> bool:
    match wanted:
        case None:
            return not values
        case re.Pattern():
            return any(wanted.search(text) for value in values for text in _texts(value))
        case str():
            return any(_text_matches(wanted, value, kind) for value in values)
        # A class is callable too, but dirty-equals' classes are meant to be compared.
        case _ if callable(wanted) and not isinstance(wanted, type):
            return any(wanted(value) for value in values)
        case _:
            return _equals(wanted, values, kind)


def _equals(wanted: object, values: Values, kind: Kind) -> bool:
    if isinstance(wanted, set | frozenset):
        return set(_folded(wanted, kind)) == set(_folded(values, kind))
    if isinstance(wanted, list | tuple):
        return _folded(wanted, kind) == _folded(values, kind)
    # dirty-equals' IsStr knows only str itself, no address that is also one.
    plain = [str(value) if isinstance(value, str) else value for value in values]
    return wanted == plain or any(
        wanted == each for value in values for each in (value, *_texts(value))
    )


def _folded(values: Iterable[object], kind: Kind) -> list[object]:
    """Return values as they are compared by lists and sets: attachments go by their names."""
    named = (getattr(value, "filename", value) for value in values)
    return [
        value.casefold() if isinstance(value, str) and kind is Kind.ANY_CASE else value
        for value in named
    ]


def _text_matches(wanted: str, value: object, kind: Kind) -> bool:
    match kind:
        case Kind.BODY:
            return wanted.replace("\r\n", "\n") in str(value)
        case Kind.ANY_CASE:
            return any(wanted.casefold() == text.casefold() for text in _texts(value))
        case Kind.EXACT:
            return value == wanted or wanted in _texts(value)


def _texts(value: object) -> list[str]:
    """Return the texts that a value goes by: an address with and without its display name."""
    if isinstance(value, str):
        full = getattr(value, "full", None)
        return [str(value)] if full is None else [str(value), full]
    filename = getattr(value, "filename", None)
    return [] if filename is None else [filename]
