"""Each personality: whole, sourced, and what clients that we did not write make of it."""

import imaplib
import poplib
import smtplib
from collections.abc import Callable
from itertools import chain
from pathlib import Path

import pytest
from imap_tools import MailBoxUnencrypted
from imap_tools.errors import MailboxFolderSelectError
from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientError

from pytest_fakemail import BadArgument, BadSetting, FakeMail, Settings, UnknownAttribute
from pytest_fakemail.providers import gmail, names
from pytest_fakemail.providers.speaking.personality import NAMES, Spoken, personality

TRANSCRIPTS = Path(__file__).parents[1] / "transcripts" / "providers"
SPEAKERS = [
    (name, protocol)
    for name in NAMES
    for protocol in ("smtp", "pop3", "imap")
    if personality(name).spoken(protocol) is not None
]
READABLE = [name for name, protocol in SPEAKERS if protocol == "imap"]


def spoken(name: str, protocol: str) -> Spoken:
    found = personality(name).spoken(protocol)
    assert found is not None
    return found


def test_settings_know_all_personalities() -> None:
    choices = Settings.__dataclass_fields__["provider"].metadata["choices"]
    assert choices == ("none", *NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_personality_is_called_what_it_is(name: str) -> None:
    found = personality(name)
    assert found.name == name
    assert found.title
    assert personality(name.replace("-", "_")) is found
    assert Settings(provider=name.replace("-", "_")).provider == name
    Settings().under(found.settings)


@pytest.mark.parametrize(("name", "protocol"), SPEAKERS)
def test_protocol_has_evidence_and_a_transcript(name: str, protocol: str) -> None:
    how = spoken(name, protocol)
    letters, _, source = how.evidence.partition(" ")
    assert set(letters.rstrip(";").split("+")) <= set("TVSCK")
    assert source
    assert len(set(how.before)) == len(how.before)
    assert len(set(how.after)) == len(how.after)
    assert how.evidence in (TRANSCRIPTS / f"{name}-{protocol}.txt").read_text(encoding="utf-8")


def test_no_transcript_is_of_nobody() -> None:
    names = {path.stem for path in TRANSCRIPTS.glob("*.txt")}
    assert names == {f"{name}-{protocol}" for name, protocol in SPEAKERS}


# --- how one asks for it -------------------------------------------------------------------


def test_pretence_is_said_before_anything_else(fakemail: FakeMail) -> None:
    fakemail.pretend_to_be("dovecot")
    fakemail.pretend_to_be("gmail")
    assert fakemail.settings.hostname == "smtp.gmail.com"
    assert fakemail.smtp.port
    with pytest.raises(BadArgument, match=r"^pretend_to_be\('m365'\) comes too late: a port was"):
        fakemail.pretend_to_be("m365")


def test_pretence_after_mail_is_too_late(fakemail: FakeMail) -> None:
    fakemail.account().inbox.deliver(subject="One")
    with pytest.raises(BadArgument, match="comes too late"):
        fakemail.pretend_to_be("m365")


def test_pretence_after_a_fault_is_too_late(fakemail: FakeMail) -> None:
    fakemail.smtp.when("RCPT").reply(450, "4.2.1 Busy")
    with pytest.raises(BadArgument, match="comes too late"):
        fakemail.pretend_to_be("m365")
    fakemail.clear_faults()


def test_what_was_held_before_is_of_the_provider_then(fakemail: FakeMail) -> None:
    outbox, transcript = fakemail.outbox, fakemail.transcript
    smtp, pop3, imap = fakemail.smtp, fakemail.pop3, fakemail.imap
    fakemail.pretend_to_be("m365")
    fakemail.pretend_to_be("gmail")
    assert (fakemail.smtp, fakemail.pop3, fakemail.imap) == (smtp, pop3, imap)
    assert (fakemail.outbox, fakemail.transcript) == (outbox, transcript)
    assert "X-GM-EXT-1" in imap.client().capabilities
    assert b"Gpop ready" in pop3.client().getwelcome()
    client = smtp.client()
    rule = smtp.when("RCPT").reply(450, "4.2.1 Busy").once()
    client.sendmail("a@x.test", ["b@y.test", "user@example.test"], "Subject: x\n\nx")
    assert rule.fired == 1
    assert outbox.one(to="user@example.test")
    assert len(fakemail.account().inbox.messages) == 1
    assert "gsmtp" in str(transcript)


def test_capabilities_held_before_are_the_providers_then(fakemail: FakeMail) -> None:
    held = fakemail.imap.capabilities
    fakemail.pretend_to_be("gmail")
    assert "SORT" not in held
    held.off("IDLE")
    held.announce("X-MINE")
    client = fakemail.imap.client()
    assert "IDLE" not in client.capabilities
    assert "X-MINE" in client.capabilities
    fakemail.reset()
    assert "IDLE" in held
    held.off("MOVE")
    assert "MOVE" not in fakemail.imap.client().capabilities


Early = Callable[[FakeMail], object]

TOO_EARLY: dict[str, Early] = {
    "an account was asked for": lambda one: one.account(),
    "mail was delivered or an account made": lambda one: one.account("ann@x.test"),
    "a port was read": lambda one: one.smtp.port,
    "a fault, quirk or policy was set": lambda one: one.imap.quirk("enable.no_enabled_response"),
    "a fault, quirk or policy was set ": lambda one: one.seen_from("192.0.2.7"),
    "a fault, quirk or policy was set  ": lambda one: (
        one.smtp.when("RCPT").reply(450, "4.2.1 Busy").optional()
    ),
    "a capability was switched": lambda one: one.imap.capabilities.off("IDLE"),
    "a capability was switched ": lambda one: one.imap.capabilities.announce("X-MINE"),
    "fakemail.pop3 was used, and Amazon SES has no POP3": lambda one: one.pop3,
}


@pytest.mark.parametrize("reason", TOO_EARLY)
@pytest.mark.parametrize("before", ["none", "gmail"])
def test_what_would_be_lost_makes_it_too_late(reason: str, before: str) -> None:
    with FakeMail(provider=before) as fakemail:
        TOO_EARLY[reason](fakemail)
        wanted = rf"^pretend_to_be\('ses'\) comes too late: .*{reason.strip()}"
        with pytest.raises(BadArgument, match=wanted):
            fakemail.pretend_to_be("ses")
        assert fakemail.settings.provider == before


def test_unknown_provider_is_told_the_nearest(fakemail: FakeMail) -> None:
    with pytest.raises(BadArgument, match="no provider 'gmial'; did you mean 'gmail'"):
        fakemail.pretend_to_be("gmial")


@pytest.mark.fakemail(provider="ses")
def test_marker_names_the_provider(fakemail: FakeMail) -> None:
    assert fakemail.smtp.client().ehlo()[1].startswith(b"email-smtp.amazonaws.com\n8BITMIME\nSIZE ")
    with pytest.raises(UnknownAttribute, match=r"^Amazon SES has no IMAP, and this FakeMail"):
        _ = fakemail.imap
    assert not hasattr(fakemail, "pop3")


def test_what_a_test_says_itself_stands() -> None:
    with FakeMail(provider="gmail", hostname="mx.example.test", imap_without=["MOVE"]) as fakemail:
        assert fakemail.settings.hostname == "mx.example.test"
        assert "MOVE" not in fakemail.imap.capabilities
        assert "MOVE" not in fakemail.imap.client().capabilities


def test_reset_keeps_the_personality() -> None:
    with FakeMail(provider="courier") as fakemail:
        assert fakemail.account().mailbox("INBOX.Drafts")
        fakemail.reset()
        client = imaplib.IMAP4(*fakemail.imap.address)
        assert b"Courier-IMAP ready" in client.welcome
        client.logout()


def test_all_mail_of_gmail_can_be_hidden() -> None:
    with FakeMail(provider="gmail", gmail_language="de") as fakemail:
        fakemail.imap.quirk("list.all_mail_hidden")
        client = fakemail.imap.client()
        assert not any(b"\\All" in line for line in client.list()[1] if isinstance(line, bytes))
        assert client.select('"[Gmail]/Alle Nachrichten"')[0] == "NO"
        assert client.status('"[Gmail]/Alle Nachrichten"', "(MESSAGES)")[0] == "NO"
        assert client.select("[Gmail]/Papierkorb")[0] == "OK"


def test_a_prefix_without_levels_is_told() -> None:
    with pytest.raises(BadSetting, match="separator='NIL' has no levels"):
        FakeMail(personal_namespace="INBOX", separator="NIL")
    with pytest.raises(BadSetting, match="with gmail_labels there is no prefix"):
        FakeMail(personal_namespace="INBOX", provider="gmail")
    with pytest.raises(BadSetting, match=r"wanted a name, as INBOX/"):
        FakeMail(personal_namespace="/")
    with pytest.raises(BadSetting, match=r"wanted a name, as INBOX\."):
        FakeMail(personal_namespace="INBOX/", separator=".")


def test_faults_keep_their_own_words_and_bend_those_of_others() -> None:
    with FakeMail(provider="gmail") as fakemail:
        fakemail.smtp.when("RCPT").reply(450, "4.2.1 Ours").once()
        fakemail.smtp.when("MAIL").rewrite(b"gsmtp", b"GSMTP")
        client = fakemail.smtp.client()
        client.ehlo()
        assert client.mail("a@x.test")[1].endswith(b"- GSMTP")
        assert client.rcpt("b@x.test") == (450, b"4.2.1 Ours")
        assert client.rcpt("b@x.test")[1].endswith(b" - gsmtp")


def test_failures_of_the_same_provider_go_with_it() -> None:
    with FakeMail(provider="gmail") as fakemail:
        fakemail.smtp.fail(gmail.DAILY_LIMIT)
        with pytest.raises(smtplib.SMTPDataError):
            fakemail.smtp.client().sendmail("a@x.test", "b@y.test", "Subject: x\n\nx")


def test_pretence_is_of_one_fakemail_alone() -> None:
    with FakeMail(provider="gmail") as pretender, FakeMail() as plain:
        assert b"at your service" in pretender.smtp.client().ehlo()[1]
        assert b"at your service" not in plain.smtp.client().ehlo()[1]


def test_microsoft_shows_special_uses_that_it_does_not_announce() -> None:
    with FakeMail(provider="m365") as fakemail:
        client = fakemail.imap.client()
        assert "SPECIAL-USE" not in client.capabilities
        _, lines = client.list()
        texts = [line.decode() for line in lines if isinstance(line, bytes)]
        assert any(text.endswith('"/" Inbox') for text in texts)
        assert any("\\Sent" in text for text in texts)


# --- a day's work --------------------------------------------------------------------------

UNSAFE = "SELECT Unsafe Login. Please contact kefu@188.com for help"
RAW = b"Subject: Invoice\r\nFrom: a@x.test\r\n\r\nHello\r\n"


def introduce(client: imaplib.IMAP4) -> None:
    """Say ID, as 163 wants it before SELECT; imaplib has no word for it."""
    if "ID" in client.capabilities:
        assert client.xatom("ID", '("name" "app")')[0] == "OK"


@pytest.mark.parametrize("name", READABLE)
def test_imaplib_works_a_day(name: str) -> None:
    with FakeMail(provider=name) as fakemail:
        fakemail.account().inbox.deliver(RAW)
        client = imaplib.IMAP4(*fakemail.imap.address)
        client.login("user@example.test", "password")
        assert client.list()[0] == "OK"
        introduce(client)
        assert client.select("INBOX") == ("OK", [b"1"])
        assert client.search(None, "SUBJECT", "Invoice") == ("OK", [b"1"])
        _, data = client.fetch("1", "(BODY.PEEK[])")
        assert isinstance(data[0], tuple)
        assert data[0][1] == RAW
        prefix = fakemail.settings.personal_namespace
        assert client.create(f"{prefix}Done")[0] == "OK"
        assert client.copy("1", f"{prefix}Done")[0] == "OK"
        client.store("1", "+FLAGS", "\\Deleted")
        assert client.expunge() == ("OK", [b"1"])
        assert client.append(f"{prefix}Done", "", "", RAW)[0] == "OK"
        client.close()
        assert client.logout()[0] == "BYE"
        assert len(fakemail.account().mailbox(f"{prefix}Done").messages) == 2


@pytest.mark.parametrize("name", READABLE)
def test_imapclient_works_a_day(name: str) -> None:
    with FakeMail(provider=name) as fakemail:
        fakemail.account().inbox.deliver(RAW)
        with IMAPClient(fakemail.imap.host, fakemail.imap.port, ssl=False) as client:
            client.login("user@example.test", "password")
            names = {folder[2].lower() for folder in client.list_folders()}
            assert "inbox" in names
            if client.has_capability("ID"):
                client.id_({"name": "app"})  # which 163 wants before SELECT
            assert client.select_folder("INBOX")[b"EXISTS"] == 1
            (uid,) = client.search(["SUBJECT", "Invoice"])
            assert client.fetch([uid], ["BODY.PEEK[]"])[uid][b"BODY[]"] == RAW
            client.add_flags([uid], ["\\Seen"])
            done = f"{fakemail.settings.personal_namespace}Done"
            client.create_folder(done)
            client.copy([uid], done)
            client.append(done, RAW, ["\\Draft"])
            assert client.folder_status(done, ["UIDNEXT"]) == (
                {} if name == "netease" else {b"UIDNEXT": 3}  # whose STATUS is empty
            )
            if client.has_capability("IDLE"):
                client.idle()
                fakemail.account().inbox.deliver(RAW)
                assert (2, b"EXISTS") in client.idle_check(timeout=5)
                client.idle_done()
            client.delete_messages([uid])
            client.expunge()
            kept = fakemail.account().mailbox(done)
            assert [mail.draft for mail in kept.messages] == [False, True]
            assert uid not in [mail.uid for mail in fakemail.account().inbox.messages]


@pytest.mark.parametrize("name", READABLE)
def test_imap_tools_works_a_day(name: str) -> None:
    with FakeMail(provider=name) as fakemail:
        fakemail.account().inbox.deliver(RAW)
        box = MailBoxUnencrypted(fakemail.imap.host, fakemail.imap.port)
        with box.login("user@example.test", "password", initial_folder=None) as mailbox:
            introduce(mailbox.client)
            mailbox.folder.set("INBOX")
            (mail,) = mailbox.fetch()
            assert mail.subject == "Invoice"
            assert mailbox.folder.list()
            done = f"{fakemail.settings.personal_namespace}Done"
            mailbox.folder.create(done)
            mailbox.flag([str(mail.uid)], "\\Flagged", value=True)
            mailbox.copy([str(mail.uid)], done)
            mailbox.append(RAW, done)
            mailbox.delete([str(mail.uid)])
        fakemail.account().inbox.assert_empty()
        kept = fakemail.account().mailbox(done)
        assert [mail.flagged for mail in kept.messages] == [True, False]


def test_who_says_no_id_cannot_read_at_163() -> None:
    """imaplib's, IMAPClient's and imap-tools' own steps: the last opens INBOX at the login."""
    with FakeMail(provider="netease") as fakemail:
        client = imaplib.IMAP4(*fakemail.imap.address)
        client.login("user@example.test", "password")
        assert client.select() == ("NO", [UNSAFE.encode()])
        client.logout()
        with IMAPClient(fakemail.imap.host, fakemail.imap.port, ssl=False) as other:
            other.login("user@example.test", "password")
            with pytest.raises(IMAPClientError, match=UNSAFE):
                other.select_folder("INBOX")
        box = MailBoxUnencrypted(fakemail.imap.host, fakemail.imap.port)
        with pytest.raises(MailboxFolderSelectError, match=UNSAFE):
            box.login("user@example.test", "password")
        box.client.shutdown()


@pytest.mark.parametrize("name", [name for name, protocol in SPEAKERS if protocol == "pop3"])
def test_poplib_works_a_day(name: str) -> None:
    with FakeMail(provider=name) as fakemail:
        fakemail.account().inbox.deliver(RAW)
        client = poplib.POP3(*fakemail.pop3.address)
        assert client.capa()
        client.user("user@example.test")
        client.pass_("password")
        assert client.stat()[0] == 1
        assert b"\r\n".join(client.retr(1)[1]) + b"\r\n" == RAW
        client.dele(1)
        client.quit()
        fakemail.account().inbox.assert_empty()


@pytest.mark.parametrize("name", [name for name, protocol in SPEAKERS if protocol == "smtp"])
def test_smtplib_works_a_day(name: str) -> None:
    with FakeMail(provider=name) as fakemail:
        account = fakemail.account()
        plain = fakemail.smtp.client(account)
        encrypted = fakemail.smtp.client(account, security="starttls")
        for client in (plain, encrypted):
            client.sendmail("a@x.test", ["b@y.test", "c@y.test"], RAW)
            client.quit()
        assert len(fakemail.outbox) == 2


def test_all_words_of_answers_are_of_commands_that_there_are() -> None:
    """A mistyped key of `replies` would never be said."""
    verbs = {"connect", "*", "EHLO", "STARTTLS", "AUTH", "MAIL", "RCPT", "DATA", "end-of-data"}
    verbs |= {"QUIT", "PASS", "CAPABILITY", "LOGIN", "AUTHENTICATE", "ID", "IDLE", "LOGOUT"}
    verbs |= {"SELECT", "EXAMINE", "LIST", "NAMESPACE", "push"}
    used = chain.from_iterable(spoken(*speaker).replies for speaker in SPEAKERS)
    assert {key.split()[0] for key in used} <= verbs


def test_names_are_those_of_all_or_of_who_has_the_protocol() -> None:
    assert tuple(names()) == NAMES
    for protocol in ("smtp", "pop3", "imap"):
        assert names(protocol) == [one for one in NAMES if personality(one).spoken(protocol)]
    with pytest.raises(BadArgument, match="no protocol 'impa'; did you mean 'imap'"):
        names("impa")  # type: ignore[arg-type]
