"""What to say of a name that does not exist: what there is, and what was perhaps meant."""

from collections.abc import Iterable

from pytest_fakemail.errors import did_you_mean


def unknown(what: str, name: object, known: Iterable[str]) -> str:
    """Return the sentence that refuses a name.

    Args:
        what: the name with what it should be: ``"setting 'usre'"``.
        name: the name alone, compared in any case.
        known: those that there are.
    """
    known = list(known)
    guess = did_you_mean(name, known) if isinstance(name, str) else ""
    return f"no {what}; {guess}there is {', '.join(known) or 'none'}"
