"""Each quirk: what of an answer becomes what, on the wire."""

import re
import socket

import pytest

from pytest_fakemail import BadArgument, FakeMail
from pytest_fakemail.providers.quirks import QUIRKS, Quirk, quirk, responses
from pytest_fakemail.wire.effects import Close, Effect, Send
from pytest_fakemail.wire.exchange import Connection, Exchange

RAW = b"Subject: One\r\nContent-Disposition: inline\r\n\r\nHello)\r\n"
FETCH = b"* 1 FETCH (UID 7 BODY[] {8}\r\nA)\r\nB)\r\n)\r\n"

# name: (verb, argument, the server's answer, what the client sees)
SEEN: dict[str, tuple[str, str, bytes, bytes]] = {
    "capa.lower_case": ("CAPABILITY", "", b"* CAPABILITY IMAP4rev1 ID\r\na1 OK x\r\n",
                        b"* capability imap4rev1 id\r\na1 OK x\r\n"),
    "capa.trailing_space": ("CAPABILITY", "", b"* CAPABILITY IMAP4rev1\r\na1 OK x\r\n",
                            b"* CAPABILITY IMAP4rev1 \r\na1 OK x\r\n"),
    "auth.plus_without_space": ("AUTHENTICATE", "", b"+ \r\n", b"+\r\n"),
    "enable.no_enabled_response": ("ENABLE", "", b"* ENABLED QRESYNC\r\na1 OK x\r\n",
                                   b"a1 OK x\r\n"),
    "cont.spurious_plus": ("NOOP", "", b"a1 OK x\r\n", b"+ \r\na1 OK x\r\n"),
    "copyuid.bare": ("UID MOVE", "", b"* OK [COPYUID 55 31 6] x\r\n* 1 EXPUNGE\r\na1 OK x\r\n",
                     b"[COPYUID 55 31 6]\r\n* 1 EXPUNGE\r\na1 OK x\r\n"),
    "text.missing": ("NOOP", "", b"a1 OK done\r\n", b"a1 OK\r\n"),
    "limit.throttled": ("NOOP", "", b"a1 OK Success\r\n", b"a1 OK Success [THROTTLED]\r\n"),
    "list.inbox_mixed_case": ("LIST", "", b'* LIST () "/" INBOX\r\n* LIST () "/" INBOX/A\r\n',
                              b'* LIST () "/" Inbox\r\n* LIST () "/" INBOX/A\r\n'),
    "list.no_inbox": ("LIST", "", b'* LIST () "/" INBOX\r\n* LIST () "/" A\r\n',
                      b'* LIST () "/" A\r\n'),
    "list.special_use_missing": ("LIST", "", b'* LIST (\\HasNoChildren \\Sent) "/" Sent\r\n',
                                 b'* LIST (\\HasNoChildren) "/" Sent\r\n'),
    "list.special_use_doubled": ("LIST", "", b'* LIST (\\HasNoChildren \\Sent) "/" Sent\r\n',
                                 b'* LIST (\\HasNoChildren \\Sent \\Sent) "/" Sent\r\n'),
    "list.name_in_literal": ("LIST", "", b'* LIST () "/" "A B"\r\n',
                             b'* LIST () "/" {3}\r\nA B\r\n'),
    "list.missing_quote": ("LIST", "", b'* LIST () "/" "A B"\r\n', b'* LIST () "/" A B"\r\n'),
    "permflags.no_keywords": ("SELECT", "", b"* OK [PERMANENTFLAGS (\\Seen \\*)] x\r\n",
                              b"* OK [PERMANENTFLAGS (\\Seen)] x\r\n"),
    "uidnext.missing": ("SELECT", "", b"* OK [UIDNEXT 3] x\r\na1 OK x\r\n", b"a1 OK x\r\n"),
    "uidnext.zero": ("STATUS", "", b"* STATUS A (UIDNEXT 3)\r\n", b"* STATUS A (UIDNEXT 0)\r\n"),
    "uidvalidity.zero": ("SELECT", "", b"* OK [UIDVALIDITY 3] x\r\n",
                         b"* OK [UIDVALIDITY 0] x\r\n"),
    "status.empty_list": ("STATUS", "", b"* STATUS A (MESSAGES 3)\r\n", b"* STATUS A ()\r\n"),
    "select.needed_to_see_new": ("NOOP", "", b"* 3 EXISTS\r\n* 1 RECENT\r\na1 OK x\r\n",
                                 b"a1 OK x\r\n"),
    "idle.no_push": ("push", "", b"* 3 EXISTS\r\n", b""),
    "fetch.uid_after_literal": ("UID FETCH", "", FETCH + b"a1 OK x\r\n",
                                b"* 1 FETCH (BODY[] {8}\r\nA)\r\nB)\r\n UID 7)\r\na1 OK x\r\n"),
    "fetch.out_of_order": ("FETCH", "", FETCH + b"* 2 FETCH (UID 8)\r\na1 OK x\r\n",
                           b"* 2 FETCH (UID 8)\r\n" + FETCH + b"a1 OK x\r\n"),
    "fetch.space_before_paren": ("FETCH", "", b"* 2 FETCH (UID 8)\r\na1 OK x\r\n",
                                 b"* 2 FETCH (UID 8 )\r\na1 OK x\r\n"),
    "fetch.rfc822_ignored": ("FETCH", "1 (RFC822)", FETCH + b"a1 OK x\r\n", b"a1 OK x\r\n"),
    "size.estimate": ("FETCH", "", b"* 2 FETCH (RFC822.SIZE 300)\r\n",
                      b"* 2 FETCH (RFC822.SIZE 401)\r\n"),
    "bs.disposition_string": ("FETCH", "", b'* 2 FETCH (BODYSTRUCTURE (NIL ("inline" NIL)))\r\n',
                              b'* 2 FETCH (BODYSTRUCTURE (NIL "inline"))\r\n'),
    "date.internal_zero": ("FETCH", "", b'* 2 FETCH (INTERNALDATE " 1-Feb-2026 01:02:03 +00")\r\n',
                           b'* 2 FETCH (INTERNALDATE "00-Jan-0000 00:00:00 +0000")\r\n'),
    "ehlo.8bitmime_with_space": ("EHLO", "", b"250-x\r\n250 8BITMIME\r\n",
                                 b"250-x\r\n250 8 BITMIME\r\n"),
}  # fmt: skip
ALL = [one for known in QUIRKS.values() for one in known.values()]


def test_all_are_shown() -> None:
    assert set(SEEN) == {one.name for one in ALL}


@pytest.mark.parametrize("one", ALL, ids=lambda one: one.name)
def test_quirk_makes_of_an_answer_what_its_server_sends(one: Quirk) -> None:
    verb, argument, said, seen = SEEN[one.name]
    exchange = Exchange(Connection(1, "imap"), verb, tag="a1", argument=argument)
    cut = len(said) // 2
    effects: list[Effect] = [Send(said[:cut]), Send(said[cut:]), Close()]
    bent = list(one.bent(exchange, effects))
    assert bent == ([Send(seen), Close()] if seen else [Close()])


@pytest.mark.parametrize("one", ALL, ids=lambda one: one.name)
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


def test_quirk_ends_with_reset(fakemail: FakeMail) -> None:
    fakemail.smtp.quirk("ehlo.8bitmime_with_space")
    assert b"8 BITMIME" in fakemail.smtp.client().ehlo()[1]
    fakemail.reset()
    assert b"8 BITMIME" not in fakemail.smtp.client().ehlo()[1]


def test_unknown_quirk_is_told_the_nearest(fakemail: FakeMail) -> None:
    with pytest.raises(BadArgument, match=r"did you mean 'fetch\.out_of_order'"):
        fakemail.imap.quirk("fetch.out_of_oder")
    with pytest.raises(BadArgument, match=r"no quirk 'x' in pop3; there is none"):
        fakemail.pop3.quirk("x")


def test_greeting_is_bent_too(fakemail: FakeMail) -> None:
    fakemail.imap.quirk("capa.lower_case")
    with socket.create_connection(fakemail.imap.address) as client:
        client.sendall(b"a1 CAPABILITY\r\na2 LOGOUT\r\n")
        said = client.makefile("rb").read()
    assert b"* capability imap4rev1" in said
