"""SASL under any response: an outcome, always, and nobody gets in without the secret."""

from hypothesis import given, settings
from hypothesis import strategies as st
from wire.services import make_service

from pytest_fakemail.wire.exchange import Connection
from pytest_fakemail.wire.sasl import (
    Challenge,
    Failure,
    decode_response,
    encode_challenge,
    mechanism,
)
from pytest_fakemail.wire.sasl_mechanisms import authzid, saslname
from pytest_fakemail.wire.sasl_outcomes import AuthenticationFailed

SERVICE = make_service()
NAMES = st.sampled_from(SERVICE.settings.mechanisms)
WORDS = st.sampled_from(
    [
        b"n,,",
        b"y,",
        b"n=user@example.test",
        b",r=abc",
        b",",
        b"=",
        b"\x00",
        b"user@example.test",
        b"\x01",
        b"user=",
        b"auth=Bearer x",
        b"c=biws,",
        b"p=",
        b" ",
        b"\xff",
        b"\xc3\xa9",
    ]
)
RESPONSES = st.one_of(st.lists(WORDS, max_size=6).map(b"".join), st.binary(max_size=20))


@settings(max_examples=300, deadline=None)
@given(NAMES, st.lists(st.one_of(st.none(), RESPONSES), min_size=5, max_size=5))
def test_any_responses_come_to_a_failure(name: str, responses: list[bytes | None]) -> None:
    exchange = mechanism(name, SERVICE, Connection(1, "pop3"))
    assert exchange is not None
    for response in responses:
        outcome = exchange.step(response)
        if not isinstance(outcome, Challenge):
            break
    assert isinstance(outcome, Failure)
    assert outcome.text.isascii()


@given(st.binary())
def test_base64_has_an_inverse(data: bytes) -> None:
    assert decode_response(encode_challenge(data)) == data


@given(st.binary())
def test_whatever_decodes_is_the_one_spelling_or_nearly(line: bytes) -> None:
    data = decode_response(line)
    assert data is None or len(encode_challenge(data)) == len(line)


@given(st.text())
def test_names_are_escaped_and_found_again(name: str) -> None:
    escaped = name.replace("=", "=3D").replace(",", "=2C")
    assert saslname(escaped) == name
    assert authzid(f"n,a={escaped},") == name


@given(st.text(alphabet="npya=,x2CD3"))
def test_a_header_is_understood_or_refused(text: str) -> None:
    try:
        authzid(text)
    except AuthenticationFailed:
        return
    assert text[0] in "ny"
    assert text[-1] == ","
