"""What a command is about, as far as fault rules ask: its mailbox and its messages."""

from pytest_fakemail.imap.client import Client
from pytest_fakemail.imap.grammar.mailboxes import named_mailbox
from pytest_fakemail.imap.grammar.numbers import SequenceSet
from pytest_fakemail.imap.reading import Reading
from pytest_fakemail.imap.table import Refused

_HAVE_TARGET = ("COPY", "MOVE")


def mailbox_of(reading: Reading, client: Client) -> str | None:
    """Return the mailbox that a command names, else the selected one, else None.

    Of COPY and MOVE it is the selected one: the other is `target_of`.
    """
    arguments = reading.arguments
    if reading.verb.removeprefix("UID ") in _HAVE_TARGET:
        return None if client.view is None else client.view.mailbox.name
    if reading.entry is not None and reading.entry.grammar is named_mailbox:
        return str(arguments)
    named: str | None = getattr(arguments, "mailbox", None)
    if named is not None:
        return named
    return None if client.view is None else client.view.mailbox.name


def target_of(reading: Reading) -> str | None:
    """Return the mailbox to which COPY and MOVE go, None of all other commands."""
    has_target = reading.verb.removeprefix("UID ") in _HAVE_TARGET
    return getattr(reading.arguments, "mailbox", None) if has_target else None


def uids_of(reading: Reading, client: Client) -> frozenset[int]:
    """Return the UIDs that a command speaks of, as far as there are such messages.

    For SEARCH and its like there are none: what they find is not known before.
    """
    if client.view is None:
        return frozenset()
    with client.registry:
        if reading.verb in {"EXPUNGE", "CLOSE"}:
            return frozenset(client.deleted())
        numbers = _numbers(reading.arguments)
        if numbers is None:
            return frozenset()
        try:
            _, messages = client.resolve(numbers, is_uid=reading.is_uid)
        except Refused:
            return frozenset()
    return frozenset(message.uid for message in messages)


def _numbers(arguments: object) -> SequenceSet | None:
    """Return the set of messages in a command's arguments; REPLACE names one."""
    if isinstance(arguments, SequenceSet):
        return arguments
    number = getattr(arguments, "number", None)
    if isinstance(number, int):
        return SequenceSet(((number, number),))
    numbers = getattr(arguments, "numbers", None)
    return numbers if isinstance(numbers, SequenceSet) else None
