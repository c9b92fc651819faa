"""Each quirk: what of an answer becomes what, on the wire."""

import re
import socket

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from providers.quirk_samples import BENT, DEEP, FETCH, REFUSED

from pytest_fakemail import BadArgument, FakeMail
from pytest_fakemail.providers.quirks import QUIRKS, quirk
from pytest_fakemail.providers.quirks.quirk import Quirk, responses
from pytest_fakemail.providers.quirks.tree import read, write
from pytest_fakemail.wire.effects import Close, Effect, Send
from pytest_fakemail.wire.exchange import Connection, Exchange
from pytest_fakemail.zoo import zoo

RAW = b"Subject: One\r\nContent-Disposition: inline\r\n\r\nHello)\r\n"
ALL = [one for known in QUIRKS.values() for one in known.values()]


def named(one: Quirk) -> str:
    return f"{one.protocol}-{one.name}"


def test_all_are_shown() -> None:
    assert {one: set(rows) for one, rows in BENT.items()} == {
        one: set(rows) - REFUSED.keys() - DEEP for one, rows in QUIRKS.items()
    }
    assert REFUSED.keys() <= QUIRKS["imap"].keys()


@pytest.mark.parametrize(
    "one", [one for one in ALL if one.name not in {*REFUSED, *DEEP}], ids=named
)
def test_quirk_makes_of_an_answer_what_its_server_sends(one: Quirk) -> None:
    verb, argument, said, seen = BENT[one.protocol][one.name]
    connection = Connection(1, one.protocol, user="ann@example.test")
    exchange = Exchange(connection, verb, tag="a1", argument=argument)
    exchange.numbers = {1: 11, 2: 12, 3: 13}
    cut = len(said) // 2
    effects: list[Effect] = [Send(said[:cut]), Send(said[cut:]), Close()]
    assert one.refused(exchange) is None
    bent = list(one.bent(exchange, effects))
    assert bent == ([Send(seen), Close()] if seen else [Close()])


@pytest.mark.parametrize("name", REFUSED)
def test_quirk_refuses_what_its_server_refuses(name: str) -> None:
    verb, argument, answer, other = REFUSED[name]
    one = quirk("imap", name)
    exchange = Exchange(Connection(1, "imap"), verb, b" \r\n", tag="a1", argument=argument)
    assert one.refused(exchange) == ([Send(answer)] if answer else [Close()])
    assert one.refused(Exchange(exchange.connection, "NOOP", tag="a1")) is None
    if other is not None:
        taken = Exchange(exchange.connection, verb, tag="a1", argument=other)
        assert one.refused(taken) is None


@pytest.mark.parametrize("one", ALL, ids=named)
def test_quirk_says_what_it_breaks_and_who_saw_it(one: Quirk) -> None:
    assert re.match(r"[TVSCK](\+K)? \w", one.evidence)
    assert one.seen
    assert one.breaks


def test_other_commands_are_left_alone() -> None:
    exchange = Exchange(Connection(1, "imap"), "NOOP", tag="a1")
    effects = [Send(b"* 2 FETCH (UID 8)\r\n")]
    assert quirk("imap", "fetch.space_before_paren").bent(exchange, effects) is effects


def test_responses_hold_their_literals() -> None:
    said = FETCH + b"a1 OK x\r\nhalf"
    assert responses(said) == [FETCH, b"a1 OK x\r\n", b"half"]


def test_quirk_is_switched_on_by_name(fakemail: FakeMail) -> None:
    fakemail.account().inbox.deliver(RAW)
    fakemail.imap.quirk("fetch.uid_after_literal", "list.inbox_mixed_case")
    client = fakemail.imap.client()
    assert client.list('""', "INBOX")[1] == [b'(\\HasNoChildren) "/" Inbox']
    client.select()
    assert client.fetch("1", "(UID BODY.PEEK[])")[1] == [
        (b"1 (BODY[] {%d}" % len(RAW), RAW),
        b" UID 1)",
    ]


def test_quirk_leaves_faults_alone_and_does_not_need_to_act(fakemail: FakeMail) -> None:
    fakemail.imap.quirk("limit.throttled", "idle.no_push")
    fakemail.imap.when("NOOP").ok("Ours")
    client = fakemail.imap.client()
    assert client.noop()[1] == [b"Ours"]


def test_a_quirk_that_is_on_is_on_once() -> None:
    with FakeMail(provider="m365") as fakemail:
        fakemail.account().inbox.deliver(b"Subject: x\r\n\r\n" + b"y" * 286)
        for _ in range(2):
            fakemail.imap.quirk("size.estimate")
        client = fakemail.imap.client()
        client.select()
        assert client.fetch("1", "(RFC822.SIZE)")[1] == [b"1 (RFC822.SIZE 401)"]


def heard(fakemail: FakeMail, *lines: str) -> list[bytes]:
    with socket.create_connection(fakemail.imap.address, timeout=60) as client:
        client.sendall(b"".join(f"{line}\r\n".encode() for line in lines))
        return client.makefile("rb").read().splitlines()[1:]


LOGIN = "a1 LOGIN user@example.test password"


def test_who_said_id_is_known_in_this_connection_alone(fakemail: FakeMail) -> None:
    fakemail.imap.quirk("select.needs_id")
    assert b"* 0 EXISTS" in heard(fakemail, "a0 ID NIL", LOGIN, "a2 SELECT INBOX", "a3 LOGOUT")
    said = heard(fakemail, LOGIN, "a2 SELECT INBOX", "a3 STATUS INBOX (MESSAGES)", "a4 LOGOUT")
    assert b"a2 NO SELECT Unsafe Login. Please contact kefu@188.com for help" in said
    assert b"* STATUS INBOX (MESSAGES 0)" in said


def test_id_that_a_fault_refused_was_not_said(fakemail: FakeMail) -> None:
    fakemail.imap.quirk("select.needs_id")
    fakemail.imap.when("ID").no("Not now")
    said = heard(fakemail, "a0 ID NIL", LOGIN, "a2 SELECT INBOX", "a3 LOGOUT")
    assert b"* 0 EXISTS" not in said


@pytest.mark.parametrize("refused", [
    ("a0 LOGIN user@example.test wrong",),
    ("a0 AUTHENTICATE PLAIN", "AHVzZXJAZXhhbXBsZS50ZXN0AHdyb25n"),
    ("a0 AUTHENTICATE PLAIN AHVzZXJAZXhhbXBsZS50ZXN0AHdyb25n",),
])  # fmt: skip
def test_refused_login_is_the_end_at_the_next_command(
    refused: tuple[str, ...], fakemail: FakeMail
) -> None:
    fakemail.imap.quirk("auth.poisons_connection")
    said = heard(fakemail, *refused, LOGIN)
    assert said[-1].startswith(b"a0 NO ")
    assert any(line.startswith(b"a1 OK") for line in heard(fakemail, LOGIN, "a2 LOGOUT"))


def test_quirk_ends_with_reset(fakemail: FakeMail) -> None:
    fakemail.smtp.quirk("ehlo.8bitmime_with_space")
    assert b"8 BITMIME" in fakemail.smtp.client().ehlo()[1]
    fakemail.reset()
    assert b"8 BITMIME" not in fakemail.smtp.client().ehlo()[1]


def test_unknown_quirk_is_told_the_nearest(fakemail: FakeMail) -> None:
    with pytest.raises(BadArgument, match=r"did you mean 'fetch\.out_of_order'"):
        fakemail.imap.quirk("fetch.out_of_oder")
    with pytest.raises(BadArgument, match=r"quirk 'auth\.plus_ok' is for pop3, not for imap"):
        fakemail.imap.quirk("auth.plus_ok")
    with pytest.raises(BadArgument, match=r"no quirk 'x' in pop3; there is auth\.plus_ok, "):
        fakemail.pop3.quirk("x")
    with pytest.raises(BadArgument, match=r"no quirk 'x' in lmtp; there is none"):
        fakemail.lmtp.quirk("x")


def test_greeting_is_bent_too(fakemail: FakeMail) -> None:
    fakemail.imap.quirk("capa.lower_case")
    with socket.create_connection(fakemail.imap.address, timeout=60) as client:
        client.sendall(b"a1 CAPABILITY\r\na2 LOGOUT\r\n")
        said = client.makefile("rb").read()
    assert b"* capability imap4rev1" in said


def test_idle_with_a_space_is_no_command_of_gmails(fakemail: FakeMail) -> None:
    fakemail.imap.quirk("idle.trailing_space_bad")
    said = heard(fakemail, LOGIN, "a2 IDLE ", "a3 NOOP", "a4 IDLE", "DONE", "a5 LOGOUT")
    assert b"a2 BAD Could not parse command" in said
    assert any(line.startswith(b"a3 OK") for line in said)
    assert any(line.startswith(b"a4 OK") for line in said)


SESSION = (
    *("a1 ID NIL", "a2 LOGIN user@example.test password", "a3 CAPABILITY", "a4 ENABLE CONDSTORE"),
    *('b1 LIST "" *', 'b2 LSUB "" *', "b3 STATUS INBOX (MESSAGES UIDNEXT HIGHESTMODSEQ)"),
    *("c1 SELECT INBOX", "c2 SEARCH ALL", "c3 UID SEARCH RETURN (ALL) SUBJECT nothing"),
    "c4 SEARCH KEYWORD x",
    "d1 FETCH 1:* (UID FLAGS INTERNALDATE RFC822.SIZE ENVELOPE BODYSTRUCTURE BODY MODSEQ)",
    *("d2 UID FETCH 3:1 (BODY.PEEK[] BODY.PEEK[HEADER.FIELDS (X-NONE)] BODY.PEEK[1]<0.2>)",),
    *("d3 FETCH 1:2 FULL", "d4 FETCH 1 RFC822", "e1 STORE 1 +FLAGS (\\Seen)", "e2 COPY 1 Archive"),
    *("e3 MOVE 1 Archive", "e4 GETQUOTAROOT INBOX", "f1 NOOP", "f2 LOGOUT"),
)


@pytest.mark.parametrize("one", QUIRKS["imap"].values(), ids=named)
def test_no_real_answer_is_too_much_for_a_quirk(one: Quirk) -> None:
    """Each command is answered, but by those that quirks themselves leave unanswered."""
    with FakeMail() as fakemail:
        inbox = fakemail.account().inbox
        for name in ("bounce-exchange", "structure-deep", "structure-no-parts"):
            inbox.deliver(zoo[name])
        fakemail.account().quota = 1_000_000
        fakemail.imap.quirk(one.name)
        with socket.create_connection(fakemail.imap.address, timeout=60) as client:
            client.sendall(b"".join(f"{line}\r\n".encode() for line in SESSION))
            said = client.makefile("rb").read()
        tags = [line.split()[0].encode() for line in SESSION]
        assert [tag for tag in tags if not re.search(rb"(?m)^%b " % tag, said)] == []


@settings(max_examples=25)
@given(st.binary(max_size=400))
def test_a_response_that_is_read_is_written_as_it_was(text: bytes) -> None:
    with FakeMail() as fakemail:
        fakemail.account().inbox.deliver(b"Subject: x\r\nTo: " + text + b"\r\n\r\n" + text)
        client = fakemail.imap.client()
        client.select()
        client.fetch("1", "(UID FLAGS ENVELOPE BODYSTRUCTURE BODY[] BODY[HEADER.FIELDS (TO)])")
        (fetch,) = fakemail.transcript.commands("FETCH")
        (said, *_) = responses(fetch.answer)
    data = said.partition(b" FETCH ")[2].removesuffix(b"\r\n")
    assert write(read(data)) == data
