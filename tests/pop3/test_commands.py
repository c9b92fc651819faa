import pytest
from pop3.talk import MAIL, Talk

from pytest_fakemail.pop3.capabilities import KNOWN
from pytest_fakemail.pop3.client import State
from pytest_fakemail.wire.effects import Close, Send

BEFORE_LOGIN = [
    "TOP",
    "UIDL",
    "RESP-CODES",
    "AUTH-RESP-CODE",
    "PIPELINING",
    "EXPIRE NEVER",
    "LOGIN-DELAY 0",
    "STLS",
    "USER",
    "SASL PLAIN LOGIN CRAM-MD5 SCRAM-SHA-1 SCRAM-SHA-256 XOAUTH2 OAUTHBEARER",
    "UTF8 USER",
    "LANG",
    "IMPLEMENTATION pytest-fakemail",
]


def capa(talk: Talk) -> list[str]:
    first, *capabilities, last = talk.say("CAPA").splitlines()
    assert (first, last) == ("+OK Capability list follows", ".")
    return capabilities


def test_capa_before_and_after_login() -> None:
    talk = Talk()
    assert capa(talk) == BEFORE_LOGIN
    assert capa(talk.log_in()) == [line for line in BEFORE_LOGIN if line != "STLS"]


def test_capa_after_tls_has_no_stls() -> None:
    assert "STLS" not in capa(Talk().start_tls())


def test_capa_before_a_tls_that_is_required_has_no_logins() -> None:
    talk = Talk(require_tls=True)
    assert not [line for line in capa(talk) if line.startswith(("USER", "SASL"))]
    assert [line for line in capa(talk.start_tls()) if line.startswith(("USER", "SASL"))]


def test_capa_tells_the_policies() -> None:
    capabilities = capa(Talk(pop3_expire="0", pop3_login_delay=900.5))
    assert "EXPIRE 0" in capabilities
    assert "LOGIN-DELAY 901" in capabilities


@pytest.mark.parametrize("name", sorted(set(KNOWN) - {"CAPA", "APOP"}))
def test_every_capability_can_be_switched_off(name: str) -> None:
    talk = Talk()
    talk.service.capabilities.off(name)
    assert capa(talk) == [line for line in BEFORE_LOGIN if line.split(" ", maxsplit=1)[0] != name]


def test_sasl_without_mechanisms_is_not_announced() -> None:
    assert not [line for line in capa(Talk(mechanisms=())) if line.startswith("SASL")]


def test_capa_can_be_unknown() -> None:
    talk = Talk()
    talk.service.capabilities.off("CAPA")
    assert talk.say("CAPA") == "-ERR Unknown command"


# --- LANG ------------------------------------------------------------------------------


def test_lang_lists_languages() -> None:
    assert Talk().say("LANG").splitlines() == [
        "+OK Language listing follows",
        "en English",
        "i-default English",
        ".",
    ]


@pytest.mark.parametrize(
    ("wanted", "tag"), [("en", "en"), ("EN", "en"), ("*", "en"), ("i-default", "i-default")]
)
def test_lang_chooses_a_language(wanted: str, tag: str) -> None:
    assert Talk().say(f"LANG {wanted}") == f"+OK {tag} English it is"
    assert Talk().log_in().say(f"LANG {wanted}") == f"+OK {tag} English it is"


@pytest.mark.parametrize("wanted", ["MUL", "e", "en-GB", "en de", "ä"])
def test_lang_refuses_a_language_that_we_do_not_speak(wanted: str) -> None:
    assert Talk().say(f"LANG {wanted}") == "-ERR Invalid language"


def test_lang_goes_with_its_capability() -> None:
    talk = Talk()
    talk.service.capabilities.off("LANG")
    assert talk.say("LANG") == "-ERR Unknown command"


# --- QUIT ------------------------------------------------------------------------------


def test_quit_before_login_hangs_up() -> None:
    talk = Talk()
    assert talk.say("quit") == "+OK Bye"
    assert talk.effects[-1] == Close()
    assert talk.session.client.state is State.AUTHORIZATION


def test_quit_removes_what_is_marked() -> None:
    talk = Talk().log_in(MAIL, MAIL, MAIL)
    talk.send(b"DELE 1\r\nDELE 3\r\n")
    assert len(talk.inbox.messages) == 3
    assert talk.say("QUIT") == "+OK Bye"
    assert talk.effects[-1] == Close()
    assert [message.uid for message in talk.inbox.messages] == [2]
    assert talk.session.client.state is State.UPDATE


def test_nothing_is_heard_after_quit() -> None:
    talk = Talk().log_in(MAIL)
    assert talk.send(b"QUIT\r\nDELE 1\r\n") == "+OK Bye\r\n"
    assert talk.send(b"DELE 1\r\n") == ""
    assert len(talk.inbox.messages) == 1


def test_quit_removes_nothing_after_rset() -> None:
    talk = Talk().log_in(MAIL)
    talk.send(b"DELE 1\r\nRSET\r\nQUIT\r\n")
    assert len(talk.inbox.messages) == 1


def test_with_expire_0_quit_removes_what_was_retrieved() -> None:
    talk = Talk(pop3_expire="0").log_in(MAIL, MAIL, MAIL)
    talk.send(b"RETR 1\r\nTOP 2 9\r\nRSET\r\nQUIT\r\n")
    assert [message.uid for message in talk.inbox.messages] == [2, 3]


def test_a_quit_that_a_fault_answers_removes_nothing() -> None:
    talk = Talk().log_in(MAIL)
    talk.say("DELE 1")
    talk.fault.is_active = True
    talk.fault.answer = [Send(b"-ERR [SYS/TEMP] Busy\r\n"), Close()]
    assert talk.say("QUIT") == "-ERR [SYS/TEMP] Busy"
    list(talk.session.receive_eof())
    assert len(talk.inbox.messages) == 1
