"""Clients in many languages, each with the extensions of IMAP that it makes use of."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from clients.installed import needs
from clients.programs import run
from clients.readers import imap_url, mutt
from clients.visit import Visit
from imapclient import IMAPClient

from pytest_fakemail import AccountHandle, FakeMail

pytestmark = pytest.mark.fakemail(imap_capabilities="all")
SCRIPTS = Path(__file__).parent / "scripts"
JARS = ("/usr/share/java/javax.mail.jar", "/usr/share/java/javax.activation.jar")
ALL = "lrswipkxtecda"

Run = Callable[..., bytes]


@pytest.fixture
def ann(fakemail: FakeMail) -> Iterator[AccountHandle]:
    """An account; nothing that its client said was unknown or badly written."""
    yield fakemail.account("ann", password="password")
    assert [one for one in fakemail.transcript.commands() if one.reply_code == "BAD"] == []


@pytest.fixture
def trial(fakemail: FakeMail, ann: AccountHandle, tmp_path: Path) -> Run:
    """Run a program; behind its name come server, port, user, password and a file with the CA."""

    def tried(*command: str) -> bytes:
        port = str(fakemail.imap.port)
        given = ("localhost", port, ann.user, ann.password, fakemail.tls.ca_file)
        return run(*command, *given, home=tmp_path)

    return tried


def spoken(fakemail: FakeMail) -> set[str]:
    """Return the names of all commands that were given."""
    return {command.verb for command in fakemail.transcript.commands()}


@needs("perl:Mail::IMAPTalk")
def test_imaptalk_of_perl(fakemail: FakeMail, ann: AccountHandle, trial: Run) -> None:
    seen: dict[str, Any] = json.loads(trial("perl", str(SCRIPTS / "imaptalk.pl")).decode())

    assert seen["acl"] == ["ann", ALL, "bob", "lrs"]
    assert seen["rights"] == ["Work", ALL]
    limits = ["STORAGE", "0", "100", "MESSAGE", "0", "10"]
    assert seen["quota"] == {"quotaroot": ["INBOX", ""], "": limits}
    assert seen["metadata"]["Inbox"]["/private/comment"] == "mine"
    assert ann.inbox.annotations["/shared/comment"] == "Größe"
    assert seen["sorted"] == [2, 1]
    assert seen["threads"] == [["1"], ["2"]]
    assert seen["status"]["INBOX"] == {"messages": "2", "unseen": "1"}
    ann.mailbox("Work").assert_one(subject="a")
    assert spoken(fakemail) >= {"SETMETADATA", "SETQUOTA", "DELETEACL", "UID MOVE"}


@needs("perl:Mail::IMAPClient")
def test_imapclient_of_perl(fakemail: FakeMail, ann: AccountHandle, trial: Run) -> None:
    seen = json.loads(trial("perl", str(SCRIPTS / "imapclient.pl")))

    assert seen["acl"] == {"ann": ALL, "bob": "lrs"}
    assert seen["length"] == 100_002
    assert seen["sorted"] == ["2", "1"]
    assert seen["threads"] == [[["1"], ["2"]]]
    ann.inbox.assert_one(subject="a")
    ann.mailbox("Work").assert_one(subject="b", seen=True)
    assert spoken(fakemail) >= {"STARTTLS", "COMPRESS", "LISTRIGHTS", "IDLE", "UID EXPUNGE"}


@needs("imapfilter")
def test_imapfilter(fakemail: FakeMail, ann: AccountHandle, tmp_path: Path) -> None:
    ann.inbox.deliver_many(
        [
            {"subject": "Rechnung 1"},
            {"subject": "keep"},
            {"subject": "win", "from_": "spam@example.test"},
            {"subject": "big", "text": "x" * 70 + "\n" + "y\n" * 15_000},
        ]
    )
    program = ("imapfilter", "-t", fakemail.tls.ca_file, "-c", str(SCRIPTS / "filter.lua"))
    said = run("env", f"IMAP_PORT={fakemail.imap.port}", *program, home=tmp_path).decode()

    assert "2\tSubject: keep\t" in said
    assert [mail.subject for mail in ann.inbox.messages] == ["keep", "appended"]
    ann.mailbox("Work/Bills").assert_one(subject="Rechnung 1", flagged=True)
    ann.mailbox("Archive").assert_one(subject="keep")
    assert spoken(fakemail) >= {"NAMESPACE", "UID SEARCH", "UID COPY", "SUBSCRIBE"}


@needs("ruby")
def test_net_imap_of_ruby(ann: AccountHandle, trial: Run) -> None:
    seen = json.loads(trial("ruby", str(SCRIPTS / "mail.rb")))

    assert seen["namespaces"] == [[""], ["Users/"], ["Shared/"]]
    assert seen["acl"] == [["ann", ALL], ["bob", "lrs"]]
    assert seen["quota"] == "100"
    assert (seen["changed"], seen["found"], seen["sorted"]) == ([1, 2], [1], [1, 2])
    assert seen["threads"] == [1, 2]
    assert seen["modseqs"] == [2, 3]
    ann.mailbox("Work").assert_one(subject="Übung", seen=True)


@needs("php:imap")
def test_imap_functions_of_php(ann: AccountHandle, trial: Run) -> None:
    seen = json.loads(trial("php", str(SCRIPTS / "mail.php")))

    assert seen["acl"] == {"ann": ALL, "bob": "lrs"}
    assert seen["quota"] == 100
    assert (seen["found"], seen["sorted"], seen["status"]) == ([2], [2, 1], 1)
    assert seen["overview"] == [[1, "b"], [2, "a"]]
    ann.inbox.assert_one(subject="b", seen=True)


@needs("php", "file:/usr/share/php/Horde/Imap/Client/Socket.php")
@pytest.mark.fakemail(imap_without=["UTF8=ACCEPT"])  # in which it quotes whole messages
def test_horde_of_php(fakemail: FakeMail, ann: AccountHandle, trial: Run) -> None:
    seen = json.loads(trial("php", str(SCRIPTS / "horde.php")))

    assert seen["namespaces"] == {"": "", "Users/": "Andere Benutzer/", "Shared/": "Gemeinsam/"}
    assert seen["acl"] == {"ann": "lrswipkxtea", "bob": "lrs"}
    assert seen["quota"] == "100"
    assert seen["metadata"] == {"INBOX": {"/private/comment": "Größe"}}
    assert (seen["appended"], seen["catenated"]) == ([1, 2], [3])
    assert ann.inbox.assert_one(subject="cat").raw == b"Subject: cat\r\n\r\nbody\r\n"
    assert (seen["sorted"], int(seen["young"]), seen["threads"]) == ([2, 1, 3], 3, [1, 2, 3])
    assert seen["fuzzy"] == [2]
    assert seen["comparators"] == ["i;unicode-casemap", "i;octet"]
    assert seen["fetched"] == ["Zwei", "000000"]
    assert seen["moved"] == {"2": 1}
    ann.mailbox("Wörk").assert_one(subject="Zwei")
    assert "Dieses Postfach gibt es nicht" in seen["refused"]
    assert spoken(fakemail) >= {"LANGUAGE", "COMPARATOR", "UID SORT", "UID THREAD", "SETMETADATA"}


@needs("java", "javac", *(f"file:{jar}" for jar in JARS))
def test_javamail(fakemail: FakeMail, ann: AccountHandle, trial: Run) -> None:
    program = (
        "java",
        "-XX:TieredStopAtLevel=1",
        "-XX:+UseSerialGC",
        "-cp",
        ":".join(JARS),
        str(SCRIPTS / "Mail.java"),
    )
    said = trial(*program).decode().splitlines()

    assert said == [
        "acl ann acdeiklprstwx",
        "acl bob ilrs",
        "shared Shared",
        "limit 100",
        "uid 1",
        "uid 2",
        "uid 3",
        "content Grüße",
        "changed 1",
        "sorted 3",
        "sorted 2",
        "sorted 1",
        "resync MessageVanishedEvent",
        "left 1",
    ]
    ann.mailbox("Wörk").assert_one(subject="Brot", flagged=True)
    assert spoken(fakemail) >= {"COMPRESS", "ENABLE", "SORT", "MOVE", "UNSELECT"}


@needs("mutt", "script")
def test_mutt_resynchronises(fakemail: FakeMail, tmp_path: Path) -> None:
    visit = Visit(fakemail, "starttls", None, tmp_path)
    settings = "set imap_deflate=yes imap_condstore=yes imap_qresync=yes header_cache=~/cache"
    inbox = fakemail.account().inbox
    inbox.deliver_many([{"subject": name} for name in ("one", "two", "three")])
    keys = "<search>~stwo<enter><delete-message>"
    mutt(visit, imap_url(visit), keys, settings=settings)
    inbox.add_flags(1, "answered")
    inbox.expunge(3)
    inbox.deliver(subject="four")
    mutt(visit, imap_url(visit), "<search>~sfour<enter><flag-message>", settings=settings)

    assert [mail.subject for mail in inbox.messages] == ["one", "four"]
    inbox.assert_one(subject="four", flagged=True)
    inbox.assert_one(subject="one", answered=True, flagged=False)
    assert spoken(fakemail) >= {"COMPRESS", "MYRIGHTS", "ENABLE"}
    fetches = [command.argument for command in fakemail.transcript.commands("FETCH")]
    assert "1:3 (FLAGS) (CHANGEDSINCE 2 VANISHED)" in fetches


def test_imapclient_appends_several_at_once(fakemail: FakeMail, ann: AccountHandle) -> None:
    flagged = {"msg": "Subject: b\r\n\r\n", "flags": [b"\\Seen"]}
    with IMAPClient(*fakemail.imap.address, ssl=False) as client:
        client.login(ann.user, ann.password)
        client.multiappend(
            "Archive", ["Subject: a\r\n\r\n", flagged, "Subject: c\r\n\r\n", "Subject: d\r\n\r\n"]
        )
    archive = ann.mailbox("Archive")
    assert [mail.subject for mail in archive.messages] == ["a", "b", "c", "d"]
    archive.assert_one(subject="b", seen=True)
    [append] = fakemail.transcript.commands("APPEND")
    assert append.reply_code == "OK"
