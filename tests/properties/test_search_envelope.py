"""SEARCH finds what ENVELOPE says of a message (RFC 9051 §6.4.4), and what stands there."""

from hypothesis import example, given
from hypothesis import strategies as st
from query.mailboxes import NOW, message

from pytest_fakemail.mime import words
from pytest_fakemail.mime.addresses import MISSING_DOMAIN, MISSING_MAILBOX, address_list
from pytest_fakemail.mime.headers import body_start
from pytest_fakemail.mime.named_fields import values
from pytest_fakemail.query.matching import matching
from pytest_fakemail.query.search import Header, SearchKey, Text

NAMES = ("Subject", "From", "Sender", "Reply-To", "To", "Cc", "Bcc")

_PIECES = st.sampled_from(
    (
        *(
            b"ann",
            b"Example",
            b"x.test",
            b"@",
            b"<",
            b">",
            b",",
            b";",
            b":",
            b'"',
            b"\\",
            b"(",
            b")",
        ),
        *(
            b"[",
            b"]",
            b" ",
            b"  ",
            b"\t",
            b"\r\n ",
            b"\r\n\t",
            b".",
            b'"a \\" b"',
            b"(c (d) \\) e)",
        ),
        *(
            b"=?utf-8?q?a=2C_=22b=22?=",
            b"=?utf-8?q?Gr=C3=BC=C3=9Fe?=",
            b"\xc3\xa4",
            b"\xff",
            b"\x01",
        ),
    )
)
_ADDRESSES = st.sampled_from(
    (
        *(
            b"ann@x.test",
            b"Ann <ann@x.test>",
            b'"Example, Ann" <ann@x.test>',
            b"ann",
            b"a . b@x.test",
        ),
        *(b"ann@x.test (Ann B.)", b"ann @ x.test", b'"ann"@x.test', b"<ann (c)@ (d) x.test>"),
        *(b"Team: a@x.test, b@x.test;", b"Ann\t B. <\r\n ann@x.test>", b"<@relay.test:ann@x.test>"),
    )
)
field_values = st.lists(_PIECES | _ADDRESSES, max_size=8).map(b"".join)


def is_found(key: SearchKey, raw: bytes) -> bool:
    return matching(key, [message(raw)], now=NOW) == [1]


@given(st.sampled_from(NAMES), field_values)
@example("From", b"<user-from (comment)@ (comment) domain.org>")
@example("Subject", b"quarterly\r\n\tbudget report")
def test_what_stands_in_a_field_is_found(name: str, value: bytes) -> None:
    raw = name.encode() + b": " + value + b"\r\n\r\n"
    for line in values(raw[: body_start(raw)], name.lower().encode()):
        text = words.decode(line)
        for wanted in (text, text.replace("\t", " ")):
            assert is_found(Header(name, wanted), raw)
            assert is_found(Text(wanted), raw)


@given(st.sampled_from(NAMES[1:]), field_values)
@example("From", b"<user-from (comment)@ (comment) domain.org>")
@example("To", b'"user-from"@domain.org (Real\t"Name")')
def test_what_envelope_says_of_addresses_is_found(name: str, value: bytes) -> None:
    raw = name.encode() + b": " + value + b"\r\n\r\n"
    for line in values(raw[: body_start(raw)], name.lower().encode()):
        for address in address_list(line):
            mailbox, host = address.mailbox, address.host
            said = [half for half in address if half not in {None, MISSING_MAILBOX, MISSING_DOMAIN}]
            texts = [words.decode(half or b"") for half in said]
            if mailbox in said and host in said:
                texts.append(f"{words.decode(mailbox or b'')}@{words.decode(host or b'')}")
            for text in texts:
                assert is_found(Header(name, text), raw)
