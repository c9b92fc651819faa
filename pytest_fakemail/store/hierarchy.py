"""How mailbox names are cut into levels (RFC 3501 §5.1.1).

INBOX is INBOX in any case (RFC 3501 §5.1), also as the first level of a name.
"""

from collections.abc import Iterator

from pytest_fakemail.dataclass import dataclass

INBOX = "INBOX"


@dataclass(frozen=True, slots=True)
class Hierarchy:
    """Names with `separator` between their levels; without one (None), all names are flat."""

    separator: str | None

    def levels(self, name: str) -> list[str]:
        """Return the levels of a name, highest first."""
        return [name] if self.separator is None else name.split(self.separator)

    def parents(self, name: str) -> Iterator[str]:
        """Return the names above a name, nearest first."""
        separator = self.separator
        while separator is not None and separator in name:
            name = name.rpartition(separator)[0]
            yield name

    def is_below(self, name: str, above: str) -> bool:
        """Whether a name is somewhere below another one."""
        return self.separator is not None and name.startswith(above + self.separator)

    def canonical(self, name: str) -> str:
        """Return a mailbox name with INBOX in capitals if it is the first level."""
        # By lower(), for upper() makes INBOX of a name with the dotless i of Turkish.
        is_inbox = self.levels(name)[0].lower() == INBOX.lower()
        return INBOX + name[len(INBOX) :] if is_inbox else name

    def without_end(self, name: str) -> str:
        """Return a name without the separator that may stand at its end.

        There it only announces that the client will make mailboxes below (RFC 3501 §6.3.3).
        """
        return name.removesuffix(self.separator or "")
