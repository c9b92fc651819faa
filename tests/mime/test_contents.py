"""Which part is read and which is a file, in the shapes that mail programs make."""

import pytest

from pytest_fakemail.mime.mail import Mail

Shape = tuple[str, list["Shape"]] | str
PLAIN, HTML, PDF = "text/plain", "text/html", "application/pdf"


def build(shape: Shape, number: list[int]) -> str:
    """Write a message of this shape; each leaf's body is its media type."""
    if isinstance(shape, str):
        fields, _, rest = shape.partition("|")
        extra = f"\r\n{rest}" if rest else ""
        return f"Content-Type: {fields}{extra}\r\n\r\n{fields.partition(';')[0]}"
    kind, parts = shape
    number[0] += 1
    boundary = f"b{number[0]}"
    inner = "".join(f"--{boundary}\r\n{build(part, number)}\r\n" for part in parts)
    return f"Content-Type: multipart/{kind}; boundary={boundary}\r\n\r\n{inner}--{boundary}--\r\n"


def read(shape: Shape) -> tuple[str, str, list[str]]:
    """Return text, HTML, and the attachments as names or else types."""
    mail = Mail(build(shape, [0]).encode())
    return mail.text, mail.html, [each.filename or each.content_type for each in mail.attachments]


@pytest.mark.parametrize(
    ("shape", "expected"),
    [
        pytest.param(PLAIN, (PLAIN, "", []), id="one text"),
        pytest.param(HTML, ("", HTML, []), id="one html"),
        pytest.param(PDF, ("", "", [PDF]), id="one file"),
        pytest.param(f"{PLAIN}; name=a.txt", (PLAIN, "", []), id="a text that has a name"),
        pytest.param(
            f"{PLAIN}|Content-Disposition: attachment; filename=a.txt",
            ("", "", ["a.txt"]),
            id="a text that is a file",
        ),
        pytest.param("multipart/mixed", ("multipart/mixed", "", []), id="no boundary"),
        pytest.param(
            ("mixed", [("related", [("alternative", [PLAIN, HTML]), "image/png"]), PDF]),
            (PLAIN, HTML, ["image/png", PDF]),
            id="alternative in related in mixed",
        ),
        pytest.param(
            ("mixed", [("alternative", [PLAIN, ("related", [HTML, "image/png"])]), PDF]),
            (PLAIN, HTML, ["image/png", PDF]),
            id="related in alternative in mixed",
        ),
        pytest.param(
            ("alternative", [PLAIN, ("mixed", [HTML, PDF, HTML])]),
            (PLAIN, f"{HTML}\n{HTML}", [PDF]),
            id="Apple Mail: files between pieces of HTML",
        ),
        pytest.param(
            ("alternative", [PLAIN, HTML, "text/x-amp-html", "text/calendar; method=REQUEST"]),
            (PLAIN, HTML, []),
            id="other alternatives are no files",
        ),
        pytest.param(
            ("mixed", [PLAIN, "text/calendar; name=i.ics|Content-Disposition: attachment"]),
            (PLAIN, "", ["i.ics"]),
            id="an invitation that is also a file",
        ),
        pytest.param(
            ("signed", [("alternative", [PLAIN, HTML]), "application/pgp-signature; name=s.asc"]),
            (PLAIN, HTML, ["s.asc"]),
            id="signed",
        ),
        pytest.param(
            ("report", [PLAIN, "message/delivery-status", "text/rfc822-headers"]),
            (PLAIN, "", ["message/delivery-status", "text/rfc822-headers"]),
            id="a delivery report",
        ),
        pytest.param(
            ("mixed", [PLAIN, "text/csv", f"{PLAIN}|Content-Disposition: attachment", PLAIN]),
            (f"{PLAIN}\n{PLAIN}", "", ["text/csv", PLAIN]),
            id="files without names",
        ),
        pytest.param(
            ("mixed", [PLAIN, f"{HTML}|Content-Disposition: X-Odd"]),
            (PLAIN, "", [HTML]),
            id="RFC 2183 §2.8: an unknown disposition",
        ),
        pytest.param(
            ("related", ["image/png|Content-ID: <1>", f"{HTML}|Content-ID: <2>"]),
            ("", "", ["image/png", HTML]),
            id="related without a text first",
        ),
        pytest.param(("unheard-of", [PLAIN, PDF]), (PLAIN, "", [PDF]), id="unknown multipart"),
    ],
)
def test_each_part_finds_its_place(shape: Shape, expected: tuple[str, str, list[str]]) -> None:
    assert read(shape) == expected


def test_the_root_of_related_may_be_named() -> None:
    """RFC 2387 §3.2."""
    raw = (
        b'Content-Type: multipart/related; boundary=r; start="<2>"\r\n\r\n'
        b"--r\r\nContent-Type: image/png\r\nContent-ID: <1>\r\n\r\nPNG\r\n"
        b"--r\r\nContent-Type: text/html\r\nContent-ID: <2>\r\n\r\n<img src=cid:1>\r\n--r--\r\n"
    )
    mail = Mail(raw)
    assert mail.html == "<img src=cid:1>"
    assert list(mail.inline_images) == ["1"]


@pytest.mark.parametrize("kind", ["mixed", "related", "alternative", "report", "unknown"])
@pytest.mark.parametrize("encoding", ["", "\r\nContent-Transfer-Encoding: base64"])
def test_a_message_is_forwarded_in_whatever_it_stands(kind: str, encoding: str) -> None:
    inner = "U3ViamVjdDogaW5uZXINCg0KeA==" if encoding else "Subject: inner\r\n\r\nx"
    mail = Mail(
        f"Content-Type: multipart/{kind}; boundary=b\r\n\r\n--b\r\n\r\ntext\r\n--b\r\n"
        f"Content-Type: message/rfc822{encoding}\r\n\r\n{inner}\r\n--b--\r\n".encode()
    )
    assert [(each.subject, each.text) for each in mail.forwarded] == [("inner", "x")]


@pytest.mark.parametrize("kind", [PLAIN, HTML])
def test_an_inline_text_that_has_a_name_is_read_and_is_a_file(kind: str) -> None:
    """RFC 2183 §2.1: it is to be shown where it stands."""
    inline = f"{kind}|Content-Disposition: inline; filename=a.txt"
    found = (kind, "", ["a.txt"]) if kind == PLAIN else ("", kind, ["a.txt"])
    assert read(("mixed", [inline])) == found
    assert read(("mixed", [PDF, inline])) == (*found[:2], [PDF, "a.txt"])
