"""Tokens as providers issue and refuse them; passwords that a provider has closed."""

import imaplib
import json
import poplib
import re
import smtplib
import socket
from base64 import b64decode, b64encode
from collections.abc import Callable
from typing import Any

import pytest

from pytest_fakemail import BadArgument, FakeMail, policies

USER = "user@example.test"
M365 = "https://outlook.office.com/"
REFUSED = (smtplib.SMTPException, poplib.error_proto, imaplib.IMAP4.error)


def words(token: str, user: str = USER) -> str:
    return f"user={user}\1auth=Bearer {token}\1\1"


def by_smtp(fakemail: FakeMail, token: str) -> None:
    with fakemail.smtp.client() as client:
        client.ehlo()
        client.auth("XOAUTH2", lambda challenge=None: "" if challenge else words(token))


def by_pop3(fakemail: FakeMail, token: str) -> None:
    client = poplib.POP3(*fakemail.pop3.address, timeout=5)
    try:
        client._shortcmd(f"AUTH XOAUTH2 {b64encode(words(token).encode()).decode()}")  # type: ignore[attr-defined]
    finally:
        client.close()


def by_imap(fakemail: FakeMail, token: str, mechanism: str = "XOAUTH2") -> list[bytes]:
    client = imaplib.IMAP4(*fakemail.imap.address, timeout=5)
    challenges: list[bytes] = []

    def respond(challenge: bytes) -> bytes:
        if challenge:
            challenges.append(challenge)
            return b"\1" if mechanism == "OAUTHBEARER" else b""
        if mechanism == "OAUTHBEARER":
            return f"n,a={USER},\1auth=Bearer {token}\1\1".encode()
        return words(token).encode()

    try:
        client.authenticate(mechanism, respond)
    except imaplib.IMAP4.error:
        if not challenges:
            raise
    finally:
        client.shutdown()
    return challenges


LOGINS: dict[str, Callable[[FakeMail, str], object]] = {"smtp": by_smtp, "imap": by_imap}


@pytest.mark.parametrize(
    ("scopes", "good"),
    [
        ((), {"smtp", "imap"}),
        (("https://mail.google.com/",), {"smtp", "imap"}),
        (("mail",), {"smtp", "imap"}),
        ((f"{M365}IMAP.AccessAsUser.All", f"{M365}POP.AccessAsUser.All"), {"imap"}),
        (("https://outlook.office365.com/SMTP.Send", "offline_access"), {"smtp"}),
        (("https://www.googleapis.com/auth/gmail.readonly",), set()),
        (("imap.readonly",), set()),
    ],
)
def test_a_scope_opens_its_protocols(fakemail: FakeMail, scopes: Any, good: set[str]) -> None:  # noqa: ANN401
    fakemail.account().oauth("m365")  # which says no with one word
    token = fakemail.account().token(scopes=scopes)
    for protocol, log_in in LOGINS.items():
        if protocol in good:
            log_in(fakemail, token)
        else:
            with pytest.raises(REFUSED):
                log_in(fakemail, token)
    refused = "has no scope for this protocol" in str(fakemail.transcript)
    assert refused == (len(good) < len(LOGINS))


def test_an_audience_must_be_the_mail_servers(fakemail: FakeMail) -> None:
    account = fakemail.account()
    account.oauth("m365")
    by_imap(fakemail, account.token(audience="https://outlook.office.com"))
    with pytest.raises(imaplib.IMAP4.error):
        by_imap(fakemail, account.token(audience="https://graph.microsoft.com"))
    assert "is for another audience" in str(fakemail.transcript)


def test_challenges_are_as_at_gmail(fakemail: FakeMail) -> None:
    fakemail.account().oauth("gmail")
    captured = (
        b"eyJzdGF0dXMiOiI0MDAiLCJzY2hlbWVzIjoiQmVhcmVyIiwic2NvcGUiOiJodHRwczovL21haWwuZ29vZ2xl"
        b"LmNvbS8ifQ=="
    )
    assert by_imap(fakemail, "bad") == [b64decode(captured)]
    assert captured in fakemail.transcript.commands("AUTHENTICATE")[0].answer
    [bearer] = by_imap(fakemail, "bad", "OAUTHBEARER")
    assert json.loads(bearer) == {"status": "invalid_token", "scope": "https://mail.google.com/"}


def test_microsoft_refuses_without_a_challenge(fakemail: FakeMail) -> None:
    fakemail.account().oauth("m365")
    with pytest.raises(imaplib.IMAP4.error, match="AUTHENTICATIONFAILED"):
        by_imap(fakemail, "bad")
    with pytest.raises(smtplib.SMTPAuthenticationError, match="535"):
        by_smtp(fakemail, "bad")
    assert len(fakemail.transcript.commands("response")) <= 1


@pytest.mark.parametrize("provider", ["generic", "gmail", "m365"])
def test_what_a_provider_issues_is_good_for_about_an_hour(
    fakemail: FakeMail, provider: str
) -> None:
    fakemail.clock.freeze()
    oauth = fakemail.account().oauth(provider)
    token = oauth.token()
    for log_in in LOGINS.values():
        log_in(fakemail, token)
    by_pop3(fakemail, token)
    fakemail.clock.advance("1h")
    with pytest.raises(REFUSED):
        by_smtp(fakemail, token)
    assert oauth.config["token_endpoint"] == oauth.token_endpoint
    assert oauth.config["scope"].split() == list(oauth.scopes)
    assert oauth.user == USER


def test_the_endpoint_refreshes(fakemail: FakeMail) -> None:
    oauth = fakemail.account().oauth("gmail")
    form = {
        "grant_type": "refresh_token",
        "refresh_token": oauth.refresh_token,
        "client_id": oauth.client_id,
        "client_secret": oauth.client_secret,
    }
    status, body = oauth.answer(form)
    assert (status, body["token_type"], body["expires_in"]) == (200, "Bearer", 3599)
    by_imap(fakemail, body["access_token"])
    assert "refresh_token" not in body
    assert oauth.answer(form)[0] == 200  # it is good for more than once
    for change, answer in (
        ({"grant_type": "password"}, (400, {"error": "unsupported_grant_type"})),
        ({"refresh_token": "x"}, (400, {"error": "invalid_grant"})),
        ({"client_secret": "x"}, (401, {"error": "invalid_client"})),
        ({"client_id": "x"}, (401, {"error": "invalid_client"})),
    ):
        assert oauth.answer(form | change) == answer


def test_of_two_who_refresh_at_once_one_fails_where_tokens_rotate(fakemail: FakeMail) -> None:
    oauth = fakemail.account().oauth("m365")
    oauth.rotates = True
    form = {"grant_type": "refresh_token", "client_id": oauth.client_id}
    stale = form | {"refresh_token": oauth.refresh_token}
    status, body = oauth.answer(stale)
    assert status == 200
    assert oauth.answer(stale) == (400, {"error": "invalid_grant"})
    assert oauth.answer(form | {"refresh_token": body["refresh_token"]})[0] == 200


def test_an_app_password_is_required(fakemail: FakeMail) -> None:
    account = fakemail.account()
    ours = account.require_app_password()
    assert len(ours) == 16
    assert account.require_app_password() == ours
    with fakemail.smtp.client() as smtp:
        with pytest.raises(smtplib.SMTPAuthenticationError, match=r"534.*5\.7\.9"):
            smtp.login(USER, "password")
        smtp.login(USER, ours)
    pop3 = poplib.POP3(*fakemail.pop3.address)
    pop3.user(USER)
    with pytest.raises(poplib.error_proto, match=r"\[AUTH\] Application-specific"):
        pop3.pass_("password")
    with pytest.raises(poplib.error_proto, match="Application-specific"):
        pop3.apop(USER, "password")
    pop3.user(USER)
    pop3.pass_(ours)
    pop3.close()
    imap = imaplib.IMAP4(*fakemail.imap.address)
    for log_in in (imap.login, imap.login_cram_md5):
        with pytest.raises(imaplib.IMAP4.error, match=r"\[ALERT\] Application-specific"):
            log_in(USER, "password")
    with pytest.raises(imaplib.IMAP4.error, match="AUTHENTICATIONFAILED"):
        imap.login(USER, "wrong")
    imap.login(USER, ours)
    imap.shutdown()
    by_imap(fakemail, account.token())


@pytest.mark.parametrize("is_all", [False, True])
def test_basic_authentication_is_disabled(fakemail: FakeMail, *, is_all: bool) -> None:
    for server in (fakemail.smtp, fakemail.pop3, fakemail.imap) if is_all else (fakemail.imap,):
        server.enforce(policies.basic_auth_disabled())
    imap = imaplib.IMAP4(*fakemail.imap.address)
    for log_in in (imap.login, imap.login_cram_md5):
        with pytest.raises(imaplib.IMAP4.error, match="Basic authentication is disabled"):
            log_in(USER, "password")
    with pytest.raises(imaplib.IMAP4.error, match="Basic authentication is disabled"):
        imap.authenticate("PLAIN", lambda _: f"\0{USER}\0password".encode())
    imap.shutdown()
    with fakemail.smtp.client() as smtp:
        smtp.ehlo()
        for mechanism in ("PLAIN", "LOGIN", "CRAM-MD5") if is_all else ():
            smtp.user, smtp.password = USER, "password"
            method = getattr(smtp, f"auth_{mechanism.lower().replace('-', '_')}")
            with pytest.raises(smtplib.SMTPAuthenticationError, match=r"5\.7\.139"):
                smtp.auth(mechanism, method)
        if not is_all:
            smtp.login(USER, "password")
    if is_all:
        with pytest.raises(poplib.error_proto, match="Basic"):
            fakemail.pop3.client()
    token = fakemail.account().token()
    by_smtp(fakemail, token)
    by_pop3(fakemail, token)
    by_imap(fakemail, token)


def test_a_token_is_wanted_on_a_line_of_its_own(fakemail: FakeMail) -> None:
    fakemail.pop3.enforce(policies.oauth_two_lines())
    token = fakemail.account().token()
    with pytest.raises(poplib.error_proto, match=r"Protocol error\. Connection is closed\. 10"):
        by_pop3(fakemail, token)
    with socket.create_connection(fakemail.pop3.address, timeout=5) as sock:
        lines = sock.makefile("rwb", buffering=0)
        lines.readline()
        lines.write(b"AUTH XOAUTH2\r\n")
        assert lines.readline().startswith(b"+ ")
        lines.write(b64encode(words(token).encode()) + b"\r\n")
        assert lines.readline().startswith(b"+OK")


def test_says_what_is_wrong(fakemail: FakeMail) -> None:
    with pytest.raises(BadArgument, match="did you mean 'gmail'"):
        fakemail.account().oauth("gmial")
    with pytest.raises(BadArgument, match="wanted a list"):
        fakemail.account().token(scopes="imap")


@pytest.mark.parametrize(
    ("provider", "tokens"),
    [("gmail", "gmail"), ("m365", "m365"), ("m365-rev2", "m365"), ("stalwart", "generic")],
)
def test_tokens_are_those_of_whom_the_server_pretends_to_be(provider: str, tokens: str) -> None:
    with FakeMail(provider=provider) as fakemail:
        oauth = fakemail.account().oauth()
        assert oauth.config == fakemail.account("ann").oauth(tokens).config | {"user": USER}
        by_imap(fakemail, oauth.token())
        for user in (USER, "nobody@example.test"):
            client = imaplib.IMAP4(*fakemail.imap.address, timeout=5)
            heard: list[bytes] = []

            def respond(challenge: bytes, user: str = user, heard: list[bytes] = heard) -> bytes:
                heard.append(challenge)
                return b"" if challenge else words("bad", user).encode()

            with pytest.raises(imaplib.IMAP4.error):
                client.authenticate("XOAUTH2", respond)
            client.shutdown()
            scope = {"gmail": "https://mail.google.com/", "generic": "mail"}.get(tokens)
            assert [json.loads(one)["scope"] for one in heard[1:]] == [scope] * (scope is not None)


@pytest.mark.fakemail(provider="m365")
def test_outlooks_pop3_wants_the_token_on_a_line_of_its_own(fakemail: FakeMail) -> None:
    with pytest.raises(poplib.error_proto, match=r"Protocol error\. Connection is closed\. 10"):
        by_pop3(fakemail, fakemail.account().token())


@pytest.mark.fakemail(provider="gmail")
def test_an_app_password_is_required_in_gmails_words(fakemail: FakeMail) -> None:
    account = fakemail.account()
    account.require_app_password()
    with fakemail.smtp.client() as smtp:
        with pytest.raises(smtplib.SMTPAuthenticationError, match="InvalidSecondFactor") as refused:
            smtp.login(USER, "password")
        assert refused.value.smtp_code == 534
        with pytest.raises(smtplib.SMTPAuthenticationError, match="BadCredentials"):
            smtp.login(USER, "wrong")
    imap = imaplib.IMAP4(*fakemail.imap.address)
    words = re.escape("[ALERT] Application-specific password required: https://support.google.com")
    with pytest.raises(imaplib.IMAP4.error, match=words):
        imap.login(USER, "password")
    with pytest.raises(imaplib.IMAP4.error, match=words):
        imap.authenticate("PLAIN", lambda _: f"\0{USER}\0password".encode())
    with pytest.raises(imaplib.IMAP4.error, match=r"\[AUTHENTICATIONFAILED\] Invalid credentials"):
        imap.login(USER, "wrong")
    imap.shutdown()
    pop3 = poplib.POP3(*fakemail.pop3.address)
    pop3.user(USER)
    with pytest.raises(poplib.error_proto, match="Application-specific password required: https"):
        pop3.pass_("password")
    pop3.user(USER)
    with pytest.raises(poplib.error_proto, match="Username and password not accepted"):
        pop3.pass_("wrong")
    pop3.close()


@pytest.mark.fakemail(provider="m365")
@pytest.mark.parametrize("scope", ["SMTP.Send", "IMAP.AccessAsUser.All"])
def test_microsoft_lets_in_whom_it_then_does_not_know(fakemail: FakeMail, scope: str) -> None:
    """Of a token without the right scope: the login succeeds, and nothing else does."""
    token = fakemail.account().token(scopes=[M365 + scope])
    with imaplib.IMAP4(*fakemail.imap.address, timeout=5) as client:
        client.authenticate("XOAUTH2", lambda _: words(token).encode())
        assert client.noop()[0] == "OK"
        if scope.startswith("IMAP"):
            assert client.select()[0] == "OK"
        else:
            for ask in (client.namespace, client.select, client.list):
                with pytest.raises(imaplib.IMAP4.error, match="authenticated but not connected"):
                    ask()
            assert "for nothing: the token of user@example.test has no" in str(fakemail.transcript)
    with pytest.raises(imaplib.IMAP4.error, match="AUTHENTICATE failed"):
        by_imap(fakemail, "bad")
    by_imap(fakemail, fakemail.account().oauth().token())
