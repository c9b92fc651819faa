"""What is left out of a long conversation is never what went wrong in it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_fakemail.transcript.passages import telling

MESSAGE = ["C: Subject: News", *(f"C: line {number}" for number in range(30)), "C: ."]


def transaction(number: int) -> list[str]:
    return [
        f"C: MAIL FROM:<app{number}@x.test>",
        "S: 250 2.1.0 Ok",
        f"C: RCPT TO:<ann{number}@x.test>",
        "S: 250 2.1.5 Ok",
        "C: DATA",
        "S: 354 Go ahead",
        *MESSAGE,
        "S: 250 2.0.0 Ok",
    ]


def conversation(*troubled: str, place: int = 1) -> list[str]:
    whole = ["connection 1: smtp", "S: 220 mail.example.test"]
    for number in range(20):
        whole += transaction(number)
        if number == place:
            whole += ["C: RCPT TO:<bob@x.test>", *troubled]
    return [*whole, "C: QUIT", "S: 221 Bye", "-- closed by the server"]


TROUBLES = (
    ("-- fault: smtp.when('RCPT').ignore()",),
    ("-- policy: greylisting: first seen", "S: 450 4.2.0 Greylisted"),
    ("S: 550 5.1.1 No such user",),
    ("S: 550-5.1.1 No such user", "S: 550 5.1.1 here"),
    ("S: -ERR [IN-USE] Busy",),
    ("S: a7 NO [NONEXISTENT] There is no such mailbox",),
    ("S: KGBK7 BAD Unknown command",),
    ("-- login refused: no account has this name", "S: 535 5.7.8 Bad credentials"),
    ("-- a mistake of the test's: ValueError()",),
)


@pytest.mark.parametrize("trouble", TROUBLES)
@pytest.mark.parametrize("is_interleaved", [False, True])
def test_the_trouble_is_shown_with_its_command_and_so_is_the_end(
    trouble: tuple[str, ...], *, is_interleaved: bool
) -> None:
    prefix = "[1] " if is_interleaved else ""
    lines = [prefix * bool(place) + line for place, line in enumerate(conversation(*trouble))]
    shown = telling(lines, 40, hint=", -vv shows them")
    assert len(shown) == 41
    assert shown[0] == "connection 1: smtp"
    assert shown[-3:] == [prefix + line for line in conversation()[-3:]]
    for line in ("C: RCPT TO:<bob@x.test>", *trouble):
        assert prefix + line in shown
    assert "\n".join(shown).count("-vv") == 1


def test_what_a_test_asked_for_goes_before_what_was_refused_anyway() -> None:
    refused = [f"S: 550 no {number}" for number in range(100)]
    lines = ["connection 1: smtp", "-- fault: smtp.when('MAIL').ignore()", *refused]
    lines += ["C: NOOP", "S: 250 Ok"] * 30
    assert lines[1] in telling(lines, 30)


def test_what_fits_is_left_as_it_is() -> None:
    lines = ["connection 1: smtp", *MESSAGE]
    assert telling(lines, len(lines)) == lines


def test_a_conversation_without_trouble_is_its_newest_lines() -> None:
    lines = conversation()
    shown = telling(lines, 20)
    assert shown[0] == lines[0]
    assert shown[1].startswith("… ")
    assert shown[-5:] == ["C: .", "S: 250 2.0.0 Ok", *lines[-3:]]
    assert "C: … 27 more lines …" in shown


@given(st.lists(st.sampled_from(["C: a", "S: 250 b", "S: 550 c", "-- fault: d"])), st.integers(4))
def test_it_is_never_longer_than_was_asked_and_keeps_the_order(lines: list[str], most: int) -> None:
    numbered = [f"{line} {place}" for place, line in enumerate(lines)]
    shown = telling(numbered, most)
    assert len(shown) <= most + 1
    places = [numbered.index(line) for line in shown if "…" not in line]
    assert places == sorted(set(places))
