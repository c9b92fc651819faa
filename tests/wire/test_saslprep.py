import pytest

from pytest_fakemail.wire.saslprep import saslprep


@pytest.mark.parametrize(
    ("given", "prepared"),
    [
        ("user", "user"),
        ("USER", "USER"),
        ("I\u00adX", "IX"),
        ("\u00aa", "a"),
        ("\u2168", "IX"),
        ("e\u0301", "\u00e9"),
        ("a\u00a0b", "a b"),
        ("\u0627\u0628", "\u0627\u0628"),
    ],
)
def test_texts_get_their_one_form(given: str, prepared: str) -> None:
    """RFC 4013 §3 has most of these."""
    assert saslprep(given) == prepared


@pytest.mark.parametrize(
    "given", ["\u00e9\u0007", "\u06271", "1\u0627", "\u0627a\u0628", "\ue000", "\u200eä"]
)
def test_forbidden_texts_are_refused(given: str) -> None:
    with pytest.raises(ValueError, match="SASLprep forbids"):
        saslprep(given)
