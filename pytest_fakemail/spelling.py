"""What to say of a name that does not exist: what there is, and what was perhaps meant."""

from collections.abc import Iterable

_ALIKE = 0.65


def unknown(what: str, name: object, known: Iterable[str]) -> str:
    """Return the sentence that refuses a name: what there is, and which was perhaps meant.

    Args:
        what: the name with what it should be: ``"setting 'usre'"``.
        name: the name alone, compared in any case.
        known: those that there are.
    """
    known = list(known)
    guess = _nearest(name, known) if isinstance(name, str) else ""
    return f"no {what}; {guess}there is {', '.join(known) or 'none'}"


def _nearest(name: str, known: list[str]) -> str:
    from difflib import get_close_matches

    spellings = {each.lower(): each for each in reversed(known)}
    close = get_close_matches(name.lower(), spellings, 1, _ALIKE)
    return f"did you mean {spellings[close[0]]!r}? " if close else ""
