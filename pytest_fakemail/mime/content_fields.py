"""What a part says of itself: its Content- fields (RFC 2045, RFC 2183, RFC 3282).

Messages say the same few things again and again, so what a header block says is remembered
for blocks that are not long.
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from pytest_fakemail.dataclass import dataclass
from pytest_fakemail.mime import named_fields, parameters
from pytest_fakemail.mime.headers import Headers
from pytest_fakemail.mime.parameters import Parameters


class ContentType(NamedTuple):
    """``type "/" subtype *(";" parameter)``, in the octets and case as sent."""

    type: bytes = b"text"
    subtype: bytes = b"plain"
    parameters: Parameters = ()

    @property
    def name(self) -> bytes:
        """``b"text/plain"``, in lower case."""
        return self.type.lower() + b"/" + self.subtype.lower()

    @property
    def boundary(self) -> bytes:
        """The boundary parameter, empty without one."""
        for name, value in self.parameters:
            if name.lower() == b"boundary":
                return value.rstrip()
        # RFC 2231 §4 is for any parameter, and some programs write all of them so.
        return (self.text(b"boundary") or "").encode().rstrip()

    @property
    def may_be_flat(self) -> bool:
        """Whether this is a multipart whose parts may all be leaves: those of a digest are none."""
        is_multipart = self.type.lower() == b"multipart"
        return is_multipart and self.subtype.lower() != b"digest" and bool(self.boundary)

    def text(self, parameter: bytes) -> str | None:
        """Return a parameter (its name in lower case) as text, decoded."""
        return parameters.text(self.parameters, parameter)


@dataclass(frozen=True, slots=True)
class Disposition:
    """``Content-Disposition`` (RFC 2183); `kind` is ``b"attachment"`` or so, as sent."""

    kind: bytes
    parameters: Parameters = ()

    def text(self, parameter: bytes) -> str | None:
        """Return a parameter (its name in lower case) as text, decoded."""
        return parameters.text(self.parameters, parameter)


@dataclass(frozen=True, slots=True)
class Description:
    """The rarer Content- fields of a part, unfolded; `None` where absent."""

    id: bytes | None = None
    description: bytes | None = None
    md5: bytes | None = None
    disposition: Disposition | None = None
    languages: tuple[bytes, ...] = ()
    location: bytes | None = None


class ContentFields(NamedTuple):
    """All of them; `content_type` is None where the part does not say."""

    content_type: ContentType | None
    encoding: bytes
    described: Description
    is_leaf: bool
    """Whether there are no parts to look for inside, by the Content-Type."""


PLAIN = ContentType()
"""What a part is that does not say (RFC 2045 §5.2)."""

FIELDS = frozenset(
    {
        b"content-type",
        b"content-transfer-encoding",
        b"content-id",
        b"content-description",
        b"content-md5",
        b"content-disposition",
        b"content-language",
        b"content-location",
    }
)
"""The names of the fields that are read, in lower case."""

_NOTHING = Description()
_ENCODINGS = frozenset({b"7bit", b"8bit", b"base64", b"quoted-printable"})
_CACHED_SIZE = 200
_CACHED_BLOCK = 400


def content_fields(block: bytes) -> ContentFields:
    """Read the header block of a part, or of a message."""
    return _remembered(block) if len(block) <= _CACHED_BLOCK else _read_block(block)


def content_fields_among(fields: Headers) -> ContentFields:
    """Read those of a header that is split already."""
    return _read(fields.firsts(FIELDS))


def _read_block(block: bytes) -> ContentFields:
    return _read(named_fields.first_values(block, FIELDS))


_remembered = lru_cache(maxsize=512)(_read_block)


def _read(fields: dict[bytes, bytes]) -> ContentFields:
    given = fields.pop(b"content-type", None)
    encoding = fields.pop(b"content-transfer-encoding", b"7bit")
    kind = None if given is None else content_type(given)
    return ContentFields(
        kind,
        encoding if encoding in _ENCODINGS else _encoding(encoding),
        _described(fields) if fields else _NOTHING,
        kind is None or kind.type.lower() not in {b"multipart", b"message"},
    )


def content_type(value: bytes) -> ContentType:
    """Read the value of a Content-Type field; text/plain if it names no type."""
    return _content_type(value) if len(value) <= _CACHED_SIZE else _read_content_type(value)


def _read_content_type(value: bytes) -> ContentType:
    name, values = parameters.split(value)
    kind, _, subtype = name.partition(b"/")
    kinds, subtypes = kind.split(), subtype.split()
    if not (kinds and subtypes):
        return ContentType(parameters=values)
    return ContentType(kinds[-1], subtypes[0], values)


_content_type = lru_cache(maxsize=256)(_read_content_type)


def _encoding(value: bytes) -> bytes:
    words = parameters.split(value)[0].split()
    return words[0] if words else b"7bit"


def _described(fields: dict[bytes, bytes]) -> Description:
    disposition = fields.get(b"content-disposition")
    languages = fields.get(b"content-language")
    return Description(
        id=fields.get(b"content-id"),
        description=fields.get(b"content-description"),
        md5=fields.get(b"content-md5"),
        disposition=None if not disposition else Disposition(*parameters.split(disposition)),
        languages=() if not languages else tuple(_listed(languages)),
        location=fields.get(b"content-location"),
    )


def _listed(value: bytes) -> Iterator[bytes]:
    """``Content-Language: en, de (German)``."""
    for language in parameters.split(value)[0].split(b","):
        if language.strip():
            yield language.strip()
