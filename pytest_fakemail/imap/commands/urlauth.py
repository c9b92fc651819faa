"""GENURLAUTH, URLFETCH, RESETKEY: URLs that let others read a message (RFC 4467, RFC 5524).

The host in a URL is not compared with anything, as this server stands in for any; a user without
``@`` may be meant at it.
"""

import hmac
from collections.abc import Iterable

from pytest_fakemail.imap.client import Client
from pytest_fakemail.imap.grammar.cursor import BadSyntax
from pytest_fakemail.imap.grammar.rules import capital_inbox
from pytest_fakemail.imap.grammar.urlauth import Fetched, genurlauth, resetkey, urlfetch
from pytest_fakemail.imap.grammar.urls import AuthorizedUrl, full_url
from pytest_fakemail.imap.responses.keys import watcher_of
from pytest_fakemail.imap.responses.urlfetch import url_data
from pytest_fakemail.imap.responses.values import NIL, encode_astring
from pytest_fakemail.imap.table import AUTHENTICATED, DONE, Answer, Done, Refused, Table
from pytest_fakemail.store.access_keys import access_keys
from pytest_fakemail.store.account import Account
from pytest_fakemail.store.acl import ANONYMOUS
from pytest_fakemail.store.mailbox import Mailbox
from pytest_fakemail.store.message import Message
from pytest_fakemail.store.numbers import Uid
from pytest_fakemail.wire.exchange import Exchange

table = Table("URLAUTH")

_MECHANISM = "internal"


def _tell_generated(_client: Client, exchange: Exchange, asked: tuple[AuthorizedUrl, ...]) -> None:
    exchange.mailbox = capital_inbox(asked[0].message.mailbox)


def _tell_fetched(_client: Client, exchange: Exchange, asked: tuple[Fetched, ...]) -> None:
    try:
        url, _, _ = full_url(asked[0].octets)
    except BadSyntax:
        return
    exchange.mailbox = capital_inbox(url.message.mailbox)


def _tell_reset(_client: Client, exchange: Exchange, name: str | None) -> None:
    exchange.mailbox = name


@table.command("GENURLAUTH", genurlauth, states=AUTHENTICATED, tell=_tell_generated)
def genurlauth_command(client: Client, asked: tuple[AuthorizedUrl, ...]) -> Answer:
    """Authorize URLs of messages of the user's, all or none; whether there are such is not asked.

    A refusal is BAD (RFC 4467 §7, GENURLAUTH).
    """
    full = [b" " + encode_astring(_authorized(client, url)) for url in asked]
    yield b"* GENURLAUTH%b\r\n" % b"".join(full)
    return DONE


def _authorized(client: Client, url: AuthorizedUrl) -> bytes:
    """Return a URL with its token.

    Raises:
        Refused: BAD, it names no mailbox or no user, or it is another's to authorize.
    """
    if _account(client, url.user, url.host) is not client.owner:
        raise Refused("The URL is for another user to authorize", status="BAD")
    mailbox = _readable(client, client.owner, url)
    if mailbox is None:
        raise Refused("The URL names nothing that is here", status="BAD")
    is_anybody = client.service.settings.accept_any_login
    if url.userid and not is_anybody and _account(client, url.userid, url.host) is None:
        raise Refused("The access identifier names no user", status="BAD")
    return b"%b:%b:%b" % (url.rump, _MECHANISM.encode(), _token(client, client.owner, mailbox, url))


def _token(client: Client, owner: Account, mailbox: Mailbox, url: AuthorizedUrl) -> bytes:
    return access_keys(client.registry).token(owner.name, mailbox, url.rump).encode("ascii")


def _account(client: Client, userid: str, host: str) -> Account | None:
    """Return the account of a userid, which may be the local part of an address at the host."""
    store = client.service.store
    found = store.account(userid)
    return store.account(f"{userid}@{host}") if found is None and "@" not in userid else found


def _readable(client: Client, owner: Account, url: AuthorizedUrl) -> Mailbox | None:
    """Return the mailbox of a URL as its owner names it, if he may read it now."""
    name, sharing = capital_inbox(url.message.mailbox), client.sharing
    if sharing is None:
        return owner.mailboxes.get(name)
    reach = sharing.reach(owner)
    mailbox = reach.find(name)
    return mailbox if mailbox is not None and reach.may(mailbox, "r") else None


@table.command("URLFETCH", urlfetch, states=AUTHENTICATED, tell=_tell_fetched)
def urlfetch_command(client: Client, asked: tuple[Fetched, ...]) -> Answer:
    """Give what URLs name, with the rights of who authorized them; NIL for what may not be had.

    Nothing is marked as seen, no mailbox selected.
    """
    yield b"* URLFETCH"
    for one in asked:
        yield b" %b %b" % (encode_astring(one.octets, is_utf8=client.is_utf8), _data(client, one))
    yield b"\r\n"
    return DONE


def _data(client: Client, asked: Fetched) -> bytes:
    try:
        url, mechanism, token = full_url(asked.octets)
    except BadSyntax:
        return NIL
    found = _message(client, url, token) if mechanism == _MECHANISM else None
    if found is None:
        return NIL
    return url_data(found, url.message, asked.parameters, is_utf8=client.is_utf8)


def _message(client: Client, url: AuthorizedUrl, token: str) -> Message | None:
    """Return the message of a URL, if the token is good, in time and for this user."""
    owner = _account(client, url.user, url.host)
    mailbox = None if owner is None else _readable(client, owner, url)
    if owner is None or mailbox is None:
        return None
    if not hmac.compare_digest(_token(client, owner, mailbox, url), token.encode("ascii")):
        return None
    if url.expires is not None and client.registry.clock.now() > url.expires:
        return None
    if not _is_admitted(client, url):
        return None
    if url.message.uidvalidity not in (None, mailbox.uidvalidity):
        return None
    return mailbox.message(Uid(url.message.uid))


def _is_admitted(client: Client, url: AuthorizedUrl) -> bool:
    """Whether the access identifier is for this user (RFC 4467 §3)."""
    user = client.owner
    match url.access:
        case "anonymous":
            return True
        case "authuser":
            return user.name.lower() != ANONYMOUS
        case "user":
            return _account(client, url.userid, url.host) is user
        case _:
            return _is_among(client, client.service.settings.submission_users)


def _is_among(client: Client, names: Iterable[str]) -> bool:
    return any(client.service.store.account(name) is client.owner for name in names)


@table.command("RESETKEY", resetkey, states=AUTHENTICATED, tell=_tell_reset)
def resetkey_command(client: Client, name: str | None) -> Done:
    """Revoke the user's URLs of a mailbox, or all; sessions in it hear of the new key."""
    keys, user = access_keys(client.registry), client.owner.name
    if name is None:
        keys.remove_all(user)
        return Done("All keys removed")
    keys.replace(user, client.mailbox(name), watcher_of(client))
    return Done("Mechanisms of URLs", code="URLMECH INTERNAL")
