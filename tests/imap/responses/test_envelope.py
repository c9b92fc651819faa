"""ENVELOPE, of good mail and bad (RFC 3501 §7.4.2)."""

import pytest

from pytest_fakemail.imap.responses.envelope import envelope
from pytest_fakemail.mime.parts import parse

ANN = b'((NIL NIL "ann" "x.test"))'


def of(header: bytes, *, is_utf8: bool = False) -> bytes:
    return envelope(parse(header + b"\r\n\r\nbody\r\n").headers, is_utf8=is_utf8)


def test_the_example_of_the_rfc() -> None:
    header = (
        b"Date: Wed, 17 Jul 1996 02:23:25 -0700 (PDT)\r\n"
        b"From: Terry Gray <gray@cac.washington.edu>\r\n"
        b"Subject: IMAP4rev1 WG mtg summary and minutes\r\n"
        b"To: imap@cac.washington.edu\r\n"
        b"cc: minutes@CNRI.Reston.VA.US, John Klensin <KLENSIN@MIT.EDU>\r\n"
        b"Message-Id: <B27397-0100000@cac.washington.edu>"
    )
    gray = b'(("Terry Gray" NIL "gray" "cac.washington.edu"))'
    assert of(header) == (
        b'("Wed, 17 Jul 1996 02:23:25 -0700 (PDT)" "IMAP4rev1 WG mtg summary and minutes" '
        + b" ".join([gray] * 3)
        + b' ((NIL NIL "imap" "cac.washington.edu"))'
        b' ((NIL NIL "minutes" "CNRI.Reston.VA.US")("John Klensin" NIL "KLENSIN" "MIT.EDU"))'
        b' NIL NIL "<B27397-0100000@cac.washington.edu>")'
    )


@pytest.mark.parametrize(
    ("header", "envelope_"),
    [
        (b"X: y", b"NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL"),
        (b"Subject:\r\nDate: \r\nMessage-ID:", b'"" "" NIL NIL NIL NIL NIL NIL NIL ""'),
        (b"From: ann@x.test", b"NIL NIL %b %b %b NIL NIL NIL NIL NIL" % (ANN, ANN, ANN)),
        (
            b"From: ann@x.test\r\nSender: bob@x.test\r\nReply-To:",
            b'NIL NIL %b ((NIL NIL "bob" "x.test")) %b NIL NIL NIL NIL NIL' % (ANN, ANN),
        ),
        (
            b'To: team: "A, B" <a@x.test>, c@x.test;',
            (
                b'NIL NIL NIL NIL NIL ((NIL NIL "team" NIL)("A, B" NIL "a" "x.test")'
                b'(NIL NIL "c" "x.test")(NIL NIL NIL NIL)) NIL NIL NIL NIL'
            ),
        ),
        (
            b"To: undisclosed-recipients:;",
            (
                b'NIL NIL NIL NIL NIL ((NIL NIL "undisclosed-recipients" NIL)(NIL NIL NIL NIL))'
                b" NIL NIL NIL NIL"
            ),
        ),
        (
            b"Cc: <@a.test,@b.test:c@d.test>",
            b'NIL NIL NIL NIL NIL NIL ((NIL "@a.test,@b.test" "c" "d.test")) NIL NIL NIL',
        ),
        (
            b"To: postmaster",
            b'NIL NIL NIL NIL NIL ((NIL NIL "postmaster" "MISSING_DOMAIN")) NIL NIL NIL NIL',
        ),
        (
            b'To: "A \\"B\\" \\\\ C" <a@x.test>',
            b'NIL NIL NIL NIL NIL (("A \\"B\\" \\\\ C" NIL "a" "x.test")) NIL NIL NIL NIL',
        ),
        (
            b'To: a@[x"y]',
            b'NIL NIL NIL NIL NIL ((NIL NIL "a" "[x\\"y]")) NIL NIL NIL NIL',
        ),
        (
            b"To: ann@x.test\r\nTo: bob@x.test",
            (
                b'NIL NIL NIL NIL NIL ((NIL NIL "ann" "x.test")(NIL NIL "bob" "x.test"))'
                b" NIL NIL NIL NIL"
            ),
        ),
        (b"Subject: one\r\nSubject: two", b'NIL "two" NIL NIL NIL NIL NIL NIL NIL NIL'),
        (b"Subject: a\r\n\tb", b'NIL "a b" NIL NIL NIL NIL NIL NIL NIL NIL'),
        (
            b"Subject: =?utf-8?q?=C3=BC?=",
            b'NIL "=?utf-8?q?=C3=BC?=" NIL NIL NIL NIL NIL NIL NIL NIL',
        ),
        (b"In-Reply-To: <a@b> <c@d>", b'NIL NIL NIL NIL NIL NIL NIL NIL "<a@b> <c@d>" NIL'),
        (b"To:" + b" " * 300, b"NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL"),
    ],
)
def test_a_header_is_told_as_it_is(header: bytes, envelope_: bytes) -> None:
    assert of(header) == b"(" + envelope_ + b")"


def test_octets_beyond_ascii_are_literals_unless_utf8_was_enabled() -> None:
    header = "Subject: grün\r\nFrom: Jürgen <j@x.test>".encode()
    assert of(header).startswith(b"(NIL {5}\r\ngr\xc3\xbcn (({7}\r\nJ\xc3\xbcrgen NIL")
    assert of(header, is_utf8=True).startswith('(NIL "grün" (("Jürgen" NIL "j"'.encode())


def test_a_long_list_is_told_whole() -> None:
    header = b"To: " + b", ".join(b"u%d@x.test" % number for number in range(1000))
    assert of(header).count(b'"x.test"') == 1000
