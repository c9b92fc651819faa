from typing import Any

import pytest
from smtp.talk import Talk


def made(**settings: Any) -> Talk:  # noqa: ANN401  (each of its own type)
    talk = Talk(**settings)
    store = talk.service.store
    store.add_alias("team@example.test", ["user@example.test", "bob@elsewhere.test"])
    store.add_alias("away@example.test", ["bob@elsewhere.test"])
    store.add_alias("list@example.test", ["a@elsewhere.test", "b@elsewhere.test"])
    store.add_alias("jürgen@example.test", ["jürgen@elsewhere.test"])
    return talk


@pytest.mark.parametrize("text", ["user", "USER@example.test", "<user@example.test>", "team"])
def test_an_account_is_told(text: str) -> None:
    talk = made()
    address = text.strip("<>")
    address = address if "@" in address else f"{address}@example.test"
    assert talk.say(f"VRFY {text}") == f"250 2.1.5 <{address}>"
    assert talk.exchanges[-1].recipients == (text.strip("<>"),)


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("VRFY away", "251 2.1.5"),
        ("VRFY list", "250 2.1.5"),
        ("VRFY stranger", "252 2.1.5"),
        ("VRFY stranger@elsewhere.test", "252 2.1.5"),
        ("VRFY", "501 5.5.4"),
        ("VRFY <>", "501 5.5.4"),
        ("VRFY smtputf8", "252 2.1.5"),
        ("VRFY <user", "553 5.1.3"),
        ("VRFY Ann Lee", "553 5.1.3"),
        ("VRFY jürgen", "252 2.6.8"),
        ("VRFY jürgen SMTPUTF8", "251 2.1.5"),
        ("EXPN stranger", "550 5.1.1"),
        ("EXPN user", "550 5.2.4"),
        ("EXPN jürgen", "252 2.6.8"),
        ("EXPN jürgen smtputf8", "250 2.1.5"),
    ],
)
def test_other_addresses_are_told_as_they_deserve(line: str, code: str) -> None:
    assert made().code(line) == code


def test_a_stranger_is_told_where_he_would_be_refused() -> None:
    assert made(unknown_recipients="reject").code("VRFY stranger") == "550 5.1.1"


def test_an_alias_is_expanded() -> None:
    assert made().say("EXPN Team") == (
        "250-2.1.5 <user@example.test>\r\n250 2.1.5 <bob@elsewhere.test>"
    )


def test_help_tells_what_is_served() -> None:
    talk = Talk()
    first, second = talk.say("HELP").split("\r\n")
    assert first == "214-2.0.0 Commands:"
    assert {"MAIL", "BDAT", "STARTTLS", "QUIT"} <= set(second.split())
    assert "TURN" not in second
    talk.service.capabilities.off("CHUNKING")
    assert "BDAT" not in talk.say("HELP")


def test_help_tells_a_syntax() -> None:
    assert Talk().say("HELP mail") == "214 2.0.0 Syntax: MAIL FROM:<address> [parameters]"
    assert Talk().code("HELP nonsense") == "504 5.5.4"
    assert Talk().code("HELP turn") == "504 5.5.4"
