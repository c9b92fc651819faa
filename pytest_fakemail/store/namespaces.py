"""The prefix of a user's own mailboxes, where there is one (RFC 2342 §5)."""

from pytest_fakemail.errors import BadSetting
from pytest_fakemail.settings import Settings
from pytest_fakemail.store.hierarchy import Hierarchy

_SEPARATORS = "/.|\\^"


def personal_prefix(settings: Settings) -> str:
    """Return what the names of a user's mailboxes but INBOX begin with, ``INBOX.`` or nothing.

    Raises:
        BadSetting: a prefix where names have no levels, nothing before the separator, or another
            separator there.
    """
    wanted, separator = settings.personal_namespace, settings.separator
    if wanted == "none":
        return ""
    if settings.gmail_labels:
        raise BadSetting(f"personal_namespace={wanted!r}: with gmail_labels there is no prefix")
    if separator == "NIL":
        raise BadSetting(f"personal_namespace={wanted!r}: separator='NIL' has no levels")
    name = wanted.removesuffix(separator)
    if not name or name[-1] in _SEPARATORS:
        raise BadSetting(f"personal_namespace={wanted!r}: wanted a name, as INBOX{separator}")
    return Hierarchy(separator).canonical(name) + separator


def below(prefix: str, name: str) -> str:
    """Return a name with the prefix, if it does not have it."""
    return name if name.startswith(prefix) else prefix + name
