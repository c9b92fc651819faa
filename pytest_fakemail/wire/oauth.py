"""OAuth as mail servers see it: scopes, audiences, and how a provider says that a token is bad.

No authorization server is here: what its token endpoint would answer, `asserts.oauth` says.
"""

import json
from collections.abc import Collection, Mapping

from pytest_fakemail.dataclass import dataclass, field

GENERIC = "generic"
_MAIL = "https://mail.google.com/"
_OUTLOOK = ("https://outlook.office.com/", "https://outlook.office365.com/")
_M365_RIGHTS = {
    "IMAP.AccessAsUser.All": ("imap",),
    "POP.AccessAsUser.All": ("pop3",),
    "SMTP.Send": ("smtp",),
}
_RIGHTS: dict[str, tuple[str, ...]] = {
    _MAIL: ("smtp", "pop3", "imap"),
    "mail": ("smtp", "pop3", "imap"),
    "smtp": ("smtp",),
    "pop3": ("pop3",),
    "imap": ("imap",),
} | {base + name: rights for base in _OUTLOOK for name, rights in _M365_RIGHTS.items()}


@dataclass(frozen=True, slots=True)
class Provider:
    """Who issues tokens, and what a client has to know of it.

    `scopes` are those that an app asks for; `audiences` those of tokens that the servers take;
    `xoauth2` is the JSON of the challenge that comes before a refusal (none is sent if there is
    none), `oauthbearer` that of RFC 7628 §3.2.2; `lifetime` is in seconds.
    """

    name: str
    scopes: tuple[str, ...]
    audiences: tuple[str, ...]
    authorization_endpoint: str
    token_endpoint: str
    lifetime: int
    xoauth2: Mapping[str, str] | None = field(default=None)
    oauthbearer: Mapping[str, str] = field(default_factory=dict)


PROVIDERS = {
    one.name: one
    for one in (
        Provider(
            GENERIC,
            scopes=("mail",),
            audiences=("mail",),
            authorization_endpoint="https://login.example.test/authorize",
            token_endpoint="https://login.example.test/token",  # noqa: S106  (an address)
            lifetime=3600,
            xoauth2={"status": "401", "schemes": "bearer", "scope": "mail"},
            oauthbearer={"status": "invalid_token", "scope": "mail"},
        ),
        Provider(
            "gmail",
            scopes=(_MAIL,),
            audiences=(_MAIL, _MAIL.rstrip("/")),
            authorization_endpoint="https://accounts.google.com/o/oauth2/v2/auth",
            token_endpoint="https://oauth2.googleapis.com/token",  # noqa: S106  (an address)
            lifetime=3599,
            xoauth2={"status": "400", "schemes": "Bearer", "scope": _MAIL},
            oauthbearer={"status": "invalid_token", "scope": _MAIL},
        ),
        Provider(
            "m365",
            scopes=tuple(_OUTLOOK[0] + name for name in _M365_RIGHTS),
            audiences=(*_OUTLOOK, *(one.rstrip("/") for one in _OUTLOOK)),
            authorization_endpoint="https://login.microsoftonline.com/common/oauth2/v2.0/authorize",
            token_endpoint="https://login.microsoftonline.com/common/oauth2/v2.0/token",  # noqa: S106  (an address)
            lifetime=3599,
            oauthbearer={"status": "invalid_token", "scope": _OUTLOOK[0] + ".default"},
        ),
    )
}
"""Gmail's challenge is as captured; that Microsoft sends none, and refuses at once, is from memory
and unverified.  OAUTHBEARER's are RFC 7628's with the provider's scope, unverified, too."""


def provider_of(name: str) -> Provider:
    """Return the provider of this name, or of a personality's; the generic one for others."""
    return PROVIDERS.get(name.removesuffix("-rev2"), PROVIDERS[GENERIC])


def allows(scopes: Collection[str], protocol: str) -> bool:
    """Whether a token with these scopes is good for a protocol; one without any is for all."""
    family = "smtp" if protocol == "lmtp" else protocol
    return not scopes or any(family in _RIGHTS.get(scope, ()) for scope in scopes)


def is_for(audience: str | None, provider: Provider) -> bool:
    """Whether a token for this audience is for the provider's mail servers."""
    return audience is None or audience in provider.audiences


def challenge(pairs: Mapping[str, str]) -> bytes:
    """Return a challenge's octets, without blanks, as providers write them."""
    return json.dumps(pairs, separators=(",", ":")).encode()
