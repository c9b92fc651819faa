"""Attachments: by place, by name, with what their headers say."""

import pytest

from pytest_fakemail.errors import UnmetExpectation
from pytest_fakemail.mime.mail import Mail


def attached(*headers: str, body: str = "x") -> Mail:
    parts = "".join(f"--m\r\n{header}\r\n\r\n{body}\r\n" for header in headers)
    return Mail(f"Content-Type: multipart/mixed; boundary=m\r\n\r\n{parts}--m--".encode())


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("Content-Disposition: attachment; filename=a.pdf", "a.pdf"),
        ('Content-Disposition: attachment; filename="a \\"b\\".pdf"', 'a "b".pdf'),
        ("Content-Disposition: attachment; filename*=utf-8''%C3%A4.pdf", "ä.pdf"),
        (
            "Content-Disposition: attachment; filename*0*=''%C3; filename*1*=%A4; filename*2=.pdf",
            "ä.pdf",
        ),
        ('Content-Disposition: attachment; filename="=?utf-8?q?=C3=A4.pdf?="', "ä.pdf"),
        ("Content-Disposition: attachment; filename=old.pdf; filename*=''new.pdf", "new.pdf"),
        ("Content-Type: application/pdf; name=b.pdf\r\nContent-Disposition: attachment", "b.pdf"),
        ('Content-Disposition: attachment; filename="../../etc/passwd"', "../../etc/passwd"),
        ("Content-Disposition: attachment", None),
    ],
)
def test_file_names_are_decoded(header: str, name: str | None) -> None:
    assert attached(header).attachments[0].filename == name


def test_an_attachment_has_octets_and_text() -> None:
    mail = attached(
        "Content-Type: TEXT/Csv; charset=iso-8859-1\r\nContent-Transfer-Encoding: base64\r\n"
        "Content-Disposition: attachment; filename=a.csv\r\nContent-ID: <a@x>",
        body="5A0KPQ==",
    )
    attachment = mail.attachments["a.csv"]
    assert attachment.content == b"\xe4\r\n="
    assert attachment.text == "ä\n="
    assert attachment.content_type == "text/csv"
    assert (attachment.content_id, attachment.is_inline) == ("a@x", False)
    assert repr(attachment) == "<Attachment 'a.csv' text/csv 4 octets>"


def test_they_are_a_sequence_with_names() -> None:
    attachments = attached(
        "Content-Disposition: attachment; filename=a", "Content-Disposition: attachment"
    ).attachments
    assert len(attachments) == 2
    assert attachments.names == ["a", None]
    assert "a" in attachments
    assert "b" not in attachments
    assert None not in attachments
    assert attachments[0] in attachments
    assert attachments[-1].filename is None
    assert attachments[1:].names == [None]
    assert repr(attachments[:1]) == "[<Attachment 'a' text/plain 1 octets>]"
    with pytest.raises(IndexError, match=r"no attachments\[2\]; there is 2$"):
        attachments[2]


def test_no_such_name_says_which_there_are() -> None:
    mail = attached("Content-Disposition: attachment; filename=a.pdf")
    with pytest.raises(UnmetExpectation) as failure:
        mail.attachments["b.pdf"]
    assert str(failure.value) == "no attachment 'b.pdf'; there is 'a.pdf'"
    with pytest.raises(UnmetExpectation, match=r"there is none$"):
        Mail(b"").attachments["b.pdf"]
    named = "Content-Disposition: attachment; filename="
    many = [f"{named}plan.pdf", f"{named}bill.pdf"]
    with pytest.raises(UnmetExpectation, match=r"did you mean 'plan\.pdf'"):
        attached(*many).attachments["plam.pdf"]
    with pytest.raises(UnmetExpectation, match=r"did you mean 'Reply-To'"):
        Mail(b"Reply-To: a@x.test\r\n\r\n").headers["ReplyTo"]


def test_a_name_that_two_have_is_no_name_for_one() -> None:
    mail = attached(*["Content-Disposition: attachment; filename=a"] * 2)
    with pytest.raises(UnmetExpectation, match=r"^2 attachments are named 'a', wanted one$"):
        mail.attachments["a"]
