import re

import pytest
from dirty_equals import IsStr
from faults.wire import Value, Wire

from pytest_fakemail.errors import BadArgument
from pytest_fakemail.query.any_of import any_of
from pytest_fakemail.wire.effects import sent
from pytest_fakemail.wire.exchange import Connection

STRUCK = b"500 struck\r\n"


def strikes(wire: Wire, verb: str, **facts: Value) -> bool:
    return sent(wire.says(verb, **facts)) == STRUCK


def struck_when(wire: Wire, point: str, **conditions: Value) -> Wire:
    wire.when(point, **conditions).send(STRUCK)
    return wire


@pytest.mark.parametrize("point", ["RCPT", "rcpt", "Rcpt", " rcpt "])
def test_verb_is_meant_in_any_case(smtp: Wire, point: str) -> None:
    struck_when(smtp, point)
    assert strikes(smtp, "RCPT")
    assert not strikes(smtp, "MAIL")


def test_fetch_means_uid_fetch_too(imap: Wire) -> None:
    struck_when(imap, "FETCH")
    assert strikes(imap, "UID FETCH")
    assert strikes(imap, "FETCH")


def test_uid_fetch_means_itself_alone(imap: Wire) -> None:
    struck_when(imap, "uid fetch")
    assert strikes(imap, "UID FETCH")
    assert not strikes(imap, "FETCH")


def test_moments_are_points(smtp: Wire) -> None:
    struck_when(smtp, "End-Of-Data")
    assert strikes(smtp, "end-of-data")
    assert not strikes(smtp, "DATA")


def test_any_is_everything_that_a_client_does(imap: Wire) -> None:
    struck_when(imap, "any")
    assert all(strikes(imap, verb) for verb in ("connect", "tls", "LOGIN", "XUNHEARD", "literal"))
    assert not strikes(imap, "push")


def test_rules_of_one_protocol_leave_the_others_alone(imap: Wire) -> None:
    imap.when("NOOP").no("No")
    pop3 = Connection(2, "pop3")
    assert imap.says("NOOP", b"+OK\r\n", connection=pop3) == imap.says(
        "CAPA", b"+OK\r\n", connection=pop3
    )


def test_unknown_point_is_refused_with_those_that_there_are(pop3: Wire) -> None:
    with pytest.raises(BadArgument) as mistake:
        pop3.when("FETCH")
    assert str(mistake.value) == (
        "no point 'FETCH' in pop3; there is connect, tls, any, USER, PASS, APOP, AUTH, CAPA, "
        "STLS, STAT, LIST, RETR, DELE, NOOP, RSET, TOP, UIDL, UTF8, LANG, QUIT"
    )


def test_point_is_text(smtp: Wire) -> None:
    point: Value = 3
    with pytest.raises(BadArgument, match="no point 3 in smtp"):
        smtp.when(point)


def test_unknown_protocol_is_refused(smtp: Wire) -> None:
    with pytest.raises(BadArgument, match="no protocol 'http'; there is smtp, lmtp, pop3, imap"):
        smtp.engine.when("http", "GET")


@pytest.mark.parametrize(
    ("protocol", "name", "possible"),
    [
        (
            "smtp",
            "mailbox",
            "to, sender, user, nth, nth_per_connection, connection, argument, where",
        ),
        ("pop3", "to", "user, uid, nth, nth_per_connection, connection, argument, where"),
        (
            "imap",
            "sender",
            "user, mailbox, target, uid, nth, nth_per_connection, connection, argument, where",
        ),
        (
            "imap",
            "subject",
            "user, mailbox, target, uid, nth, nth_per_connection, connection, argument, where",
        ),
    ],
)
def test_unknown_condition_is_refused_with_those_that_there_are(
    wire: type[Wire], protocol: str, name: str, possible: str
) -> None:
    with pytest.raises(BadArgument) as mistake:
        wire(protocol).when("NOOP", **{name: "x"})
    assert str(mistake.value) == f"no condition {name!r} for {protocol}; there is {possible}"


@pytest.mark.parametrize(
    ("conditions", "what"),
    [
        ({"nth": 0}, "a number from 1"),
        ({"nth": True}, "a number from 1"),
        ({"nth": "3"}, "a number, a range or any_of"),
        ({"nth": [1, 3]}, r"a list is all that a field has, and nth is one; wanted any_of\(1, 3\)"),
        ({"nth": None}, "nth is never absent"),
        ({"sender": ["a", "b"]}, r"wanted any_of\('a', 'b'\)"),
        ({"to": any_of("a@x.test", b"b")}, "text, not bytes"),
        ({"to": 3}, "wanted text"),
        ({"connection": -1}, "a number from 1"),
        ({"where": "x"}, "a function that decides"),
        ({"to": b"ann@x.test"}, "text, not bytes"),
        ({"to": re.compile(b"ann")}, "a pattern over text, not over bytes"),
        ({"to": "ann@x.test "}, "the address alone, 'ann@x.test'$"),
        ({"to": any_of("<ann@x.test>")}, "the address alone, 'ann@x.test'$"),
        ({"to": "a@x.test, b@x.test"}, "one address; several are a list"),
        ({"to": ""}, "an address"),
        ({"sender": "shop"}, "an address such as"),
        ({"user": "ann\n"}, "it in one line, 'ann'"),
        ({"nth": range(3, 3)}, "a range with a number from 1 in it$"),
        ({"nth_per_connection": any_of(1, range(-3, 1))}, "a range with a number from 1 in it$"),
    ],
)
def test_impossible_values_are_refused(smtp: Wire, conditions: Value, what: str) -> None:
    with pytest.raises(BadArgument, match=what):
        smtp.when("RCPT", **conditions)


def test_vrfy_and_expn_are_asked_about_anything(smtp: Wire) -> None:
    """RFC 5321 §3.5.1: a mailbox, a user's name or that of a list."""
    for name in ("staff", "Ann Smith", '"ann"@x.test'):
        struck_when(smtp, "VRFY", to=name)
        assert strikes(smtp, "VRFY", recipients=(name,))


def test_a_literal_puts_line_ends_into_an_argument(imap: Wire) -> None:
    struck_when(imap, "LOGIN", argument="{3}\r\nann secret")
    assert strikes(imap, "LOGIN", argument="{3}\r\nann secret")


@pytest.mark.parametrize("wanted", [2**32, range(2**32, 2**33), range(1, 1)])
def test_no_uid_is_that_large(imap: Wire, wanted: Value) -> None:
    with pytest.raises(BadArgument, match="a number from 1 to 4294967295"):
        imap.when("FETCH", uid=wanted)


def test_to_of_rcpt_is_the_address_that_it_names(smtp: Wire) -> None:
    struck_when(smtp, "RCPT", to="ann@example.test")
    ann, bob = "ann@example.test", "bob@example.test"
    assert strikes(smtp, "RCPT", recipients=[bob, ann])
    assert not strikes(smtp, "RCPT", recipients=[ann, bob])


def test_to_of_the_data_is_any_recipient(smtp: Wire) -> None:
    struck_when(smtp, "end-of-data", to="ann@example.test")
    assert strikes(smtp, "end-of-data", recipients=["ann@example.test", "bob@example.test"])
    assert not strikes(smtp, "end-of-data", recipients=["bob@example.test"])


@pytest.mark.parametrize(
    "wanted",
    [
        "ANN@example.TEST",
        re.compile("^ann"),
        lambda address: address.startswith("ann"),
        any_of("eve@example.test", re.compile("^ann")),
        {"eve@example.test", "ann@example.test"},
        ["ann@example.test"],
    ],
)
def test_addresses_match_as_criteria_do(smtp: Wire, wanted: Value) -> None:
    struck_when(smtp, "MAIL", sender=wanted)
    assert strikes(smtp, "MAIL", sender="ann@example.test")
    assert not strikes(smtp, "MAIL", sender="bob@example.test")


def test_empty_sender_is_one(smtp: Wire) -> None:
    struck_when(smtp, "MAIL", sender="")
    assert strikes(smtp, "MAIL", sender="")
    assert not strikes(smtp, "MAIL", sender=None)


def test_objects_are_compared(smtp: Wire) -> None:
    struck_when(smtp, "MAIL", sender=IsStr(regex="ann@.*"))
    assert strikes(smtp, "MAIL", sender="ann@example.test")
    assert not strikes(smtp, "MAIL", sender="bob@example.test")


def test_argument_is_compared_as_it_was_sent(imap: Wire) -> None:
    struck_when(imap, "FETCH", argument="1:* (FLAGS)")
    assert strikes(imap, "FETCH", argument="1:* (FLAGS)")
    assert not strikes(imap, "FETCH", argument="1:* (flags)")


@pytest.mark.parametrize(("wanted", "name"), [("inbox", "INBOX"), ("Sent", "Sent")])
def test_mailbox_is_compared_as_imap_does(imap: Wire, wanted: Value, name: str) -> None:
    struck_when(imap, "SELECT", mailbox=wanted)
    assert strikes(imap, "SELECT", mailbox=name)
    assert not strikes(imap, "SELECT", mailbox=name.swapcase() + "x")


def test_mailbox_names_have_a_case(imap: Wire) -> None:
    struck_when(imap, "SELECT", mailbox="sent")
    assert not strikes(imap, "SELECT", mailbox="Sent")
    assert not strikes(imap, "SELECT")


@pytest.mark.parametrize(
    "wanted", [5, {1, 5}, any_of(1, 5), [3, 5], range(5, 9), lambda uid: uid > 4]
)
def test_uid_is_among_those_of_the_command(imap: Wire, wanted: Value) -> None:
    struck_when(imap, "FETCH", uid=wanted)
    assert strikes(imap, "UID FETCH", uids=frozenset({3, 5}))
    assert not strikes(imap, "UID FETCH", uids=frozenset({3, 4}))


def test_user_is_who_is_logged_in(imap: Wire) -> None:
    struck_when(imap, "FETCH", user="Ann@example.test")
    assert not strikes(imap, "FETCH")
    imap.connection.user = "ann@example.test"
    assert strikes(imap, "FETCH")


def test_user_of_a_login_is_who_wants_in(pop3: Wire) -> None:
    struck_when(pop3, "PASS", user="ann")
    assert strikes(pop3, "PASS", user="ann")
    assert not strikes(pop3, "PASS", user="bob")


def test_connection_is_known_by_number(smtp: Wire) -> None:
    struck_when(smtp, "MAIL", connection=2)
    assert not strikes(smtp, "MAIL")
    assert strikes(smtp, "MAIL", connection=Connection(2, "smtp"))


def test_where_decides_on_the_exchange(smtp: Wire) -> None:
    struck_when(smtp, "end-of-data", where=lambda exchange: len(exchange.payload) > 3)
    assert strikes(smtp, "end-of-data", payload=b"long")
    assert not strikes(smtp, "end-of-data", payload=b"no")


def test_all_conditions_must_hold(smtp: Wire) -> None:
    struck_when(smtp, "RCPT", to="ann@example.test", sender="bob@example.test")
    assert not strikes(smtp, "RCPT", recipients=["ann@example.test"], sender="eve@example.test")
    assert not strikes(smtp, "RCPT", recipients=["eve@example.test"], sender="bob@example.test")
    assert strikes(smtp, "RCPT", recipients=["ann@example.test"], sender="bob@example.test")


def test_none_is_what_is_absent(imap: Wire) -> None:
    struck_when(imap, "NOOP", mailbox=None)
    assert strikes(imap, "NOOP")
    assert not strikes(imap, "NOOP", mailbox="INBOX")


def test_a_list_is_all_that_there_is(smtp: Wire) -> None:
    ann, bob = "ann@example.test", "bob@example.test"
    struck_when(smtp, "end-of-data", to=["Ann@Example.test", re.compile("^bob")])
    assert strikes(smtp, "end-of-data", recipients=[ann, bob])
    assert not strikes(smtp, "end-of-data", recipients=[bob, ann])
    assert not strikes(smtp, "end-of-data", recipients=[ann])


def test_nth_per_connection_counts_on_each(smtp: Wire) -> None:
    struck_when(smtp, "MAIL", nth_per_connection=2)
    first, second = Connection(1, "smtp"), Connection(2, "smtp")
    order = [first, second, first, second, first]
    assert [strikes(smtp, "MAIL", connection=each) for each in order] == [
        False, False, True, True, False,
    ]  # fmt: skip


def test_nth_per_connection_is_told(smtp: Wire) -> None:
    rule = smtp.when("MAIL", nth_per_connection=2).reply(450)
    smtp.says("MAIL")
    assert repr(rule) == "smtp.when('MAIL', nth_per_connection=2).reply(450)"
    assert "but only nth_per_connection=2 was to be struck" in rule.why_unfired()


def test_target_is_where_copies_go(imap: Wire) -> None:
    struck_when(imap, "MOVE", mailbox="INBOX", target="Archive")
    assert strikes(imap, "UID MOVE", mailbox="INBOX", target="Archive")
    assert not strikes(imap, "MOVE", mailbox="Archive", target="INBOX")
