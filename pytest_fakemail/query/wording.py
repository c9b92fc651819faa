"""How what a test wants stands in a sentence."""

import re
from collections.abc import Iterable

from pytest_fakemail.query.comparing import Comparison, Field

_WITH = "with "


def sentence(criteria: Iterable[tuple[Field, object]]) -> str:
    """Return what is wanted of the fields as the end of a sentence."""
    pieces: list[str] = []
    for said in (_said(field, wanted) for field, wanted in criteria):
        is_more = said.startswith(_WITH) and any(one.startswith(_WITH) for one in pieces)
        pieces.append(f"and {said.removeprefix(_WITH)}" if is_more else said)
    return " ".join(pieces)


def _said(field: Field, wanted: object) -> str:
    """Return what is wanted as a piece of a sentence: ``with subject 'Welcome'``."""
    if field.comparison == Comparison.SWITCH and isinstance(wanted, bool):
        return f"that is {'' if wanted else 'not '}{field.name}"
    return f"{field.phrase or f'with {field.name}'} {shown(wanted)}"


def shown(wanted: object) -> str:
    """Return a wanted value for a report: patterns as ``/…/``, functions by their name."""
    if isinstance(wanted, re.Pattern):
        return f"/{wanted.pattern}/"
    name = getattr(wanted, "__name__", None)
    return name if callable(wanted) and isinstance(name, str) else repr(wanted)
