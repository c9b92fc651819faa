"""Accounts by what somebody says who wants in: a client its name and password, a test a name."""

from pytest_fakemail.errors import BadArgument
from pytest_fakemail.store.account import Account
from pytest_fakemail.store.store import Store


def login(store: Store, name: str, password: str) -> Account | None:
    """Return the account that this name and password open, or None.

    With ``settings.accept_any_login`` an unknown name gets an account.  Whether the
    account is locked is the caller's question.
    """
    account = store.account(name)
    if account is not None:
        is_open = store.settings.accept_any_login or account.accepts_password(password)
        return account if is_open else None
    if not store.settings.accept_any_login:
        return None
    try:
        return store.add_account(name, password)
    except BadArgument:
        return None


def account_for(store: Store, name: str, password: str | None) -> Account:
    """Return the account of this name, made if need be, with this password if one is given.

    Raises:
        BadArgument: a name that cannot be one, a password that is no text.
    """
    if not isinstance(name, str):
        raise BadArgument(f"no login name: {name!r}; wanted e.g. 'ann@example.test'")
    if password is not None and not isinstance(password, str):
        raise BadArgument(f"password of type {type(password).__name__}: wanted text")
    known = store.account(name)
    if known is None:
        return store.add_account(name, password or store.settings.password)
    if password is not None:
        known.password = password
    return known
