"""What a careful reviewer finds in a mail: each flaw once found, sound mail without any."""

from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_fakemail import BadArgument, Delivery, FakeMail, Mail, Recipient, UnmetExpectation
from pytest_fakemail.mime.flaws import SOURCES
from pytest_fakemail.zoo import zoo
from pytest_fakemail.zoo.strategies import messages

HEAD = (
    "From: Ann <ann@example.test>\r\nTo: bob@example.test\r\nSubject: Hi\r\n"
    "Date: Mon, 05 Jan 2026 09:30:00 +0000\r\nMessage-ID: <1@example.test>\r\n"
)
HTML = "MIME-Version: 1.0\r\nContent-Type: text/html; charset=us-ascii\r\n\r\n"
UNSOUND = {
    "encoded-word-forbidden": HEAD
    + "List-Unsubscribe: =?utf-8?q?=3Chttps=3A//x=3E?=\r\n\r\nHi\r\n",
    "field-doubled": HEAD + "Subject: Ho\r\n\r\nHi\r\n",
    "date-missing": HEAD.replace("Date:", "X-Date:") + "\r\nHi\r\n",
    "from-missing": HEAD.replace("From:", "X-From:") + "\r\nHi\r\n",
    "message-id-missing": HEAD.replace("Message-ID:", "X-ID:") + "\r\nHi\r\n",
    "message-id-malformed": HEAD + "References: 1@example.test\r\n\r\nHi\r\n",
    "sender-missing": HEAD.replace("Ann <", "bob@example.test, Ann <") + "\r\nHi\r\n",
    "header-unended": HEAD + "hello there\r\nhow are you\r\n",
    "header-injection": HEAD + "X-Note: =?utf-8?q?a=0D=0ABcc=3A_x?=\r\n\r\nHi\r\n",
    "header-8bit": HEAD + "X-Note: Grüße\r\n\r\nHi\r\n",
    "header-control": HEAD + "X-Note: a\x07b\r\n\r\nHi\r\n",
    "field-malformed": HEAD + "X Note: a\r\n\r\nHi\r\n",
    "parameter-malformed": HEAD
    + "MIME-Version: 1.0\r\nContent-Disposition: inline; filename=my file.txt\r\n\r\nHi\r\n",
    "direction-override": HEAD + "X-Note: =?utf-8?q?a=E2=80=AEb?=\r\n\r\nHi\r\n",
    "date-malformed": HEAD.replace(" +0000", "") + "\r\nHi\r\n",
    "date-out-of-range": HEAD.replace("2026", "1926").replace("Mon, ", "") + "\r\nHi\r\n",
    "line-too-long": HEAD + "\r\n" + "x" * 999 + "\r\n",
    "bare-newline": HEAD + "\r\nHi\nthere\r\n",
    "bcc-left-in": HEAD + "Bcc: eve@example.test\r\n\r\nHi\r\n",
    "8bit-undeclared": HEAD
    + "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nGrüße\r\n",
    "charset-wrong": HEAD
    + "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=x-no\r\n\r\nHi\r\n",
    "encoding-broken": HEAD
    + "MIME-Version: 1.0\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n100=ZZ\r\n",
    "encoding-unknown": HEAD + "MIME-Version: 1.0\r\nContent-Transfer-Encoding: 9bit\r\n\r\nHi\r\n",
    "mime-version-missing": HEAD + "Content-Type: text/plain\r\n\r\nHi\r\n",
    "image-without-alt": HEAD + HTML + "<img src='https://x.test/a.png'>\r\n",
    "link-relative": HEAD + HTML + "<a href='/confirm'>Confirm</a>\r\n",
    "link-plain-http": HEAD + HTML + "<a href='http://x.test/'>Confirm</a>\r\n",
    "html-clipped": HEAD + HTML + "<p>Hello</p>\r\n" * 10_000,
}
IN_THE_ZOO = {
    "boundary-repeated": "structure-boundary-same",
    "message-encoded": "attachment-eml-base64",
    "multipart-unclosed": "structure-boundary-unclosed",
    "multipart-empty": "structure-no-parts",
    "cid-without-part": "structure-cid-without-part",
    "calendar-methods-disagree": "invitation-methods-disagree",
    "text-missing": "structure-html-only",
    "text-and-html-disagree": "structure-alternative-disagrees",
}


def names(mail: Mail) -> set[str]:
    return {flaw.name for flaw in mail.flaws}


def sound() -> Mail:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "Ann <ann@example.test>", "b@x.test", "Grüße " * 20
    mail["Date"], mail["Message-ID"] = "Mon, 05 Jan 2026 09:30:00 +0000", "<1@example.test>"
    mail.set_content("Hello Ann, your code is 4711 and your order is on its way.\n")
    mail.add_alternative(
        "<p>Hello Ann, your code is <b>4711</b> and your order is on its way.</p>"
        "<p><a href='https://x.test/'>Track</a> <img src='cid:logo' alt='us'></p>",
        subtype="html",
    )
    body = mail.get_payload()[1]  # type: ignore[index]
    body.add_related(b"GIF89a", "image", "gif", cid="<logo>", disposition="inline")  # type: ignore[union-attr]
    mail.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="Résumé.pdf")
    return Mail(mail.as_bytes(policy=policy.SMTP))


@pytest.mark.parametrize("name", UNSOUND)
def test_a_flaw_is_found(name: str) -> None:
    raw = UNSOUND[name].encode("latin-1") if name == "8bit-undeclared" else UNSOUND[name].encode()
    mail = Mail(raw)
    assert name in names(mail)
    with pytest.raises(UnmetExpectation, match=name):
        mail.assert_sound()


@pytest.mark.parametrize("name", IN_THE_ZOO)
def test_a_flaw_of_the_zoo_is_found(name: str) -> None:
    assert name in names(zoo[IN_THE_ZOO[name]])


def test_a_part_that_nothing_shows() -> None:
    raw = sound().raw.replace(b"cid:logo", b"https://x.test/logo.gif")
    assert "part-without-cid" in names(Mail(raw))


def test_every_flaw_has_a_test() -> None:
    assert set(UNSOUND) | set(IN_THE_ZOO) | {"part-without-cid", "message-id-repeated"} == set(
        SOURCES
    )


def test_sound_mail_has_none() -> None:
    assert sound().flaws == []
    sound().assert_sound()


@pytest.mark.parametrize("tag", ["bounce", "auto-reply", "reply", "forward", "signed"])
def test_ordinary_mail_of_others_has_none(tag: str) -> None:
    for mail in zoo.tagged(tag):
        assert names(mail) <= {"message-id-missing"}, mail.name  # qmail's and Yahoo's have none


def test_one_flaw_is_named_and_no_other() -> None:
    for name, text in UNSOUND.items():
        if name not in ("8bit-undeclared", "header-unended", "html-clipped", "field-malformed"):
            expected = {name} | ({"text-missing"} if HTML in text else set())
            assert names(Mail(text.encode())) == expected, name


def test_what_does_not_matter_is_ignored() -> None:
    mail = Mail(UNSOUND["bcc-left-in"].encode())
    mail.assert_sound(ignore=["bcc-left-in"])
    with pytest.raises(UnmetExpectation) as failure:
        mail.assert_sound()
    assert str(failure.value) == (
        "bcc-left-in: the Bcc field tells eve@example.test (RFC 5322 §3.6.3)"
    )
    both = Mail(b"Bcc: eve@example.test\r\nDate: x\r\n\r\nHi\r\n")
    with pytest.raises(UnmetExpectation, match=r"^\d flaws: (\S+, )*bcc-left-in(, \S+)*\n  "):
        both.assert_sound()
    with pytest.raises(BadArgument, match=r"no flaw 'bcc-left'; did you mean 'bcc-left-in'"):
        mail.assert_sound(ignore=["bcc-left"])


def test_a_flaw_is_in_the_list_by_its_name() -> None:
    mail = Mail(UNSOUND["date-missing"].encode())
    [flaw] = mail.flaws
    assert flaw in mail.flaws
    assert "date-missing" in mail.flaws
    assert "bcc-left-in" not in mail.flaws
    assert (mail.flaws.count("date-missing"), mail.flaws.count(flaw)) == (1, 1)  # type: ignore[arg-type]
    assert flaw not in sound().flaws


def test_a_name_that_no_flaw_has_is_in_no_list() -> None:
    flaws = Mail(UNSOUND["date-missing"].encode()).flaws
    with pytest.raises(BadArgument, match="no flaw 'date-mising'; did you mean 'date-missing'"):
        assert "date-mising" not in flaws
    with pytest.raises(BadArgument, match="no flaw 'date-mising'"):
        flaws.count("date-mising")  # type: ignore[arg-type]
    with pytest.raises(BadArgument, match="None is no flaw; wanted a name, as '"):
        assert None not in flaws


def test_the_list_of_flaws_is_a_list_as_any_other() -> None:
    [flaw] = flaws = Mail(UNSOUND["date-missing"].encode()).flaws
    assert flaws == [flaw]
    assert repr(flaws) == f"[{flaw!r}]"
    assert sound().flaws == []


def test_the_envelope_counts() -> None:
    now = datetime(2026, 1, 5, 9, 31, tzinfo=UTC)
    raw = UNSOUND["header-8bit"].encode()
    known = {"sender": "a@x.test", "recipients": [Recipient("b@x.test")], "received_at": now}
    agreed = Delivery(raw, parameters={"SMTPUTF8": None}, **known)  # type: ignore[arg-type]
    assert names(agreed) == set()
    late = Delivery(sound().raw, **known | {"received_at": now.replace(year=2027)})  # type: ignore[arg-type]
    assert names(late) == {"date-out-of-range"}


def test_the_outbox_knows_of_all_together(fakemail: FakeMail) -> None:
    raw = sound().raw.replace(b"05 Jan 2026", fakemail.clock.now().strftime("%d %b %Y").encode())
    raw = raw.replace(b"Mon, ", b"")
    for _ in range(2):
        fakemail.smtp.client().sendmail("a@x.test", ["b@x.test"], raw)
    with pytest.raises(UnmetExpectation, match=r"message-id-repeated: outbox\[1\] has the Message"):
        fakemail.outbox.assert_sound()
    fakemail.outbox.assert_sound(ignore=["message-id-repeated"])


@given(messages())
def test_composed_mail_is_sound_but_for_its_words(raw: bytes) -> None:
    allowed = {"text-and-html-disagree", "text-missing", "header-8bit"}
    assert names(Mail(raw)) <= allowed


@given(st.binary(max_size=300) | messages(odd=True, eai=True))
def test_no_octets_raise(raw: bytes) -> None:
    assert isinstance(Mail(raw).flaws, list)


def test_the_page_lists_every_flaw() -> None:
    page = (Path(__file__).parents[2] / "docs" / "reference" / "flaws.md").read_text("utf-8")
    rows = [f"| `{name}` | {source} |" for name, source in SOURCES.items()]
    assert [line for line in page.splitlines() if line.startswith("| `")] == rows
