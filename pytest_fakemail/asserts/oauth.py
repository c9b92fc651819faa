"""What an app that logs in by token needs to know, and what its provider would answer."""

from collections.abc import Mapping
from typing import Any

from pytest_fakemail.asserts.handle import Handle
from pytest_fakemail.errors import BadArgument
from pytest_fakemail.spelling import unknown
from pytest_fakemail.store.account import Account
from pytest_fakemail.wire.oauth import PROVIDERS, provider_of

_OK, _BAD_REQUEST, _UNAUTHORIZED = 200, 400, 401


class OAuth(Handle):
    """One account's tokens of one provider.

    Attributes:
        client_id: the app's, as it is registered with the provider.
        client_secret: the app's.
        refresh_token: the one that gets a new token now.
        rotates: whether each use of a refresh token makes it worthless and brings another one,
            so that of two workers who refresh at once the second fails (RFC 9700 §4.14.2).
    """

    __slots__ = ("_account", "_count", "_provider", "client_id", "client_secret",
                 "refresh_token", "rotates")  # fmt: skip

    def __init__(self, account: Account, provider: str | None) -> None:
        """Raises `BadArgument` for a provider that there is not."""
        if provider is None:
            provider = provider_of(account.oauth_provider).name
        if not isinstance(provider, str) or provider not in PROVIDERS:
            raise BadArgument(unknown(f"OAuth provider {provider!r}", provider, PROVIDERS))
        account.oauth_provider = provider
        self._account = account
        self._provider = PROVIDERS[provider]
        self._count = 0
        self.client_id = "fakemail-app"
        self.client_secret = "fakemail-secret"  # noqa: S105  (of a fake)
        self.rotates = False
        self.refresh_token = self._new_refresh_token()

    def __repr__(self) -> str:
        return f"<OAuth of {self._account.name} with {self._provider.name}>"

    @property
    def user(self) -> str:
        """The login name."""
        return self._account.name

    @property
    def scopes(self) -> tuple[str, ...]:
        """What the app asks for."""
        return self._provider.scopes

    @property
    def token_endpoint(self) -> str:
        """Where the provider itself gives tokens; nothing listens for it here."""
        return self._provider.token_endpoint

    @property
    def config(self) -> dict[str, Any]:
        """What an app's configuration holds, by the names of RFC 6749."""
        return {
            "user": self.user,
            "client_id": self.client_id,
            "client_secret": self.client_secret,
            "refresh_token": self.refresh_token,
            "scope": " ".join(self.scopes),
            "authorization_endpoint": self._provider.authorization_endpoint,
            "token_endpoint": self.token_endpoint,
        }

    def token(self) -> str:
        """Return an access token as the provider gives it: its scopes, about an hour."""
        return self._account.tokens.issue(
            expires_in=self._provider.lifetime,
            scopes=self.scopes,
            audience=self._provider.audiences[0],
        )

    def answer(self, form: Mapping[str, str]) -> tuple[int, dict[str, Any]]:
        """Return status and JSON with which a token endpoint answers a request (RFC 6749 §5, §6).

        Args:
            form: the fields that the app has posted.
        """
        if form.get("grant_type") != "refresh_token":
            return _BAD_REQUEST, {"error": "unsupported_grant_type"}
        secret = form.get("client_secret", self.client_secret)  # public clients have none
        if (form.get("client_id"), secret) != (self.client_id, self.client_secret):
            return _UNAUTHORIZED, {"error": "invalid_client"}
        if form.get("refresh_token") != self.refresh_token:
            return _BAD_REQUEST, {"error": "invalid_grant"}
        body = {
            "access_token": self.token(),
            "token_type": "Bearer",
            "expires_in": self._provider.lifetime,
            "scope": " ".join(self.scopes),
        }
        if self.rotates:
            self.refresh_token = self._new_refresh_token()
            body["refresh_token"] = self.refresh_token
        return _OK, body

    def _new_refresh_token(self) -> str:
        self._count += 1
        return f"fakemail-refresh-{self._count}"
