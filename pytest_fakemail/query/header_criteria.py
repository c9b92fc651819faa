"""Criteria for the fields of a header, by name."""

from collections.abc import Mapping
from typing import Any

from pytest_fakemail.errors import BadArgument
from pytest_fakemail.mime.fields import field_name
from pytest_fakemail.query.comparing import Field


def header_criteria(fields: object) -> list[tuple[Field, Any]]:
    """Turn ``header={"X-Tag": "a", …}`` into a field for each."""
    if (
        not isinstance(fields, Mapping)
        or not fields
        or not all(isinstance(name, str) for name in fields)
    ):
        raise BadArgument(f"header={fields!r}: wanted fields by name, as {{'X-Tag': 'spring'}}")
    return [(_header(name), value) for name, value in fields.items()]


def _header(name: str) -> Field:
    """Return what asks for a header field."""
    field_name(name)
    return Field(f"header {name}", lambda mail: mail.headers.all(name))
