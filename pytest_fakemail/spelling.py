"""What to say of a name that does not exist: what there is, and what was perhaps meant."""

from collections.abc import Iterable

from pytest_fakemail.errors import did_you_mean


def unknown(what: str, name: object, known: Iterable[str], *, several: bool = False) -> str:
    """Return the sentence that refuses a name.

    Args:
        what: the name with what it should be: ``"setting 'usre'"``.
        name: the name alone, compared in any case.
        known: those that there are.
        several: whether the call takes more names than one, each an argument.
    """
    known = list(known)
    guess = did_you_mean(name, known) if isinstance(name, str) else ""
    if several and isinstance(name, list | tuple | set | frozenset):
        guess = f"give names one by one, as in {', '.join(map(repr, name)) or 'A, B'}; "
    return f"no {what}; {guess}there is {', '.join(known) or 'none'}"
