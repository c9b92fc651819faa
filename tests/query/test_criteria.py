"""Criteria: what they match, what differs, and which cannot be."""

import re
from datetime import UTC, datetime
from pathlib import PurePath
from unittest.mock import ANY

import pytest
from dirty_equals import Contains, IsStr

from pytest_fakemail.errors import BadArgument
from pytest_fakemail.mime.compose import Parts, compose
from pytest_fakemail.mime.mail import Mail
from pytest_fakemail.query.any_of import any_of
from pytest_fakemail.query.criteria import Criteria
from pytest_fakemail.query.mails import DELIVERY
from pytest_fakemail.query.messages import MESSAGE
from pytest_fakemail.query.wording import shown
from pytest_fakemail.store.delivery import Delivery, Recipient

NOW = datetime(2026, 1, 2, tzinfo=UTC)
RAW = compose(
    Parts(
        from_="Shop <shop@example.test>",
        to="Ann <ann@example.test>",
        cc="cid@example.test",
        subject="Welcome, Ann",
        text="Hello Ann,\nwelcome",
        html="<p>Hello Ann</p>",
        attachments={"invoice.pdf": b"PDF", "b.txt": "text"},
        headers={"X-Tag": ["spring", "sale"]},
    ),
    date=NOW,
    message_id="<1@example.test>",
)
SENT = Delivery(
    RAW,
    sender="bounce@example.test",
    recipients=[Recipient("Ann@Example.test"), Recipient("eve@example.test")],
    received_at=NOW,
)


def criteria(**wanted: object) -> Criteria:
    return Criteria(DELIVERY, wanted)


def says_yes(_: object) -> bool:
    return True


@pytest.mark.parametrize(
    "wanted",
    [
        {},
        {"to": "ANN@example.TEST"},
        {"to": "eve@example.test"},
        {"to": re.compile("^eve@")},
        {"to": ["ann@example.test", "eve@example.test"]},
        {"to": ("Ann@Example.test", "eve@example.test")},
        {"to": {"EVE@example.test", "cid@example.test"}},
        {"to": any_of("cid@example.test", re.compile("^eve"))},
        {"to": any_of("cid@example.test", ["ann@example.test", says_yes])},
        {"to": [re.compile("^Ann"), "eve@example.test"]},
        {"cc": any_of(None, "cid@example.test")},
        {"cc": ["cid@example.test"]},
        {"subject": {"Bye", "Welcome, Ann"}},
        {"subject": ["Welcome, Ann"]},
        {"text": any_of("Bye", "welcome")},
        {"to": Contains("eve@example.test")},
        {"to": IsStr(regex="eve.*")},
        {"cc": "cid@example.test"},
        {"bcc": "EVE@example.test"},
        {"sender": "Bounce@example.test"},
        {"from_": "shop@example.test"},
        {"from_": "Shop <shop@example.test>"},
        {"from_": re.compile("^Shop <")},
        {"subject": "Welcome, Ann"},
        {"subject": re.compile("ann$", re.IGNORECASE)},
        {"subject": lambda subject: len(subject) == 12},
        {"subject": IsStr()},
        {"subject": IsStr},
        {"text": "Ann,\nwel"},
        {"text": "Ann,\r\nwel"},
        {"text": re.compile(r"^welcome$", re.MULTILINE)},
        {"html": "Hello"},
        {"header": {"x-tag": "sale", "X-None": None}},
        {"header": {"X-Tag": ["spring", "sale"]}},
        {"attachment": "b.txt"},
        {"attachment": ["invoice.pdf", "b.txt"]},
        {"attachment": {"b.txt", "invoice.pdf"}},
        {"attachment": re.compile(r"\.pdf$")},
        {"attachment": lambda attachment: attachment.content == b"PDF"},
        {"attachment": IsStr(regex=r".*\.pdf")},
        {"from_": IsStr(regex="Shop <.*")},
        {"where": lambda delivery: delivery.sender.startswith("bounce")},
        {"to": says_yes, "cc": says_yes, "subject": says_yes},
    ],
)
def test_these_match(wanted: dict[str, object]) -> None:
    assert criteria(**wanted).match(SENT)
    assert list(criteria(**wanted).differences(SENT)) == []


@pytest.mark.parametrize(
    "wanted",
    [
        {"to": "cid@example.test"},
        {"to": "ann@example"},
        {"to": ["eve@example.test", "Ann@Example.test"]},
        {"header": {"X-Tag": ["Spring", "sale"]}},
        {"to": {"eva@example.test", "cid@example.test"}},
        {"to": ["ann@example.test"]},
        {"to": [re.compile("^eve"), "eve@example.test"]},
        {"cc": any_of("eve@example.test", None)},
        {"subject": any_of("a", re.compile("^b"))},
        {"cc": None},
        {"cc": "ann@example.test"},
        {"bcc": "ann@example.test"},
        {"sender": "shop@example.test"},
        {"from_": "bounce@example.test"},
        {"subject": "Welcome"},
        {"subject": "welcome, ann"},
        {"subject": re.compile("^Ann")},
        {"subject": None},
        {"text": "hello ann"},
        {"text": lambda _: None},
        {"html": "<b>"},
        {"header": {"X-Tag": "autumn"}},
        {"header": {"X-None": ""}},
        {"attachment": "invoice"},
        {"attachment": ["invoice.pdf"]},
        {"where": lambda delivery: delivery.sender == ""},
    ],
)
def test_these_do_not_match(wanted: dict[str, object]) -> None:
    assert not criteria(**wanted).match(SENT)
    assert len(list(criteria(**wanted).differences(SENT))) == 1


def test_every_difference_is_told_in_order() -> None:
    differences = list(
        criteria(subject="x", header={"A": "b", "X-Tag": "c"}, to="y@z").differences(SENT)
    )
    assert [(each.name, list(each.values), each.wanted) for each in differences] == [
        ("subject", ["Welcome, Ann"], "x"),
        ("header A", [], "b"),
        ("header X-Tag", ["spring", "sale"], "c"),
        ("to", ["Ann@Example.test", "eve@example.test"], "y@z"),
    ]


def test_without_an_envelope_to_is_the_field() -> None:
    message = Criteria(MESSAGE, {"to": "ann@example.test"})
    assert message.match(Mail(RAW))
    assert not message.match(Mail(b"To: bob@example.test\r\n\r\n"))


def test_what_is_absent_equals_none() -> None:
    empty = Mail(b"\r\n")
    names = ("to", "cc", "bcc", "from_", "subject", "text", "html", "attachment")
    assert Criteria(MESSAGE, dict.fromkeys(names)).match(empty)
    assert not Criteria(MESSAGE, {"subject": ""}).match(empty)


def test_criteria_read_as_a_sentence() -> None:
    wanted = criteria(
        to="ann@x.test",
        from_="b",
        sender="",
        subject=re.compile("^A"),
        header={"X-Tag": "a"},
        attachment="a.pdf",
        where=says_yes,
    )
    assert str(wanted) == (
        "to 'ann@x.test' from 'b' by sender '' with subject /^A/ and header X-Tag 'a' "
        "and attachment 'a.pdf' where says_yes"
    )
    assert str(criteria()) == ""
    assert shown(IsStr) == "IsStr"


@pytest.mark.parametrize(
    ("wanted", "text"),
    [
        ({"subjet": "a"}, "no criterion 'subjet'; did you mean 'subject'? there is to, cc, bcc, "),
        ({"zzz": "a"}, "no criterion 'zzz'; there is to, cc, bcc, "),
        ({"seen": True}, "no criterion 'seen'; "),
        ({"subject": re.compile(b"a")}, r"subject=re.compile\(b'a'\): wanted a pattern over text"),
        ({"header": "X-Tag"}, "header='X-Tag': wanted fields by name, as "),
        ({"header": {1: "a"}}, "header={1: 'a'}: wanted fields by name, as "),
        ({"subject": b"a"}, "subject=b'a': wanted text, not bytes"),
        ({"attachment": b"PDF"}, "attachment=b'PDF': wanted text, not bytes"),
        ({"to": any_of("a@x.test", 5)}, "to=5: wanted text"),
        ({"to": ["a@x.test", b"b"]}, "to=b'b': wanted text, not bytes"),
        ({"subject": ["a", "b"]}, r"subject=.*subject is one; wanted any_of\('a', 'b'\)"),
        ({"where": str}, "where=<class 'str'>: wanted a function that decides"),
        ({"where": "a"}, "where='a': wanted a function that decides"),
        ({"to": "Ann <ann@x.test>"}, "to='Ann <ann@x.test>': wanted the address alone, 'ann@x"),
        ({"sender": "<>"}, "sender='<>': wanted the address alone, ''"),
        ({"bcc": any_of("a@x.test", "<b@x.test>")}, "bcc='<b@x.test>': wanted the address alone"),
        ({"sender": []}, r"sender=\[\]: sender is never absent"),
        ({"to": set()}, r"to=set\(\): wanted at least one choice"),
        ({"to": {"ann@x.test": 1}}, "to={'ann@x.test': 1}: wanted text"),
        ({"to": [PurePath("a")]}, "to=.*: wanted text"),
        ({"subject": str}, "subject=<class 'str'>: wanted text"),
        ({"attachment": PurePath("a.pdf")}, "attachment=.*: wanted text"),
        ({"attachment": SENT.attachments[0]}, "attachment=.*: wanted text"),
        ({"header": {"X-Tag:": "a"}}, "no header field is called 'X-Tag:'; did you mean 'X-Tag'"),
        ({"header": {"X Tag": "a"}}, "no header field is called 'X Tag'"),
        ({"header": {}}, "header={}: wanted fields by name"),
        ({"to": None}, "to=None: to is never absent"),
        ({"to": []}, r"to=\[\]: to is never absent"),
        ({"to": "ann"}, "to='ann': wanted an address such as 'ann@example.test'$"),
        ({"to": ""}, "to='': wanted an address such as 'ann@example.test'$"),
        ({"to": "ann@x.test "}, "to='ann@x.test ': wanted the address alone, 'ann@x.test'$"),
        ({"to": "mailto:ann@x.test"}, "to='mailto:.*': wanted the address alone, 'ann@x.test'$"),
        ({"to": '"ann"@x.test'}, "to=.*: wanted the address alone, 'ann@x.test'$"),
        ({"to": "ann@x.test\n"}, "to=.*: wanted the address alone, 'ann@x.test'$"),
        ({"to": "ann@x.test, bob@y.test"}, "to=.*: wanted one address; several are a list"),
        ({"sender": "a@x.test; b@x.test"}, "sender=.*: wanted one address; several are a list"),
        ({"from_": "<shop@x.test>"}, "from_=.*: wanted the address alone, 'shop@x.test'$"),
        ({"from_": ["Shop<shop@x.test>"]}, "from_=.*: wanted the address alone, 'shop@x.test'$"),
        ({"cc": any_of(None, "")}, "cc='': wanted an address such .*; None if there is none$"),
        ({"cc": "A <a@x.test>, B <b@y.test>"}, r"cc=.*several .* \['a@x.test', 'b@y.test'\]$"),
        ({"subject": "Welcome\n"}, "subject=.*: wanted it in one line, 'Welcome'; a line end that"),
        ({"subject": {"a", "Dear\r\n Ann"}}, "subject=.*: wanted it in one line, 'Dear Ann'; "),
        ({"header": {"To": "x\r\n"}}, "header To=.*: wanted it in one line, 'x'; "),
        ({"attachment": ["a.pdf\n"]}, "attachment=.*: wanted it in one line, 'a.pdf'; "),
        ({"attachment": ""}, "attachment='': wanted the name of a file, or None"),
        ({"text": ""}, "text='': wanted a text, as '' is in any; None is no body, re.compile"),
        ({"html": any_of("<p>", "")}, "html='': wanted a text, as '' is in any; None is no body"),
    ],
)
def test_the_impossible_is_refused(wanted: dict[str, object], text: str) -> None:
    with pytest.raises(BadArgument, match=f"^{text}".replace("?", r"\?")):
        criteria(**wanted)


@pytest.mark.parametrize(
    ("wanted", "text"),
    [
        ({"uid": "3"}, "uid='3': wanted a number"),
        ({"uid": True}, "uid=True: wanted a number from 1"),
        ({"uid": 0}, "uid=0: wanted a number from 1"),
        ({"uid": re.compile("3")}, "wanted a number"),
        ({"uid": [1, 2]}, r"wanted any_of\(1, 2\)"),
        ({"seen": "yes"}, "seen='yes': wanted True or False"),
        ({"seen": 1}, "seen=1: wanted True or False"),
        ({"seen": []}, r"seen=\[\]: seen is never absent"),
        ({"seen": {}}, "seen={}: wanted True or False"),
        ({"uid": NOW}, "uid=.*: wanted a number"),
        ({"uid": 2**32}, "uid=4294967296: wanted a number from 1 to 4294967295$"),
        ({"uid": {1, 2**40}}, "uid=1099511627776: wanted a number from 1 to 4294967295$"),
        ({"uid": range(5, 1)}, r"wanted a range with a number from 1 to 4294967295 in it$"),
        ({"uid": any_of(7, range(1))}, r"uid=range\(0, 1\): wanted a range with"),
        ({"uid": range(2**32, 2**33)}, "wanted a range with"),
        ({"flags": r"\Seen \Flagged"}, "wanted one flag; several are a list, "),
        ({"flags": r"\Sean"}, r"\\Draft, or a keyword without blanks; did you mean '\\\\Seen'\?$"),
        ({"flags": r"\Recent"}, "wanted one of .*, or a keyword without blanks"),
        ({"flags": r"(\Seen)"}, r"wanted the flag alone, '\\\\Seen'$"),
        ({"flags": ["$Junk "]}, r"wanted the flag alone, '\$Junk'$"),
        ({"flags": ""}, r"flags='': wanted one of \\Answered .*, or a keyword without blanks$"),
        ({"flags": [r"\Seen", "x", "seen"]}, r"flags=\[.*\]: wanted 'seen' once$"),
        ({"labels": ""}, "labels='': wanted a label such as 'Work', or None without any$"),
        ({"labels": "Work\n"}, "labels=.*: wanted it in one line, 'Work'"),
        ({"to": "<ann@x.test>"}, "to=.*: wanted the address alone, 'ann@x.test'$"),
        ({"bcc": "ann@x.test "}, "bcc=.*: wanted the address alone, 'ann@x.test'$"),
    ],
)
def test_what_no_message_can_be_is_refused(wanted: dict[str, object], text: str) -> None:
    with pytest.raises(BadArgument, match=text):
        Criteria(MESSAGE, wanted)


@pytest.mark.parametrize(
    "wanted",
    [
        {"to": "Postmaster"},
        {"to": '"a b"@x.test'},
        {"to": '"a@b, <c>"@x.test'},
        {"to": "jürgen@bücher.test"},
        {"to": "o'neil+a=b/{c}@my_host.x.test"},
        {"to": "ann%x.test@y.test"},
        {"to": "ann@[127.0.0.1]"},
        {"to": "ann@[IPv6:::1]"},
        {"bcc": {"ann@x.test", "eve@localhost"}},
        {"sender": any_of("", "ann@x.test")},
        {"from_": "Doe, Ann <ann@x.test>"},
        {"from_": "Ann <3 mail <ann@x.test>"},
        {"from_": '"a b"@x.test'},
        {"from_": "shop"},
        {"cc": "ann@[127.0.0.1]"},
        {"cc": " Ann <ann@x.test>"},
        {"subject": ""},
        {"subject": " Welcome "},
        {"subject": re.compile(r"Welcome\n")},
        {"header": {"X-Tag": ""}},
        {"text": "\n"},
        {"text": any_of(None, re.compile(r"\A\s*\Z"))},
    ],
)
def test_the_odd_is_not_the_impossible(wanted: dict[str, object]) -> None:
    assert criteria(**wanted)


@pytest.mark.parametrize(
    "wanted",
    [
        {"uid": 2**32 - 1},
        {"uid": range(9, 0, -1)},
        {"uid": range(0, 2**40, 7)},
        {"uid": range(-(2**70), 2**70)},
        {"flags": "seen"},
        {"flags": "$Forwarded"},
        {"flags": "a,b"},
        {"flags": ["x", r"\Seen"]},
        {"labels": r"\Inbox"},
        {"labels": "To do"},
        {"to": "Ann <ann@x.test>"},
    ],
)
def test_the_odd_is_not_the_impossible_of_messages(wanted: dict[str, object]) -> None:
    assert Criteria(MESSAGE, wanted)


def test_a_line_end_that_was_sent_encoded_is_found_by_a_pattern() -> None:
    """RFC 2047 has no octet that an encoded word cannot stand for."""
    message = Mail(b"Subject: =?utf-8?q?Welcome=0A?=\r\n\r\n")
    assert message.subject == "Welcome\n"
    assert Criteria(MESSAGE, {"subject": re.compile(r"Welcome\n")}).match(message)


def test_what_only_its_own_kind_equals_is_refused() -> None:
    class Account:
        address = "ann@x.test"

    for wanted in (Account(), (one for one in ["ann@x.test"]), object()):
        with pytest.raises(BadArgument, match=r"^to=.*: wanted text"):
            criteria(to=wanted)
    with pytest.raises(BadArgument, match=r"; its address is 'ann@x\.test'$"):
        criteria(to=Account())


class Begins:
    """A matcher of a test's own, which thinks of texts alone."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, str) and other.startswith("Welcome")

    __hash__ = None  # type: ignore[assignment]


@pytest.mark.parametrize("wanted", [Begins(), ANY, IsStr, IsStr(min_length=3), Contains("Ann")])
def test_what_has_an_opinion_is_asked(wanted: object) -> None:
    assert criteria(subject=any_of(wanted)).match(SENT)
    assert "''" not in shown(wanted)


def test_a_match_looks_no_further_than_to_the_first_difference() -> None:
    asked: list[object] = []
    wanted = criteria(subject="x", where=asked.append)
    assert not wanted.match(SENT)
    assert asked == []
    assert [each.name for each in wanted.differences(SENT)] == ["subject", "where"]
    assert asked == [SENT]


def test_any_of_is_given_its_choices_one_by_one() -> None:
    with pytest.raises(BadArgument, match=r"any_of\(\): wanted at least one choice"):
        any_of()
    with pytest.raises(BadArgument, match=r"any_of\(\['a', 'b'\]\): give the choices one by one"):
        any_of(["a", "b"])
    assert repr(any_of("a", re.compile("b"))) == "any_of('a', /b/)"
