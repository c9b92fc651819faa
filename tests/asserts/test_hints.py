"""Hints: the likeliest mistake behind a difference."""

import pytest
from asserts.world import World

from pytest_fakemail.asserts.hints import hint
from pytest_fakemail.mime.mail import Mail
from pytest_fakemail.query.criteria import Criteria
from pytest_fakemail.query.mails import DELIVERY
from pytest_fakemail.query.messages import MESSAGE

VISIBLE = "what is seen of the html is where=lambda mail: … in mail.visible_text"


def hints(world: World, **criteria: object) -> list[str]:
    sent = world.send(
        "ann@x.test, eve@x.test",
        from_="news@x.test",
        to="Ann <ann@x.test>, list@x.test",
        cc="cid@x.test",
        subject="Welcome,  Ann",
        text="Hello Ann,\nit is café time",
        html="<p>Dear <b>Ann</b>, it is true</p>",
    )
    return [hint(each, sent) for each in list(Criteria(DELIVERY, criteria).differences(sent))]


@pytest.mark.parametrize(
    ("criteria", "expected"),
    [
        ({"subject": "welcome,  ann"}, "differs only in case"),
        ({"subject": "Welcome, Ann"}, "differs only in white space"),
        ({"subject": "Welcome"}, "it is only a part; re.compile() looks for parts"),
        ({"subject": "Welc.*"}, "as re.compile() it would be found"),
        ({"subject": "Welc(ome"}, ""),
        ({"subject": ""}, ""),
        ({"subject": "Goodbye"}, ""),
        ({"subject": len}, None),
        ({"subject": None}, ""),
        ({"text": "HELLO ann"}, "differs only in case"),
        ({"text": "Hello Ann, it is"}, "differs only in white space"),
        ({"text": "cafe\u0301"}, "differs only in how its characters are composed"),
        ({"text": "<b>Ann"}, "it is in the html"),
        ({"text": "H.llo"}, ""),
        ({"html": "Hello Ann"}, "it is in the text"),
        ({"html": "Dear Ann"}, f"tags stand in it; {VISIBLE}"),
        ({"text": "Dear Ann"}, f"tags stand in it; {VISIBLE}"),
        ({"cc": "Cid <cid@x.test>"}, "addresses have no names: ask for 'cid@x.test'"),
        (
            {"to": ["eve@x.test", "ann@x.test"]},
            "the same in another order; any_of() takes one of several",
        ),
        ({"to": ["ann@x.test"]}, "a list is all of them; there are more"),
        ({"to": ["bob@x.test"]}, ""),
        ({"to": "list@x.test"}, "it is in the To field, but no recipient of the envelope"),
        ({"to": "CID@x.test"}, "it is in the Cc field"),
        ({"cc": "ann@x.test"}, "it is in the To field"),
        ({"cc": "eve@x.test"}, "it is a recipient of the envelope, but not in the Cc field"),
        ({"bcc": "ann@x.test"}, "it is in the To field"),
        ({"bcc": "cid@x.test"}, "it is in the Cc field"),
        ({"from_": "shop@x.test"}, "it is the sender of the envelope"),
        ({"sender": "news@x.test"}, "it is in the From field"),
    ],
)
def test_the_likeliest_mistake_is_told(
    world: World, criteria: dict[str, object], expected: str | None
) -> None:
    assert hints(world, **criteria) == ([] if expected is None else [expected])


def test_a_mail_without_envelope_has_hints_too() -> None:
    mail = Mail(b"To: ann@x.test\r\n\r\n")
    differences = list(Criteria(MESSAGE, {"cc": "ann@x.test", "from_": "a"}).differences(mail))
    assert [hint(each, mail) for each in differences] == ["it is in the To field", ""]


def test_a_domain_can_be_written_in_two_ways() -> None:
    mail = Mail(b"To: ann@xn--bcher-kva.test\r\n\r\n")
    (difference,) = Criteria(MESSAGE, {"to": "ann@b\u00fccher.test"}).differences(mail)
    assert hint(difference, mail) == "the same domain, written in Punycode"
    (difference,) = Criteria(MESSAGE, {"to": f"ann@{'x' * 70}.test"}).differences(mail)
    assert hint(difference, mail) == ""


@pytest.mark.parametrize("markup", ["Dear <b>Ann</b>", "Dear&nbsp;Ann", "Dear&#32;Ann"])
@pytest.mark.parametrize("name", ["text", "html"])
def test_a_hint_leads_to_the_mail(world: World, name: str, markup: str) -> None:
    """A mail in HTML alone has no text; its HTML has tags and entities."""
    sent = world.send(html=f"<p>{markup}</p>", text=None)
    (difference,) = Criteria(DELIVERY, {name: "Dear Ann"}).differences(sent)
    assert hint(difference, sent) == f"tags stand in it; {VISIBLE}"
    seen = Criteria(DELIVERY, {"where": lambda mail: "Dear Ann" in mail.visible_text})
    assert list(seen.differences(sent)) == []


def test_tags_that_end_lines_are_told(world: World) -> None:
    sent = world.send(html="<p>Dear</p><p>Ann</p>", text=None)
    (difference,) = Criteria(DELIVERY, {"html": "Dear Ann"}).differences(sent)
    assert hint(difference, sent).startswith("tags and line ends stand in it; ")


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ("R\u00e9sum\u00e9.pdf", "differs only in how its characters are composed"),
        ("re\u0301sume\u0301.pdf", "differs only in case"),
        ("sume\u0301.pdf", "it is only a part; re.compile() looks for parts"),
        (
            ["b", "Re\u0301sume\u0301.pdf"],
            "the same in another order; any_of() takes one of several",
        ),
    ],
)
def test_names_of_attachments_have_hints_too(world: World, wanted: object, expected: str) -> None:
    sent = world.send(attachments={"Re\u0301sume\u0301.pdf": b"x", "b": b"y"})
    (difference,) = Criteria(DELIVERY, {"attachment": wanted}).differences(sent)
    assert hint(difference, sent) == expected


@pytest.mark.parametrize(
    ("sent", "wanted"),
    [
        ("Ann\u2019s", "Ann's"),
        ("\u201cHi\u201d", '"Hi"'),
        ("9\u201317", "9-17"),
        ("by\u200be", "bye"),
        ("un\u00adknown", "unknown"),
    ],
)
def test_typography_is_told(world: World, sent: str, wanted: str) -> None:
    mail = world.send(subject=sent)
    (difference,) = Criteria(DELIVERY, {"subject": wanted}).differences(mail)
    expected = "differs only in quotation marks, dashes or signs that cannot be seen"
    assert hint(difference, mail) == expected
