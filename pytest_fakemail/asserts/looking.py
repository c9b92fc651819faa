"""Which mail a test was given: for the question, at its end, whether nobody looked at some."""

from collections.abc import Iterable
from typing import TypeVar

from pytest_fakemail.mime.mail import Mail
from pytest_fakemail.store.store import Store

M = TypeVar("M", bound=Mail)


def looked_at(store: Store, mail: M) -> M:
    """Take note that the test is given a mail; return it."""
    all_looked_at(store, (mail,))
    return mail


def all_looked_at(store: Store, mails: Iterable[M]) -> list[M]:
    """Take note that the test is given these, if it is to be asked at its end; return them."""
    found = list(mails)
    if "mail" in store.settings.leaks:
        # The octets too: that keeps them alive, and their identity their own.
        store.looked_at.update((id(mail.raw), mail.raw) for mail in found)
    return found
