"""The flaws of all mail of an outbox, each with whose it is."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from pytest_fakemail.mime.flaws.flaw import Flaw, flaw
from pytest_fakemail.store.delivery import Delivery


def flaws_of_all(mails: Sequence[Delivery]) -> Iterator[Flaw]:
    """Yield the flaws of each, and those of all together."""
    seen: dict[str, int] = {}
    for place, mail in enumerate(mails):
        for one in mail.flaws:
            yield replace(one, text=f"outbox[{place}]: {one.text}")
        message_id = (mail.headers.get("Message-ID") or "").strip()
        first = seen.setdefault(message_id, place) if message_id else place
        if first != place:
            text = f"outbox[{place}] has the Message-ID of outbox[{first}], {message_id}"
            yield flaw("message-id-repeated", text)
