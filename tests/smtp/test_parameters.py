from collections.abc import Collection

import pytest

from pytest_fakemail.smtp.extensions import KNOWN
from pytest_fakemail.smtp.parameters import MAIL, RCPT, check, parameters
from pytest_fakemail.smtp.replies import Refused


def refusal(text: str, *, rcpt: bool = False, offered: Collection[str] = KNOWN) -> str:
    """Return how these are refused, nothing if they are taken."""
    try:
        check(parameters(text), RCPT if rcpt else MAIL, lambda name: name in offered)
    except Refused as refused:
        return f"{refused.reply.code} {refused.reply.status}"
    return ""


@pytest.mark.parametrize(
    "text",
    [
        "SIZE=0",
        "size=99999999999999999999",
        "BODY=7BIT",
        "BODY=8bitmime",
        "BODY=BINARYMIME",
        "SMTPUTF8",
        "AUTH=<>",
        "AUTH=ann+40example.test",
        "AUTH=ann@example.test",
        "RET=FULL",
        "RET=hdrs",
        "ENVID=QQ314159",
        f"ENVID={'x' * 100}",
        "REQUIRETLS",
        "MT-PRIORITY=-9",
        "BY=125;R",
        "HOLDFOR=3600",
        "X-ANY=thing",
        "XONE",
        "  SIZE=1   BODY=7BIT  ",
    ],
)
def test_these_are_taken_with_mail(text: str) -> None:
    assert refusal(text) == ""


@pytest.mark.parametrize(
    "text",
    [
        "NOTIFY=NEVER",
        "NOTIFY=success,failure,DELAY",
        "ORCPT=rfc822;ann+40example.test",
        "ORCPT=utf-8;jürgen@example.test",
        r"ORCPT=utf-8;j\x{FC}rgen@example.test",
        "RRVS=2014-04-03T23:01:00Z",
        "XCOLOUR=green",
    ],
)
def test_these_are_taken_with_rcpt(text: str) -> None:
    assert refusal(text, rcpt=True) == ""


@pytest.mark.parametrize(
    "text",
    [
        "SIZE",
        "SIZE=",
        "SIZE=x",
        "SIZE=-1",
        "SIZE=123456789012345678901",
        "BODY=9BIT",
        "BODY",
        "SMTPUTF8=1",
        "AUTH",
        "AUTH=a+4x",
        "RET=ALL",
        "ENVID=a+3d",
        f"ENVID={'x' * 101}",
        "REQUIRETLS=yes",
        "MT-PRIORITY=12",
        "=5",
        "SIZE==5",
        "-X=1",
        "SIZE=1 size=2",
        "SIZE=1 SIZE=1",
    ],
)
def test_these_are_malformed_with_mail(text: str) -> None:
    assert refusal(text) == "501 5.5.4"


@pytest.mark.parametrize(
    "text",
    [
        "NOTIFY",
        "NOTIFY=NEVER,SUCCESS",
        "NOTIFY=SOMETIMES",
        "ORCPT=ann@example.test",
        "ORCPT=rfc822;a=b",
        f"ORCPT=rfc822;{'x' * 500}",
        "NOTIFY=NEVER NOTIFY=NEVER",
    ],
)
def test_these_are_malformed_with_rcpt(text: str) -> None:
    assert refusal(text, rcpt=True) == "501 5.5.4"


@pytest.mark.parametrize("text", ["NONSENSE=1", "UNHEARDOF", "NOTIFY=NEVER"])
def test_these_are_unknown_with_mail(text: str) -> None:
    assert refusal(text) == "555 5.5.4"


@pytest.mark.parametrize("text", ["SIZE=1", "RET=FULL", "AUTH=<>"])
def test_these_are_unknown_with_rcpt(text: str) -> None:
    assert refusal(text, rcpt=True) == "555 5.5.4"


@pytest.mark.parametrize(
    ("text", "extension"),
    [
        ("SIZE=1", "SIZE"),
        ("BODY=8BITMIME", "8BITMIME"),
        ("SMTPUTF8", "SMTPUTF8"),
        ("AUTH=<>", "AUTH"),
        ("RET=FULL", "DSN"),
        ("ENVID=x", "DSN"),
        ("REQUIRETLS", "REQUIRETLS"),
    ],
)
def test_what_is_switched_off_is_unknown(text: str, extension: str) -> None:
    assert refusal(text) == ""
    assert refusal(text, offered=set(KNOWN) - {extension}) == "555 5.5.4"


def test_names_and_values_stay_as_they_were_sent() -> None:
    assert list(parameters("Size=1 xOdd=aB SMTPUTF8").items()) == [
        ("Size", "1"),
        ("xOdd", "aB"),
        ("SMTPUTF8", None),
    ]
