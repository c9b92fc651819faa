"""The tables of languages: nothing is missing, nothing is lost, nothing is left over."""

import re

import pytest
from imap.languages.texts import templates

from pytest_fakemail.imap.languages.choosing import MODULES, language
from pytest_fakemail.imap.languages.language import Language
from pytest_fakemail.imap.responses.values import encode_text
from pytest_fakemail.imap.table import State

TEXTS, PHRASES = templates()
PLACES = re.compile(r"\{(\d*)\}")


@pytest.fixture(params=MODULES)
def spoken(request: pytest.FixtureRequest) -> Language:
    found = language(request.param)
    assert found is not None
    return found


def filled(template: str) -> str:
    return encode_text(template.replace("{}", "7")).decode()


def test_the_source_is_read() -> None:
    assert len(TEXTS) > 150
    assert len(PHRASES) > 80
    assert {"Unknown command", "no mailbox {}", "First unseen", "idling", "Rate limit hit"} <= TEXTS
    assert {"a tag", "an atom", "a closing bracket", "has too few components"} <= PHRASES


def test_each_text_is_there(spoken: Language) -> None:
    assert [text for text in sorted(TEXTS) if spoken.find(filled(text)) is None] == []


def test_each_phrase_is_there(spoken: Language) -> None:
    assert [one for one in sorted(PHRASES) if spoken.find_phrase(filled(one)) is None] == []


def test_all_have_the_same_texts(spoken: Language) -> None:
    [german] = filter(None, [language("de")])
    assert spoken.texts.keys() == german.texts.keys()
    assert spoken.phrases.keys() == german.phrases.keys()
    assert spoken.prefixes.keys() == german.prefixes.keys()


def test_no_text_is_left_over(spoken: Language) -> None:
    said = {filled(text) for text in TEXTS}
    said |= {"7 completed", "LANGUAGE completed", "OK"}
    assert [text for text in spoken.texts if filled(text) not in said] == []
    said = {filled(phrase) for phrase in PHRASES}
    said |= {state.value for state in State} | {"7 and 7", "modified UTF-7"}
    assert [phrase for phrase in spoken.phrases if filled(phrase) not in said] == []


def test_places_are_kept(spoken: Language) -> None:
    for table in (spoken.texts, spoken.phrases):
        for english, said in table.items():
            assert len(PLACES.findall(said)) == english.count("{}"), said


def test_a_text_is_one_line_that_begins_as_no_code_does(spoken: Language) -> None:
    for table in (spoken.texts, spoken.phrases):
        for said in table.values():
            assert said.isprintable()
            assert not said.startswith("[")


def test_what_stands_in_a_place_is_translated_or_stays() -> None:
    german = language("de")
    assert german is not None
    assert german.text("expected SP and a colon at octet 5") == (
        "erwartet: SP und ein Doppelpunkt, bei Oktett 5"
    )
    assert german.text("no mailbox 'a tag'") == "kein Postfach 'a tag'"
    assert german.text("SELECT completed") == "SELECT ausgeführt"
    assert german.text("what nobody says") == "what nobody says"
    long = "no mailbox " + " already exists" * 200
    assert german.text(long) == long
    assert german.text("there is no label" + " ready" * 300).startswith("das Label ")
