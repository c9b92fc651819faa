"""What a command is about, as far as fault rules ask: its mailbox and its messages.

Each function is the `tell` of some entries of the tables.  UIDs are told only where there are
rules that may ask for them; of SEARCH and its like none are, for what they find is not known
before, but all numbers that there are.
"""

from typing import Protocol

from pytest_fakemail.imap.client import Client
from pytest_fakemail.imap.grammar.numbers import SequenceSet
from pytest_fakemail.imap.table import Refused
from pytest_fakemail.wire.exchange import Exchange


class _WithMailbox(Protocol):
    @property
    def mailbox(self) -> str: ...


class _WithNumbers(Protocol):
    @property
    def numbers(self) -> SequenceSet: ...


def tell_name(_client: Client, exchange: Exchange, name: str) -> None:
    """A mailbox is all that the command names."""
    exchange.mailbox = name


def tell_mailbox(_client: Client, exchange: Exchange, asked: _WithMailbox) -> None:
    """The command names a mailbox among other things."""
    exchange.mailbox = asked.mailbox


def tell_numbers(client: Client, exchange: Exchange, asked: _WithNumbers) -> None:
    """The command names messages of the selected mailbox."""
    tell_uids(client, exchange, asked.numbers)


def tell_set(client: Client, exchange: Exchange, numbers: SequenceSet) -> None:
    """Messages are all that the command names."""
    tell_uids(client, exchange, numbers)


def tell_all_numbers(client: Client, exchange: Exchange, _: object) -> None:
    """The command may find any message."""
    if client.service.faults.heeds("imap", exchange.verb) and client.view is not None:
        with client.registry:
            numbers, messages = client.view.everything()
            exchange.numbers = {
                number: message.uid for number, message in zip(numbers, messages, strict=True)
            }


def tell_deleted(client: Client, exchange: Exchange, _: None) -> None:
    r"""The command is about the messages with ``\Deleted``."""
    if client.service.faults.heeds("imap", exchange.verb) and client.view is not None:
        with client.registry:
            exchange.uids = frozenset(client.deleted())


def tell_uids(client: Client, exchange: Exchange, numbers: SequenceSet) -> None:
    """Tell the UIDs of those of the messages that there are."""
    if not client.service.faults.heeds("imap", exchange.verb) or client.view is None:
        return
    with client.registry:
        try:
            known, messages = client.resolve(numbers, is_uid=exchange.verb.startswith("UID "))
        except Refused:
            return
        exchange.numbers = {
            number: message.uid for number, message in zip(known, messages, strict=True)
        }
        exchange.uids = frozenset(exchange.numbers.values())
