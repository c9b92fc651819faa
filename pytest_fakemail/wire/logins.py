"""Who may log in: the questions that USER, LOGIN and every SASL mechanism ask of the store.

Names and passwords are compared as SASLprep prepares them (RFC 4013); a locked account
is told from a wrong password only to who has the right one.
"""

from pytest_fakemail.errors import BadArgument
from pytest_fakemail.store.account import Account
from pytest_fakemail.store.logins import login
from pytest_fakemail.wire.exchange import NOT_CONNECTED, Connection
from pytest_fakemail.wire.oauth import allows, is_for, provider_of
from pytest_fakemail.wire.sasl_outcomes import AuthenticationFailed, Reason
from pytest_fakemail.wire.saslprep import saslprep
from pytest_fakemail.wire.session import Service

WRONG_PASSWORD = "Invalid user name or password"  # noqa: S105 (what is said of one)
_MOST_NAMES = 5
_TOKEN_STATES = {
    "expired": "the token of {} has expired",
    "revoked": "the token of {} was revoked",
    "unknown": "no such token was issued to {}",
    "scope": "the token of {} has no scope for this protocol",
    "audience": "the token of {} is for another audience",
}
APP_PASSWORD = "Application-specific password required"  # noqa: S105 (what is said)
_TAKES_ANY_SCOPE = "auth.ok_then_not_connected"
"""The quirk by which a token without the right scope opens a session that is good for nothing."""
WRONG_TOKEN = "Invalid access token"  # noqa: S105 (likewise)


def wrong_password(
    service: Service, connection: Connection, account: Account | None
) -> AuthenticationFailed:
    """Return the refusal, which tells the client nothing; tell the transcript what is known.

    The name that the client gave stays out of it: clients mistake one field for the other.
    """
    known = ", ".join(list(service.store.accounts)[:_MOST_NAMES]) or "none at all"
    if account is None:
        note = f"no account has this name; there is {known}"
    else:
        note = f"this is not the password of {account.name}"
    service.recorder.noted(connection, f"login refused: {note}")
    return AuthenticationFailed(Reason.INVALID, WRONG_PASSWORD)


def password_login(service: Service, connection: Connection, name: str, password: str) -> Account:
    """Return the account that a name and a password open.

    Raises:
        AuthenticationFailed: they do not, or the account is locked.
    """
    name, password = prepared(name), prepared(password)
    account = login(service.store, name, password)
    if account is None and not password.isascii():
        account = service.store.account(name)
        if account is not None and prepared(account.password) != password:
            account = None
    if account is None:
        known = service.store.account(name)
        if known is not None and known.app_password == password:
            return unlocked(known)
        raise wrong_password(service, connection, known)
    return without_app_password(account)


def without_app_password(account: Account) -> Account:
    """Return the account that its own password opens.

    Raises:
        AuthenticationFailed: it is locked, or takes its app password only.
    """
    if account.app_password is not None:
        raise AuthenticationFailed(Reason.APP_PASSWORD, APP_PASSWORD)
    return unlocked(account)


def token_login(service: Service, connection: Connection, name: str, token: str) -> Account:
    """Return the account that a bearer token opens; without a name, whose token it is.

    With ``settings.accept_any_login`` a token that nobody issued is as good as a password.

    Raises:
        AuthenticationFailed: the token is not valid, or the account is locked.
    """
    store = service.store
    if not name:
        owners = (one for one in store.accounts.values() if one.tokens.state(token) != "unknown")
        account = next(owners, None)
    else:
        account = store.account(prepared(name))
    accepts_any = service.settings.accept_any_login and name and token
    if account is None and accepts_any:
        account = _new_account(service, prepared(name), token)
    if account is None:
        service.recorder.noted(connection, "login refused: no account has this name or token")
        raise AuthenticationFailed(Reason.INVALID, WRONG_TOKEN)
    state = account.tokens.state(token)
    if state == "valid":
        state = _misfit(account, token, connection.protocol)
    if state == "valid" or (state == "unknown" and accepts_any):
        unlocked(account)
        connection.token = token
        return account
    known = _TOKEN_STATES[state].format(account.name)
    if state in ("scope", "audience") and _TAKES_ANY_SCOPE in connection.marks:
        service.recorder.noted(connection, f"logged in for nothing: {known}")
        connection.marks |= {NOT_CONNECTED}
        return account
    service.recorder.noted(connection, f"login refused: {known}")
    if state == "expired":
        raise AuthenticationFailed(Reason.EXPIRED, "Access token has expired")
    raise AuthenticationFailed(Reason.INVALID, WRONG_TOKEN)


def _misfit(account: Account, token: str, protocol: str) -> str:
    """Return why a token that is valid is not good here: ``"valid"`` if it is."""
    facts = account.tokens.get(token)
    if facts is None:
        return "unknown"
    if not is_for(facts.audience, provider_of(account.oauth_provider)):
        return "audience"
    return "valid" if allows(facts.scopes, protocol) else "scope"


def _new_account(service: Service, name: str, password: str) -> Account | None:
    try:
        return service.store.add_account(name, password)
    except BadArgument:
        return None


def prepared(text: str) -> str:
    """Return a name or password as SASLprep makes it.

    Raises:
        AuthenticationFailed: it cannot be one.
    """
    try:
        return saslprep(text)
    except ValueError:
        raise AuthenticationFailed(Reason.INVALID, WRONG_PASSWORD) from None


def unlocked(account: Account) -> Account:
    """Return the account.

    Raises:
        AuthenticationFailed: it is locked.
    """
    if account.is_locked:
        raise AuthenticationFailed(Reason.LOCKED, "Account is locked")
    return account


def acting_as(service: Service, account: Account, authzid: str) -> Account:
    """Return the account that one shall act as (RFC 4422 §3.4.1): nobody but oneself.

    Raises:
        AuthenticationFailed: `authzid` names somebody else.
    """
    if authzid and service.store.account(prepared(authzid)) is not account:
        raise AuthenticationFailed(Reason.UNAUTHORIZED, "Not authorized to act as that user")
    return account
