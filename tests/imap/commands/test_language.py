"""LANGUAGE together with what else words an answer: faults, policies, personalities."""

import pytest
from imap.talk import Talk, imap_service

from pytest_fakemail import FakeMail, policies


def talk(**settings: object) -> Talk:
    return Talk(imap_service(imap_capabilities="all", **settings)).log_in()


def test_the_names_of_the_rfc_are_translated() -> None:
    client = talk(namespaces=("Other Users", "Public Folders"))
    others = '(("Other Users/" "/" "TRANSLATION" ("Andere Benutzer/")))'
    shared = '(("Public Folders/" "/" "TRANSLATION" ("Gemeinsame Postf&AOQ-cher/")))'
    namespaces = f'* NAMESPACE (("" "/")) {others} {shared}'
    done = "OK Sprachwechsel durch LANGUAGE-Befehl ausgeführt"
    assert client.say("LANGUAGE DE-IT") == ["* LANGUAGE (de)", namespaces, done]
    # RFC 5255 §3.4 wants modified UTF-7, whatever names are in.
    client.say("ENABLE IMAP4rev2")
    assert client.say("NAMESPACE")[0] == namespaces


@pytest.mark.parametrize(("separator", "end"), [(".", "."), ("/", "/")])
def test_a_translation_ends_with_the_separator(separator: str, end: str) -> None:
    client = talk(separator=separator, namespaces=("Users", "Shared"))
    assert f'"TRANSLATION" ("Gemeinsam{end}")' in client.say("LANGUAGE de")[1]


def test_a_name_that_nobody_knows_is_shown_as_it_is() -> None:
    [_, namespaces, _] = talk(namespaces=("Users", "Abteilung")).say("LANGUAGE de")
    assert namespaces.endswith('(("Abteilung/" "/"))')


def test_it_is_announced_before_the_login_and_after_it() -> None:
    client = Talk(imap_service(imap_capabilities="all"))
    assert "LANGUAGE" in client.say("CAPABILITY")[0].split()
    assert "LANGUAGE" in client.log_in().say("CAPABILITY")[0].split()
    client.service.capabilities.off("NAMESPACE")
    assert "LANGUAGE" not in client.say("CAPABILITY")[0]


@pytest.mark.fakemail(imap_capabilities="all")
def test_a_fault_says_what_the_test_has_written(fakemail: FakeMail) -> None:
    fakemail.imap.when("NOOP").no("[UNAVAILABLE] Unknown command")
    client = fakemail.imap.client()
    client.xatom("LANGUAGE", "de")
    assert client.noop() == ("NO", [b"[UNAVAILABLE] Unknown command"])
    assert client.list()[0] == "OK"


@pytest.mark.fakemail(imap_capabilities="all")
def test_a_policy_speaks_the_language(fakemail: FakeMail) -> None:
    client = fakemail.imap.client()
    client.xatom("LANGUAGE", "de")
    fakemail.imap.enforce(policies.rate_limit(commands=1, per="1h"))
    answers = [client.noop() for _ in range(2)]
    assert answers[-1] == ("NO", [b"[LIMIT] Zu viel in zu kurzer Zeit"])


@pytest.mark.fakemail(imap_capabilities="all")
def test_what_a_test_words_is_said_as_it_is_worded(fakemail: FakeMail) -> None:
    fakemail.imap.policies.word("imap", {"rate.commands": "NO [LIMIT] Rate limit hit"})
    fakemail.imap.enforce(policies.rate_limit(commands=4, per="1h"))
    client = fakemail.imap.client()
    client.xatom("LANGUAGE", "de")
    answers = [client.noop() for _ in range(4)]
    assert answers[0][1] == ["NOOP ausgeführt".encode()]
    assert answers[-1] == ("NO", [b"[LIMIT] Rate limit hit"])


@pytest.mark.fakemail(provider="gmail")
def test_a_chosen_language_comes_before_a_personality(fakemail: FakeMail) -> None:
    fakemail.imap.capabilities.on("LANGUAGE")
    client = fakemail.imap.client()
    assert client.noop() == ("OK", [b"Success"])
    client.xatom("LANGUAGE", "de")
    assert client.noop() == ("OK", ["NOOP ausgeführt".encode()])
    client.xatom("ID", "NIL")
    assert b"GImap" in client.response("ID")[1][0]
