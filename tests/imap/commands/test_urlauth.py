from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from imaplib import IMAP4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from imap.talk import MAIL, Talk, imap_service

from pytest_fakemail import FakeMail
from pytest_fakemail.imap.grammar.cursor import BadSyntax
from pytest_fakemail.imap.grammar.urls import full_url, rump_url
from pytest_fakemail.store.acl import ALL, RIGHTS

USER = "user@example.test"


def talk(*messages: bytes, **settings: object) -> Talk:
    return Talk(imap_service(imap_capabilities="all", **settings)).log_in(*messages)


def other(client: Talk, user: str) -> Talk:
    client.service.store.add_account(user, "secret")
    again = client.again()
    assert again.say(f"LOGIN {user} secret")[-1].startswith("OK")
    return again


def authorized(client: Talk, rump: str) -> str:
    response, tagged = client.say(f'GENURLAUTH "{rump}" INTERNAL')
    assert tagged == "OK GENURLAUTH completed"
    return response.removeprefix('* GENURLAUTH "').removesuffix('"')


def fetched(client: Talk, url: str) -> str | None:
    """Return what URLFETCH gives for a URL; None for NIL."""
    answer = "\r\n".join(client.say(f'URLFETCH "{url}"'))
    begin, end = f'* URLFETCH "{url}" ', "\r\nOK URLFETCH completed"
    assert answer.startswith(begin)
    assert answer.endswith(end)
    given = answer.removeprefix(begin).removesuffix(end)
    if given == "NIL":
        return None
    size, _, octets = given.partition("\r\n")
    assert size == f"{{{len(octets)}}}"
    return octets


@pytest.mark.parametrize("slash", ["/", ""])
@pytest.mark.parametrize("spelt", ["user+user", "USER+User", "user+user%40example.test"])
def test_the_round_trip_of_a_user_and_his_own_url(slash: str, spelt: str) -> None:
    client = talk(MAIL)
    url = authorized(client, f"imap://user@example.test/INBOX{slash};uid=1;urlauth={spelt}")
    assert fetched(client, url) == MAIL.decode()
    assert client.say("FETCH 1 FLAGS")[0].startswith("BAD")  # nothing is selected
    assert client.say("RESETKEY INBOX")[-1].startswith("OK [URLMECH INTERNAL]")
    assert fetched(client, url) is None
    url = authorized(client, f"imap://user@example.test/INBOX{slash};uid=1;urlauth={spelt}")
    assert fetched(client, url) == MAIL.decode()


def test_tokens_are_the_same_in_each_run_and_differ_in_all_else() -> None:
    def all_tokens() -> Iterator[str]:
        client = talk()
        joe = other(client, "joe")
        for name in ("INBOX", "Sent"):
            for owner, one in (("user", client), ("joe", joe)):
                url = authorized(
                    one, f"imap://{owner}@example.test/{name}/;uid=1;urlauth=anonymous"
                )
                yield url.rpartition(":")[2]
        client.say("RESETKEY Sent")
        rump = "imap://user@example.test/Sent/;uid=1;urlauth=anonymous"
        yield authorized(client, rump)
        client.say("RESETKEY")
        yield authorized(client, rump)

    tokens = list(all_tokens())
    assert tokens == list(all_tokens())
    assert len(set(tokens)) == len(tokens)
    assert all(len(token) >= 32 for token in tokens)


def test_a_url_is_good_until_its_time_and_not_after_it() -> None:
    client = talk(MAIL)
    clock = client.service.store.registry.clock
    clock.freeze(datetime(2030, 1, 31, 11, 0, tzinfo=UTC))
    rump = f"imap://user@example.test/INBOX/;uid=1;expire=2030-01-31T{{}};urlauth=user+{USER}"
    urls = [authorized(client, rump.format(one)) for one in ("12:00:00Z", "13:00:00.0+01:00")]
    clock.advance("1h")
    assert [fetched(client, url) for url in urls] == [MAIL.decode()] * 2
    clock.advance("1s")
    assert [fetched(client, url) for url in urls] == [None] * 2


@pytest.mark.parametrize("when", ["9999-12-31T23:59:60Z", "2030-02-30T00:00:00Z", "", "now"])
def test_times_that_cannot_be_are_refused(when: str) -> None:
    rump = f"imap://user@example.test/INBOX/;uid=1;expire={when};urlauth=anonymous"
    said = talk(MAIL).say(f'GENURLAUTH "{rump}" INTERNAL')
    assert said == ["BAD EXPIRE wants a date and time such as 2030-01-31T12:00:00Z"]


def test_the_first_and_the_last_times_are_some() -> None:
    client = talk(MAIL)
    rump = "imap://user@example.test/INBOX/;uid=1;expire={};urlauth=anonymous"
    first = authorized(client, rump.format("0001-01-01T00:00:00+14:00"))
    last = authorized(client, rump.format("9999-12-31T23:59:59-14:00"))
    assert fetched(client, first) is None
    assert fetched(client, last) == MAIL.decode()


def test_a_mailbox_renamed_or_deleted_takes_its_urls_along() -> None:
    client = talk()
    for name in ("Box", "Box2"):
        client.say(f"CREATE {name}")
        client.account.mailboxes[name].append(MAIL)
    url = authorized(client, "imap://user@example.test/Box/;uid=1;urlauth=anonymous")
    assert fetched(client, url) == MAIL.decode()
    client.say("RENAME Box Away")
    assert fetched(client, url) is None
    client.say("RENAME Box2 Box")
    assert fetched(client, url) is None
    client.say("DELETE Box")
    client.say("RENAME Away Box")
    assert fetched(client, url) == MAIL.decode()
    client.say("DELETE Box")
    client.say("CREATE Box")
    client.account.mailboxes["Box"].append(MAIL)
    assert fetched(client, url) is None


@pytest.mark.parametrize("seen", ["everyone", "per-user"])
def test_who_authorized_it_has_to_have_the_right_to_read_whoever_asks(seen: str) -> None:
    client = talk(MAIL, shared_seen=seen)
    bob, eve = other(client, "bob"), other(client, "eve")
    share, account = client.service.store.share(), client.account
    box = "Users/user@example.test/Box"
    for rights in (frozenset(), *map(frozenset, RIGHTS), ALL, ALL - {"r"}):
        share.grant(account, "Box", "bob", rights | {"r"})
        if not account.mailboxes["Box"].messages:
            account.mailboxes["Box"].append(MAIL)
        rump = f"imap://bob@h/{box.replace('@', '%40')}/;uid=1;urlauth=authuser"
        url = authorized(bob, rump)
        assert fetched(eve, url) == MAIL.decode()
        share.grant(account, "Box", "bob", rights)
        may = "r" in rights
        assert (fetched(eve, url) is not None) == (fetched(client, url) is not None) == may
        said = bob.say(f'GENURLAUTH "{rump}" INTERNAL')[-1]
        assert said.startswith("OK" if may else "BAD The URL names nothing")
        assert bob.say(f"RESETKEY {box}")[-1].startswith("OK" if may else "NO [")
        if may:
            assert fetched(eve, url) is None


def test_keys_are_per_user_and_mailbox() -> None:
    client = talk(MAIL)
    bob = other(client, "bob")
    client.service.store.share().grant(client.account, "INBOX", "bob", "lr")
    mine = authorized(client, "imap://user@example.test/INBOX/;uid=1;urlauth=authuser")
    his = authorized(bob, "imap://bob@h/Users/user%40example.test/INBOX/;uid=1;urlauth=authuser")
    bob.say("RESETKEY")
    assert fetched(bob, mine) == fetched(client, mine) == MAIL.decode()
    assert fetched(client, his) is None
    assert fetched(client, mine.replace("user@", "bob@")) is None


def test_anonymous_is_for_all_and_authuser_for_whoever_has_a_name() -> None:
    client = talk(MAIL, mechanisms=("PLAIN", "ANONYMOUS"))
    nobody = client.again()
    assert nobody.say("AUTHENTICATE ANONYMOUS =")[-1].startswith("OK")
    for access, gets in (("anonymous", MAIL.decode()), ("authuser", None)):
        url = authorized(client, f"imap://user@example.test/INBOX/;uid=1;urlauth={access}")
        assert fetched(client, url) == MAIL.decode()
        assert fetched(nobody, url) == gets


def test_submission_servers_are_those_of_the_settings() -> None:
    client = talk(MAIL, submission_users=("submit",))
    url = authorized(client, "imap://user@example.test/INBOX/;uid=1;urlauth=submit+user")
    assert fetched(client, url) is None
    assert fetched(other(client, "joe"), url) is None
    assert fetched(other(client, "submit"), url) == MAIL.decode()


def test_the_whole_message_is_told_as_one() -> None:
    client = talk(b"Subject: x\r\nContent-Transfer-Encoding: base64\r\n\r\nAAE=")
    rump = "imap://user@example.test/INBOX/;uid=1{};urlauth=anonymous"
    whole, text = (authorized(client, rump.format(part)) for part in ("", "/;section=TEXT"))
    said = client.say(f'URLFETCH ("{whole}" BODYPARTSTRUCTURE) ("{text}" BODYPARTSTRUCTURE)')[0]
    inner = '("text" "plain" ("charset" "us-ascii") NIL NIL "base64" 4 0 NIL NIL NIL NIL)'
    envelope = '(NIL "x" NIL NIL NIL NIL NIL NIL NIL NIL)'
    assert (
        f'("message" "rfc822" NIL NIL NIL "7bit" 53 {envelope} {inner} 3 NIL NIL NIL NIL)' in said
    )
    assert said.endswith(f'" (BODYPARTSTRUCTURE {inner})')
    said = "\r\n".join(client.say(f'URLFETCH ("{text}" BINARY BODYPARTSTRUCTURE)'))
    assert '"binary" 2 0 NIL NIL NIL NIL)) (BINARY ~{2}\r\n\0\x01)' in said


def test_a_whole_message_with_nul_is_given_as_it_came() -> None:
    raw = b"A: b\r\n\r\nx\0y"
    client = talk(raw)
    url = authorized(client, "imap://user@example.test/INBOX/;uid=1;urlauth=anonymous")
    said = "\r\n".join(client.say(f'URLFETCH ("{url}" BINARY)'))
    assert f"(BINARY ~{{{len(raw)}}}\r\n{raw.decode()})\r\nOK" in said
    assert "\0" not in (fetched(client, url) or "\0")


def test_nothing_is_an_empty_string() -> None:
    client = talk(b"A: b\r\n\r\n")
    url = authorized(client, "imap://user@example.test/INBOX/;uid=1/;section=1;urlauth=anonymous")
    assert client.say(f'URLFETCH "{url}"')[0] == f'* URLFETCH "{url}" ""'


def test_sessions_in_the_mailbox_hear_of_a_new_key_while_they_wait() -> None:
    client = talk(MAIL)
    waiting, elsewhere, bob = client.again(), client.again(), other(client, "bob")
    for one, name in ((waiting, "INBOX"), (elsewhere, "Sent")):
        one.say(f"LOGIN {USER} password")
        one.say(f"SELECT {name}")
    client.service.store.share().grant(client.account, "INBOX", "bob", ALL)
    assert bob.say(f"SELECT Users/{USER}/INBOX")[-1].startswith("OK")
    waiting.send(b"a IDLE\r\n")
    client.say("SELECT INBOX")
    wakes = waiting.wakes
    said = client.say("RESETKEY INBOX")
    assert said == ["OK [URLMECH INTERNAL] Mechanisms of URLs"]
    assert waiting.wakes > wakes
    assert waiting.pushed() == "* OK [URLMECH INTERNAL] Mechanisms of URLs\r\n"
    assert not waiting.pushed()
    assert client.say("NOOP") == elsewhere.say("NOOP") == bob.say("NOOP") == ["OK NOOP completed"]


@pytest.mark.fakemail(imap_capabilities="all", user="user@example.test", password="password")
def test_faults_know_the_mailbox_of_a_url(fakemail: FakeMail) -> None:
    fakemail.imap.when("GENURLAUTH", mailbox="INBOX").no("not now")
    fakemail.imap.when("URLFETCH", mailbox="INBOX").no("not now")
    fakemail.imap.when("RESETKEY", mailbox="INBOX").no("not now")
    with IMAP4(fakemail.imap.host, fakemail.imap.port) as client:
        client.login("user@example.test", "password")
        for name, gets in (("Sent", "OK"), ("inbox", "NO")):
            rump = f"imap://user@example.test/{name}/;uid=1;urlauth=anonymous"
            assert client.xatom("GENURLAUTH", f'"{rump}"', "INTERNAL")[0] == gets
            assert client.xatom("URLFETCH", f'"{rump}:internal:{"0" * 32}"')[0] == gets
            assert client.xatom("RESETKEY", name)[0] == gets


_PIECES = st.sampled_from(
    b"imap:// u@ h / x ;UID=7 ;EXPIRE= 2030-01-31T12:00:00Z %4 %FF + \xff "
    b";URLAUTH= user+ anonymous :INTERNAL: 00000000000000000000000000000000".split()
)
_BEGINNINGS = st.sampled_from([b"", b"imap://u@h/x;UID=7", b"imap://u@h/x;UID=7;URLAUTH=user+x"])


@given(_BEGINNINGS, st.lists(_PIECES, max_size=8).map(b"".join))
def test_any_octets_are_an_authorized_url_or_not(beginning: bytes, end: bytes) -> None:
    octets = beginning + end
    with suppress(BadSyntax):
        assert rump_url(octets).rump == octets
    with suppress(BadSyntax):
        url, mechanism, token = full_url(octets)
        rebuilt = b"%b:%b:%b" % (url.rump, mechanism.encode(), token.encode())
        assert rebuilt.lower() == octets.lower()
        assert rump_url(url.rump) == url
