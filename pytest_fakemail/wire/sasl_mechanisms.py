"""The SASL mechanisms of few words: passwords, bearer tokens, certificates.

Each is a generator function as `sasl_outcomes.Steps` describes it.  SCRAM has a module
of its own.
"""

import hmac
import secrets
import unicodedata
from collections.abc import Mapping

from pytest_fakemail.pattern import pattern
from pytest_fakemail.wire.exchange import Connection
from pytest_fakemail.wire.logins import (
    acting_as,
    password_login,
    prepared,
    token_login,
    unlocked,
    without_app_password,
    wrong_password,
)
from pytest_fakemail.wire.oauth import challenge, provider_of
from pytest_fakemail.wire.sasl_outcomes import (
    AuthenticationFailed,
    Challenge,
    Reason,
    Steps,
    Success,
)
from pytest_fakemail.wire.session import Service

_NO_WORDS = Challenge(b"")

ANONYMOUS = "anonymous"
"""The account that all who log in without a name share."""

_MOST_TRACE = 255
_ADDRESS = pattern(r"[!#-'*+\-/-9=?A-Z^-~.]+@[^@\s]+")


def plain(service: Service, connection: Connection) -> Steps:
    """``message = [authzid] UTF8NUL authcid UTF8NUL passwd`` (RFC 4616 §2)."""
    response = yield _NO_WORDS
    match decoded(response).split("\0"):
        case [authzid, authcid, password] if authcid:
            account = password_login(service, connection, authcid, password)
            return Success(acting_as(service, account, authzid))
        case _:
            raise AuthenticationFailed(
                Reason.MALFORMED, "PLAIN wants authorization, user and password"
            )


def login(service: Service, connection: Connection) -> Steps:
    """User name and password, each asked for (draft-murchison-sasl-login §2)."""
    name = decoded((yield Challenge(b"Username:")))
    password = decoded((yield Challenge(b"Password:")))
    return Success(password_login(service, connection, name, password))


def cram_md5(service: Service, connection: Connection) -> Steps:
    """A keyed digest of the challenge (RFC 2195 §2)."""
    words = unique_msg_id(service, connection).encode()
    response = yield Challenge(words)
    name, space, digest = decoded(response).rpartition(" ")
    if not space:
        raise AuthenticationFailed(Reason.MALFORMED, "CRAM-MD5 wants user and digest")
    account = service.store.account(prepared(name))
    password = "" if account is None else prepared(account.password)
    expected = hmac.digest(password.encode(), words, "md5").hex()
    is_right = hmac.compare_digest(expected.encode(), digest.lower().encode())
    if account is None or not is_right:
        raise wrong_password(service, connection, account)
    return Success(without_app_password(account))


def unique_msg_id(service: Service, connection: Connection) -> str:
    """Return what no other connection, and no other moment, is challenged with.

    ``<number.microseconds@hostname>``, as RFC 1939 §7 and RFC 2195 §2 want it.
    """
    microseconds = int(service.clock.time() * 1_000_000)
    return f"<{connection.number}.{microseconds}@{service.settings.hostname}>"


def external(service: Service, connection: Connection) -> Steps:
    """The client is who its TLS certificate says (RFC 4422 Appendix A)."""
    authzid = decoded((yield _NO_WORDS))
    names = connection.tls.client_names if connection.tls is not None else ()
    if not names:
        raise AuthenticationFailed(Reason.INVALID, "No client certificate was presented")
    known = [account for name in names if (account := service.store.account(name)) is not None]
    if not known:
        raise AuthenticationFailed(Reason.INVALID, "The client certificate names no account")
    wanted = service.store.account(prepared(authzid)) if authzid else known[0]
    if wanted is None or not any(wanted is account for account in known):
        raise AuthenticationFailed(Reason.UNAUTHORIZED, "Not authorized to act as that user")
    return Success(unlocked(wanted))


def anonymous(service: Service, connection: Connection) -> Steps:
    """``message = [ email / token ]`` (RFC 4505 §2): who it is is noted, and taken for nobody."""
    trace = decoded((yield _NO_WORDS))
    if not _is_trace(trace):
        raise AuthenticationFailed(Reason.MALFORMED, "ANONYMOUS wants an address or a short text")
    store = service.store
    account = store.account(ANONYMOUS)
    if account is None:
        # Nobody logs in to it by password: none is told.
        account = store.add_account(ANONYMOUS, secrets.token_urlsafe(18))
    said = f"trace information {trace!r}" if trace else "no trace information"
    service.recorder.noted(connection, f"anonymous login with {said}")
    return Success(unlocked(account))


def _is_trace(text: str) -> bool:
    """Whether this is ``[ email / token ]``, up to 255 characters that the profile allows.

    RFC 4505 §3: no controls, no private use, no surrogates, nothing unfit for plain text.
    """
    if "@" in text and not _ADDRESS.fullmatch(text):
        return False
    kinds = map(unicodedata.category, text)
    return len(text) <= _MOST_TRACE and not any(kind in {"Cc", "Co", "Cs"} for kind in kinds)


def digest_md5(service: Service, connection: Connection) -> Steps:
    """Challenge as RFC 2831 §2.1.1 has it, and refuse whatever comes.

    RFC 6331 made the mechanism historic; clients that still prefer it have to fall back.
    """
    nonce = secrets.token_urlsafe(18)
    realm = service.settings.hostname
    challenge = f'realm="{realm}",nonce="{nonce}",qop="auth",charset=utf-8,algorithm=md5-sess'
    yield Challenge(challenge.encode())
    service.recorder.noted(connection, "login refused: DIGEST-MD5 is announced only")
    raise AuthenticationFailed(Reason.INVALID, "DIGEST-MD5 is not accepted any more")


def xoauth2(service: Service, connection: Connection) -> Steps:
    """``user=`` name ``^Aauth=Bearer`` token ``^A^A``, as Google and Microsoft define it."""
    pairs = key_values(decoded((yield _NO_WORDS)))
    name, token = pairs.get("user", ""), bearer_token(pairs)
    if not name or not token:
        raise AuthenticationFailed(Reason.MALFORMED, "XOAUTH2 wants user and bearer token")
    try:
        return Success(token_login(service, connection, name, token))
    except AuthenticationFailed:
        # The client says that it has understood, with nothing, and is refused only then.
        words = provider_of(_provider(service, name)).xoauth2
        if words is not None:
            yield Challenge(challenge(words))
        raise


def oauthbearer(service: Service, connection: Connection) -> Steps:
    """``client-resp = gs2-header kvsep *kvpair kvsep`` (RFC 7628 §3.1)."""
    response = decoded((yield _NO_WORDS))
    gs2_header, kvsep, rest = response.partition("\x01")
    if not kvsep:
        raise AuthenticationFailed(Reason.MALFORMED, "OAUTHBEARER wants a header and pairs")
    name = authzid(gs2_header)
    token = bearer_token(key_values(rest))
    try:
        return Success(token_login(service, connection, name, token))
    except AuthenticationFailed:
        # RFC 7628 §3.2.3: whatever comes then (a lone %x01 is proper) ends the exchange.
        yield Challenge(challenge(provider_of(_provider(service, name)).oauthbearer))
        raise


def _provider(service: Service, name: str) -> str:
    """Return whose tokens an account has."""
    account = service.store.account(prepared(name))
    return service.settings.provider if account is None else account.oauth_provider


def authzid(gs2_header: str) -> str:
    """``gs2-header = gs2-cbind-flag "," [ "a=" saslname ] ","`` (RFC 5801 §4).

    Raises:
        AuthenticationFailed: it is no such header, or wants channel binding.
    """
    flag, _, rest = gs2_header.partition(",")
    name, comma, excess = rest.partition(",")
    if flag.startswith("p="):
        raise AuthenticationFailed(Reason.MALFORMED, "Channel binding is not supported")
    if flag not in ("n", "y") or not comma or excess or (name and not name.startswith("a=")):
        raise AuthenticationFailed(Reason.MALFORMED, "Malformed GS2 header")
    return saslname(name[2:])


def saslname(text: str) -> str:
    """Return the name that ``=2C`` and ``=3D`` were put into (RFC 5802 §5.1).

    Raises:
        AuthenticationFailed: there is another ``=`` in it.
    """
    if text.count("=") != text.count("=2C") + text.count("=3D"):
        raise AuthenticationFailed(Reason.MALFORMED, "Malformed user name")
    return text.replace("=2C", ",").replace("=3D", "=")


def key_values(text: str) -> dict[str, str]:
    """``kvpair = key "=" value kvsep``, unknown and malformed ones too (RFC 7628 §3.1)."""
    pairs = (pair.partition("=") for pair in text.split("\x01"))
    return {key.lower(): value for key, _, value in pairs}


def bearer_token(pairs: Mapping[str, str]) -> str:
    """Return the token of ``auth=Bearer`` token (RFC 6750 §2.1); empty if there is none."""
    scheme, _, token = pairs.get("auth", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def decoded(response: bytes) -> str:
    """Return a response as the text that it must be.

    Raises:
        AuthenticationFailed: it is not UTF-8.
    """
    try:
        return response.decode()
    except UnicodeDecodeError:
        raise AuthenticationFailed(Reason.MALFORMED, "Not UTF-8") from None
