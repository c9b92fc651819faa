import pytest
from pop3.talk import Talk

from pytest_fakemail.pop3.client import State
from pytest_fakemail.pop3.commands import COMMANDS
from pytest_fakemail.pop3.replies import Refused
from pytest_fakemail.pop3.table import Table, merged, nothing, whole_number, whole_numbers

AUTHORIZATION = {"USER", "PASS", "APOP", "AUTH", "STLS", "UTF8"}
TRANSACTION = {"STAT", "LIST", "RETR", "DELE", "NOOP", "RSET", "TOP", "UIDL"}
BOTH = {"CAPA", "LANG", "QUIT"}


def test_there_are_these_commands() -> None:
    assert set(COMMANDS) == AUTHORIZATION | TRANSACTION | BOTH


@pytest.mark.parametrize("verb", sorted(TRANSACTION))
def test_commands_about_mail_wait_for_the_login(verb: str) -> None:
    assert Talk().say(f"{verb} 1") == f"-ERR {verb} is not for the AUTHORIZATION state"


@pytest.mark.parametrize("verb", sorted(AUTHORIZATION))
def test_commands_about_the_login_are_over_after_it(verb: str) -> None:
    assert Talk().log_in().say(f"{verb} a") == f"-ERR {verb} is not for the TRANSACTION state"


def test_two_commands_of_one_verb_are_a_mistake() -> None:
    one, other = Table(State.AUTHORIZATION), Table(State.TRANSACTION)
    for table in (one, other):
        table.command("NOOP")(lambda _session, _argument: ())
    with pytest.raises(ValueError, match="two commands are called NOOP"):
        merged(one, other)


def test_nothing_refuses_an_argument() -> None:
    nothing("NOOP", "")
    with pytest.raises(Refused, match="NOOP has no argument"):
        nothing("NOOP", "x")


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("1", 1),
        ("007", 7),
        ("0", 0),
        ("", None),
        ("-1", None),
        ("+1", None),
        ("1.0", None),
        ("²", None),
        ("٣", None),
        ("one", None),
    ],
)
def test_numbers_are_written_in_digits(word: str, expected: int | None) -> None:
    assert whole_number(word) == expected


def test_a_number_of_any_length_is_merely_large() -> None:
    assert (whole_number("9" * 10_000) or 0) > 2**32
    assert whole_number("0" * 10_000 + "5") == 5


@pytest.mark.parametrize("argument", ["", "1", "1 2 3", "1 x", "x 1", "1,2"])
def test_as_many_numbers_as_names_are_wanted(argument: str) -> None:
    assert whole_numbers("TOP", "1  2", "a message", "a number of lines") == [1, 2]
    with pytest.raises(Refused, match="TOP wants a message and a number of lines"):
        whole_numbers("TOP", argument, "a message", "a number of lines")
