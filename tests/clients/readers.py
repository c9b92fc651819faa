"""Clients that we did not write, each as a function that reads all mail of an INBOX.

A reader is called with what it is to do and returns the messages' octets.  Where a program
keeps mail with the line ends of its system, these are CRLF again in what is returned.
"""

import imaplib
import json
import mailbox
import os
import poplib
import re
import threading
from collections.abc import Callable
from contextlib import ExitStack, closing
from typing import Any, NamedTuple

import aioimaplib
import imap_tools
import imapclient
from clients import running
from clients.installed import NODE
from clients.programs import run, run_in_terminal
from clients.visit import PASSWORD, USER, Visit, crlf, oauth

from pytest_fakemail import FakeMail

_ADDED_BY_MUTT = re.compile(rb"^(Content-Length|Lines): \d+\n", re.MULTILINE)
_ADDED_BY_MBSYNC = re.compile(rb"^X-TUID: \S+\n", re.MULTILINE)


def idling(fakemail: FakeMail) -> threading.Event:
    """Return an event that is set when a client enters IDLE."""
    event = threading.Event()
    fakemail.transcript.follow(lambda line: event.set() if "S: + idling" in line else None)
    return event


def by_imaplib(visit: Visit) -> list[bytes]:
    context = visit.fakemail.tls.client_context()
    if visit.security == "implicit":
        client: imaplib.IMAP4 = imaplib.IMAP4_SSL("localhost", visit.imap_port, ssl_context=context)
    else:
        client = imaplib.IMAP4("localhost", visit.imap_port)
    with client:
        if visit.security == "starttls":
            client.starttls(context)
        match visit.login:
            case None:
                client.login(USER, PASSWORD)
            case "CRAM-MD5":
                client.login_cram_md5(USER, PASSWORD)
            case "PLAIN":
                client.authenticate("PLAIN", lambda _: f"\0{USER}\0{PASSWORD}".encode())
            case mechanism:
                client.authenticate(mechanism, lambda _: oauth(visit))
        client.select("INBOX", readonly=True)
        _, parts = client.fetch("1:*", "(BODY.PEEK[])")
        return [part[1] for part in parts if isinstance(part, tuple)]


def by_imapclient(visit: Visit) -> list[bytes]:
    context = visit.fakemail.tls.client_context()
    is_implicit = visit.security == "implicit"
    client = imapclient.IMAPClient(
        "localhost", visit.imap_port, ssl=is_implicit, ssl_context=context
    )
    with client:
        if visit.security == "starttls":
            client.starttls(context)
        match visit.login:
            case None:
                client.login(USER, PASSWORD)
            case "PLAIN":
                client.plain_login(USER, PASSWORD)
            case "XOAUTH2":
                client.oauth2_login(USER, visit.token)
            case "OAUTHBEARER":
                client.oauthbearer_login(USER, visit.token)
        client.select_folder("INBOX", readonly=True)
        fetched = client.fetch(client.search(), ["BODY.PEEK[]"])
        return [fetched[uid][b"BODY[]"] for uid in sorted(fetched)]


def by_imap_tools(visit: Visit) -> list[bytes]:
    context = visit.fakemail.tls.client_context()
    where = ("localhost", visit.imap_port)
    match visit.security:
        case "none":
            box: imap_tools.BaseMailBox = imap_tools.MailBoxUnencrypted(*where)
        case "starttls":
            box = imap_tools.MailBoxStartTls(*where, ssl_context=context)
        case _:
            box = imap_tools.MailBox(*where, ssl_context=context)
    with ExitStack() as undo:
        undo.callback(box.client.shutdown)  # imap-tools leaves that to others if login fails
        match visit.login:
            case None:
                box.login(USER, PASSWORD)
            case "PLAIN":
                box.login_utf8(USER, PASSWORD)
            case _:
                box.xoauth2(USER, visit.token)
        undo.pop_all()
    with box:
        # imap-tools parses with `email`, which gives the octets back as they were.
        return [crlf(message.obj.as_bytes()) for message in box.fetch(mark_seen=False, bulk=True)]


def by_aioimaplib(visit: Visit) -> list[bytes]:
    async def scenario() -> list[bytes]:
        if visit.security == "none":
            client = aioimaplib.IMAP4("localhost", visit.imap_port)
        else:
            context = visit.fakemail.tls.client_context()
            client = aioimaplib.IMAP4_SSL("localhost", visit.imap_port, ssl_context=context)
        await client.wait_hello_from_server()
        try:
            if visit.login is None:
                told = await client.login(USER, PASSWORD)
            else:
                told = await client.xoauth2(USER, visit.token)
            assert told.result == "OK", told.lines
            await client.select("INBOX")
            _, lines = await client.fetch("1:*", "(BODY.PEEK[])")
        finally:
            await client.logout()
        return [bytes(line) for line in lines if isinstance(line, bytearray)]

    return running.run(scenario())


def by_imapflow(visit: Visit) -> list[bytes]:
    return [message.encode("latin-1") for message in imapflow(visit, "read")]


def imapflow(visit: Visit, task: str, **more: object) -> Any:  # noqa: ANN401  (it is JSON)
    """Let ``imap.js`` do one of its tasks; octets in its JSON are one character each."""
    auth = {"user": USER}
    if visit.login in {"XOAUTH2", "OAUTHBEARER"}:
        auth["accessToken"] = visit.token
    else:
        auth["pass"] = PASSWORD
        if visit.login is not None:
            auth["loginMethod"] = f"AUTH={visit.login}"
    asked = {
        "host": "localhost",
        "port": visit.imap_port,
        "secure": visit.security == "implicit",
        "doSTARTTLS": visit.security == "starttls",
        "caFile": visit.ca_file,
        "auth": auth,
        "task": task,
        **more,
    }
    told = run("node", str(NODE / "imap.js"), home=visit.home, stdin=json.dumps(asked).encode())
    return json.loads(told)


def curl(visit: Visit, protocol: str, path: str, *more: str) -> bytes:
    """Let curl do one command, or what the URL says."""
    command = ["curl", "--silent", "--show-error", "--cacert", visit.ca_file, *more]
    port = visit.imap_port if protocol == "imap" else visit.pop3_port
    scheme = protocol + "s" if visit.security == "implicit" else protocol
    if visit.security == "starttls":
        command.append("--ssl-reqd")
    if visit.login is not None:
        command += ["--login-options", f"AUTH={visit.login}"]
    if visit.login in {"XOAUTH2", "OAUTHBEARER"}:
        command += ["--user", USER, "--oauth2-bearer", visit.token]
    else:
        command += ["--user", f"{USER}:{PASSWORD}"]
    return run(*command, f"{scheme}://localhost:{port}/{path}", home=visit.home)


def by_curl_imap(visit: Visit) -> list[bytes]:
    found = curl(visit, "imap", "INBOX?ALL")
    return [
        curl(visit, "imap", f"INBOX;MAILINDEX={number.decode()}")
        for number in found.removeprefix(b"* SEARCH").split()
    ]


def by_curl_pop3(visit: Visit) -> list[bytes]:
    listed = curl(visit, "pop3", "")
    return [curl(visit, "pop3", line.split()[0].decode()) for line in listed.splitlines()]


def mutt(visit: Visit, url: str, *keys: str, settings: str = "") -> bytes:
    """Let mutt open a mailbox and press keys; by the end it must have left."""
    protocol = url.partition(":")[0].removesuffix("s")
    login = (visit.login or "LOGIN").lower()
    configuration = visit.written(
        "muttrc",
        f"set ssl_starttls={'yes' if visit.security == 'starttls' else 'no'}",
        f"set ssl_force_tls={'no' if visit.security == 'none' else 'yes'}",
        f'set certificate_file="{visit.ca_file}"',
        f'set {protocol}_user="{USER}" {protocol}_pass="{PASSWORD}"',
        f'set {protocol}_authenticators="{login}"',
        f'set {protocol}_oauth_refresh_command="echo {visit.token}"',
        f'set folder="{visit.home}"',
        "set confirmappend=no confirmcreate=no delete=yes quit=yes move=no wait_key=no",
        "set sleep_time=0 mbox_type=mbox mark_old=no",
        settings,
        f'push "{"".join(keys)}<quit>"',
    )
    return run_in_terminal("mutt", "-n", "-F", configuration, "-f", url, home=visit.home)


def copied_by_mutt(visit: Visit, url: str) -> list[bytes]:
    copies = visit.home / "copies"
    mutt(visit, url, "<tag-pattern>~A<enter><tag-prefix><copy-message>", str(copies), "<enter>")
    with closing(mailbox.mbox(copies, create=False)) as box:
        return [crlf(_ADDED_BY_MUTT.sub(b"", box.get_bytes(key), 2)) for key, _ in box.iteritems()]


def imap_url(visit: Visit, name: str = "INBOX") -> str:
    scheme = "imaps" if visit.security == "implicit" else "imap"
    return f"{scheme}://localhost:{visit.imap_port}/{name}"


def by_mutt_imap(visit: Visit) -> list[bytes]:
    return copied_by_mutt(visit, imap_url(visit))


def by_mutt_pop3(visit: Visit) -> list[bytes]:
    scheme = "pops" if visit.security == "implicit" else "pop"
    return copied_by_mutt(visit, f"{scheme}://localhost:{visit.pop3_port}/")


def mbsync(visit: Visit, *patterns: str, create: str = "Near") -> bytes:
    """Synchronise the account with the maildirs below ``mail/``."""
    kinds = {"none": "None", "starttls": "STARTTLS", "implicit": "IMAPS"}
    (visit.home / "mail").mkdir(exist_ok=True)
    configuration = visit.written(
        "mbsyncrc",
        "IMAPStore far",
        "Host localhost",
        f"Port {visit.imap_port}",
        f"User {USER}",
        f"Pass {PASSWORD}",
        f"SSLType {kinds[visit.security]}",
        "SystemCertificates no",
        f"CertificateFile {visit.ca_file}",
        f"AuthMechs {visit.login or 'LOGIN'}",
        "",
        "MaildirStore near",
        f"Path {visit.home}/mail/",
        f"Inbox {visit.home}/mail/INBOX",
        "SubFolders Verbatim",
        "",
        "Channel all",
        "Far :far:",
        "Near :near:",
        f"Patterns {' '.join(patterns) or 'INBOX'}",
        f"Create {create}",
        f"Remove {create}",
        "Expunge Both",
        "SyncState *",
    )
    for maildir in visit.home.glob("mail/**/"):
        os.utime(maildir, (1, 1))  # mbsync waits a second for one that just changed
    return run("mbsync", "--config", configuration, "--all", home=visit.home)


def by_mbsync(visit: Visit) -> list[bytes]:
    mbsync(visit)
    maildir = mailbox.Maildir(visit.home / "mail" / "INBOX", create=False)
    found = [maildir.get_bytes(key) for key, _ in maildir.iteritems()]
    return [crlf(_ADDED_BY_MBSYNC.sub(b"", raw, 1)) for raw in found]


def fetchmail(
    visit: Visit, protocol: str, *options: str, accepted: tuple[int, ...] = (0,)
) -> bytes:
    """Let fetchmail hand each mail to an MDA that writes it to a file of its own."""
    mda = visit.home / "mda"
    mda.write_text('#!/bin/sh\nexec cat >"$(mktemp "$HOME/fetched.XXXXXX")"\n')
    mda.chmod(0o700)
    port = visit.imap_port if protocol == "imap" else visit.pop3_port
    secured = {
        "none": "sslproto ''",
        "starttls": "sslproto 'auto'",
        "implicit": "ssl",
    }[visit.security]
    login = (visit.login or "password").lower()
    configuration = visit.written(
        "fetchmailrc",
        f"poll localhost protocol {protocol} service {port} auth {login}",
        f'user "{USER}" password "{PASSWORD}" {secured}',
        f'sslcertck sslcertfile "{visit.ca_file}" no rewrite',
        f'mda "{mda}"',
    )
    command = ["fetchmail", "--fetchmailrc", configuration, "--nodetach", "--invisible"]
    command.append(f"--pidfile={visit.home}/pid")  # as root it has one lock for the machine
    return run(*command, *options, home=visit.home, accepted=accepted)


def fetched(visit: Visit) -> list[bytes]:
    return [crlf(path.read_bytes()) for path in visit.home.glob("fetched.*")]


def by_fetchmail_imap(visit: Visit) -> list[bytes]:
    fetchmail(visit, "imap", "--keep")
    return fetched(visit)


def by_fetchmail_pop3(visit: Visit) -> list[bytes]:
    fetchmail(visit, "pop3", "--keep")
    return fetched(visit)


def by_poplib(visit: Visit) -> list[bytes]:
    context = visit.fakemail.tls.client_context()
    with ExitStack() as stack:
        if visit.security == "implicit":
            client: poplib.POP3 = poplib.POP3_SSL("localhost", visit.pop3_port, context=context)
        else:
            client = poplib.POP3("localhost", visit.pop3_port)
        stack.callback(client.close)
        if visit.security == "starttls":
            client.stls(context)
        if visit.login is None:
            client.user(USER)
            client.pass_(PASSWORD)
        else:
            client.apop(USER, PASSWORD)
        count, _ = client.stat()
        messages = [client.retr(number)[1] for number in range(1, count + 1)]
        client.quit()
        return [b"".join(line + b"\r\n" for line in lines) for lines in messages]


class Reader(NamedTuple):
    """A client, its protocol, the logins that it knows (None is its own), what it needs."""

    read: Callable[[Visit], list[bytes]]
    protocol: str
    logins: tuple[str | None, ...]
    programs: tuple[str, ...] = ()
    securities: tuple[str, ...] = ("none", "starttls", "implicit")


_GSASL = ("LOGIN", "PLAIN", "CRAM-MD5", "SCRAM-SHA-1", "SCRAM-SHA-256", "XOAUTH2", "OAUTHBEARER")
_CURL = ("LOGIN", "PLAIN", "CRAM-MD5", "OAUTHBEARER")  # which it prefers to XOAUTH2
READERS = {
    "imaplib": Reader(by_imaplib, "imap", (None, "PLAIN", "CRAM-MD5", "XOAUTH2", "OAUTHBEARER")),
    "IMAPClient": Reader(by_imapclient, "imap", (None, "PLAIN", "XOAUTH2", "OAUTHBEARER")),
    "imap-tools": Reader(by_imap_tools, "imap", (None, "PLAIN", "XOAUTH2")),
    "aioimaplib": Reader(by_aioimaplib, "imap", (None, "XOAUTH2"), (), ("none", "implicit")),
    "imapflow": Reader(
        by_imapflow, "imap", (None, "LOGIN", "PLAIN", "OAUTHBEARER"), ("node:imapflow",)
    ),
    "curl, imap": Reader(by_curl_imap, "imap", (None, *_CURL), ("curl",)),
    "curl, pop3": Reader(by_curl_pop3, "pop3", (None, "+APOP", *_CURL), ("curl",)),
    "mutt, imap": Reader(by_mutt_imap, "imap", _GSASL, ("mutt", "script")),
    "mutt, pop3": Reader(by_mutt_pop3, "pop3", ("USER", "APOP", *_GSASL), ("mutt", "script")),
    "mbsync": Reader(
        by_mbsync,
        "imap",
        (None, "PLAIN", "CRAM-MD5", "SCRAM-SHA-1", "SCRAM-SHA-256"),
        ("mbsync", "sasl:libscram.so"),
    ),
    "fetchmail, imap": Reader(by_fetchmail_imap, "imap", (None, "CRAM-MD5"), ("fetchmail",)),
    "fetchmail, pop3": Reader(by_fetchmail_pop3, "pop3", (None, "CRAM-MD5"), ("fetchmail",)),
    "poplib": Reader(by_poplib, "pop3", (None, "APOP")),
}
