"""Authentication-Results as RFC 8601 has it, read by somebody else's parser."""

import authres
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_fakemail.auth import header
from pytest_fakemail.auth.results import Result

RESULTS = [
    Result("spf", "pass", properties=(("smtp.mailfrom", "news@example.test"),)),
    Result(
        "dkim",
        "fail",
        "the body is not what was signed",
        (("header.d", "example.test"), ("header.i", "@example.test"), ("header.s", "mail")),
    ),
    Result("dmarc", "fail", 'p="reject" (§6.3)', (("header.from", "example.test"),)),
]


def parsed(octets: bytes) -> authres.AuthenticationResultsHeader:
    return authres.AuthenticationResultsHeader.parse(octets.decode().replace("\r\n", ""))


def test_the_octets() -> None:
    octets = header.field("mail.example.test", [header.resinfo(one) for one in RESULTS])
    assert octets == (
        b"Authentication-Results: mail.example.test;\r\n"
        b"\tspf=pass\r\n\t smtp.mailfrom=news@example.test;\r\n"
        b'\tdkim=fail\r\n\t reason="the body is not what was signed"\r\n'
        b"\t header.d=example.test\r\n\t header.i=@example.test\r\n\t header.s=mail;\r\n"
        b'\tdmarc=fail\r\n\t reason="p=\\"reject\\" (section 6.3)"\r\n'
        b"\t header.from=example.test\r\n"
    )


def test_somebody_elses_parser_reads_it() -> None:
    found = parsed(header.field("mail.example.test", [header.resinfo(one) for one in RESULTS]))
    assert found.authserv_id == "mail.example.test"
    assert [(one.method, one.result) for one in found.results] == [
        ("spf", "pass"),
        ("dkim", "fail"),
        ("dmarc", "fail"),
    ]
    assert found.results[0].smtp_mailfrom == "news@example.test"
    assert found.results[1].header_d == "example.test"
    assert found.results[1].reason == "the body is not what was signed"


def test_nothing_was_checked() -> None:
    assert header.field("mail.test", []) == b"Authentication-Results: mail.test; none\r\n"


@given(st.text(max_size=30), st.text(max_size=30))
def test_any_text_is_one_value(reason: str, sender: str) -> None:
    """What a client says writes no field and no result of its own."""
    result = Result("spf", "fail", reason, (("smtp.mailfrom", sender),))
    octets = header.field("mail.test", [header.resinfo(result)])
    assert octets.isascii()
    assert octets.count(b"\r\n") == octets.count(b"\r\n\t") + 1
    (found,) = parsed(octets).results
    assert (found.method, found.result) == ("spf", "fail")


@pytest.mark.parametrize(
    "forged",
    [
        b"Authentication-Results: mail.test; spf=pass\r\n",
        b"authentication-results :\r\n MAIL.test 1;\r\n\tdkim=pass\r\n",
        b'Authentication-Results: (for you) "mail.test"; none\r\n',
    ],
)
@pytest.mark.parametrize("place", [0, 1, 2])
def test_forged_fields_are_removed(forged: bytes, place: int) -> None:
    fields = [b"From: a@b.test\r\n", b"Authentication-Results: other.test; none\r\n"]
    body = b"\r\nAuthentication-Results: mail.test; spf=pass\r\n"
    mail = b"".join([*fields[:place], forged, *fields[place:], body])
    assert header.without_forged(mail, "mail.test") == b"".join([*fields, body])


@given(st.lists(st.sampled_from([b"A: 1", b"Authentication-Results: x; none", b" y", b""])))
def test_others_mail_is_left_alone(lines: list[bytes]) -> None:
    for end in (b"\n", b"\r\n"):
        mail = end.join(lines)
        assert header.without_forged(mail, "mail.test") is mail
